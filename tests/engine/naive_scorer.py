"""A second scorer, written from the standard's text alone: slow, plain, and built in another way.

It works with fractions instead of decimals, tries every level instead of climbing, and answers
the question of unconfirmed flags by trying every assignment. Where it and the engine disagree,
one of them is wrong.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import floor

from engine.rubric.values import Gate, Item, Rubric
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


def naive_score(rubric: Rubric, answers: Answers, *, try_every_assignment: bool = True) -> dict[str, object]:
    """The whole result as plain values, for comparison with a card."""
    nothing = ItemAnswers()
    items = {
        item.code: NaiveItem(rubric, item, answers.items.get(item.code, nothing)) for item in rubric.items
    }
    exact = sum((item.score for item in items.values()), Fraction(0))
    total = rounded(exact)
    holds: dict[int, bool] = {}
    gates: dict[int, dict[str, object]] = {}
    robustness: dict[int, str] = {}
    for gate in rubric.gates:
        pool = {
            item.code: item.by_level[gate.level]
            for item in rubric.items
            if gate.level in item.by_level and item.by_level[gate.level].category is not None
        }
        basic = [code for code, entry in pool.items() if entry.category == "basic"]
        optional = [code for code, entry in pool.items() if entry.category == "optional"]
        basic_failing = [code for code in basic if not items[code].passes_as(gate.level, "basic")]
        optional_failing = [code for code in optional if not items[code].passes_as(gate.level, "optional")]
        holds[gate.level] = (
            not basic_failing
            and len(optional) - len(optional_failing) >= gate.optional_required
            and total >= gate.min_total
        )
        gates[gate.level] = {
            "basic": (len(basic) - len(basic_failing), basic_failing),
            "optional": (len(optional) - len(optional_failing), len(optional), optional_failing),
        }
        if try_every_assignment:
            sure = [code for code, entry in pool.items() if entry.category_confirmed]
            robustness[gate.level] = _verdict(items, pool, gate, sure, total)
    reached = 0
    for gate in rubric.gates:
        if all(holds[lower.level] for lower in rubric.gates if lower.level <= gate.level):
            reached = gate.level
    return {
        "level": reached,
        "total": total,
        "exact": exact,
        "holds": holds,
        "gates": gates,
        "robustness": robustness,
        "items": items,
    }


def _verdict(items, pool, gate: Gate, sure: list[str], total: Fraction) -> str:  # type: ignore[no-untyped-def]
    """Try every assignment of the unconfirmed flags that keeps the official number of basic items."""
    fixed = [code for code in sure if pool[code].category == "basic"]
    open_flags = [code for code in pool if code not in sure]
    outcomes = set()
    for chosen in combinations(open_flags, gate.basic - len(fixed)):
        basic = set(fixed) | set(chosen)
        optional = [code for code in pool if code not in basic]
        passed = sum(items[code].passes_as(gate.level, "optional") for code in optional)
        outcomes.add(
            all(items[code].passes_as(gate.level, "basic") for code in basic)
            and passed >= gate.optional_required
            and total >= gate.min_total
        )
    return {(True,): "certain_pass", (False,): "certain_fail"}.get(tuple(outcomes), "depends")
