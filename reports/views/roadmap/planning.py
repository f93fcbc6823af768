"""The planning page: the plan as it stands, and one decision at a time."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.planning import change_draft
from assessments.actions.planning.changes import QUOTED, Change
from assessments.planning_permissions import check_can_draft
from assessments.queries.frame import read_frame
from assessments.queries.planning.adopted import plan_in_force
from assessments.queries.planning.ground import Ground, ground_of
from assessments.views.door import behind_the_door, wants_part
from engine.roadmap.plan_json import plan_from_json
from engine.roadmap.values import OBJECTIVES, Plan
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.standing import assignments_of
from reports.view_models.planning.board import PlanningPage, choice_of
from reports.view_models.planning.item import item_page
from reports.view_models.planning.page import planning_page
from reports.views.roadmap.finding import find_planned, plan_or_why, refused


@behind_the_door
@require_GET
def plan(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Beside session, person and memberships: the assessment (1), what the plan is made from (4 to 6), the
    navigation (2), assignments (1) and the plan in force (1); two more for a comparison with it (``against``)."""
    ground = ground_of(find_planned(request, assessment))
    if request.GET.get("against") != "adopted":
        return render(request, "reports/roadmap/plan.html", {"page": _page(request, ground)})
    adopted = plan_in_force(ground.assessment)
    if adopted is None:
        raise Http404
    if adopted.target != ground.setting.target:
        other = (_("执行中的规划目标等级不同，不能逐项比较。"),)
        return render(request, "reports/roadmap/plan.html", {"page": _page(request, ground, warnings=other)})
    page = _page(request, ground, before=plan_from_json(adopted.plan), adopted=adopted.number)
    return render(request, "reports/roadmap/plan.html", {"page": page})


@behind_the_door
@require_POST
def plan_change(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """One decision. The page's module gets the board again with what changed marked; a form without scripts the
    whole page. 422 with a sentence for what cannot be planned."""
    found = find_planned(request, assessment)
    check_can_draft(request.user, found)
    ground = ground_of(found)
    before, _problem = plan_or_why(ground)  # made anew where another process of the server drew the page
    try:
        change_draft(by=person_of(request), assessment=found, change=_change(request))
    except Refusal as refusal:
        return refused(request, refusal, "plan", assessment)
    if not wants_part(request):
        return redirect("plan", assessment=assessment)
    after = ground_of(found)
    same_question = ground.setting.target == after.setting.target
    warnings: tuple[str, ...] = ()
    if request.POST.get("answers") not in (None, "", after.answers_digest):
        warnings = (_("打开本页之后，自评的答案有了变化；下面是按最新答案重新计算的规划。"),)
    page = _page(request, after, before=before if same_question else None, warnings=warnings)
    return render(request, "reports/roadmap/_board.html", {"page": page})


@behind_the_door
@require_GET
def plan_choice(request: HttpRequest, assessment: UUID, objective: str) -> HttpResponse:
    """One of the three plans, made when it is asked for; a part of the page. Queries as the page, less four."""
    if objective not in OBJECTIVES:
        raise Http404
    found = find_planned(request, assessment)
    ground = ground_of(found)
    made, problem = plan_or_why(ground, objective)
    choice = choice_of(ground, objective, made, problem)
    context = {
        "choice": choice,
        "assessment_id": found.public_id,
        "can_draft": _may(request, ground),
        "answers_mark": ground.answers_digest,
    }
    return render(request, "reports/roadmap/_choice.html", context)


@behind_the_door
@require_GET
def plan_item(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """What can be decided about one item: a dialog of the page, or a page of its own."""
    found = find_planned(request, assessment)
    ground = ground_of(found)
    if item not in ground.rubric.by_code:
        raise Http404
    made, _problem = plan_or_why(ground)
    page = item_page(ground, request.user, read_frame(found, request.user, ground.rubric), item, made)
    template = "_item.html" if wants_part(request) else "item.html"
    return render(request, f"reports/roadmap/{template}", {"page": page})


def _page(
    request: HttpRequest,
    ground: Ground,
    *,
    before: Plan | None = None,
    adopted: int = 0,
    warnings: tuple[str, ...] = (),
) -> PlanningPage:
    found = ground.assessment
    made, problem = plan_or_why(ground)
    return planning_page(
        ground,
        request.user,
        read_frame(found, request.user, ground.rubric),
        plan=made,
        problem=problem,
        warnings=warnings,
        before=before,
        adopted=adopted,
        in_force=plan_in_force(found),
        departments={code: parts[0] for code, parts in assignments_of(found).items() if parts[0]},
    )


def _may(request: HttpRequest, ground: Ground) -> bool:
    try:
        check_can_draft(request.user, ground.assessment)
    except Refusal:
        return False
    return True


def _change(request: HttpRequest) -> Change:
    given = request.POST
    names = ("what", "item", "level", "quarter", "year", "amount", "reason")
    fields = {name: given.get(name, "").strip() for name in names}
    return Change(**fields, quotation={key: given.get(key, "") for key in QUOTED})
