"""A rehearsal, a case or a photo of an assessment that the person may see; else 404."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from assessments.models import Rehearsal, RehearsalCase, RehearsalPhoto
from assessments.permissions import check_can_see_work
from assessments.views.door import find_assessment


def find_rehearsal(request: HttpRequest, assessment: UUID, number: int) -> Rehearsal:
    """Two queries: the assessment, the rehearsal with its run and people."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    held = (
        found.rehearsals.select_related("run", "made_by", "closed_by")
        .defer("run__counts")
        .filter(number=number)
        .first()
    )
    if held is None:
        raise Http404
    held.assessment = found
    return held


def find_case(request: HttpRequest, assessment: UUID, number: int, case: int) -> RehearsalCase:
    """Three queries."""
    rehearsal = find_rehearsal(request, assessment, number)
    held = rehearsal.cases.select_related("marked_by", "added_by").filter(pk=case).first()
    if held is None:
        raise Http404
    held.rehearsal = rehearsal
    return held


def find_photo(request: HttpRequest, assessment: UUID, number: int, case: int, photo: UUID) -> RehearsalPhoto:
    """Four queries."""
    held = find_case(request, assessment, number, case)
    row = held.photos.filter(public_id=photo, removed_at__isnull=True).first()
    if row is None:
        raise Http404
    row.case = held
    return row
