"""The design's text on plans read out once more, the slow way: every combination of every option is tried.

Nothing of engine/roadmap is used, so that a shared mistake cannot hide; exact fractions instead of decimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers, ItemAnswers
from tests.engine.naive_scorer import NaiveItem

CLAUSE = {
    "capture": 2, "feature": 2, "dictionary": 6, "exchange": 6, "closed_loop": 10, "decision_support": 10,
    "analytics": 6, "regional": 16, "governance": 4,
}  # fmt: skip
STEPS = (Fraction(1, 2), Fraction(4, 5), Fraction(19, 20))
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Way:
    """One option: effort in person-weeks, exact points, levels passed, levels passed with the safe margin."""

    effort: Fraction
    points: Fraction
    passes: frozenset[int]
    safe: frozenset[int]


def ways(rubric: Rubric, item: Item, given: ItemAnswers, target: int, factor: Fraction) -> list[Way]:
    """Doing nothing and every (l, a, q); an item without such service can only be left alone."""
    today_of = NaiveItem(rubric, item, given)
    function, ratio, quality = today_of.function, today_of.a, today_of.q
    found = [_way(rubric, item, function, ratio, quality, Fraction(0))]
    if given.no_such_service:
        return found
    levels = [level.level for level in item.asked_levels]
    for level in levels:
        if level > target + 2:
            continue
        steps = (Fraction(1),) if item.application.kind == "implemented" else STEPS
        for a in {ratio[level], *(s for s in steps if s >= ratio[level])}:
            today = quality[level]
            raised = {None} if today is None else {today, *(s for s in STEPS if s >= today)}
            for q in raised:
                effort = _clauses(item, given, level) + 20 * (a - ratio[level])
                after_q = dict(quality)
                if q is not None and today is not None:
                    effort += 30 * (q - today)
                    after_q[level] = q
                for lower in levels:
                    before = quality[lower]
                    if lower < level and before is not None and before < HALF:
                        effort += 30 * (HALF - before)
                        after_q[lower] = HALF
                after_a = {k: max(ratio[k], a) if k <= level else ratio[k] for k in levels}
                after = _with_empty_levels(item, max(function, level))
                found.append(_way(rubric, item, after, after_a, after_q, effort * factor))
    return found


def _with_empty_levels(item: Item, function: int) -> int:
    """A level without requirement is met by itself, so the function level goes on through it."""
    for entry in item.asked_levels:
        if entry.level > function:
            if entry.clauses:
                break
            function = entry.level
    return function


def _clauses(item: Item, given: ItemAnswers, level: int) -> Fraction:
    effort = Fraction(0)
    for entry in item.asked_levels:
        if entry.level > level:
            continue
        for clause in entry.clauses:
            state = given.state(entry.level, clause.n)
            if state != "met":
                effort += Fraction(CLAUSE[clause.nature], 2 if state == "partly" else 1)
    return effort


def _way(
    rubric: Rubric,
    item: Item,
    function: int,
    ratio: dict[int, Fraction],
    quality: dict[int, Fraction | None],
    effort: Fraction,
) -> Way:
    points, passes, safe = Fraction(0), set[int](), set[int]()
    bounds = rubric.thresholds
    for entry in item.asked_levels:
        level = entry.level
        if level > function:
            continue
        earlier = [quality[k.level] for k in item.asked_levels if k.level < level]
        if any(q is not None and q < Fraction(bounds.earlier_data_quality or 0) for q in earlier):
            continue
        q = quality[level]
        points = max(points, level * ratio[level] * (1 if q is None else q))
        basic = entry.category == "basic"
        least = Fraction(bounds.basic_application if basic else bounds.optional_application)
        least_q = Fraction(bounds.data_quality or 0)
        if ratio[level] >= least and (q is None or q >= least_q):
            passes.add(level)
            margin = Fraction(1, 20)
            if ratio[level] >= min(1, least + margin) and (q is None or q >= min(1, least_q + margin)):
                safe.add(level)
    return Way(effort, points, frozenset(passes), frozenset(safe))


def least_effort(
    rubric: Rubric, answers: Answers, target: int, factor: Fraction, *, safest: bool = False
) -> Fraction | None:
    """The least effort of all combinations that meet the gates of every level up to ``target``; None: none does."""
    choices = [
        ways(rubric, item, answers.items.get(item.code, ItemAnswers()), target, factor)
        for item in rubric.items
    ]
    best: Fraction | None = None
    for combination in product(*choices):
        effort = sum((way.effort for way in combination), Fraction(0))
        if best is not None and effort >= best:
            continue
        if all(_gates(rubric, combination, level, safest and level == target) for level in _up_to(target)):
            best = effort
    return best


def combinations(rubric: Rubric, answers: Answers, target: int) -> int:
    """How many combinations ``least_effort`` would try."""
    count = 1
    for item in rubric.items:
        given = answers.items.get(item.code, ItemAnswers())
        count *= len(ways(rubric, item, given, target, Fraction(1)))
    return count


def _up_to(target: int) -> Iterator[int]:
    return iter(range(1, target + 1))


def _gates(rubric: Rubric, combination: tuple[Way, ...], level: int, safe: bool) -> bool:
    gate = rubric.gate_at[level]
    optional = pool = 0
    for item, way in zip(rubric.items, combination, strict=True):
        entry = item.by_level.get(level)
        if entry is None:
            continue
        passed = level in (way.safe if safe else way.passes)
        if entry.category == "basic" and not passed:
            return False
        if entry.category == "optional":
            pool += 1
            optional += passed
    need = (
        min(gate.optional_required + 2, max(pool, gate.optional_required)) if safe else gate.optional_required
    )
    if optional < need:
        return False
    exact = sum((way.points for way in combination), Fraction(0))
    rounded = Fraction(int(exact * 100 + HALF), 100)
    return rounded >= Fraction(gate.min_total) * (Fraction(21, 20) if safe else 1)
