"""Who may do what with a rehearsal of the on-site review. Each check returns None or raises the reason.

A rehearsal is the hospital's own: people outside never see one (``check_can_see_work``). It goes on
after the assessment was submitted, because that is when the experts are expected.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Assessment, Assignment, Rehearsal, RehearsalCase
from assessments.permissions import check_can_see_work, is_assigned
from hospitals import access
from hospitals.access import Person, Role
from hospitals.refusals import Refusal

PLANS = (Role.QUALITY_LEAD, Role.DATA_ENGINEER, Role.CONSULTANT)
MARKS_EVERYTHING = (*PLANS, Role.DIRECTOR)
CLOSES = (Role.QUALITY_LEAD, Role.DIRECTOR)


def check_can_plan(user: Person, assessment: Assessment) -> None:
    check_can_see_work(user, assessment)
    if not access.holds(user, assessment.hospital_id, *PLANS):
        raise Refusal(_("演练由本院质控负责人、信息工程师或咨询顾问发起，您可以查看。"))
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档，不能再发起演练。"))


def check_is_going_on(rehearsal: Rehearsal) -> None:
    if rehearsal.state == Rehearsal.State.CLOSED:
        raise Refusal(_("这次演练已经结束，结论不能再改。如需再看，请发起新的演练。"))
    if rehearsal.state == Rehearsal.State.DRAWING:
        raise Refusal(_("病例还在抽取，请稍候。"))


def check_can_mark(
    user: Person, rehearsal: Rehearsal, item_code: str, *, assignment: Assignment | None
) -> None:
    """Recording what was seen in one case: the people who lead the rehearsal, and whoever the item is assigned to."""
    check_can_see_work(user, rehearsal.assessment)
    check_is_going_on(rehearsal)
    _check_own(user, rehearsal, item_code, assignment)


def check_can_add_case(user: Person, rehearsal: Rehearsal) -> None:
    check_can_see_work(user, rehearsal.assessment)
    check_is_going_on(rehearsal)
    if not access.holds(user, rehearsal.assessment.hospital_id, *MARKS_EVERYTHING):
        raise Refusal(_("病例由本院质控负责人、信息工程师、院领导或咨询顾问录入，您可以查看。"))


def check_can_remove_case(user: Person, case: RehearsalCase) -> None:
    check_can_add_case(user, case.rehearsal)
    if case.added_by_id is None:
        raise Refusal(_("抽取的病例不能移除，否则样本就不再随机。看不到的请记“未找到”。"))
    if case.outcome:
        raise Refusal(_("这个病例已有结论，不能移除。"))


def check_can_close(user: Person, rehearsal: Rehearsal) -> None:
    check_can_see_work(user, rehearsal.assessment)
    check_is_going_on(rehearsal)
    if not access.holds(user, rehearsal.assessment.hospital_id, *CLOSES):
        raise Refusal(_("演练由本院质控负责人或院领导结束，您可以查看。"))


def check_can_settle(user: Person, case: RehearsalCase, *, assignment: Assignment | None) -> None:
    """Saying what was done about a case that did not pass."""
    check_can_see_work(user, case.rehearsal.assessment)
    if case.outcome not in (RehearsalCase.Outcome.FAILED, RehearsalCase.Outcome.NOT_FOUND):
        raise Refusal(_("这个病例没有待解决的问题。"))
    _check_own(user, case.rehearsal, case.item_code, assignment)


def check_can_script(
    user: Person, assessment: Assessment, item_code: str, *, assignment: Assignment | None
) -> None:
    """Writing how an item is shown: the people who lead a rehearsal, and whoever the item is assigned to."""
    check_can_see_work(user, assessment)
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档，演示脚本不能再改。"))
    hospital = assessment.hospital_id
    if access.holds(user, hospital, *MARKS_EVERYTHING):
        return
    if access.holds(user, hospital, Role.CONTRIBUTOR) and is_assigned(user, assessment, assignment):
        return
    raise Refusal(
        _("项目%(item)s没有分配给您或您的科室，您可以查看。如需修改，请联系本院质控负责人。")
        % {"item": item_code}
    )


def _check_own(user: Person, rehearsal: Rehearsal, item_code: str, assignment: Assignment | None) -> None:
    hospital = rehearsal.assessment.hospital_id
    if access.holds(user, hospital, *MARKS_EVERYTHING):
        return
    if access.holds(user, hospital, Role.CONTRIBUTOR) and is_assigned(user, rehearsal.assessment, assignment):
        return
    raise Refusal(
        _("项目%(item)s没有分配给您或您的科室，您可以查看。如需记录，请联系本院质控负责人。")
        % {"item": item_code}
    )
