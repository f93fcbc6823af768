"""Who may do what with evidence and checks. Each check returns None or raises the reason as a Refusal."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Assessment, Assignment, Attachment, EvidenceBundle, ItemAnswer, VerificationRun
from assessments.permissions import check_is_open, is_assigned, is_staff_of
from assessments.review_permissions import check_review_lets_judge, is_assigned_reviewer
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal

WORKS_WITH_DATA = (Role.QUALITY_LEAD, Role.DATA_ENGINEER)
RUNS_CHECKS = (*WORKS_WITH_DATA, Role.CONSULTANT)
JUDGES_INSIDE = (Role.QUALITY_LEAD, Role.DIRECTOR)
JUDGES_ABOVE = (Role.REVIEWER, Role.BUREAU_MANAGER)


def check_can_see_evidence(user: Person, assessment: Assessment) -> None:
    """What the checks said, clause by clause: staff at any time, a bureau above once it was submitted."""
    if is_staff_of(user, assessment) or assessment.submitted_at is not None:
        return
    raise Refusal(_("这份自评还没有提交，结果仅本院成员可见。"))


def check_can_open_attachment(user: Person, attachment: Attachment) -> None:
    """Staff open every file; a reviewer above those that were there when the assessment was submitted.

    Evidence beside the clause is what a reviewer decides on. What the hospital adds afterwards is its
    own until it submits again.
    """
    assessment = attachment.assessment
    if is_staff_of(user, assessment):
        return
    above = access.oversees(user, assessment.hospital, *JUDGES_ABOVE) or is_assigned_reviewer(
        user, assessment
    )
    if assessment.submitted_at is None or not above:
        raise Refusal(_("这里是本院填报过程，仅本院成员可见；您可以查看已提交的结果。"))
    if attachment.uploaded_at > assessment.submitted_at:
        raise Refusal(_("这份材料是提交之后加的，医院再次提交后才能查看。"))


def check_can_upload(
    user: Person, assessment: Assessment, *, item: str = "", assignment: Assignment | None = None
) -> None:
    """Data people hand in for the whole assessment; whoever an item is assigned to, for its clauses."""
    check_is_open(assessment)
    if access.holds(user, assessment.hospital_id, *WORKS_WITH_DATA):
        return
    if (
        item
        and access.holds(user, assessment.hospital_id, Role.CONTRIBUTOR)
        and is_assigned(user, assessment, assignment)
    ):
        return
    raise Refusal(_("数据由本院质控负责人或信息工程师上传；项目负责人可以为分配给自己的条款上传。"))


def check_can_run(user: Person, assessment: Assessment) -> None:
    check_is_open(assessment)
    if not access.holds(user, assessment.hospital_id, *RUNS_CHECKS):
        raise Refusal(_("核验由本院质控负责人、信息工程师或咨询顾问发起，您可以查看结果。"))


def check_can_cancel(user: Person, run: VerificationRun) -> None:
    if not access.holds(user, run.assessment.hospital_id, *RUNS_CHECKS):
        raise Refusal(_("核验由本院质控负责人、信息工程师或咨询顾问取消。"))
    if run.state not in (VerificationRun.State.WAITING, VerificationRun.State.RUNNING):
        raise Refusal(_("这次核验已经结束，不能取消。"))


def check_can_map(user: Person, hospital: Organisation) -> None:
    if not access.holds(user, hospital, *RUNS_CHECKS):
        raise Refusal(_("数据映射由本院质控负责人、信息工程师或咨询顾问维护，您可以查看。"))


def check_can_supply(user: Person, assessment: Assessment) -> None:
    """Counts typed by people, and record types the hospital does not have."""
    check_is_open(assessment)
    if not access.holds(user, assessment.hospital_id, *WORKS_WITH_DATA):
        raise Refusal(_("统计数字与不适用的数据由本院质控负责人或信息工程师填写，您可以查看。"))


def check_can_remove_bundle(user: Person, bundle: EvidenceBundle) -> None:
    if not access.holds(user, bundle.hospital_id, *WORKS_WITH_DATA):
        raise Refusal(_("证据包由本院质控负责人或信息工程师移除。"))


def check_can_destroy(user: Person, bundle: EvidenceBundle) -> None:
    """Ending raw data early is the hospital's own right, also after the assessment was submitted."""
    if not access.holds(user, bundle.hospital_id, Role.QUALITY_LEAD):
        raise Refusal(_("原始数据由本院质控负责人提前销毁；到期会自动销毁。"))


