"""Who may ask for documents of many hospitals, and for which."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.planning_permissions import reads_plans
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports.models import Batch, IssuedReport
from reports.models.batches import ROLES


def check_can_make_batches(user: Person) -> None:
    if not access.organisations_where(user, ROLES):
        raise Refusal(_("批量导出供卫生健康行政部门的管理员和咨询顾问使用。"))


def may_export(user: Person, assessment: Assessment) -> bool:
    """A consultant's clients, whatever their state; hospitals beneath a manager's bureau once something was
    submitted. The assessment must carry its hospital."""
    if access.holds(user, assessment.hospital_id, Role.CONSULTANT):
        return True
    return assessment.submitted_at is not None and access.oversees(
        user, assessment.hospital, Role.BUREAU_MANAGER
    )


def check_can_export(user: Person, assessment: Assessment) -> None:
    if not may_export(user, assessment):
        raise Refusal(_("您已没有这家医院的权限：委托已结束、角色已变更，或自评尚未提交。"))


def may_take(user: Person, report: IssuedReport) -> bool:
    """Whether the person may have this document now: a bureau none of a draft, nobody but readers of plans a roadmap.
    The report must carry assessment and hospital."""
    assessment = report.assessment
    if assessment is None or not may_export(user, assessment):
        return False
    if report.kind == IssuedReport.Kind.ROADMAP and not reads_plans(user, assessment):
        return False
    return report.snapshot_id is not None or access.holds(
        user, assessment.hospital_id, *access.HOSPITAL_STAFF
    )


def check_is_own(user: Person, batch: Batch) -> None:
    """The documents are made with the maker's rights and cover."""
    if batch.made_by_id != user.pk:
        raise Refusal(_("只有发起人可以取消或重新生成，因为报告按发起人的权限和封面生成。"))


def place_of(user: Person) -> Organisation:
    """In whose name a batch is made: the widest bureau managed, else the consultancy, else the hospital. Raises
    Refusal where the person may not make any."""
    check_can_make_batches(user)
    bureaus = access.organisations_where(user, [Role.BUREAU_MANAGER])
    if bureaus:
        return min(bureaus, key=lambda one: len(one.path))
    places = access.organisations_where(user, [Role.CONSULTANT])
    return next((one for one in places if one.kind == Organisation.Kind.CONSULTANCY), places[0])
