"""A plan is adopted, or given up."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.actions.planning import adopt_plan, give_up_plan
from assessments.planning_permissions import check_can_adopt, check_can_give_up
from assessments.queries.planning.adopted import plan_in_force
from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.views.roadmap.finding import find_planned, refused


@behind_the_door
@require_POST
def plan_adopt(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The plan the person saw becomes the one the hospital works by."""
    found = find_planned(request, assessment)
    check_can_adopt(request.user, found)
    try:
        adopted = adopt_plan(
            by=person_of(request),
            assessment=found,
            seen=request.POST.get("mark", ""),
            note=request.POST.get("note", ""),
        )
    except Refusal as refusal:
        return refused(request, refusal, "plan", assessment)
    messages.success(
        request,
        _("已采纳第%(number)s份规划，任务已分派。冻结的规划不再改变；情况有变时另行采纳新的规划。")
        % {"number": adopted.number},
    )
    return redirect("plan-progress", assessment=assessment)


@behind_the_door
@require_POST
def plan_end(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The plan in force ends without another one."""
    found = find_planned(request, assessment)
    check_can_adopt(request.user, found)
    plan = plan_in_force(found)
    if plan is None:
        raise Http404
    check_can_give_up(request.user, plan)
    try:
        give_up_plan(by=person_of(request), plan=plan, why=request.POST.get("why", ""))
    except Refusal as refusal:
        return refused(request, refusal, "plan-progress", assessment)
    messages.success(request, _("规划已终止，记录保留。"))
    return redirect("plan-progress", assessment=assessment)
