"""What the newest run says about the rules of an assessment; thresholds are applied now, as on every page of checks."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.models import Assessment, VerificationRun
from engine.evidence.catalogue.values import Rule
from engine.evidence.findings_json import counts_from_json
from engine.evidence.judging import Finding, judge
from rubrics.queries import get_catalogue, get_rubric


@dataclass(frozen=True, slots=True)
class RulePlace:
    """Where a rule speaks. ``clause`` where it is about one clause alone."""

    item: str
    level: int | None
    clause: str


def newest_run(assessment: Assessment) -> VerificationRun | None:
    """The newest finished run, whatever was handed in. One query."""
    return assessment.verification_runs.filter(state=VerificationRun.State.DONE).first()


def findings_of(assessment: Assessment, run: VerificationRun) -> dict[str, Finding]:
    """Rule -> what the run says of it. No query."""
    rubric, counts = get_rubric(assessment.edition), counts_from_json(run.counts)
    return {
        rule.id: judge(rule, counts.rules.get(rule.id), rubric)
        for rule in get_catalogue().rules_of(rubric.id)
    }


def place_of(rule: Rule) -> RulePlace:
    """The library names the clauses a rule can speak for as ``01.01.4.2``."""
    item, level = rule.item or "", rule.level
    if not item and rule.supports:
        item, level = rule.supports[0][:5], int(rule.supports[0].split(".")[2])
    if len(rule.supports) != 1:
        return RulePlace(item, level, "")
    where, n = rule.supports[0].rsplit(".", 1)
    return RulePlace(item, level, f"{where}-{n}")
