"""How far the adopted plan is, and one task at a time."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from assessments.actions.planning import assign_task, move_task
from assessments.models import Assessment, PlanTask
from assessments.permissions import check_can_see_work, reason
from assessments.planning_permissions import check_can_assign_task, check_can_move_task, reads_plans
from assessments.queries.frame import read_frame
from assessments.queries.panels import members_of
from assessments.queries.planning.adopted import HEAVY, adopted_plans, chosen_plan, tasks_for
from assessments.views.door import back_to, behind_the_door, find_assessment
from hospitals.models import Department
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.view_models.planning.progress import progress_page
from rubrics.queries import get_rubric


@behind_the_door
@require_GET
def plan_progress(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The plan in force of this hospital and standard, or ``?plan=`` an earlier one; people of a department see their
    own tasks. Beside session, person and memberships: the assessment, the navigation (2), the plans, the tasks, and
    for who assigns them the people and the departments."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    rubric = get_rubric(found.edition)
    plans = adopted_plans(found)
    plan = chosen_plan(plans, _asked_for(request))
    if plan is None and _asked_for(request) is not None:
        raise Http404
    if plan is not None:
        plan.assessment.hospital = found.hospital
    assigns = plan is not None and not reason(check_can_assign_task, request.user, plan)
    page = progress_page(
        read_frame(found, request.user, rubric),
        request.user,
        rubric,
        plan,
        plans if reads_plans(request.user, found) else (),
        list(tasks_for(plan, request.user)) if plan else [],
        shown=request.GET.get("show", ""),
        people=members_of(found) if assigns else (),
        places=found.hospital.departments.filter(closed_at__isnull=True) if assigns else (),
    )
    return render(request, "reports/roadmap/progress.html", {"page": page})


@behind_the_door
@require_POST
def plan_task_move(request: HttpRequest, assessment: UUID, task: UUID) -> HttpResponse:
    """How far the task is."""
    held = _find_task(request, find_assessment(request, assessment), task)
    check_can_move_task(request.user, held)
    seen = request.POST.get("seen", "")
    try:
        move_task(
            by=person_of(request),
            task=held,
            state=request.POST.get("state", ""),
            note=request.POST.get("note", ""),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("任务已更新。"))
    return back_to(request, reverse("plan-progress", args=[assessment]))


@behind_the_door
@require_POST
def plan_task_assign(request: HttpRequest, assessment: UUID, task: UUID) -> HttpResponse:
    """Whose the task is; an empty field clears it."""
    found = find_assessment(request, assessment)
    held = _find_task(request, found, task)
    check_can_assign_task(request.user, held.plan)
    try:
        assign_task(
            by=person_of(request),
            task=held,
            department=_department(request, found),
            owner=_owner(request),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("任务已分派。"))
    return back_to(request, reverse("plan-progress", args=[assessment]))


def _find_task(request: HttpRequest, assessment: Assessment, task: UUID) -> PlanTask:
    """A task of a plan of this hospital and standard that the person may see; else 404. One query."""
    check_can_see_work(request.user, assessment)
    rows = (
        PlanTask.objects.select_related("plan__assessment__hospital", "department", "owner")
        .defer(*(f"plan__{name}" for name in HEAVY))
        .filter(plan__hospital_id=assessment.hospital_id, plan__rubric=assessment.edition.key)
    )
    return get_object_or_404(rows, public_id=task)


def _asked_for(request: HttpRequest) -> UUID | None:
    text = request.GET.get("plan", "")
    try:
        return UUID(text) if text else None
    except ValueError as wrong:
        raise Http404 from wrong


def _department(request: HttpRequest, assessment: Assessment) -> Department | None:
    text = request.POST.get("department", "")
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError as wrong:
        raise Refusal(_("所选科室不属于本院。")) from wrong
    found = Department.objects.filter(organisation_id=assessment.hospital_id, public_id=wanted).first()
    if found is None:
        raise Refusal(_("所选科室不属于本院。"))
    return found


def _owner(request: HttpRequest) -> User | None:
    text = request.POST.get("owner", "")
    if not text:
        return None
    try:
        found = User.objects.filter(public_id=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Refusal(_("没有这位成员。"))
    return found
