"""Who may bring in a folder of screenshots, change what goes where, and take it back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments.models import Assessment, FolderImport
from assessments.permissions import ANSWER_EVERYTHING, check_can_import, check_is_open
from hospitals import access
from hospitals.access import Person
from hospitals.refusals import Refusal


def check_can_bring_folder(user: Person, assessment: Assessment) -> None:
    """Whoever may bring in a workbook; which items of the folder is decided item by item."""
    check_can_import(user, assessment)


def check_can_handle_folder(user: Person, batch: FolderImport) -> None:
    """Choosing places, confirming, dropping: who brought it, or who answers every item."""
    check_can_import(user, batch.assessment)
    _check_own(user, batch)
    if batch.state != FolderImport.State.OPEN:
        raise Refusal(
            _("这批文件%(state)s，不能再改。") % {"state": batch.get_state_display()},
        )


def check_can_undo_folder(user: Person, batch: FolderImport) -> None:
    check_is_open(batch.assessment)
    check_can_import(user, batch.assessment)
    _check_own(user, batch)
    if batch.state != FolderImport.State.DONE:
        raise Refusal(_("这批文件%(state)s，没有可以撤销的。") % {"state": batch.get_state_display()})


def _check_own(user: Person, batch: FolderImport) -> None:
    if batch.made_by_id != user.pk and not access.holds(
        user, batch.assessment.hospital_id, *ANSWER_EVERYTHING
    ):
        raise Refusal(_("这批文件由导入人或本院质控负责人处理，您可以查看。"))
