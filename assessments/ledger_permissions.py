"""Who may do what in the rectification ledger. Each check returns None or raises the reason.

The ledger is the hospital's own: for people outside its addresses do not exist (``views/ledger/finding.py``). It goes on
after the assessment was submitted, because that is when reviewers ask.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Assessment, LedgerEntry
from assessments.planning_permissions import departments_of
from hospitals import access
from hospitals.access import Person, Role
from hospitals.refusals import Refusal

READS = (Role.QUALITY_LEAD, Role.DIRECTOR, Role.CONSULTANT, Role.DATA_ENGINEER)
MANAGES = (Role.QUALITY_LEAD, Role.CONSULTANT)
CLOSES = (Role.QUALITY_LEAD,)

State = LedgerEntry.State


def reads_whole_ledger(user: Person, hospital_id: int) -> bool:
    """Every entry; people of a department see their own."""
    return access.holds(user, hospital_id, *READS)


def is_own_entry(user: Person, entry: LedgerEntry) -> bool:
    """Whether the entry is the person's: by name, or through the department of a membership in the hospital."""
    if entry.person_id is not None and entry.person_id == user.pk:
        return True
    return entry.department_id is not None and entry.department_id in departments_of(
        user, entry.assessment.hospital_id
    )


def check_ledger_is_kept(assessment: Assessment) -> None:
    if assessment.status == Assessment.Status.ARCHIVED:
        raise Refusal(_("这份自评已经归档，台账不能再修改；未销号的事项请在新的自评中继续。"))


def check_can_manage(user: Person, assessment: Assessment) -> None:
    """Entering, assigning, changing what is wrong, handing back."""
    if not access.holds(user, assessment.hospital_id, *MANAGES):
        raise Refusal(_("整改台账由本院质控负责人或咨询顾问维护，您可以查看。"))
    check_ledger_is_kept(assessment)


def check_can_work(user: Person, entry: LedgerEntry) -> None:
    """Writing down measures, starting, handing in: whoever it is assigned to, and the people who manage."""
    hospital = entry.assessment.hospital_id
    if not access.holds(user, hospital, *MANAGES) and not (
        access.holds(user, hospital, *access.HOSPITAL_STAFF) and is_own_entry(user, entry)
    ):
        raise Refusal(_("这个事项没有分配给您或您的科室，您可以查看。如需处理，请联系本院质控负责人。"))
    check_ledger_is_kept(entry.assessment)
    if not entry.is_undone:
        raise Refusal(
            _("这个事项%(state)s，不能再修改。如需继续整改，请由质控负责人重新打开。")
            % {"state": entry.get_state_display()}
        )


def check_can_close(user: Person, entry: LedgerEntry) -> None:
    """Closing and withdrawing."""
    if not access.holds(user, entry.assessment.hospital_id, *CLOSES):
        raise Refusal(_("销号和撤销由本院质控负责人进行，您可以办理完成后提交销号。"))
    check_ledger_is_kept(entry.assessment)
    if not entry.is_undone:
        raise Refusal(
            _("这个事项%(state)s，没有重复处理。如需继续整改，请先重新打开。")
            % {"state": entry.get_state_display()}
        )


def check_can_reopen(user: Person, entry: LedgerEntry) -> None:
    if not access.holds(user, entry.assessment.hospital_id, *CLOSES):
        raise Refusal(_("事项由本院质控负责人重新打开。"))
    check_ledger_is_kept(entry.assessment)
    if entry.is_undone:
        raise Refusal(_("这个事项还没有销号，不需要重新打开。"))
    if entry.state == State.CARRIED:
        raise Refusal(_("这个事项已转入新的自评，请在新的自评中继续。"))
