"""Verdicts on clauses: the capability map, the checks that spoke, what people decided."""

from __future__ import annotations

from collections.abc import Iterable

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.decisions import Decided, Decision
from engine.evidence.judging import judge
from engine.evidence.policy import STANDARD, Policy
from engine.evidence.verdicts.capability import Capability
from engine.evidence.verdicts.clause import Place, verdict_on
from engine.evidence.verdicts.speaking import Speaker
from engine.evidence.verdicts.values import (
    GROUPS,
    WORDS,
    Group,
    Outcome,
    Spoke,
    Verdict,
    Verdicts,
    Word,
)
from engine.rubric.values import Rubric

__all__ = ["GROUPS", "WORDS", "Group", "Outcome", "Spoke", "Verdict", "Verdicts", "Word", "verdicts_of"]


def verdicts_of(
    rubric: Rubric,
    catalogue: Catalogue,
    counts: RunCounts,
    decisions: Iterable[Decision] = (),
    *,
    policy: Policy = STANDARD,
) -> Verdicts:
    """The verdict on every clause above level 0, claimed or not, and the finding of every rule."""
    decided = Decided(decisions)
    capability = Capability(rubric, catalogue)
    speaker = Speaker(rubric, catalogue, counts, policy)
    not_covered = {each.clause: each.reason for each in catalogue.not_covered if each.rubric == rubric.id}
    clauses: dict[tuple[str, int, int], Verdict] = {}
    for item in rubric.items:
        for entry in item.asked_levels:
            for clause in entry.clauses:
                code = f"{item.code}.{entry.level}.{clause.n}"
                checks = capability.checks_of(item, entry, clause)
                place = Place(
                    item.code,
                    entry.level,
                    clause,
                    speaker.explicit(checks, item, entry, code),
                    speaker.family(checks, item, entry),
                    not_covered.get(code),
                )
                clauses[item.code, entry.level, clause.n] = verdict_on(place, decided)
    return Verdicts(
        rubric.id,
        clauses,
        {
            rule.id: judge(rule, counts.rules.get(rule.id), rubric, policy=policy)
            for rule in catalogue.rules_of(rubric.id)
        },
    )
