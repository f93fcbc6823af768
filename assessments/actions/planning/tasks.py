"""The tasks of a plan: whose they are, and how far they are."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.notices import News, tell_all
from assessments.actions.planning.adopting import LONGEST_NOTE
from assessments.models import PlanTask
from assessments.planning_permissions import check_can_assign_task, check_can_move_task
from assessments.planning_words import ASSIGNED
from assessments.trail import record_work
from hospitals.access import HOSPITAL_STAFF
from hospitals.models import Department, Membership
from hospitals.refusals import Refusal

State = PlanTask.State


class TaskChanged(Refusal):
    """Somebody else changed the task after the page was opened."""


@transaction.atomic
def assign_task(*, by: User, task: PlanTask, department: Department | None, owner: User | None) -> PlanTask:
    """Whose task it is; None clears. A new owner is told once. Raises Refusal for people from outside."""
    held = held_task(task)
    check_can_assign_task(by, held.plan)
    _refuse_outsiders(held, department, owner)
    before = (held.department_id, held.owner_id)
    held.department, held.owner = department, owner
    if before == (held.department_id, held.owner_id):
        return held
    _save(held, by, ["department", "owner"])
    record_work(
        verb="plan.task-assigned",
        by=by,
        assessment=held.plan.assessment,
        item=held.item_code,
        facts={
            "level": held.level,
            "department": department.name if department else "",
            "person": owner.get_full_name() if owner else "",
        },
    )
    if owner is not None and owner.pk != before[1] and owner.pk != by.pk:
        assessment = held.plan.assessment
        facts = {"count": 1, "items": [held.item_code], "due_on": held.due_on.isoformat()}
        url = reverse("plan-progress", args=[assessment.public_id])
        tell_all(news=[News(owner.pk, ASSIGNED, {**facts, "title": assessment.title}, url)])
    return held


@transaction.atomic
def move_task(*, by: User, task: PlanTask, state: str, note: str = "", seen: int | None = None) -> PlanTask:
    """How far the task is: open, in_work, done or given_up; giving it up needs a reason in ``note``.

    ``seen``: the version the person looked at; TaskChanged where it is another one by now. An empty note keeps
    the one before. Raises Refusal with one sentence.
    """
    held = held_task(task)
    check_can_move_task(by, held)
    if seen is not None and seen != held.version:
        raise TaskChanged(_("这项任务刚刚被他人修改。没有写入；请核对后再改。"))
    if state not in State.values:
        raise Refusal(_("没有这种任务状态。"))
    note = note.replace("\x00", "").strip()[:LONGEST_NOTE] or held.note
    if state == State.GIVEN_UP and not note:
        raise Refusal(_("不再进行的任务需要写明理由。"))
    before = held.state
    if (before, held.note) == (state, note):
        return held
    held.state, held.note = state, note
    held.done_on = (held.done_on or timezone.localdate()) if state == State.DONE else None
    _save(held, by, ["state", "note", "done_on"])
    record_work(
        verb="plan.task-moved",
        by=by,
        assessment=held.plan.assessment,
        item=held.item_code,
        facts={"level": held.level, "before": before, "after": state, **({"note": note} if note else {})},
    )
    return held


def held_task(task: PlanTask) -> PlanTask:
    """The row as it is now, locked, with its plan, assessment and hospital."""
    return (
        PlanTask.objects.select_for_update(of=("self",))
        .select_related("plan__assessment__hospital", "plan__assessment__edition")
        .defer("plan__plan", "plan__constraints", "plan__assumptions")
        .get(pk=task.pk)
    )


def _save(task: PlanTask, by: User, fields: list[str]) -> None:
    task.version += 1
    task.changed_by, task.changed_at = by, timezone.now()
    task.save(update_fields=[*fields, "version", "changed_by", "changed_at"])


def _refuse_outsiders(task: PlanTask, department: Department | None, owner: User | None) -> None:
    hospital = task.plan.hospital_id
    if department is not None:
        if department.organisation_id != hospital:
            raise Refusal(_("所选科室不属于本院。"))
        if department.closed_at is not None and department.pk != task.department_id:
            raise Refusal(_("科室“%(name)s”已停用，请选择其他科室。") % {"name": department.label})
    if owner is not None:
        there = Membership.objects.in_force().filter(
            user=owner, organisation_id=hospital, role__in=HOSPITAL_STAFF, user__is_active=True
        )
        if not there.exists():
            raise Refusal(
                _("%(name)s不是本院成员。请先在机构页邀请，再分派。") % {"name": owner.get_full_name()}
            )
