"""The page on which an assessment is looked through and handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.permissions import check_can_submit, reason
from assessments.queries.frame import AssessmentFrame, frame_of
from assessments.queries.progress import Missing
from assessments.queries.readiness import Readiness, fingerprint_of, readiness_of
from assessments.queries.signing.standing import (
    StepStanding,
    is_required,
    standing_of,
    why_not_submitted,
)
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
class SigningLine:
    """A signature that does not count. ``state``: open (never put down) | reopened (put down, no longer for what is
    said now) | void; who had signed, and when."""

    name: str
    state: str
    signer: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SigningNote:
    """How far the signing is. ``refuses``: the sentence with which submitting is refused, where the hospital requires
    signatures; empty: it is a hint only."""

    required: bool
    refuses: str
    lines: tuple[SigningLine, ...]


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
    signing: SigningNote | None = None  # None: the hospital does not sign this one
    note: str = ""  # what was typed before a refusal


def submission_page(assessment: Assessment, user: Person, note: str = "") -> SubmissionPage:
    """Thirteen queries at most: readiness (its rows serve the frame), fingerprint, flags in force, rule and round of
    signing; six more where it is signed."""
    rubric = get_rubric(assessment.edition)
    seen = fingerprint_of(assessment)  # before the list is read: a change in between is noticed
    readiness = readiness_of(assessment)
    why_not = reason(check_can_submit, user, assessment)
    return SubmissionPage(
        frame=frame_of(assessment, user, rubric, readiness.rows, readiness.done_items),
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
        signing=signing_note(assessment),
        note=note,
    )


def signing_note(assessment: Assessment) -> SigningNote | None:
    """What of the signing is missing or was reopened, where signatures are required or somebody has begun to sign."""
    required = is_required(assessment)
    if not required and not assessment.signing_rounds.filter(snapshot__isnull=True).exists():
        return None
    standing = standing_of(assessment)
    return SigningNote(
        required,
        why_not_submitted(standing) if required else "",
        () if standing.complete else tuple(_signing_line(one) for one in standing.steps if not one.counts),
    )


def _signing_line(one: StepStanding) -> SigningLine:
    if one.signature is None:
        return SigningLine(one.name, "open", "", None)
    state = "reopened" if one.lapsed else "void"
    return SigningLine(one.name, state, one.signature.signer_name, one.signature.at)


def _missing(missing: Missing) -> str:
    levels = _("、").join(str(level) for level in missing.levels)
    return {
        "base": _("分母（统计口径）未填"),
        "numerator": _("分子未填：%(levels)s级"),
        "in_use": _("是否在用未选"),
        "data_quality": _("数据质量指数未填：%(levels)s级"),
    }[missing.kind] % {"levels": levels}
