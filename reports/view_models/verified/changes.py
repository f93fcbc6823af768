"""What changed between two runs: which rules turned, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.models import VerificationRun
from assessments.queries.frame import AssessmentFrame
from engine.evidence.counts import RunCounts
from engine.evidence.findings_json import counts_from_json
from engine.evidence.judging import STATUS_WORDS, Finding, judge
from reports.view_models.identity import Addresses
from reports.view_models.verified.around import Around, Reading, around
from reports.view_models.words import lang
from rubrics.queries import get_catalogue


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """``turn``: better | worse | other."""

    rule: str
    label: str
    before: str
    before_word: str
    before_counts: str
    after: str
    after_word: str
    after_counts: str
    turn: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    around: Around
    runs: tuple[int, ...]
    before: int | None
    after: int | None
    rows: tuple[ChangeRow, ...]
    same: int
    same_digest: bool

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


RANK = {"refuted": 0, "could_not_check": 1, "not_applicable": 2, "supported": 3}


def changes_page(
    reading: Reading,
    frame: AssessmentFrame,
    addresses: Addresses,
    runs: tuple[VerificationRun, ...],
    before: VerificationRun | None,
) -> ChangesPage:
    """``runs``: finished ones, newest first; ``before``: the one to compare the run in force with."""
    run = reading.lensed.run
    rows: tuple[ChangeRow, ...] = ()
    same = 0
    if run is not None and before is not None:
        then = _findings(reading, counts_from_json(before.counts))
        now = _findings(reading, reading.lensed.counts)
        rows, same = _turns(reading, then, now)
    return ChangesPage(
        around=around(reading, frame, "changes", addresses.items),
        runs=tuple(one.number for one in runs),
        before=before.number if before else None,
        after=run.number if run else None,
        rows=rows,
        same=same,
        same_digest=bool(run and before and run.digest == before.digest),
    )


def _findings(reading: Reading, counts: RunCounts) -> Mapping[str, Finding]:
    return {
        rule.id: judge(rule, counts.rules.get(rule.id), reading.rubric)
        for rule in get_catalogue().rules_of(reading.rubric.id)
        if rule.active
    }


def _turns(
    reading: Reading, then: Mapping[str, Finding], now: Mapping[str, Finding]
) -> tuple[tuple[ChangeRow, ...], int]:
    rules = get_catalogue().rules
    rows = []
    for name, after in now.items():
        before = then[name]
        if (before.status, before.numerator, before.denominator) == (
            after.status,
            after.numerator,
            after.denominator,
        ):
            continue
        step = RANK[after.status] - RANK[before.status]
        rows.append(
            ChangeRow(
                rule=name,
                label=lang(rules[name].label),
                before=before.status,
                before_word=lang(STATUS_WORDS[before.status]),
                before_counts=_counts(reading, before),
                after=after.status,
                after_word=lang(STATUS_WORDS[after.status]),
                after_counts=_counts(reading, after),
                turn="better" if step > 0 else "worse" if step < 0 else "other",
            )
        )
    rows.sort(key=lambda row: (("worse", "better", "other").index(row.turn), row.rule))
    return tuple(rows), len(now) - len(rows)


def _counts(reading: Reading, finding: Finding) -> str:
    return reading.counts(finding.numerator, finding.denominator) if finding.denominator else "—"
