"""Who may do what with an assessment. Each check returns None or raises the reason as a Refusal.

The sentence is written once, here: the same words stand on the page, in the JSON answer and in
the log. Seeing comes first and is not decided here: ``Assessment.objects.visible_to(user)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from assessments.campaign_permissions import check_entry_is_open, check_withdrawal_leaves_time
from assessments.conflicts import conflict_of
from assessments.models import Assessment, Assignment, Attachment, Comment
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal

#: Roles that answer every item; a contributor answers what is assigned to him or his department.
ANSWER_EVERYTHING = (Role.QUALITY_LEAD, Role.DATA_ENGINEER, Role.CONSULTANT)
BUREAU_DECIDES = (Role.REVIEWER, Role.BUREAU_MANAGER)


def check_is_open(assessment: Assessment) -> None:
    """Only a draft or a returned assessment takes answers."""
    if not assessment.is_open:
        raise Refusal(
            _(
                "这份自评%(status)s，不能再修改。已保存的内容都在；如需修改，请先由卫健委退回或由质控负责人撤回。"
            )
            % {"status": assessment.get_status_display()}
        )


def _check_staff(user: Person, hospital: Organisation | int) -> None:
    if not access.holds(user, hospital, *access.HOSPITAL_STAFF):
        raise Refusal(_("您已不是本院成员，不能再修改。已保存的内容都在；如有疑问，请联系本院质控负责人。"))


def is_assigned(user: Person, assessment: Assessment, assignment: Assignment | None) -> bool:
    """Whether the item is the person's own: by name, or through the department of a membership."""
    if assignment is None:
        return False
    if assignment.person_id is not None and assignment.person_id == user.pk:
        return True
    return assignment.department_id is not None and any(
        m.organisation_id == assessment.hospital_id and m.department_id == assignment.department_id
        for m in access.memberships_of(user)
    )


def answers_everything(user: Person, assessment: Assessment) -> bool:
    return access.holds(user, assessment.hospital_id, *ANSWER_EVERYTHING)


def check_can_answer(
    user: Person, assessment: Assessment, item_code: str, *, assignment: Assignment | bool | None = False
) -> None:
    """Whether the person may change the answers of one item now.

    ``assignment``: the item's assignment when the caller has read it already (None: there is
    none); left out, one query reads it, and only for a contributor.
    """
    check_is_open(assessment)
    _check_staff(user, assessment.hospital_id)
    if answers_everything(user, assessment):
        return
    if access.holds(user, assessment.hospital_id, Role.CONTRIBUTOR):
        if isinstance(assignment, bool):
            assignment = assessment.assignments.filter(item_code=item_code).first()
        if is_assigned(user, assessment, assignment):
            return
        raise Refusal(
            _("项目%(item)s没有分配给您或您的科室，您可以查看。如需填写，请联系本院质控负责人。")
            % {"item": item_code}
        )
    raise Refusal(_("您的角色只能查看，不能填写。如需填写，请联系本院质控负责人。"))


def check_can_import(user: Person, assessment: Assessment) -> None:
    """Whether the person may bring in a filled workbook; which items of it is decided item by item."""
    check_is_open(assessment)
    _check_staff(user, assessment.hospital_id)
    if not access.holds(user, assessment.hospital_id, *ANSWER_EVERYTHING, Role.CONTRIBUTOR):
        raise Refusal(_("您的角色只能查看，不能填写。如需填写，请联系本院质控负责人。"))


def check_can_start(user: Person, hospital: Organisation | None = None) -> None:
    """Starting an assessment in this hospital, or (None) in any."""
    roles = (Role.QUALITY_LEAD, Role.CONSULTANT)
    where = {organisation.pk for organisation in access.organisations_where(user, roles)}
    if not where or (hospital is not None and hospital.pk not in where):
        raise Refusal(_("发起自评需要本院质控负责人或咨询顾问的角色。请联系本院质控负责人。"))


