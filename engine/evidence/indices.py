"""The data-quality index Q(item, level) out of counts, and what every rule contributed to it.

A rule that does not apply drops out. One that could not be checked counts 0, so that withholding a
file never pays; in the upper bound it counts 1, because missing data is never called a façade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.evidence import wording
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.counts import RuleCount, RunCounts
from engine.evidence.policy import STANDARD, IndexPolicy, Policy
from engine.rubric.values import Rubric, Text
from engine.scoring.rounding import ONE, ZERO, mean, share

Part = Literal["counted", "not_applicable", "could_not_check"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule gave. ``coefficient`` None: it dropped out or could not be checked.

    ``strictly`` False: a figure the hospital's people typed and nobody accepted (strict: could not check).
    """

    rule: str
    part: Part
    numerator: int
    denominator: int
    coefficient: Decimal | None
    supplied: bool
    strictly: bool
    reason: Text | None


@dataclass(frozen=True, slots=True)
class Index:
    """Q of one item and level; each figure 0.00-1.00, None where every rule dropped out.

    ``value``: could not check counts 0 (provisional). ``strict``: typed figures only when accepted.
    ``upper``: could not check counts 1. ``computed``: at least one rule gave a coefficient.
    """

    item: str
    level: int
    policy: IndexPolicy
    value: Decimal | None
    strict: Decimal | None
    upper: Decimal | None
    contributions: tuple[Contribution, ...]

    @property
    def computed(self) -> bool:
        return any(each.part == "counted" for each in self.contributions)

    @property
    def checked(self) -> Decimal:
        """The share of the rules that apply which could be checked, for coverage."""
        apply = [each for each in self.contributions if each.part != "not_applicable"]
        counted = sum(each.part == "counted" for each in apply)
        return share(counted, len(apply)) if apply else ZERO


def index_of(
    rubric: Rubric,
    catalogue: Catalogue,
    counts: RunCounts,
    item: str,
    level: int,
    *,
    policy: Policy = STANDARD,
) -> Index:
    """Q of one item and level over its active data-quality rules."""
    rules = [
        rule
        for rule in catalogue.rules.values()
        if _enters(rule, rubric) and (rule.item, rule.level) == (item, level)
    ]
    return _index(item, level, rules, counts.rules, policy)


def indices_of(
    rubric: Rubric, catalogue: Catalogue, counts: RunCounts, *, policy: Policy = STANDARD
) -> Mapping[tuple[str, int], Index]:
    """Q of every item and level that has an index and at least one active rule, in the rubric's order."""
    rules: dict[tuple[str, int], list[Rule]] = {}
    for rule in catalogue.rules.values():
        if _enters(rule, rubric) and rule.item is not None and rule.level is not None:
            rules.setdefault((rule.item, rule.level), []).append(rule)
    return {
        (item.code, entry.level): _index(
            item.code, entry.level, rules[item.code, entry.level], counts.rules, policy
        )
        for item in rubric.items
        for entry in item.asked_levels
        if entry.has_index and (item.code, entry.level) in rules
    }


def _enters(rule: Rule, rubric: Rubric) -> bool:
    return rule.family == "dq_rules" and rule.active and rule.rubric == rubric.id


def _index(
    item: str, level: int, rules: Sequence[Rule], counts: Mapping[str, RuleCount], policy: Policy
) -> Index:
    parts = tuple(_contribution(rule, counts.get(rule.id)) for rule in rules)
    kind = policy.index
    return Index(
        item,
        level,
        kind,
        combine(parts, kind, missing=ZERO),
        combine(tuple(_strictly(part) for part in parts), kind, missing=ZERO),
        combine(parts, kind, missing=ONE),
        parts,
    )


def _contribution(rule: Rule, count: RuleCount | None) -> Contribution:
    if count is None or count.blocked is not None:
        reason = wording.NOT_COUNTED if count is None or count.blocked is None else count.blocked.text
        return Contribution(rule.id, "could_not_check", 0, 0, None, False, True, reason)
    strictly = count.accepted or not count.supplied
    if count.denominator == 0:
        return Contribution(
            rule.id, "not_applicable", 0, 0, None, count.supplied, strictly, wording.NOT_APPLICABLE
        )
    coefficient = share(count.numerator, count.denominator)
    return Contribution(
        rule.id,
        "counted",
        count.numerator,
        count.denominator,
        coefficient,
        count.supplied,
        strictly,
        None if strictly else wording.NOT_ACCEPTED,
    )


def _strictly(part: Contribution) -> Contribution:
    if part.strictly:
        return part
    return Contribution(part.rule, "could_not_check", 0, 0, None, True, True, part.reason)


def combine(parts: Sequence[Contribution], policy: IndexPolicy, *, missing: Decimal) -> Decimal | None:
    """The index; ``missing`` (0 or 1) is what a rule counts that could not be checked.

    By denominator such a rule has an unknown weight, so the index is the least (or the most) that
    it could be: 0 (or 1). None: every rule dropped out.
    """
    applying = [part for part in parts if part.part != "not_applicable"]
    if not applying:
        return None
    coefficients = [missing if part.coefficient is None else part.coefficient for part in applying]
    if policy == "minimum":
        return min(coefficients)
    if policy == "mean":
        return mean(coefficients)
    if any(part.coefficient is None for part in applying):
        return missing
    return share(sum(part.numerator for part in applying), sum(part.denominator for part in applying))
