"""Assessments and what was frozen of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.tags import tag_of
from assessments.models import Assessment, ScoreSnapshot, StatusChange
from assessments.permissions import is_staff_of
from assessments.queries.readiness import Readiness, fingerprint_of
from assessments.queries.verification.span_chip import FROZEN
from hospitals.access import Person


@dataclass(frozen=True, slots=True)
class HospitalPlace:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Submission:
    """The newest snapshot, without its documents."""

    number: int
    level: int
    total: Decimal
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    id: UUID
    title: str
    hospital: HospitalPlace
    rubric: str
    edition: str
    window: dict[str, date] | None
    target_level: int
    status: str
    due_on: date | None
    created_at: datetime
    submitted_at: datetime | None
    submission: Submission | None


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """Levels of the verified lenses are None where nothing was counted or decided when it was submitted."""

    number: int
    taken_at: datetime
    level: int
    total: Decimal
    edition_hash: str
    engine_version: str
    run: int | None
    at_most: int | None
    provisional: int | None
    at_least: int | None
    coverage: Decimal | None


@dataclass(frozen=True, slots=True)
class StepFacts:
    before: str
    after: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hindrance:
    item: str
    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """``ready``: nothing contradicts itself; ``complete``: nothing is missing either."""

    ready: bool
    complete: bool
    level: int
    total: Decimal
    contradictions: tuple[Hindrance, ...]
    open_clauses: int
    missing_figures: int
    unconfirmed: int
    not_done: int
    assigned: int


def find_assessments(
    user: Person,
    *,
    hospital: UUID | None = None,
    rubric: str = "",
    status: str = "",
    submitted_since: datetime | None = None,
    window_to: date | None = None,
) -> QuerySet[Assessment]:
    """Assessments the person may see, narrowed; with hospital and edition. No query yet."""
    found = Assessment.objects.visible_to(user).select_related("hospital", "edition")
    if hospital is not None:
        found = found.filter(hospital__public_id=hospital)
    if rubric:
        found = found.filter(edition__key=rubric)
    if status:
        found = found.filter(status=status)
    if submitted_since is not None:
        found = found.filter(submitted_at__gte=submitted_since)
    if window_to is not None:
        found = found.filter(window_to=window_to)
    return found


def assessment_facts(assessments: Sequence[Assessment]) -> list[AssessmentFacts]:
    """One query for the newest submission of all of them, none for an empty list."""
    newest: dict[int, Submission] = {}
    if assessments:
        rows = ScoreSnapshot.objects.filter(assessment__in=[a.pk for a in assessments]).order_by("number")
        for pk, number, level, total, at in rows.values_list(
            "assessment_id", "number", "level", "total", "taken_at"
        ):
            newest[pk] = Submission(number, level, total, at)
    return [_facts(assessment, newest.get(assessment.pk)) for assessment in assessments]


def _facts(assessment: Assessment, submission: Submission | None) -> AssessmentFacts:
    window = (
        {"from": assessment.window_from, "to": assessment.window_to}
        if assessment.window_from and assessment.window_to
        else None
    )
    return AssessmentFacts(
        id=assessment.public_id,
        title=assessment.title,
        hospital=HospitalPlace(assessment.hospital.public_id, assessment.hospital.name),
        rubric=assessment.edition.key,
        edition=assessment.edition.slug,
        window=window,
        target_level=assessment.target_level,
        status=assessment.status,
        due_on=assessment.due_on,
        created_at=assessment.created_at,
        submitted_at=assessment.submitted_at,
        submission=submission,
    )


def state_of(assessment: Assessment, user: Person) -> str:
    """The tag of an assessment: of the work with every answer for its staff, of the submission for others.
    Four queries, or none."""
    if is_staff_of(user, assessment):
        return fingerprint_of(assessment)[:40]
    return tag_of(assessment.pk, assessment.status, assessment.submitted_at)


def snapshots_of(assessment: Assessment) -> QuerySet[ScoreSnapshot]:
    """Submissions without their documents. No query yet."""
    return (
        ScoreSnapshot.objects.filter(assessment=assessment)
        .defer("answers", "card", "basis", "verified")
        .annotate(**FROZEN)
        .select_related("run")
        .defer("run__counts")
    )


def snapshot_facts(snapshot: ScoreSnapshot) -> SnapshotFacts:
    """A row of ``snapshots_of``. No query."""
    frozen: Any = snapshot
    coverage = frozen.verified_coverage
    return SnapshotFacts(
        number=snapshot.number,
        taken_at=snapshot.taken_at,
        level=snapshot.level,
        total=snapshot.total,
        edition_hash=snapshot.edition_hash,
        engine_version=snapshot.engine_version,
        run=snapshot.run.number if snapshot.run else None,
        at_most=_whole(frozen.verified_at_most),
        provisional=_whole(frozen.verified_provisional),
        at_least=_whole(frozen.verified_at_least),
        coverage=Decimal(coverage) if coverage not in (None, "") else None,
    )


def _whole(value: object) -> int | None:
    return int(str(value)) if value not in (None, "") else None


def steps_of(assessment: Assessment) -> tuple[StepFacts, ...]:
    """The life cycle, newest first. One query."""
    rows = StatusChange.objects.filter(assessment=assessment)
    return tuple(StepFacts(row.before, row.after, row.reason, row.at) for row in rows)


def readiness_facts(readiness: Readiness) -> ReadinessFacts:
    """No query."""
    return ReadinessFacts(
        ready=not readiness.problems,
        complete=not readiness.incomplete,
        level=readiness.result.card.level,
        total=readiness.result.card.total,
        contradictions=tuple(Hindrance(one.item, one.field, one.sentence) for one in readiness.problems),
        open_clauses=readiness.open_clauses,
        missing_figures=readiness.missing_figures,
        unconfirmed=len(readiness.unconfirmed),
        not_done=readiness.not_done,
        assigned=readiness.assigned,
    )
