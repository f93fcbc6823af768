"""The overview of one assessment, for the hospital; and what a bureau sees of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.permissions import check_can_see_work, is_staff_of
from assessments.queries.happenings import history_page
from assessments.queries.overview import overview_of
from assessments.queries.review import review_of
from assessments.views.door import behind_the_door, find_assessment
from assessments.views.listing import page_number


@behind_the_door
@require_GET
def assessment(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    if not is_staff_of(request.user, found):
        return render(request, "assessments/review.html", {"page": review_of(found, request.user)})
    return render(request, "assessments/overview.html", {"page": overview_of(found, request.user)})


@behind_the_door
@require_GET
def history(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The trail in words; ``?item=01.01`` narrows it to one item."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    page = history_page(found, request.user, item=request.GET.get("item", ""), page=page_number(request))
    return render(request, "assessments/history.html", {"page": page})
