"""Assessments a person may see, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from assessments.models import Assessment
from assessments.permissions import allowed, check_can_start, is_staff_of
from assessments.queries.results import Result, results_of
from assessments.queries.verification.span_chip import SpanChip, chip_of, with_last_check
from hospitals.access import Person

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    public_id: str
    title: str
    hospital: str
    edition: str
    edition_status: str
    window: tuple[date, date] | None
    status: str
    target: int
    level: int | None
    span: SpanChip
    total: Decimal | None
    live: bool
    due_on: date | None
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class AssessmentList:
    """``several``: more than one hospital occurs, so the list names it."""

    lines: Page[AssessmentLine]
    show: str
    several: bool
    can_start: bool


def list_assessments(user: Person, *, show: str = "", page: int = 1) -> AssessmentList:
    """Assessments newest first. Nine queries at most, for 1 and for 20 on a page.

    Count, page, and for the levels those of ``results_of`` (snapshots, and for open ones flags, item
    rows, base figures, overall confirmations). ``show``: open | closed | nothing for all. A bureau
    reads the newest snapshot also while the hospital works on what was returned.
    """
    found: QuerySet[Assessment] = Assessment.objects.visible_to(user)
    if show == "open":
        found = found.filter(status__in=Assessment.OPEN)
    elif show == "closed":
        found = found.exclude(status__in=Assessment.OPEN)
    pages = Paginator(found, PER_PAGE)
    lines = pages.get_page(page)
    # what costs something per row is asked of the rows shown alone: a database works it out before it sorts
    page_of: Any = lines.object_list
    wanted: QuerySet[Assessment] = Assessment.objects.filter(pk__in=page_of.values("pk"))
    shown = list(with_last_check(wanted.select_related("hospital", "edition")))
    results = _results(user, shown)
    page_of_lines: Any = lines  # the same position and count, with lines in place of rows
    page_of_lines.object_list = [_line(assessment, results.get(assessment.pk)) for assessment in shown]
    return AssessmentList(
        lines=page_of_lines,
        show=show if show in ("open", "closed") else "",
        several=len({assessment.hospital_id for assessment in shown}) > 1,
        can_start=allowed(check_can_start, user),
    )


def _results(user: Person, shown: Sequence[Assessment]) -> dict[int, Result]:
    own = [assessment for assessment in shown if is_staff_of(user, assessment)]
    overseen = [assessment for assessment in shown if not is_staff_of(user, assessment)]
    return {**results_of(own), **(results_of(overseen, submitted_only=True) if overseen else {})}


def _line(assessment: Assessment, result: Result | None) -> AssessmentLine:
    return AssessmentLine(
        public_id=str(assessment.public_id),
        title=assessment.title,
        hospital=assessment.hospital.label,
        edition=assessment.edition.title,
        edition_status=assessment.edition.status,
        window=(assessment.window_from, assessment.window_to)
        if assessment.window_from and assessment.window_to
        else None,
        status=assessment.status,
        target=assessment.target_level,
        level=result.card.level if result else None,
        span=chip_of(result.snapshot if result else None, getattr(assessment, "checked_at", None)),
        total=result.card.total if result else None,
        live=result.live if result else False,
        due_on=assessment.due_on,
        submitted_at=assessment.submitted_at,
    )
