"""The answer to switches, for the gap page and for programs."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from assessments.views.door import behind_the_door, plain
from reports.view_models.what_if import BadSwitch, read_switches, what_if
from reports.views.reading import read, target_of


@behind_the_door
@require_POST
def try_switches(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Changes nothing. A part of the gap page, or JSON for who accepts that; 422 with a sentence
    for a switch the standard does not have. Queries: the assessment (1) and its standing (2 to 4)."""
    found, standing = read(request, assessment)
    target = target_of(request, standing)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        answer = what_if(standing, read_switches(dict(request.POST.lists())), target)
    except BadSwitch as problem:
        if wants_json:
            return JsonResponse({"problem": str(problem)}, status=422)
        return plain(str(problem), 422)
    if wants_json:
        return JsonResponse(asdict(answer))
    response = render(request, "reports/_what_if.html", {"what_if": answer, "assessment_id": found.public_id})
    return response
