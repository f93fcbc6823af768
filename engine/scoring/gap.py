"""What is missing for a target level (差距分析), ordered by what it unlocks.

A level needs its three gates and those of every lower level, so gaps come level by level from the
lowest that does not hold; within a level first what a basic gate waits for, then the optional
items, the easiest first, then points for the total. Every gain is a re-scored difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from engine.rubric.values import Category, Item, Rubric, Text
from engine.scoring.answers import Answers, ItemAnswers, State
from engine.scoring.card import Factor, Failing, ItemResult, LevelResult, ScoreCard, Shortfall
from engine.scoring.item import NOT_ANSWERED, score_item
from engine.scoring.rounding import ONE, ZERO, half_up
from engine.scoring.score import score
from engine.scoring.whatif import Switch, passing_switch, switched

Unlocks = Literal["basic_gate", "optional_gate", "total_gate", "reserve"]
GAPS_FORMAT = "zhiping-gaps/1"


@dataclass(frozen=True, slots=True)
class MissingClause:
    """A clause that is not met, at the gap's level or below it."""

    level: int
    n: int
    state: State


@dataclass(frozen=True, slots=True)
class Gap:
    """What one item lacks at one level, and which gate waits for it.

    ``gain``: exact points the total gains when the item just passes the level (for ``total_gate``
    on an item that passes: when ratio and index at the level rise to 1.00, which ``need`` then
    says). ``suggested``: closing all suggested gaps closes the gates; of the optional items those
    are the easiest that suffice, the others are alternatives. ``reserve``: no gate waits for it,
    but it would guard against an official flag or an expert's verdict that turns out otherwise.
    ``switch`` is the what-if that closes the gap.
    """

    item: str
    level: int
    category: Category
    unlocks: Unlocks
    shortfalls: tuple[Shortfall, ...]
    clauses: tuple[MissingClause, ...]
    gain: Decimal
    switch: Switch
    suggested: bool = False
    no_such_service: bool = False

    @property
    def things_missing(self) -> int:
        """Clauses and figures still to be brought up; the measure of how easy a gap is."""
        return len(self.clauses) + sum(short.factor != "function" for short in self.shortfalls)

    def shortfall(self, factor: Factor) -> Shortfall | None:
        """The shortfall of one factor, if that factor fails."""
        return next((short for short in self.shortfalls if short.factor == factor), None)


@dataclass(frozen=True, slots=True)
class LevelGap:
    """How far one level is: items and points until each of its gates holds, 0 where it holds.

    ``total_after``: the rounded total once all suggested gaps of the basic and optional gates up
    to this level are closed; ``total_still_missing``: what then has to come from other points;
    ``total_closed``: the rounded total once every suggested gap up to this level is closed.
    """

    level: int
    holds: bool
    basic_missing: int
    optional_missing: int
    total_missing: Decimal
    total_after: Decimal
    total_still_missing: Decimal
    total_closed: Decimal


@dataclass(frozen=True, slots=True)
class GapList:
    """Every gap between the level reached and the target, in the order to work on them."""

    rubric: str
    level: int
    target: int
    levels: tuple[LevelGap, ...]
    gaps: tuple[Gap, ...]

    @property
    def reached(self) -> bool:
        """The target already holds."""
        return self.level >= self.target

    @property
    def needed(self) -> tuple[Gap, ...]:
        """The gaps that some gate waits for, without the reserve."""
        return tuple(gap for gap in self.gaps if gap.unlocks != "reserve")

    @property
    def suggested(self) -> tuple[Gap, ...]:
        """The gaps whose closing reaches the target."""
        return tuple(gap for gap in self.gaps if gap.suggested)

    def of_item(self, code: str) -> tuple[Gap, ...]:
        """The gaps of one item, in the order of the list."""
        return tuple(gap for gap in self.gaps if gap.item == code)


class UnknownTarget(ValueError):
    """A target level that the rubric does not have; ``message`` says so in both languages."""

    def __init__(self, rubric: Rubric, target: int) -> None:
        top = rubric.top_level
        self.message = Text(
            f"目标等级{target}不存在，{rubric.title.zh}的等级为1至{top}。",
            f"There is no target level {target}; the levels of {rubric.title.en} are 1 to {top}.",
        )
        super().__init__(self.message.en)


