"""The queue, and one review: for those who review, and for the hospital."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.queries.reviewing.hospital import hospital_review_page
from assessments.queries.reviewing.page import review_page
from assessments.queries.reviewing.queue import Filters, queue_page
from assessments.views.door import behind_the_door
from assessments.views.listing import page_number
from assessments.views.reviewing.finding import find_desk


@behind_the_door
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """``?show=mine|office|all&state=&edition=&q=``. Six queries beside session, person and memberships."""
    filters = Filters(
        show=request.GET.get("show", ""),
        state=request.GET.get("state", ""),
        edition=request.GET.get("edition", ""),
        search=request.GET.get("q", ""),
    )
    page = queue_page(request.user, filters, page=page_number(request))
    return render(request, "assessments/reviewing/queue.html", {"page": page})


@behind_the_door
@require_GET
def review(request: HttpRequest, review: UUID) -> HttpResponse:
    """Twenty-two queries at most for a reviewer, sixteen for the hospital, beside session, person and
    memberships."""
    desk = find_desk(request, review)
    if desk.outside:
        page = hospital_review_page(desk)
        return render(request, "assessments/reviewing/hospital.html", {"page": page})
    return render(request, "assessments/reviewing/review.html", {"page": review_page(desk)})
