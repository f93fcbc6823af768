"""From counts to findings: what a rule, a loop or an authenticity check says once thresholds are applied.

Order of decision inside one check: could not check, then not applicable, then refuted or supported.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.evidence import wording
from engine.evidence.catalogue.checks import Comparison, StatisticCheck
from engine.evidence.catalogue.values import AuthenticityCheck, Rule
from engine.evidence.counts import AuthenticityCount, Reason, RuleCount
from engine.evidence.policy import STANDARD, Policy
from engine.rubric.values import Rubric, Text
from engine.scoring.rounding import share as two_places

Status = Literal["supported", "refuted", "not_applicable", "could_not_check"]

STATUS_WORDS: dict[Status, Text] = {
    "supported": Text("核验相符", "verified"),
    "refuted": Text("核验不符", "refuted"),
    "not_applicable": Text("不适用", "not applicable"),
    "could_not_check": Text("无法核验", "could not be checked"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says.

    ``coefficient`` (2 decimals, half up) is what scoring takes, ``share`` (4 decimals) what is shown;
    for a statistic rule ``share`` is its figure and ``coefficient`` None. Whether a threshold is
    reached is decided on the exact counts. ``code`` says why: that of the Reason that blocked it,
    or too_few_rows, not_counted, not_accepted, inactive, no_records, reached, below.
    """

    rule: str
    status: Status
    coefficient: Decimal | None
    reason: Text
    share: Decimal | None
    code: str
    numerator: int = 0
    denominator: int = 0
    threshold: Decimal | None = None
    comparison: Comparison | None = None
    supplied: bool = False
    accepted: bool = False
    blocked: Reason | None = None

    @property
    def exceptions(self) -> int:
        return self.denominator - self.numerator


def threshold_of(rule: Rule, rubric: Rubric, policy: Policy = STANDARD) -> Decimal:
    """The policy's threshold for the rule, else its own, else that of its item at its level."""
    if rule.id in policy.thresholds:
        return policy.thresholds[rule.id]
    if rule.threshold is not None:
        return rule.threshold
    item = rubric.by_code.get(rule.item) if rule.item else None
    entry = item.by_level.get(rule.level) if item is not None and rule.level is not None else None
    limits = rubric.thresholds
    return policy.of_category(
        entry.category if entry else None, limits.basic_application, limits.optional_application
    )


def judge(
    rule: Rule,
    count: RuleCount | None,
    rubric: Rubric,
    *,
    policy: Policy = STANDARD,
    strict: bool = False,
    threshold: Decimal | None = None,
    clause: str | None = None,
) -> Finding:
    """What ``count`` says about ``rule``.

    ``count`` None: the run did not count it. ``strict``: a figure typed by the hospital's people
    counts only when a reviewer accepted it. ``threshold``: that of the place asked about, for rules
    without one of their own. ``clause``: judge the subset that ``supports_where`` names for it.
    """
    if not rule.active:
        return _silent(rule, "not_applicable", "inactive", wording.INACTIVE)
    if count is None:
        return _silent(rule, "could_not_check", "not_counted", wording.NOT_COUNTED)
    if count.blocked is not None:
        blocked = count.blocked
        return _silent(rule, "could_not_check", blocked.code, blocked.text, blocked)
    if strict and count.supplied and not count.accepted:
        return _silent(rule, "could_not_check", "not_accepted", wording.NOT_ACCEPTED)
    numerator, denominator = count.numerator, count.denominator
    narrowed = clause in rule.supports_where
    if clause is not None and narrowed:
        if clause not in count.narrowed:
            return _silent(rule, "could_not_check", "not_counted", wording.NOT_COUNTED)
        numerator, denominator = count.narrowed[clause]
    if denominator == 0:
        return _silent(rule, "not_applicable", "no_records", wording.NOT_APPLICABLE)
    if isinstance(rule.check, StatisticCheck) and not narrowed:
        return _statistic(rule, rule.check, count, policy)
    need = policy.thresholds.get(rule.id, rule.threshold)
    if need is None:
        need = threshold if threshold is not None else threshold_of(rule, rubric, policy)
    return _share(rule, count, numerator, denominator, need, policy)


def _share(
    rule: Rule, count: RuleCount, numerator: int, denominator: int, need: Decimal, policy: Policy
) -> Finding:
    least = policy.enough(rule.min_rows)
    status: Status
    if denominator < least:
        status, code, reason = "could_not_check", "too_few_rows", wording.too_few(denominator, least)
    else:
        holds = Decimal(numerator) >= need * denominator
        status, code = ("supported", "reached") if holds else ("refuted", "below")
        reason = wording.shares(numerator, denominator, need, holds)
    return Finding(
        rule.id,
        status,
        two_places(numerator, denominator),
        reason,
        wording.four(numerator, denominator),
        code,
        numerator,
        denominator,
        need,
        None,
        count.supplied,
        count.accepted,
    )


def _statistic(rule: Rule, check: StatisticCheck, count: RuleCount, policy: Policy) -> Finding:
    """``denominator`` are the rows behind the figure; a typed figure without one is its share."""
    comparison = policy.pass_when.get(rule.id, check.pass_when)
    rows, least = count.denominator, policy.enough(rule.min_rows)
    value = count.value if count.value is not None else Decimal(count.numerator) / rows
    status: Status
    if rows < least:
        status, code, reason = "could_not_check", "too_few_rows", wording.too_few(rows, least)
    else:
        holds = comparison.holds(value)
        status, code = ("supported", "reached") if holds else ("refuted", "below")
        reason = wording.statistic(value, rows, comparison, holds)
    return Finding(
        rule.id,
        status,
        None,
        reason,
        value,
        code,
        count.numerator,
        rows,
        None,
        comparison,
        count.supplied,
        count.accepted,
    )


def _silent(rule: Rule, status: Status, code: str, reason: Text, blocked: Reason | None = None) -> Finding:
    return Finding(rule.id, status, None, reason, None, code, blocked=blocked)


@dataclass(frozen=True, slots=True)
class AuthenticityWarning:
    """A figure that asks a person to look; it changes no verdict."""

    count: AuthenticityCount
    check: AuthenticityCheck
    reason: Text


def authenticity_warning(check: AuthenticityCheck, count: AuthenticityCount) -> AuthenticityWarning | None:
    """The warning due, or None: no figure, fewer rows than the check asks for, or nothing remarkable."""
    if count.blocked is not None or count.value is None or count.rows < check.min_rows:
        return None
    if not check.warn_when.holds(count.value):
        return None
    limit, shown = wording.bound(check.warn_when), wording.figure(count.value)
    return AuthenticityWarning(
        count,
        check,
        Text(
            f"{check.label.zh}：{shown}（依据{count.rows:,}条），{limit.zh}时提示。{check.suggests.zh}"
            f"也可能是：{check.innocent.zh}",
            f"{check.label.en}: {shown} (from {wording.counted(count.rows, 'row')}); a warning is due when {limit.en}. "
            f"{check.suggests.en} It may also be: {check.innocent.en}",
        ),
    )
