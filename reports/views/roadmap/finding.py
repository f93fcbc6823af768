"""What the planning views share: the assessment behind its door, the plan of its ground, refusals as the page says them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments.models import Assessment
from assessments.planning_permissions import check_can_see_planning
from assessments.queries.planning.ground import Ground
from assessments.queries.planning.making import plan_for
from assessments.views.door import find_assessment, plain, wants_part
from engine.roadmap.values import Plan
from hospitals.refusals import Refusal


def find_planned(request: HttpRequest, assessment: UUID) -> Assessment:
    """One query: the assessment, for people who see whole plans; 404 or a refusal for others."""
    found = find_assessment(request, assessment)
    check_can_see_planning(request.user, found)
    return found


def plan_or_why(ground: Ground, objective: str = "") -> tuple[Plan | None, str]:
    """The plan, or why there is none to be had. No query."""
    try:
        return plan_for(ground, objective), ""
    except Refusal as refusal:
        return None, str(refusal)


def refused(request: HttpRequest, refusal: Refusal, address: str, assessment: UUID) -> HttpResponse:
    """A part of the page gets the sentence alone; a form of its own goes back to the page with it."""
    if wants_part(request):
        return plain(str(refusal), 422)
    messages.error(request, str(refusal))
    return redirect(address, assessment=assessment)
