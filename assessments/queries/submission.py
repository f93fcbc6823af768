"""The page on which an assessment is looked through and handed in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.permissions import check_can_submit, reason
from assessments.queries.frame import AssessmentFrame, read_frame
from assessments.queries.progress import Missing
from assessments.queries.readiness import Readiness, fingerprint_of, readiness_of
from hospitals.access import Person
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class GapLine:
    """An item that is not complete. ``figures``: what is missing, one sentence each."""

    code: str
    name: str
    open_clauses: int
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    frame: AssessmentFrame
    readiness: Readiness
    gaps: tuple[GapLine, ...]
    seen: str
    level: int
    total: Decimal
    top: int
    can_submit: bool
    why_not: str
    organisation_name: str
    search_edition: str
    note: str = ""  # what was typed before a refusal


def submission_page(assessment: Assessment, user: Person, note: str = "") -> SubmissionPage:
    """Twelve queries at most: readiness, fingerprint, frame, flags in force."""
    rubric = get_rubric(assessment.edition)
    seen = fingerprint_of(assessment)  # before the list is read: a change in between is noticed
    readiness = readiness_of(assessment)
    why_not = reason(check_can_submit, user, assessment)
    return SubmissionPage(
        frame=read_frame(assessment, user, rubric),
        readiness=readiness,
        gaps=tuple(
            GapLine(gap.code, gap.name, gap.open_clauses, tuple(_missing(one) for one in gap.figures))
            for gap in readiness.items
        ),
        seen=seen,
        level=readiness.result.card.level,
        total=readiness.result.card.total,
        top=rubric.top_level,
        can_submit=not why_not,
        why_not=why_not,
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
        note=note,
    )


def _missing(missing: Missing) -> str:
    levels = _("、").join(str(level) for level in missing.levels)
    return {
        "base": _("分母（统计口径）未填"),
        "numerator": _("分子未填：%(levels)s级"),
        "in_use": _("是否在用未选"),
        "data_quality": _("数据质量指数未填：%(levels)s级"),
    }[missing.kind] % {"levels": levels}
