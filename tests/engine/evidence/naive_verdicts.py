"""A second way from counts to verdicts and scores, written from the text alone and built in another way.

It works with fractions, asks every question for every clause anew, and gives plain tuples:
(word, provisional, strict) per clause and the factors of each lens per item and level.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import floor
from typing import Any

from engine.evidence.catalogue.checks import IntegrationCheck, StatisticCheck
from engine.evidence.catalogue.values import Catalogue, Loop, Rule
from engine.evidence.counts import RunCounts
from engine.evidence.decisions import Decision
from engine.rubric.values import Clause, Item, ItemLevel, Rubric
from engine.scoring.answers import Answers, DirectIndex, ItemAnswers

YES, PART, NO, UNKNOWN, VOID = "yes", "part", "no", "unknown", "void"


def rounded(value: Fraction) -> Fraction:
    return Fraction(floor(value * 100 + Fraction(1, 2)), 100)


class Naive:
    def __init__(
        self, rubric: Rubric, catalogue: Catalogue, counts: RunCounts, decisions: Iterable[Decision]
    ) -> None:
        self.rubric, self.catalogue, self.counts = rubric, catalogue, counts
        self.decisions = list(decisions)

    # Checks ------------------------------------------------------------------------------------

    def threshold(self, item: Item, entry: ItemLevel) -> Fraction:
        return Fraction(1, 2) if entry.category == "optional" else Fraction(4, 5)

    def rule(self, rule: Rule, need: Fraction, clause: str, strict: bool) -> str:
        count = self.counts.rules.get(rule.id)
        if count is None or count.blocked:
            return UNKNOWN
        n, d = count.numerator, count.denominator
        if clause in rule.supports_where:
            if clause not in count.narrowed:
                return UNKNOWN
            n, d = count.narrowed[clause]
        if d == 0:
            return VOID
        if d < rule.min_rows:
            return UNKNOWN
        if isinstance(rule.check, StatisticCheck):
            assert count.value is not None
            good = rule.check.pass_when.holds(count.value)
        else:
            good = Fraction(n, d) >= (need if rule.threshold is None else Fraction(rule.threshold))
        if not good:
            return NO
        return UNKNOWN if strict and count.supplied and not count.accepted else YES

    def loop(self, loop: Loop, item: Item, entry: ItemLevel, nodes: Iterable[str]) -> str:
        setting = loop.setting
        if setting == "all" and item.role in ("01", "02"):
            setting = "inpatient"
        elif setting == "all" and item.role == "03":
            setting = "outpatient"
        found = [c for c in self.counts.loops if (c.loop, c.setting) == (loop.id, setting)]
        if not found or found[0].blocked:
            return UNKNOWN
        count = found[0]
        if count.instances == 0:
            return VOID
        if count.instances < loop.min_rows:
            return UNKNOWN
        have = {node.node: Fraction(node.present, count.instances) for node in count.nodes}
        if any(node.mandatory and have[node.id] < loop.node_coverage for node in loop.nodes):
            return NO
        if any(have[node] < loop.optional_node_coverage for node in nodes):
            return NO
        pairs = sum(order.comparable for order in count.orders)
        good = sum(order.conforming for order in count.orders)
        if pairs and Fraction(good, pairs) < loop.order_conformity:
            return NO
        whole = loop.complete_loop["optional" if entry.category == "optional" else "basic"]
        return YES if Fraction(count.complete, count.instances) >= whole else NO

    def topic(self, key: str, item: Item, strict: bool) -> str:
        count = self.counts.topics.get(key)
        if count is None or count.blocked:
            return UNKNOWN
        setting = {"01": "inpatient", "02": "inpatient", "03": "outpatient"}.get(item.role, "all")
        if count.targets and setting not in count.targets:
            return UNKNOWN if count.alerts else VOID
        targets = dict(count.targets[setting]) if count.targets else {"": count.alerts}
        alerts = sum(targets.values())
        if alerts == 0:
            return VOID
        if alerts < self.catalogue.decision_support.min_alerts:
            return UNKNOWN
        needed = []
        for id in self.catalogue.decision_support.checks_needed:
            check = self.catalogue.rules[id].check
            assert isinstance(check, IntegrationCheck)
            if targets.get("") or targets.get(str(check.left_where[0][0].value)):
                needed.append(self.catalogue.rules[id])
        if not needed:
            return PART
        said = [self.rule(rule, Fraction(4, 5), "", strict) for rule in needed]
        return self.together(said) or UNKNOWN

    @staticmethod
    def together(said: Iterable[str]) -> str | None:
        left = [each for each in said if each != VOID]
        for first in (NO, UNKNOWN, YES, PART):
            if first in left:
                return first
        return None

    # One clause --------------------------------------------------------------------------------

    def explicit(self, item: Item, entry: ItemLevel, clause: Clause, strict: bool) -> list[str]:
        code = f"{item.code}.{entry.level}.{clause.n}"
        nature = self.catalogue.capability.get(clause.nature)
        partly = nature is not None and nature.max_status == "partly_supported"
        said = []
        for rule in self.catalogue.rules.values():
            if rule.rubric == self.rubric.id and rule.active and code in rule.supports:
                word = self.rule(rule, self.threshold(item, entry), code, strict)
                said.append(PART if word == YES and (partly or code in rule.partial_for) else word)
        for loop in self.catalogue.loops.values():
            if code in loop.supports or code in loop.supports_with_nodes:
                word = self.loop(loop, item, entry, loop.supports_with_nodes.get(code, ()))
                said.append(PART if word == YES and partly else word)
        for topic in self.catalogue.decision_support.topics:
            if code in topic.supports:
                word = self.topic(topic.key, item, strict)
                said.append(PART if word == YES and partly else word)
        return said

    def family(self, item: Item, entry: ItemLevel, clause: Clause, strict: bool) -> list[list[str]]:
        nature = self.catalogue.capability.get(clause.nature)
        groups = []
        for route in nature.routes if nature else ():
            if route.route != "family":
                continue
            if route.family == "closed_loops":
                of_item = [
                    loop
                    for loop in self.catalogue.loops.values()
                    if any(
                        code.startswith(item.code + ".")
                        for code in (*loop.supports, *loop.supports_with_nodes)
                    )
                ]
                groups.append([self.loop(loop, item, entry, ()) for loop in of_item])
                continue
            rules = [
                rule
                for rule in self.catalogue.rules.values()
                if rule.family == "dq_rules"
                and rule.item == item.code
                and rule.active
                and rule.mechanisable
                and rule.dimension in route.dimensions
                and route.scope in (None, rule.scope)
            ]
            levels = sorted({rule.level for rule in rules if rule.level is not None})
            fitting = [level for level in levels if level >= entry.level]
            if not fitting and route.level == "any":
                fitting = levels[::-1]
            groups.append(
                [
                    self.rule(rule, self.threshold(item, entry), "", strict)
                    for rule in rules
                    if fitting and rule.level == fitting[0]
                ]
            )
        return [group for group in groups if group]

    def verdict(self, item: Item, entry: ItemLevel, clause: Clause) -> tuple[str, bool, bool]:
        mine = [d for d in self.decisions if (d.item, d.level) == (item.code, entry.level)]
        visits = [d for d in mine if d.kind == "on_site" and d.clause == clause.n]
        if visits:
            last = max(visits, key=lambda d: d.at).verdict
            return last, last == "supported", last == "supported"
        accepted = [
            d for d in mine if d.kind in ("accepted_evidence", "anchored_evidence") and d.clause == clause.n
        ]
        anchored = [d for d in accepted if d.kind == "anchored_evidence"]
        confirmed = accepted or [
            d for d in mine if d.kind == "confirmed_match" and d.clause in (None, clause.n)
        ]
        named = self.explicit(item, entry, clause, False)
        word = self.together(named)
        strict_word = self.together(self.explicit(item, entry, clause, True))
        groups = self.family(item, entry, clause, False)
        if word is None and any(self.together(group) == YES for group in groups):
            strictly = any(self.together(group) == YES for group in self.family(item, entry, clause, True))
            if accepted and not strictly and (not clause.backend or clause.nature == "governance"):
                return "accepted_evidence", True, True
            return "matching_data", True, strictly and bool(confirmed)
        if word == NO:
            return "refuted", False, False
        if word == YES:
            return "supported", True, strict_word == YES
        if word == PART:
            return "matching_data", True, strict_word == PART and bool(confirmed)
        if word == UNKNOWN:
            return "could_not_check", False, False
        may_be_looked_at = not clause.backend or clause.nature == "governance"
        if not may_be_looked_at and (named or groups):
            return "could_not_check", False, False
        if accepted:
            return "accepted_evidence", True, may_be_looked_at or bool(anchored)
        return ("needs_evidence" if may_be_looked_at else "not_covered"), False, False

    # Factors -----------------------------------------------------------------------------------

    def index(self, item: Item, entry: ItemLevel, *, strict: bool, missing: int) -> Fraction | None:
        coefficients = []
        for rule in self.catalogue.rules.values():
            if (rule.family, rule.item, rule.level, rule.active) != (
                "dq_rules",
                item.code,
                entry.level,
                True,
            ):
                continue
            count = self.counts.rules.get(rule.id)
            if count is None or count.blocked or (strict and count.supplied and not count.accepted):
                coefficients.append(Fraction(missing))
            elif count.denominator:
                coefficients.append(rounded(Fraction(count.numerator, count.denominator)))
        if not coefficients:
            return None
        return rounded(sum(coefficients, Fraction(0)) / len(coefficients))

    def any_coefficient(self, item: Item, entry: ItemLevel) -> bool:
        return any(
            rule.family == "dq_rules"
            and (rule.item, rule.level, rule.active) == (item.code, entry.level, True)
            and (count := self.counts.rules.get(rule.id)) is not None
            and count.blocked is None
            and count.denominator > 0
            for rule in self.catalogue.rules.values()
        )

    def quality(self, item: Item, entry: ItemLevel, given: ItemAnswers, lens: str) -> Fraction | None:
        """None: the level has no index; nothing claimed and nothing computed counts 0."""
        if not entry.has_index:
            return None
        answer = given.data_quality.get(entry.level)
        least = self.index(item, entry, strict=lens == "strict", missing=0)
        if answer is None:
            return (least or Fraction(0)) if self.any_coefficient(item, entry) else Fraction(0)
        assert isinstance(answer, DirectIndex)
        claimed = rounded(Fraction(answer.value))
        if lens == "claimed":
            return claimed
        if lens == "not_refuted":
            most = self.index(item, entry, strict=False, missing=1)
            return claimed if most is None else min(claimed, most)
        return min(claimed, least or Fraction(0))

    def ratio(self, item: Item, level: int, given: ItemAnswers, lens: str) -> Fraction:
        metrics = [m for m in self.catalogue.metrics.values() if m.item == item.code]
        fidelity = metrics[0].fidelity if metrics else None
        count = self.counts.metrics.get(metrics[0].id) if metrics else None
        accepted = {d.level for d in self.decisions if d.kind == "accepted_figure" and d.item == item.code}
        if item.application.kind == "implemented":
            if not given.in_use:
                return Fraction(0)
            holds = Fraction(1)
            if lens != "claimed" and fidelity in ("exact", "declared"):
                if count is None or count.blocked or count.days is None:
                    holds = Fraction(lens == "not_refuted")
                else:
                    holds = Fraction(count.days >= (metrics[0].min_days_with_rows or 0))
            if lens == "strict" and fidelity != "exact" and not accepted:
                return Fraction(0)
            return holds
        bases = {at: given.denominators.get(at, given.denominator) for at in item.by_level}
        at = [
            higher
            for higher in sorted(given.numerators)
            if higher >= level and (higher == level or bases[higher] == bases[level])
        ]
        if not bases[level] or not at:
            return Fraction(0)
        claimed = Fraction(given.numerators[at[0]], bases[level])  # type: ignore[arg-type]
        if lens == "claimed":
            return rounded(claimed)
        result = claimed
        if fidelity in ("exact", "declared"):
            pair = None if count is None or count.blocked else count.levels.get(level)
            if pair and pair[1]:
                result = min(claimed, Fraction(*pair))
            elif lens != "not_refuted":
                return Fraction(0)
        if lens == "strict" and fidelity != "exact" and level not in accepted:
            above = [one for one in sorted(accepted) if one > level and bases.get(one) == bases[level]]
            if not above:
                return Fraction(0)
            return min(rounded(result), self.ratio(item, above[0], given, "strict"))
        return rounded(result)

    def score(self, item: Item, answers: Answers, lens: str) -> Fraction:
        given = answers.items.get(item.code)
        if given is None:
            return Fraction(0)
        best, open_so_far = Fraction(0), True
        for entry in item.asked_levels:
            for clause in entry.clauses:
                _, provisional, strict = verdict = self.verdict(item, entry, clause)
                kept = {
                    "claimed": True,
                    "not_refuted": verdict[0] != "refuted",
                    "provisional": provisional,
                    "strict": strict,
                }[lens]
                if given.state(entry.level, clause.n) != "met" or not kept:
                    return best
            quality = self.quality(item, entry, given, lens)
            points = entry.level * self.ratio(item, entry.level, given, lens)
            if open_so_far:
                best = max(best, points * (1 if quality is None else quality))
            if quality is not None and quality < Fraction(1, 2):
                open_so_far = False
        return best


def naive_scores(case: Any) -> dict[str, dict[str, Fraction]]:
    """Per lens the exact score of every item."""
    rubric, answers, catalogue, counts, decisions = case
    naive = Naive(rubric, catalogue, counts, decisions)
    return {
        lens: {item.code: naive.score(item, answers, lens) for item in rubric.items}
        for lens in ("claimed", "not_refuted", "provisional", "strict")
    }


def naive_words(case: Any) -> dict[tuple[str, int, int], tuple[str, bool, bool]]:
    """The verdict on every clause."""
    rubric, _, catalogue, counts, decisions = case
    naive = Naive(rubric, catalogue, counts, decisions)
    return {
        (item.code, entry.level, clause.n): naive.verdict(item, entry, clause)
        for item in rubric.items
        for entry in item.asked_levels
        for clause in entry.clauses
    }
