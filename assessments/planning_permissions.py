"""Who may plan, adopt and work off a plan. Each check returns None or raises the reason.

A plan is the hospital's own, with its money and its vendors: people outside never see one
(``check_can_see_work``), and people of a department see their own tasks only.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import AdoptedPlan, Assessment, PlanTask
from assessments.permissions import check_can_see_work
from hospitals import access
from hospitals.access import Person, Role
from hospitals.refusals import Refusal

READS = (Role.QUALITY_LEAD, Role.DIRECTOR, Role.CONSULTANT, Role.DATA_ENGINEER)
DRAFTS = (Role.QUALITY_LEAD, Role.DIRECTOR, Role.CONSULTANT)
ADOPTS = (Role.QUALITY_LEAD, Role.DIRECTOR)


def reads_plans(user: Person, assessment: Assessment) -> bool:
    """Whole plans with their money, not the own tasks alone."""
    return access.holds(user, assessment.hospital_id, *READS)


def check_can_see_planning(user: Person, assessment: Assessment) -> None:
    check_can_see_work(user, assessment)
    if not reads_plans(user, assessment):
        raise Refusal(_("规划由本院质控负责人、院领导、信息工程师和咨询顾问查看；您的任务在“规划进度”页。"))


def check_can_draft(user: Person, assessment: Assessment) -> None:
    """Changing what the solver may choose from, and the assumptions of the hospital."""
    check_can_see_work(user, assessment)
    if not access.holds(user, assessment.hospital_id, *DRAFTS):
        raise Refusal(_("规划由本院质控负责人、院领导或咨询顾问编制。"))
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档，不能再编制规划。请在新的自评中编制。"))


def check_can_adopt(user: Person, assessment: Assessment) -> None:
    check_can_see_work(user, assessment)
    if not access.holds(user, assessment.hospital_id, *ADOPTS):
        raise Refusal(_("规划由本院质控负责人或院领导采纳。"))
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档，不能再编制规划。请在新的自评中编制。"))


def check_is_in_force(plan: AdoptedPlan) -> None:
    if plan.state != AdoptedPlan.State.IN_FORCE:
        raise Refusal(_("这份规划%(state)s，不能再修改。") % {"state": AdoptedPlan.State(plan.state).label})


def check_can_give_up(user: Person, plan: AdoptedPlan) -> None:
    check_can_see_work(user, plan.assessment)
    if not access.holds(user, plan.hospital_id, *ADOPTS):
        raise Refusal(_("规划由本院质控负责人或院领导终止。"))
    check_is_in_force(plan)


def check_can_assign_task(user: Person, plan: AdoptedPlan) -> None:
    check_can_see_work(user, plan.assessment)
    if not access.holds(user, plan.hospital_id, *ADOPTS):
        raise Refusal(_("任务由本院质控负责人或院领导分派。"))
    check_is_in_force(plan)


def is_own_task(user: Person, task: PlanTask) -> bool:
    """Whether the task is the person's: by name, or through the department of a membership in the hospital."""
    if task.owner_id is not None and task.owner_id == user.pk:
        return True
    return task.department_id is not None and task.department_id in departments_of(
        user, task.plan.hospital_id
    )


def departments_of(user: Person, hospital_id: int) -> frozenset[int]:
    """The person's departments in the hospital. No query beside the memberships."""
    return frozenset(
        m.department_id
        for m in access.memberships_of(user)
        if m.organisation_id == hospital_id and m.department_id is not None
    )


def check_can_move_task(user: Person, task: PlanTask) -> None:
    """How far it is: whoever it is assigned to, and the people who adopt plans."""
    check_can_see_work(user, task.plan.assessment)
    if not access.holds(user, task.plan.hospital_id, *ADOPTS) and not is_own_task(user, task):
        raise Refusal(_("这项任务没有分派给您或您的科室。如需修改，请联系本院质控负责人。"))
    check_is_in_force(task.plan)