def check_can_assign(user: Person, assessment: Assessment) -> None:
    check_is_open(assessment)
    if not access.holds(user, assessment.hospital_id, Role.QUALITY_LEAD):
        raise Refusal(_("分配项目由本院质控负责人进行。"))


def check_can_fill_basis(user: Person, assessment: Assessment) -> None:
    """The data engineer too: the SQL text, the database and the run time are his to type."""
    check_is_open(assessment)
    if not access.holds(user, assessment.hospital_id, *ANSWER_EVERYTHING):
        raise Refusal(_("统计口径由本院质控负责人、信息工程师或咨询顾问填写，您可以查看。"))


def check_can_confirm_overall(user: Person, assessment: Assessment) -> None:
    check_is_open(assessment)
    if not access.holds(user, assessment.hospital_id, Role.QUALITY_LEAD, Role.CONSULTANT):
        raise Refusal(_("总体要求由本院质控负责人确认，您可以查看。"))


def check_can_mark_done(
    user: Person, assessment: Assessment, item_code: str, *, assignment: Assignment | None
) -> None:
    check_can_answer(user, assessment, item_code, assignment=assignment)
    if assignment is None:
        raise Refusal(_("项目%(item)s还没有分配，不需要标记完成。") % {"item": item_code})


def check_can_submit(user: Person, assessment: Assessment) -> None:
    if not access.holds(user, assessment.hospital_id, Role.QUALITY_LEAD):
        raise Refusal(_("提交自评由本院质控负责人进行。"))
    if assessment.status == Assessment.Status.SUBMITTED:
        raise Refusal(_("这份自评已经提交，没有重复提交。可在概览页查看提交记录。"))
    check_is_open(assessment)
    check_entry_is_open(assessment)


def check_can_withdraw(user: Person, assessment: Assessment) -> None:
    """The hospital takes back what nobody has decided on yet."""
    if not access.holds(user, assessment.hospital_id, Role.QUALITY_LEAD):
        raise Refusal(_("撤回自评由本院质控负责人进行。"))
    if assessment.status != Assessment.Status.SUBMITTED:
        raise Refusal(
            _("只有已提交、尚未处理的自评可以撤回；当前状态：%(status)s。")
            % {"status": assessment.get_status_display()}
        )
    if assessment.reviews.begun().exists():
        raise Refusal(_("评审已经开始，不能撤回。如需更正，请联系评审方退回。"))
    check_withdrawal_leaves_time(assessment)


def check_can_archive(user: Person, assessment: Assessment) -> None:
    if not access.holds(user, assessment.hospital_id, Role.QUALITY_LEAD):
        raise Refusal(_("归档由本院质控负责人进行。"))
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档。"))
    if assessment.reviews.in_course().exists():
        raise Refusal(_("这份自评正在评审，评审结束后才能归档。"))


def check_can_decide(user: Person, assessment: Assessment) -> None:
    """Returning or accepting: reviewers and managers of a bureau above the hospital."""
    if not access.oversees(user, assessment.hospital, *BUREAU_DECIDES):
        raise Refusal(_("退回或接收由上级卫生健康行政部门的管理员或评审专家进行。"))
    if assessment.status != Assessment.Status.SUBMITTED:
        raise Refusal(
            _("只有已提交的自评可以退回或接收；当前状态：%(status)s，可能已有同事处理。")
            % {"status": assessment.get_status_display()}
        )
    if assessment.reviews.in_course().exists():
        raise Refusal(_("这份自评按评审流程办理，请在评审页面通过或退回。"))
    if conflict := conflict_of(user, assessment.hospital):
        raise Refusal(_("您%(conflict)s") % {"conflict": conflict})


def check_can_receive_submissions(user: Person) -> None:
    """Taking in submissions that come as a file: people of a bureau."""
    if not access.organisations_where(user, BUREAU_DECIDES):
        raise Refusal(_("导入上报包由卫生健康行政部门的管理员或评审专家进行。"))


