"""A second scorer, written from the standard's text alone: slow, plain, and built in another way.

It works with fractions instead of decimals, tries every level instead of climbing, and answers
the question of unconfirmed flags by trying every assignment. Where it and the engine disagree,
one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import floor

from engine.rubric.values import Gate, Item, ItemLevel, Rubric
from engine.scoring.answers import Answers, DimensionIndex, DirectIndex, ItemAnswers, RuleCounts


def rounded(value: Fraction) -> Fraction:
    """Half up to hundredths."""
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


def defined_levels(item: Item) -> list[int]:
    return [entry.level for entry in item.levels if entry.level >= 1]


def level_is_met(item: Item, given: ItemAnswers, level: int) -> bool:
    entry = item.by_level[level]
    if entry.no_requirement:
        return True
    states = list(given.clauses.get(level, ()))
    states += ["not_answered"] * (len(entry.clauses) - len(states))
    return all(state == "met" for state in states)


def function_level(item: Item, given: ItemAnswers) -> int:
    if given.no_such_service:
        return 0
    candidates = [0]
    for level in defined_levels(item):
        below = [lower for lower in defined_levels(item) if lower <= level]
        if all(level_is_met(item, given, lower) for lower in below):
            candidates.append(level)
    return max(candidates)


def application(item: Item, given: ItemAnswers, level: int) -> Fraction:
    if given.no_such_service:
        return Fraction(0)
    if item.application.kind == "implemented":
        return Fraction(1) if given.in_use else Fraction(0)
    bases = {lvl: given.denominators.get(lvl, given.denominator) for lvl in defined_levels(item)}
    base = bases[level]
    if not base:
        return Fraction(0)
    at_or_above = [lvl for lvl in given.numerators if lvl == level or (lvl > level and bases[lvl] == base)]
    if not at_or_above:
        return Fraction(0)
    return rounded(Fraction(given.numerators[min(at_or_above)], base))


def quality(rubric: Rubric, item: Item, given: ItemAnswers, level: int) -> Fraction | None:
    """None: the level has no index. Nothing entered counts 0."""
    if not item.by_level[level].has_index:
        return None
    if given.no_such_service or level not in given.data_quality:
        return Fraction(0)
    index = given.data_quality[level]
    if isinstance(index, DirectIndex):
        return rounded(Fraction(index.value))
    if isinstance(index, DimensionIndex):
        shares = [Fraction(value) for value in index.values.values()]
        return rounded(sum(shares, Fraction(0)) / len(shares)) if shares else Fraction(0)
    assert isinstance(index, RuleCounts)
    coefficients = []
    for rule in rubric.rules:
        if rule.item != item.code or rule.level != level or not rule.active:
            continue
        if rule.id not in index.counts:
            coefficients.append(Fraction(0))
        elif index.counts[rule.id][1] > 0:
            coefficients.append(rounded(Fraction(*index.counts[rule.id])))
    return rounded(sum(coefficients, Fraction(0)) / len(coefficients)) if coefficients else Fraction(0)


class NaiveItem:
    """Everything about one item, worked out level by level."""

    def __init__(self, rubric: Rubric, item: Item, given: ItemAnswers) -> None:
        bound = rubric.thresholds
        self.code = item.code
        self.function = function_level(item, given)
        levels = defined_levels(item)
        self.a = {level: application(item, given, level) for level in levels}
        self.q = {level: quality(rubric, item, given, level) for level in levels}
        self.eligible = {}
        for level in levels:
            earlier = [self.q[lower] for lower in levels if lower < level]
            need = bound.earlier_data_quality
            self.eligible[level] = need is None or all(q is None or q >= Fraction(need) for q in earlier)
        points = [(Fraction(0), 0)]
        for level in levels:
            if level <= self.function and self.eligible[level]:
                q = self.q[level]
                product = level * self.a[level] * (1 if q is None else q)
                if product > 0:
                    points.append((product, level))
        self.score, self.scored_level = max(points)
        self._bound = bound

    def passes_as(self, level: int, category: str) -> bool:
        if level not in self.a:
            return False
        bound = self._bound
        need = bound.basic_application if category == "basic" else bound.optional_application
        q = self.q[level]
        good = q is None or bound.data_quality is None or q >= Fraction(bound.data_quality)
        return self.function >= level and self.a[level] >= Fraction(need) and good and self.eligible[level]


@dataclass
class NaiveGates:
    """One level: (have, codes that fail) of the two pools, all three together, and the verdict."""

    basic: tuple[int, list[str]]
    optional: tuple[int, list[str]]
    hold: bool
    robustness: str | None


@dataclass
class NaiveResult:
    level: int
    total: Fraction
    exact: Fraction
    gates: dict[int, NaiveGates]
    items: dict[str, NaiveItem]


def naive_score(rubric: Rubric, answers: Answers, *, try_every_assignment: bool = True) -> NaiveResult:
    """The whole result as plain values, for comparison with a card."""
    nothing = ItemAnswers()
    items = {
        item.code: NaiveItem(rubric, item, answers.items.get(item.code, nothing)) for item in rubric.items
    }
    exact = sum((item.score for item in items.values()), Fraction(0))
    total = rounded(exact)
    gates: dict[int, NaiveGates] = {}
    for gate in rubric.gates:
        pool = {
            item.code: item.by_level[gate.level]
            for item in rubric.items
            if gate.level in item.by_level and item.by_level[gate.level].category is not None
        }
        sides: dict[str, tuple[int, list[str]]] = {}
        for category in ("basic", "optional"):
            members = [code for code, entry in pool.items() if entry.category == category]
            failing = [code for code in members if not items[code].passes_as(gate.level, category)]
            sides[category] = (len(members) - len(failing), failing)
        hold = (
            not sides["basic"][1]
            and sides["optional"][0] >= gate.optional_required
            and total >= gate.min_total
        )
        verdict = _verdict(items, pool, gate, total) if try_every_assignment else None
        gates[gate.level] = NaiveGates(sides["basic"], sides["optional"], hold, verdict)
    reached = 0
    for gate in rubric.gates:
        if all(gates[lower.level].hold for lower in rubric.gates if lower.level <= gate.level):
            reached = gate.level
    return NaiveResult(reached, total, exact, gates, items)


def _verdict(items: dict[str, NaiveItem], pool: dict[str, ItemLevel], gate: Gate, total: Fraction) -> str:
    """Try every assignment of the unconfirmed flags that keeps the official number of basic items."""
    open_flags = [code for code, entry in pool.items() if not entry.category_confirmed]
    fixed = [code for code in pool if code not in open_flags and pool[code].category == "basic"]
    outcomes = set()
    for chosen in combinations(open_flags, gate.basic - len(fixed)):
        basic = set(fixed) | set(chosen)
        passed = sum(items[code].passes_as(gate.level, "optional") for code in pool if code not in basic)
        outcomes.add(
            all(items[code].passes_as(gate.level, "basic") for code in basic)
            and passed >= gate.optional_required
            and total >= gate.min_total
        )
    if outcomes == {True}:
        return "certain_pass"
    return "certain_fail" if outcomes == {False} else "depends"
