"""Why this score: a part of the result page, or a page of its own."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.queries.frame import read_frame
from assessments.views.door import behind_the_door
from reports.standing import with_evidence
from reports.view_models.explanation import explanation_page, why_panel
from reports.views.reading import read


@behind_the_door
@require_GET
def explanation(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """``item``: an item code, ``level-3`` or ``total``. Queries as the result page."""
    found, standing = read(request, assessment)
    standing = with_evidence(found, standing)
    why = why_panel(standing, item)
    if why is None:
        raise Http404
    if "HX-Request" in request.headers:
        return render(request, "reports/_why.html", {"why": why, "assessment_id": found.public_id})
    frame = read_frame(found, request.user, standing.rubric)
    return render(request, "reports/explanation.html", {"page": explanation_page(standing, frame, why)})