def check_can_import_awards(user: Person) -> tuple[Organisation, ...]:
    """Taking in official results: managers of a bureau. Returns those bureaus."""
    bureaus = access.organisations_where(user, [Role.BUREAU_MANAGER])
    if not bureaus:
        raise Refusal(_("导入正式结果由卫生健康行政部门的管理员进行。"))
    return bureaus


def check_can_compare_awards(user: Person) -> None:
    """Self-assessed, verified and official levels side by side: people of a bureau."""
    if not access.organisations_where(user, access.BUREAU_STAFF):
        raise Refusal(_("结果对照由卫生健康行政部门的管理员或评审专家查看。"))


def check_can_export_submission(user: Person, assessment: Assessment) -> None:
    """The hospital's quality lead takes the newest submission to another network."""
    if not access.holds(user, assessment.hospital_id, Role.QUALITY_LEAD):
        raise Refusal(_("导出上报包由本院质控负责人进行。"))
    if assessment.submitted_at is None:
        raise Refusal(_("这份自评还没有提交过。提交之后才能导出上报包。"))


def organisations_with_templates(user: Person) -> tuple[Organisation, ...]:
    """Where the person sets the columns of exports: the own bureaus and hospitals."""
    return access.organisations_where(user, [Role.BUREAU_MANAGER, Role.QUALITY_LEAD])


def check_can_export_table(user: Person) -> None:
    """Submissions as a table: people of a bureau or of a hospital, each of what they see."""
    if not access.organisations_where(user, access.BUREAU_STAFF | access.HOSPITAL_STAFF):
        raise Refusal(_("上报表由医院和卫生健康行政部门的人员导出。"))


def check_can_keep_template(user: Person, organisation: Organisation | None = None) -> None:
    own = organisations_with_templates(user)
    if not own or (organisation is not None and organisation not in own):
        raise Refusal(_("上报表模板由本单位的质控负责人或卫健委管理员设置。"))


def is_staff_of(user: Person, assessment: Assessment) -> bool:
    """Hospital staff see the work itself; a bureau sees only what was submitted."""
    return access.holds(user, assessment.hospital_id, *access.HOSPITAL_STAFF)


def check_can_see_work(user: Person, assessment: Assessment) -> None:
    if not is_staff_of(user, assessment):
        raise Refusal(_("这里是本院填报过程，仅本院成员可见；您可以查看已提交的结果。"))


def check_can_attach(
    user: Person, assessment: Assessment, item_code: str, *, assignment: Assignment | bool | None = False
) -> None:
    """A file goes where its answer goes: to an item, or (empty code) to the statistical basis."""
    if item_code:
        check_can_answer(user, assessment, item_code, assignment=assignment)
    else:
        check_can_fill_basis(user, assessment)


def check_can_remove(user: Person, attachment: Attachment) -> None:
    assessment = attachment.assessment
    check_is_open(assessment)
    _check_staff(user, assessment.hospital_id)
    if attachment.removed_at is not None:
        raise Refusal(_("这个附件已经移除。"))
    if attachment.uploaded_by_id != user.pk and not access.holds(
        user, assessment.hospital_id, Role.QUALITY_LEAD
    ):
        raise Refusal(_("附件只能由上传人或本院质控负责人移除。"))


def check_can_comment(user: Person, assessment: Assessment) -> None:
    _check_staff(user, assessment.hospital_id)
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档，不能再发表评论。"))


def check_can_resolve(user: Person, comment: Comment) -> None:
    check_can_comment(user, comment.assessment)
    if comment.author_id != user.pk and not access.holds(
        user, comment.assessment.hospital_id, Role.QUALITY_LEAD, Role.CONSULTANT
    ):
        raise Refusal(_("评论由发表人或本院质控负责人标记为已解决。"))


def allowed(check: Callable[..., object], *args: Any, **kwargs: Any) -> bool:
    """Whether a check passes, for showing or hiding a button."""
    try:
        check(*args, **kwargs)
    except Refusal:
        return False
    return True


def reason(check: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    """Why a check refuses (the button's tooltip), or nothing."""
    try:
        check(*args, **kwargs)
    except Refusal as refusal:
        return str(refusal)
    return ""
