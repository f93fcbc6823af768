"""The numbers a hospital's plans rest on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.actions.planning import reset_assumptions, save_assumptions
from assessments.models import Assessment
from assessments.planning_permissions import check_can_draft
from assessments.queries.frame import read_frame
from assessments.queries.planning.ground import ground_of, own_numbers
from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.view_models.planning.assuming import AssumptionsPage, assumptions_page, changes_of
from reports.view_models.words import lang
from reports.views.roadmap.finding import find_planned

OURS = ("csrfmiddlewaretoken", "rules", "default", "all")


@behind_the_door
@require_http_methods(["GET", "POST"])
def plan_assumptions(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The form; POST keeps the hospital's own numbers. ``default``: a key that goes back to its default with what
    else is typed kept; ``all``: everything back. Queries: the plan's ground, the navigation (2), the numbers (1)."""
    found = find_planned(request, assessment)
    if request.method == "GET":
        return render(request, "reports/roadmap/assumptions.html", {"page": _page(request, found)})
    check_can_draft(request.user, found)
    typed = {key: request.POST.get(key, "") for key in request.POST if key not in OURS}
    if back := request.POST.get("default", ""):
        typed.pop(back, None)
    try:
        if "all" in request.POST:
            reset_assumptions(by=person_of(request), assessment=found)
        else:
            changes = changes_of(found, typed, request.POST.getlist("rules"))
            save_assumptions(by=person_of(request), assessment=found, changes=changes)
    except Refusal as refusal:
        page = _page(request, found, typed=typed, problem=str(refusal))
        return render(request, "reports/roadmap/assumptions.html", {"page": page}, status=422)
    messages.success(request, _("假设已保存，本院这一标准的规划按新的数值计算。"))
    return redirect("plan-assumptions", assessment=assessment)


def _page(
    request: HttpRequest, found: Assessment, *, typed: dict[str, str] | None = None, problem: str = ""
) -> AssumptionsPage:
    ground = ground_of(found)
    frame = read_frame(found, request.user, ground.rubric)
    return assumptions_page(
        found,
        request.user,
        frame,
        lang(ground.rubric.title),
        ground.assumptions,
        own_numbers(found),
        typed=typed,
        problem=problem,
    )