def find_gaps(rubric: Rubric, answers: Answers, target: int, *, card: ScoreCard | None = None) -> GapList:
    """What ``answers`` lack for ``target`` (1..top level).

    ``card`` saves scoring again where it is at hand; it must be the card of these answers. Raises
    UnknownTarget, and AnswersRefused when the answers cannot be scored.
    """
    if target not in rubric.gate_at:
        raise UnknownTarget(rubric, target)
    card = card if card is not None else score(rubric, answers)
    search = _Search(rubric, answers, card)
    for gate in rubric.gates:
        if gate.level <= target:
            search.close(card.by_level[gate.level])
    return GapList(
        rubric=rubric.id,
        level=card.level,
        target=target,
        levels=tuple(search.levels),
        gaps=(*search.gaps, *search.reserve()),
    )


class _Search:
    """Walks up the levels and closes each on a copy of the answers, the easiest way."""

    def __init__(self, rubric: Rubric, answers: Answers, card: ScoreCard) -> None:
        self.rubric = rubric
        self.answers = answers
        self.card = card
        self.improved: dict[str, ItemAnswers] = dict(answers.items)
        self.results: dict[str, ItemResult] = dict(card.items)
        self.order = {item.code: place for place, item in enumerate(rubric.items)}
        self.gaps: list[Gap] = []
        self.levels: list[LevelGap] = []
        self._spare: dict[str, Gap] = {}

    def close(self, result: LevelResult) -> None:
        """Add the gaps of one level and close the suggested ones on the copy."""
        gates = result.gates
        basic = [self._gap(fail, result.level, "basic_gate", suggested=True) for fail in gates.basic.failing]
        basic.sort(key=self._easiest_first)
        for gap in basic:
            self._improve(gap.switch)
        failing = [self._gap(fail, result.level, "optional_gate") for fail in gates.optional.failing]
        failing.sort(key=self._easiest_first)
        optional = self._choose(failing, gates.optional.need) if not gates.optional.holds else []
        total_after = self._total()
        still_missing = max(ZERO, gates.total.need - total_after)
        points: list[Gap] = []
        if still_missing:
            points = self._points(result, [gap for gap in optional or failing if not gap.suggested])
            lifted = {gap.item for gap in points if gap.suggested}
            optional = [gap for gap in optional if gap.suggested or gap.item not in lifted]
        alternatives = {gap.item for gap in optional}
        points = [gap for gap in points if gap.suggested or gap.item not in alternatives]
        self.gaps += [*basic, *optional, *points]
        for gap in failing:
            self._spare.setdefault(gap.item, replace(gap, unlocks="reserve", suggested=False))
        self.levels.append(
            LevelGap(
                level=result.level,
                holds=result.holds,
                basic_missing=gates.basic.need - gates.basic.have,
                optional_missing=max(0, gates.optional.need - gates.optional.have),
                total_missing=max(ZERO, gates.total.need - gates.total.have),
                total_after=total_after,
                total_still_missing=still_missing,
                total_closed=self._total(),
            )
        )

    def reserve(self) -> list[Gap]:
        """One gap per item that fails somewhere although no gate waits for it, the easiest first."""
        waited_for = {gap.item for gap in self.gaps}
        spare = [gap for code, gap in self._spare.items() if code not in waited_for]
        return sorted(spare, key=lambda gap: (gap.level, *self._easiest_first(gap)))

    def _choose(self, failing: list[Gap], need: int) -> list[Gap]:
        """The failing optional items, of which the easiest that suffice are suggested and closed."""
        level = failing[0].level if failing else 0
        pool = self.rubric.pools[level][1] if failing else ()
        chosen: list[Gap] = []
        for gap in failing:
            have = sum(level in self.results[item.code].passes for item in pool)
            suggested = have < need and level not in self.results[gap.item].passes
            if suggested:
                self._improve(gap.switch)
            chosen.append(replace(gap, suggested=suggested))
        return chosen

    def _points(self, result: LevelResult, alternatives: list[Gap]) -> list[Gap]:
        """Where the points for the total can come from, closed until they are enough.

        First the failing optional items (``alternatives``): lifting one to the level is ordinary
        work. Only when those do not suffice, ratios and indices of items that pass are raised.
        """
        need = result.gates.total.need
        found = self._close_until(need, [replace(gap, unlocks="total_gate") for gap in alternatives])
        if self._total() < need:
            found += self._close_until(need, self._raises(result.level))
        return found

    def _close_until(self, need: Decimal, sources: list[Gap]) -> list[Gap]:
        """``sources``, the most points per thing to do first; suggested and closed until it is enough."""
        found: list[Gap] = []
        for gap in sorted(
            sources, key=lambda gap: (-gap.gain / max(1, gap.things_missing), self.order[gap.item])
        ):
            suggested = self._total() < need and gap.gain > 0
            if suggested:
                self._improve(gap.switch)
            found.append(replace(gap, suggested=suggested))
        return found

    def _raises(self, level: int) -> list[Gap]:
        """Items that pass ``level`` and would gain from a ratio and an index of 1.00."""
        raises: list[Gap] = []
        for item in self.rubric.items:
            result = self.results[item.code]
            if level not in result.passes:
                continue
            at = result.factors[level]
            short: list[Shortfall] = []
            if at.application < ONE:
                short.append(Shortfall("application", at.application, ONE, level))
            if at.data_quality is not None and at.data_quality < ONE:
                short.append(Shortfall("data_quality", at.data_quality, ONE, level))
            full = Switch(item.code, to_level=level, application=ONE, data_quality=ONE)
            gain = self._gain(item, full, self.improved)
            if gain:
                category = item.by_level[level].category or "optional"
                raises.append(Gap(item.code, level, category, "total_gate", tuple(short), (), gain, full))
        return raises

    def _gap(self, failing: Failing, level: int, unlocks: Unlocks, *, suggested: bool = False) -> Gap:
        item = self._item(failing.item)
        given = self.answers.items.get(item.code, NOT_ANSWERED)
        switch = passing_switch(self.rubric, item, level)
        return Gap(
            item=item.code,
            level=level,
            category=item.by_level[level].category or "optional",
            unlocks=unlocks,
            shortfalls=failing.shortfalls,
            clauses=missing_clauses(item, given, level),
            gain=self._gain(item, switch, self.answers.items),
            switch=switch,
            suggested=suggested,
            no_such_service=bool(given.no_such_service),
        )

    def _gain(self, item: Item, switch: Switch, start: Mapping[str, ItemAnswers]) -> Decimal:
        given = start.get(item.code, NOT_ANSWERED)
        after = score_item(self.rubric, item, switched(self.rubric, item, given, switch))
        return after.score - score_item(self.rubric, item, given).score

    def _improve(self, switch: Switch) -> None:
        item = self._item(switch.item)
        given = switched(self.rubric, item, self.improved.get(item.code, NOT_ANSWERED), switch)
        self.improved[item.code] = given
        self.results[item.code] = score_item(self.rubric, item, given)

    def _total(self) -> Decimal:
        return half_up(sum((result.score for result in self.results.values()), ZERO))

    def _item(self, code: str) -> Item:
        return self.rubric.by_code[code]

    def _easiest_first(self, gap: Gap) -> tuple[bool, int, Decimal, int]:
        return gap.no_such_service, gap.things_missing, -gap.gain, self.order[gap.item]


