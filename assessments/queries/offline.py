"""What the pages of submissions that travel as a file show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language

from assessments.models import Assessment, ImportedSubmission
from assessments.permissions import check_can_export_submission, reason
from assessments.queries.frame import AssessmentFrame, frame_of
from hospitals import access
from hospitals.access import Person
from rubrics.queries import get_rubric

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ExportPage:
    """``signs``: this installation holds a signing key; else the file is signed by the command."""

    frame: AssessmentFrame
    number: int
    level: int
    taken_at: datetime | None
    signs: bool
    why_not: str


def export_page(assessment: Assessment, user: Person) -> ExportPage:
    """Two queries: flags in force, newest snapshot."""
    rubric = get_rubric(assessment.edition)
    snapshot = assessment.snapshots.only("number", "level", "taken_at", "assessment_id").first()
    return ExportPage(
        frame=frame_of(assessment, user, rubric, {}),
        number=snapshot.number if snapshot else 0,
        level=snapshot.level if snapshot else 0,
        taken_at=snapshot.taken_at if snapshot else None,
        signs=bool(settings.SIGNING_KEY),
        why_not=reason(check_can_export_submission, user, assessment),
    )


@dataclass(frozen=True, slots=True)
class ImportLine:
    assessment: str
    hospital: str
    title: str
    number: int
    level: int
    digest: str
    key: str
    by: str
    at: datetime
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: ``line`` when it was taken in, else the sentence that says why not."""

    name: str
    line: ImportLine | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ImportPage:
    lines: tuple[ImportLine, ...]
    outcomes: tuple[Outcome, ...] = ()
    problem: str = ""


def import_page(user: Person, *, outcomes: tuple[Outcome, ...] = (), problem: str = "") -> ImportPage:
    """What was taken in lately, of hospitals beneath the reader's bureaus. One query."""
    rows = (
        ImportedSubmission.objects.filter(access.beneath_bureaus_of(user, "assessment__hospital__"))
        .select_related("assessment__hospital", "snapshot", "key", "received_by")
        .defer("document", "snapshot__answers", "snapshot__card", "snapshot__verified", "snapshot__basis")
    )
    return ImportPage(tuple(line_of(row) for row in rows[:MOST_SHOWN]), outcomes, problem)


def line_of(row: ImportedSubmission) -> ImportLine:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return ImportLine(
        assessment=str(row.assessment.public_id),
        hospital=row.assessment.hospital.label,
        title=row.assessment.title,
        number=row.snapshot.number,
        level=row.snapshot.level,
        digest=row.digest[:16],
        key=row.key.fingerprint[:16],
        by=row.received_by.get_full_name(),
        at=row.received_at,
        differences=tuple(found[language] for found in row.differences),
    )
