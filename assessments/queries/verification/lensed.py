"""The result under the four lenses: the answers, what was counted, and what people decided."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from assessments.models import Assessment, EvidenceDecision, ScoreSnapshot, VerificationRun
from assessments.queries.answers import answers_of
from assessments.queries.results import what_counts
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.decisions import KINDS, Decision
from engine.evidence.findings_json import counts_from_json
from engine.evidence.lenses import Lenses, lenses_of, no_counts
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.formats import answers_from_json
from rubrics.queries import get_catalogue, get_rubric, rubric_under

_KEPT = 6  # results kept by a process: a page, its charts and its tabs ask for the same one after another


@dataclass(frozen=True, slots=True)
class Lensed:
    """Lenses and what they rest on. ``run`` None: nothing was counted, every part is not verified.

    ``rubric``: the edition under the flags they were scored with, those of the submission where there is one.
    """

    rubric: Rubric
    lenses: Lenses
    run: VerificationRun | None
    counts: RunCounts
    snapshot: ScoreSnapshot | None


def decisions_of(assessment: Assessment) -> tuple[Decision, ...]:
    """Decisions in force that enter the lenses, oldest first. One query."""
    rows = assessment.evidence_decisions.filter(withdrawn_at__isnull=True, kind__in=KINDS).select_related(
        "by"
    )
    return tuple(decision_of(row) for row in rows)


def decision_of(row: EvidenceDecision) -> Decision:
    """One decision as the engine takes it; ``by`` must be loaded."""
    return Decision(
        item=row.item_code,
        level=row.level,
        clause=row.clause_n,
        kind=row.kind,  # type: ignore[arg-type]  # the filter above
        verdict="refuted" if row.verdict == EvidenceDecision.Verdict.REFUTED else "supported",
        by=row.by.name,
        at=row.at.isoformat(),
        reason=row.reason,
    )


def lensed(assessment: Assessment, *, submitted_only: bool = False) -> Lensed:
    """The four lenses of an assessment as it stands, or as it was submitted with the decisions since.

    What was submitted is scored under the flags that were in force then, and of open answers figures that
    contradict each other count nothing, like on every result page. Two queries for a submitted one, six
    for an open one.
    """
    snapshot: ScoreSnapshot | None = None
    if submitted_only or not assessment.is_open:
        snapshot = assessment.snapshots.select_related("run", "confirmation").first()
    run: VerificationRun | None
    if snapshot is not None:
        rubric = rubric_under(assessment.edition, snapshot.confirmation)
        answers, run = answers_from_json(rubric, snapshot.answers), snapshot.run
    else:
        rubric = get_rubric(assessment.edition)
        answers, _problems = what_counts(rubric, answers_of(assessment, rubric=rubric))
        run = assessment.verification_runs.filter(state=VerificationRun.State.DONE).first()
    return of(rubric, answers, run, decisions_of(assessment), snapshot)


def of(
    rubric: Rubric,
    answers: Answers,
    run: VerificationRun | None,
    decisions: tuple[Decision, ...],
    snapshot: ScoreSnapshot | None = None,
) -> Lensed:
    """The lenses over given answers and a given run. No query.

    A finished run never changes and its digest names what it counted, so the newest results are kept.
    """
    catalogue = get_catalogue()
    digest = run.digest if run is not None else ""
    for known in tuple(_kept):
        if (
            known.rubric is rubric
            and known.catalogue is catalogue
            and known.digest == digest
            and known.decisions == decisions
            and known.answers == answers
        ):
            return Lensed(rubric, known.lenses, run, known.counts, snapshot)
    counts = counts_from_json(run.counts) if run is not None else no_counts(rubric, catalogue)
    lenses = lenses_of(rubric, answers, catalogue, counts, decisions)
    _kept.append(_Known(rubric, catalogue, digest, decisions, answers, lenses, counts))
    return Lensed(rubric, lenses, run, counts, snapshot)


@dataclass(frozen=True, slots=True)
class _Known:
    rubric: Rubric
    catalogue: Catalogue
    digest: str
    decisions: tuple[Decision, ...]
    answers: Answers
    lenses: Lenses
    counts: RunCounts


_kept: deque[_Known] = deque(maxlen=_KEPT)