def missing_clauses(item: Item, given: ItemAnswers, level: int) -> tuple[MissingClause, ...]:
    """The clauses of ``item`` up to ``level`` that are not met, from the lowest level on."""
    return tuple(
        MissingClause(entry.level, clause.n, given.state(entry.level, clause.n))
        for entry in item.asked_levels
        if entry.level <= level and not entry.no_requirement
        for clause in entry.clauses
        if given.state(entry.level, clause.n) != "met" or given.no_such_service
    )


def gaps_to_json(gaps: GapList) -> dict[str, object]:
    """``gaps`` as zhiping-gaps/1: figures are strings, clauses are level and number."""
    return {
        "format": GAPS_FORMAT,
        "rubric": gaps.rubric,
        "level": gaps.level,
        "target": gaps.target,
        "reached": gaps.reached,
        "levels": [
            {
                "level": level.level,
                "holds": level.holds,
                "basic_missing": level.basic_missing,
                "optional_missing": level.optional_missing,
                "total_missing": str(level.total_missing),
                "total_after": str(level.total_after),
                "total_still_missing": str(level.total_still_missing),
                "total_closed": str(level.total_closed),
            }
            for level in gaps.levels
        ],
        "gaps": [
            {
                "item": gap.item,
                "level": gap.level,
                "category": gap.category,
                "unlocks": gap.unlocks,
                "suggested": gap.suggested,
                "gain": str(half_up(gap.gain)),
                "no_such_service": gap.no_such_service,
                "shortfalls": [
                    {
                        "factor": short.factor,
                        "have": str(short.have),
                        "need": str(short.need),
                        "at_level": short.at_level,
                    }
                    for short in gap.shortfalls
                ],
                "clauses": [
                    {"level": clause.level, "n": clause.n, "state": clause.state} for clause in gap.clauses
                ],
            }
            for gap in gaps.gaps
        ],
    }
