"""The choice as whole numbers: one option per item, three gates per level, the least effort (ROADMAP "Choice")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from engine.roadmap.options import Standing, options_of, standing_of
from engine.roadmap.values import Assumptions, Constraints, Objective, Option
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, ItemAnswers

#: exact item scores have four decimals; the total is rounded half up to two before a gate looks at it
POINTS = 10_000
HALF_STEP = 50
#: efforts have four decimals at most, size factors and halves add a few
EFFORT = 1_000_000


@dataclass(frozen=True, slots=True)
class GateNeed:
    """One level's gates in whole numbers. ``safe``: items count only when they pass with the margin."""

    level: int
    basic: tuple[str, ...]
    optional: tuple[str, ...]
    optional_need: int
    points_need: int
    safe: bool = False

    def passed(self, option: Option) -> bool:
        """The option counts at this level."""
        return self.level in (option.safe if self.safe else option.passes)


@dataclass(frozen=True)
class Problem:
    """Everything the solver needs. ``options``: per item, doing nothing first where it is a choice at all."""

    rubric: Rubric
    target: int
    objective: Objective
    standings: Mapping[str, Standing]
    options: Mapping[str, tuple[Option, ...]]
    gates: tuple[GateNeed, ...]
    assumptions: Assumptions
    constraints: Constraints
    factor: Decimal
    _kept: dict[tuple[str, bool], tuple[Option, ...]] = field(default_factory=dict)

    def candidates(self, item: str, *, timed: bool) -> tuple[Option, ...]:
        """The options of an item that could stand in a best plan: none is beaten in everything by another.

        ``timed``: also in the length of each task and in money, because dates or budgets matter.
        """
        if (item, timed) not in self._kept:
            self._kept[item, timed] = _undominated(self.options[item], self.target, timed)
        return self._kept[item, timed]


def whole_effort(effort: Decimal) -> int:
    """An effort in millionths of a person-week, exactly."""
    return int((effort * EFFORT).to_integral_exact())


def whole_points(score: Decimal) -> int:
    """An exact item score in ten-thousandths."""
    return int((score * POINTS).to_integral_exact())


def problem_of(
    rubric: Rubric,
    answers: Answers,
    target: int,
    objective: Objective,
    assumptions: Assumptions,
    constraints: Constraints,
    beds: int | None,
) -> Problem:
    """The problem of reaching ``target`` from ``answers``; the options ask the scorer what they bring."""
    factor = assumptions.size_factor(beds)
    standings = {
        item.code: standing_of(rubric, item, answers.items.get(item.code, ItemAnswers()))
        for item in rubric.items
    }
    options = {
        code: options_of(rubric, standing, target, assumptions, constraints, factor)
        for code, standing in standings.items()
    }
    return Problem(
        rubric,
        target,
        objective,
        standings,
        pinned(options, constraints),
        gate_needs(rubric, target, objective, assumptions),
        assumptions,
        constraints,
        factor,
    )


def pinned(
    options: Mapping[str, tuple[Option, ...]], constraints: Constraints
) -> Mapping[str, tuple[Option, ...]]:
    """The options left where an item must end at a level at least and pass it."""
    left = dict(options)
    for item, level in constraints.pinned.items():
        left[item] = tuple(
            one for one in options[item] if one.function_level >= level and level in one.passes
        )
    return left


def gate_needs(
    rubric: Rubric, target: int, objective: Objective, assumptions: Assumptions
) -> tuple[GateNeed, ...]:
    """The gates of every level up to the target; the safest plan keeps its margin at the target itself."""
    needs = []
    for gate in rubric.gates:
        if gate.level > target:
            continue
        basic, optional = rubric.pools[gate.level]
        safe = objective == "safest" and gate.level == target
        spare = assumptions.safe_spare if safe else 0
        least = Decimal(gate.min_total) * (1 + assumptions.safe_total if safe else 1)
        needs.append(
            GateNeed(
                gate.level,
                tuple(item.code for item in basic),
                tuple(item.code for item in optional),
                min(gate.optional_required + spare, max(len(optional), gate.optional_required)),
                _points_need(least),
                safe,
            )
        )
    return tuple(needs)


def _points_need(least: Decimal) -> int:
    """The smallest exact total, in ten-thousandths, that rounds half up to at least ``least``."""
    hundredths = least * 100
    up = int(hundredths) + (hundredths != int(hundredths))
    return up * (POINTS // 100) - HALF_STEP


def _undominated(options: tuple[Option, ...], target: int, timed: bool) -> tuple[Option, ...]:
    levels = frozenset(range(1, target + 1))
    kept: list[Option] = []
    for one in sorted(options, key=lambda o: (o.effort, o.purchases, -o.score, not o.idle, o.level)):
        if not any(_beats(other, one, levels, timed) for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda o: not o.idle))


def _beats(other: Option, one: Option, levels: frozenset[int], timed: bool) -> bool:
    """``other`` brings as much for as little."""
    return (
        other.effort <= one.effort
        and other.score >= one.score
        and other.passes & levels >= one.passes & levels
        and other.safe & levels >= one.safe & levels
        and (
            not timed
            or (
                other.purchases <= one.purchases
                and all(key in one.work and one.work[key] >= effort for key, effort in other.work.items())
            )
        )
    )


def with_options(problem: Problem, options: Mapping[str, tuple[Option, ...]]) -> Problem:
    """The same problem over other options."""
    return replace(problem, options=options, _kept={})
