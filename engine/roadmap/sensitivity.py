"""Would the plan be another if an effort turned out higher? (ROADMAP "Outputs")"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from engine.roadmap.model import EFFORT, Problem, problem_of, with_options
from engine.roadmap.quarters import Quarter
from engine.roadmap.schedule import arrange, calendar_of, length, works_of
from engine.roadmap.search import Found, find, purchases_of
from engine.roadmap.solve import Pick
from engine.roadmap.values import CLEANING, ROLLOUT, Assumptions, Constraints, Objective, Option
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers

HIGHER = Decimal("1.3")


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One effort taken 30 % higher: ``what`` is an item of the plan, or a kind of work in all items.

    ``effort_after``: person-weeks of the best plan then; ``saved``: how much less that is than keeping to the old
    choice, 0 where it is not. The choice changes where something is saved, the old one does not fit any more or
    takes more quarters than the fastest: ``dropped`` and ``added`` are items that leave or enter it, ``altered``
    those that stay with another level or figure. ``possible``: there still is a plan.
    """

    kind: Literal["item", "nature"]
    what: str
    effort_after: Decimal
    dropped: tuple[str, ...]
    added: tuple[str, ...]
    altered: tuple[str, ...]
    saved: Decimal = Decimal(0)
    possible: bool = True

    @property
    def changed(self) -> bool:
        """The choice itself would be another."""
        return not self.possible or bool(self.dropped or self.added or self.altered)


def find_sensitivity(
    rubric: Rubric,
    answers: Answers,
    target: int,
    objective: Objective,
    *,
    assumptions: Assumptions,
    constraints: Constraints | None = None,
    start: Quarter,
    beds: int | None = None,
) -> tuple[Sensitivity, ...]:
    """Every kind of work and every action of the plan, each 30 % higher and solved again.

    Some tenths of a second per line; empty where there is no plan. Raises as ``make_plan`` does.
    """
    problem = problem_of(rubric, answers, target, objective, assumptions, constraints or Constraints(), beds)
    base = find(problem, start).pick
    at_work = [code for code, option in base.items() if not option.idle]
    natures = {key.nature for code in at_work for key in base[code].work}
    order = [*assumptions.clause_effort, ROLLOUT, CLEANING]
    return (
        *(
            _tried(problem, start, base, "nature", nature, _dearer(problem, nature=nature))
            for nature in order
            if nature in natures
        ),
        *(_tried(problem, start, base, "item", code, _dearer(problem, item=code)) for code in at_work),
    )


def _dearer(
    problem: Problem, *, item: str | None = None, nature: str | None = None
) -> Mapping[str, tuple[Option, ...]]:
    options = dict(problem.options)
    for code in [item] if item else options:
        assert code is not None
        options[code] = tuple(_raised(option, nature) for option in options[code])
    return options


def _raised(option: Option, nature: str | None) -> Option:
    work = {
        key: effort * HIGHER if nature in (None, key.nature) else effort
        for key, effort in option.work.items()
    }
    return replace(option, work=work, effort=sum(work.values(), Decimal(0)))


def _tried(
    problem: Problem,
    start: Quarter,
    base: Pick,
    kind: Literal["item", "nature"],
    what: str,
    options: Mapping[str, tuple[Option, ...]],
) -> Sensitivity:
    dearer = with_options(problem, options)
    found = find(dearer, start)
    pick = found.pick
    kept = {code: _same(option, options[code]) for code, option in base.items()}
    if not pick:
        return Sensitivity(kind, what, Decimal(0), (), (), (), possible=False)
    effort = sum((option.effort for option in pick.values()), Decimal(0)).quantize(Decimal(1) / EFFORT)
    saved = sum((kept[code].effort - option.effort for code, option in pick.items()), Decimal(0))
    if _as_good(dearer, start, kept, found, saved):  # another choice may be as good, none is better
        still = sum((option.effort for option in kept.values()), Decimal(0)).quantize(Decimal(1) / EFFORT)
        return Sensitivity(kind, what, still, (), (), ())
    before = {code: option for code, option in base.items() if not option.idle}
    after = {code: option for code, option in pick.items() if not option.idle}
    return Sensitivity(
        kind,
        what,
        effort,
        dropped=tuple(code for code in before if code not in after),
        added=tuple(code for code in after if code not in before),
        altered=tuple(code for code in before if code in after and _end(before[code]) != _end(after[code])),
        saved=max(saved, Decimal(0)),
    )


def _as_good(problem: Problem, start: Quarter, kept: Pick, found: Found, saved: Decimal) -> bool:
    """Keeping to the old choice still keeps the dates, in as few quarters where these count, for as little effort."""
    if all(_end(kept[code]) == _end(option) for code, option in found.pick.items()):
        return True
    latest = problem.constraints.finish_by
    within = None if latest is None else start.until(latest) + 1
    fastest = problem.objective == "fastest"
    if fastest:
        within = length(found.spent)
    elif saved > 0:
        return False
    works = works_of(problem, kept, start)
    spent, _never = arrange(works, calendar_of(problem, start), purchases_of(kept), within=within)
    if spent is None:
        return False
    return saved <= 0 or (fastest and length(spent) < length(found.spent))


def _same(option: Option, among: tuple[Option, ...]) -> Option:
    return next(one for one in among if _end(one) == _end(option))


def _end(option: Option) -> tuple[int, Decimal, Decimal | None]:
    return option.level, option.application, option.data_quality
