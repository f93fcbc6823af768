"""Who may sign what before a submission. Each check returns None (or the role it is done in) or raises the reason.

There is no mark for the head of a department: whoever holds a department in the membership speaks for it, and the
hospital decides who that is. The quality office or the engineers of the information department consolidate, the
hospital's leadership approves.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.campaign_permissions import check_entry_is_open
from assessments.models import Assessment, Signature, SigningRound
from assessments.permissions import check_is_open, is_staff_of
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Department, Membership, Organisation
from hospitals.refusals import Refusal

CONFIRMS = (Role.CONTRIBUTOR, Role.QUALITY_LEAD, Role.DATA_ENGINEER)
CONSOLIDATES = (Role.QUALITY_LEAD, Role.DATA_ENGINEER)
APPROVES = (Role.DIRECTOR,)
SETS_RULE = (Role.QUALITY_LEAD, Role.DIRECTOR)
Step = Signature.Step


def role_for(
    user: Person, hospital_id: int, roles: tuple[Role, ...], department: Department | None = None
) -> str:
    """The first of the roles the person holds in the hospital (and in the department), or nothing."""
    held = {
        m.role
        for m in access.memberships_of(user)
        if m.organisation_id == hospital_id and (department is None or m.department_id == department.pk)
    }
    return next((str(role) for role in roles if role in held), "")


def check_takes_signatures(assessment: Assessment) -> None:
    check_is_open(assessment)
    check_entry_is_open(assessment)


def check_can_confirm(user: Person, assessment: Assessment, department: Department) -> str:
    role = role_for(user, assessment.hospital_id, CONFIRMS, department)
    if not role:
        raise Refusal(
            _("%(department)s的项目由该科室人员确认。如本科室还没有账号，请联系本院质控负责人。")
            % {"department": department.label}
        )
    check_takes_signatures(assessment)
    return role


def check_can_consolidate(user: Person, assessment: Assessment) -> str:
    role = role_for(user, assessment.hospital_id, CONSOLIDATES)
    if not role:
        raise Refusal(_("汇总由本院信息科的质控负责人或信息工程师签署。"))
    check_takes_signatures(assessment)
    return role


def check_can_approve(user: Person, assessment: Assessment) -> str:
    role = role_for(user, assessment.hospital_id, APPROVES)
    if not role:
        raise Refusal(_("批准由本院分管院领导签署。"))
    check_takes_signatures(assessment)
    return role


def check_can_withdraw_signature(user: Person, signature: Signature) -> None:
    """The own signature, or, for the director, one that stands below: it goes back with a reason."""
    assessment = signature.round.assessment
    if signature.signer_id != user.pk and not access.holds(user, assessment.hospital_id, *APPROVES):
        raise Refusal(_("签署由签署人本人撤回，或由分管院领导退回。"))
    if not is_staff_of(user, assessment):
        raise Refusal(_("您已不是本院成员，不能再修改。已保存的内容都在；如有疑问，请联系本院质控负责人。"))
    check_takes_signatures(assessment)
    if signature.voided_at is not None:
        raise Refusal(_("这个签署已经失效，不需要撤回。"))


def check_can_set_rule(user: Person, hospital: Organisation, required: bool | None = None) -> None:
    """Turned on by the quality lead or the leadership, off by the leadership alone: who hands in does not free
    himself from being approved. On only where somebody can approve."""
    if not access.holds(user, hospital.pk, *SETS_RULE):
        raise Refusal(_("是否须完成签署由本院质控负责人或院领导设置。"))
    if required is False and not access.holds(user, hospital.pk, *APPROVES):
        raise Refusal(_("取消签署要求由院领导进行。"))
    if (
        required
        and not Membership.objects.in_force()
        .filter(organisation=hospital, role=Role.DIRECTOR, user__is_active=True)
        .exists()
    ):
        raise Refusal(_("本院还没有院领导账号，没有人可以批准。请先为分管院领导建立账号。"))


def check_can_seal(user: Person, assessment: Assessment) -> None:
    if not access.holds(user, assessment.hospital_id, *SETS_RULE):
        raise Refusal(_("盖章扫描件由本院质控负责人或院领导上传。"))
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档，不能再上传盖章扫描件。"))


def may_read_round(user: Person, signing_round: SigningRound) -> bool:
    """Statement and scan: the hospital's staff; whoever may read the submission once it was handed in with it."""
    return is_staff_of(user, signing_round.assessment) or signing_round.snapshot_id is not None