def check_can_set_expiry(user: Person, bundle: EvidenceBundle) -> None:
    if not access.holds(user, bundle.hospital_id, *WORKS_WITH_DATA):
        raise Refusal(_("证据包的有效期由本院质控负责人或信息工程师填写，您可以查看。"))


def check_can_anchor(user: Person, attachment: Attachment) -> None:
    check_is_open(attachment.assessment)
    if attachment.uploaded_by_id != user.pk and not access.holds(
        user, attachment.assessment.hospital_id, *WORKS_WITH_DATA
    ):
        raise Refusal(_("截图的锚定信息由上传人、质控负责人或信息工程师填写。"))


def judges_from_above(user: Person, assessment: Assessment) -> bool:
    """Reviewers and managers of a bureau above, and a reviewer of another city whom the step was given to."""
    if is_staff_of(user, assessment):
        return False
    return access.oversees(user, assessment.hospital, *JUDGES_ABOVE) or is_assigned_reviewer(user, assessment)


def check_can_judge(
    user: Person,
    assessment: Assessment,
    *,
    on_site: bool = False,
    attachment: Attachment | None = None,
    answer: ItemAnswer | None = None,
) -> None:
    """Reviewers above the hospital judge what was submitted; inside it a person other than the claimant.

    ``attachment``: the looked-at file; ``answer``: the item's answer row, whose last writer is the claimant.
    What is under review is judged by those who review it; the hospital's own people never judge from above.
    """
    if judges_from_above(user, assessment):
        if assessment.submitted_at is None:
            raise Refusal(_("自评提交后才能评审。"))
        check_review_lets_judge(user, assessment)
        return
    if on_site:
        raise Refusal(_("现场核验结论由上级卫生健康行政部门的管理员或评审专家记录。"))
    if not access.holds(user, assessment.hospital_id, *JUDGES_INSIDE):
        raise Refusal(_("材料由质控负责人、院领导或评审专家采信，您可以查看。"))
    check_is_open(assessment)
    if attachment is not None and attachment.uploaded_by_id == user.pk:
        raise Refusal(_("不能采信自己上传的材料，请由另一位同事判断。"))
    if answer is not None and answer.updated_by_id == user.pk:
        raise Refusal(_("这个项目由您填写，请由另一位同事确认。"))


def check_can_manage_keys(user: Person, hospital: Organisation) -> None:
    if not access.oversees(user, hospital, Role.BUREAU_MANAGER):
        raise Refusal(_("签名密钥由上级卫生健康行政部门的管理员登记、更换或吊销。"))


def check_can_receive_attestation(user: Person, hospital: Organisation) -> None:
    if access.oversees(user, hospital, *JUDGES_ABOVE) or access.holds(user, hospital, Role.QUALITY_LEAD):
        return
    raise Refusal(_("核验证明由本院质控负责人或上级卫生健康行政部门导入。"))


def check_can_see_keys(user: Person, hospital: Organisation) -> None:
    if access.oversees(user, hospital, *JUDGES_ABOVE) or access.holds(user, hospital, Role.QUALITY_LEAD):
        return
    raise Refusal(_("签名密钥与核验证明由本院质控负责人或上级卫生健康行政部门查看。"))


def check_can_hand_in_attestation(user: Person, assessment: Assessment) -> None:
    """Attested counts as the result of an open assessment: the hospital's own act."""
    check_is_open(assessment)
    if not access.holds(user, assessment.hospital_id, Role.QUALITY_LEAD):
        raise Refusal(_("核验证明由本院质控负责人用于自评。"))
