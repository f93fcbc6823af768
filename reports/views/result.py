"""The result of an assessment."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.queries.frame import read_frame
from assessments.views.door import behind_the_door
from reports.standing import with_evidence
from reports.view_models.result import result_chart, result_page
from reports.views.reading import addresses_for, chart_response, read


@behind_the_door
@require_GET
def result(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Beside session, person and memberships: the assessment (1), its standing (2 to 4), what was
    verified (2), its navigation (2, none for a bureau). ``?figure=`` answers with one chart as a
    Plotly figure."""
    found, standing = read(request, assessment)
    standing = with_evidence(found, standing)
    addresses = addresses_for(request, found, standing)
    if "figure" in request.GET:
        return chart_response(request, result_chart(standing, request.GET["figure"], addresses=addresses))
    frame = read_frame(found, request.user, standing.rubric)
    page = result_page(standing, frame, addresses=addresses, why=request.GET.get("why", ""))
    return render(request, "reports/result.html", {"page": page})
