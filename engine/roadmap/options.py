"""What can be done about one item, and what each choice would bring (ROADMAP "Options and effort")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.roadmap.values import CLEANING, ROLLOUT, Assumptions, Constraints, Option, TaskKey
from engine.rubric.values import Item, ItemLevel, Rubric
from engine.scoring.answers import DirectIndex, ItemAnswers, State
from engine.scoring.card import ItemResult
from engine.scoring.item import application_bound, quality_bound, score_item
from engine.scoring.rounding import ONE, ZERO


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands today: F, A(k) and Q(k) as the scorer reads them (not given: 0; no rules: None)."""

    item: Item
    given: ItemAnswers
    result: ItemResult

    @property
    def function_level(self) -> int:
        return self.result.function_level

    def application(self, level: int) -> Decimal:
        return self.result.factors[level].application

    def data_quality(self, level: int) -> Decimal | None:
        return self.result.factors[level].data_quality


def standing_of(rubric: Rubric, item: Item, given: ItemAnswers) -> Standing:
    """Today's state of an item; one marked "no such service" stands at nothing, whatever was entered."""
    if given.no_such_service:
        given = ItemAnswers(no_such_service=given.no_such_service)
        return Standing(item, given, score_item(rubric, item, ItemAnswers()))
    return Standing(item, given, score_item(rubric, item, given))


def options_of(
    rubric: Rubric,
    standing: Standing,
    target: int,
    assumptions: Assumptions,
    constraints: Constraints,
    factor: Decimal,
) -> tuple[Option, ...]:
    """Every option of an item, doing nothing first; ``factor`` is the size factor of the hospital.

    An item that is excluded, or has no such service and is not allowed, has only the first.
    """
    item = standing.item
    found = [idle_option(rubric, standing, assumptions)]
    closed = item.code in constraints.excluded or (
        standing.given.no_such_service and item.code not in constraints.allowed
    )
    if closed:
        return tuple(found)
    effort = _Effort(standing, assumptions, constraints, factor)
    for entry in item.asked_levels:
        if entry.level > target + assumptions.levels_above_target:
            break
        for application in _applications(standing, entry, assumptions):
            for quality in _qualities(standing, entry, assumptions):
                work = effort.work(entry, application, quality)
                if not work:
                    continue  # it changes nothing
                quoted = constraints.quoted.get((item.code, entry.level))
                choice = _Choice(
                    entry.level, application, quality, work, quoted.purchases if quoted else Decimal(0)
                )
                found.append(_option(rubric, standing, assumptions, choice))
    return tuple(found)


def _applications(standing: Standing, entry: ItemLevel, assumptions: Assumptions) -> Iterator[Decimal]:
    today = standing.application(entry.level)
    yield today
    steps = (ONE,) if standing.item.application.kind == "implemented" else assumptions.steps
    yield from (step for step in steps if step > today)


def _qualities(standing: Standing, entry: ItemLevel, assumptions: Assumptions) -> Iterator[Decimal | None]:
    today = standing.data_quality(entry.level)
    yield today
    if today is not None:
        yield from (step for step in assumptions.steps if step > today)


@dataclass(frozen=True, slots=True)
class _Choice:
    level: int
    application: Decimal
    data_quality: Decimal | None
    work: dict[TaskKey, Decimal]
    purchases: Decimal


class _Effort:
    """Person-weeks of one item's tasks, the clauses counted once per level."""

    def __init__(
        self, standing: Standing, assumptions: Assumptions, constraints: Constraints, factor: Decimal
    ) -> None:
        self.standing = standing
        self.assumptions = assumptions
        self.factor = factor
        self.quoted = constraints.quoted
        self._clauses: dict[int, dict[TaskKey, Decimal]] = {}
        code, found = standing.item.code, dict[TaskKey, Decimal]()
        for entry in standing.item.asked_levels:
            for clause in entry.clauses:
                state = standing.given.state(entry.level, clause.n)
                if state != "met":
                    share = assumptions.partly if state == "partly" else 1
                    key = TaskKey(code, entry.level, clause.nature)
                    found[key] = found.get(key, Decimal(0)) + assumptions.clause_effort[clause.nature] * share
            self._clauses[entry.level] = dict(found)

    def work(self, entry: ItemLevel, application: Decimal, quality: Decimal | None) -> dict[TaskKey, Decimal]:
        """The tasks of an option, each with its effort; clauses may cost nothing where somebody said so."""
        level, code = entry.level, self.standing.item.code
        work = {key: effort * self.factor for key, effort in self._clauses[level].items()}
        quotation = self.quoted.get((code, level))
        if quotation is not None and quotation.effort is not None:
            work = _spread(work, quotation.effort)
        asked = self.standing.item.asked_levels
        if any(self.standing.application(one.level) < application for one in asked if one.level <= level):
            # lower levels counted on another base come along for nothing (A'(k) of ROADMAP)
            rollout = application - self.standing.application(level)
            work[TaskKey(code, level, ROLLOUT)] = self.assumptions.rollout_effort * rollout * self.factor
        for lower in asked:
            today = self.standing.data_quality(lower.level)
            if today is None or lower.level > level:
                continue
            wanted = quality if lower.level == level else max(today, self.assumptions.earlier_index)
            if wanted is not None and wanted > today:
                raised = self.assumptions.cleaning_effort * (wanted - today)
                work[TaskKey(code, lower.level, CLEANING)] = raised * self.factor
        return work


