"""What is missing for a target level."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.permissions import is_staff_of
from assessments.queries.frame import read_frame
from assessments.views.door import behind_the_door
from reports.standing import assignments_of
from reports.view_models.gap import gap_chart, gap_page
from reports.view_models.gaps import Assigned
from reports.view_models.what_if import BadSwitch, read_switches
from reports.views.reading import addresses_for, chart_response, read, target_of


@behind_the_door
@require_GET
def gap(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?target=`` a level, ``?lift=`` and the like: switches to try (view_models/what_if.py).

    Beside session, person and memberships: the assessment (1), its standing (2 to 4), its
    navigation (2) and assignments (1); neither of the last two for a bureau.
    """
    found, standing = read(request, assessment)
    target = target_of(request, standing)
    if "figure" in request.GET:
        return chart_response(request, gap_chart(standing, request.GET["figure"], target))
    frame = read_frame(found, request.user, standing.rubric)
    addresses = addresses_for(request, found, standing)
    assigned = {}
    if is_staff_of(request.user, found):
        assigned = {code: Assigned(*parts) for code, parts in assignments_of(found).items()}
    try:
        page = gap_page(
            standing, frame, target, read_switches(dict(request.GET.lists())), assigned, addresses
        )
    except BadSwitch as problem:
        page = gap_page(standing, frame, target, (), assigned, addresses, str(problem))
    return render(request, "reports/gap.html", {"page": page})