def _spread(work: dict[TaskKey, Decimal], effort: Decimal) -> dict[TaskKey, Decimal]:
    """``work`` scaled to a quoted effort, exactly: the last task takes what rounding leaves."""
    if not work:
        return work
    whole = sum(work.values(), Decimal(0)) or Decimal(1)
    spread = {
        key: (one * effort / whole).quantize(Decimal("0.0001"), rounding="ROUND_DOWN")
        for key, one in work.items()
    }
    last = next(reversed(spread))
    spread[last] += effort - sum(spread.values(), Decimal(0))
    return spread


def idle_option(rubric: Rubric, standing: Standing, assumptions: Assumptions) -> Option:
    """Doing nothing: costs nothing, brings what stands today."""
    result, absent = standing.result, bool(standing.given.no_such_service)
    return Option(
        item=standing.item.code,
        level=0,
        application=ZERO,
        data_quality=None,
        function_level=result.function_level,
        effort=Decimal(0),
        purchases=Decimal(0),
        score=result.score,
        passes=frozenset() if absent else frozenset(result.passes),
        safe=frozenset() if absent else _safe(rubric, standing.item, result, assumptions),
        work={},
    )


def _option(rubric: Rubric, standing: Standing, assumptions: Assumptions, choice: _Choice) -> Option:
    item = standing.item
    after = end_answers(item, standing, choice.level, choice.application, choice.data_quality, assumptions)
    result = score_item(rubric, item, after)
    return Option(
        item=item.code,
        level=choice.level,
        application=choice.application,
        data_quality=choice.data_quality,
        function_level=result.function_level,
        effort=sum(choice.work.values(), Decimal(0)),
        purchases=choice.purchases,
        score=result.score,
        passes=frozenset(result.passes),
        safe=_safe(rubric, item, result, assumptions),
        work=choice.work,
    )


def end_answers(
    item: Item,
    standing: Standing,
    level: int,
    application: Decimal,
    data_quality: Decimal | None,
    assumptions: Assumptions,
) -> ItemAnswers:
    """The end state of an option as answers the scorer reads: F' = max(F, l), A'(k) and Q'(k) of ROADMAP."""
    indices = {
        entry.level: max(standing.data_quality(entry.level) or ZERO, assumptions.earlier_index)
        for entry in item.asked_levels
        if entry.has_index and entry.level < level
    }
    if data_quality is not None:
        indices[level] = max(standing.data_quality(level) or ZERO, data_quality)
    return state_answers(item, standing, max(standing.function_level, level), {level: application}, indices)


def state_answers(
    item: Item,
    standing: Standing,
    function_level: int,
    applications: dict[int, Decimal],
    indices: dict[int, Decimal],
) -> ItemAnswers:
    """Answers with every clause up to ``function_level`` met and none above; an application raised at a level
    holds for every level below; where nothing is said, today's figures.

    Each level counts on a base of its own, so that no ratio carries over to another level.
    """
    met: State = "met"
    clauses = {
        entry.level: (met,) * len(entry.clauses)
        for entry in item.asked_levels
        if entry.level <= function_level and entry.clauses
    }
    quality = {
        entry.level: DirectIndex(indices.get(entry.level, standing.data_quality(entry.level) or ZERO))
        for entry in item.asked_levels
        if entry.has_index
    }
    ratios = {
        entry.level: max(
            (standing.application(entry.level), *(a for k, a in applications.items() if k >= entry.level))
        )
        for entry in item.asked_levels
    }
    if item.application.kind == "implemented":
        in_use = any(ratios.values())
        return ItemAnswers(clauses=clauses, in_use=in_use, data_quality=quality)
    bases = {level: 100 * place for place, level in enumerate(ratios, start=1)}
    return ItemAnswers(
        clauses=clauses,
        denominators=bases,
        numerators={level: int(ratio * bases[level]) for level, ratio in ratios.items()},
        data_quality=quality,
    )


def _safe(rubric: Rubric, item: Item, result: ItemResult, assumptions: Assumptions) -> frozenset[int]:
    """The levels passed with ratio and index ``safe_ratio`` above their bounds (at most 1.00)."""
    bounds, margin = rubric.thresholds, assumptions.safe_ratio
    found = set[int]()
    for level in result.passes:
        at = result.factors[level]
        enough = at.application >= min(ONE, application_bound(item.by_level[level], bounds) + margin)
        if enough and (
            at.data_quality is None or at.data_quality >= min(ONE, quality_bound(bounds) + margin)
        ):
            found.add(level)
    return frozenset(found)
