"""Who may say, for the whole installation, which items are basic and which optional."""

from __future__ import annotations

from django.utils.translation import gettext as _

from engine.rubric.values import Rubric
from hospitals.access import Person, Role, memberships_of
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.flags import all_confirmed
from rubrics.models import Confirmation


def check_can_confirm_flags(user: Person) -> None:
    """The flags hold for every hospital of the installation, so one hospital must not set them for others.

    At most one query. Raises Refusal with the sentence that stands beside the missing button too.
    """
    roles = {membership.role for membership in memberships_of(user)}
    if roles & {Role.SYSTEM_ADMIN, Role.BUREAU_MANAGER}:
        return
    if Role.QUALITY_LEAD in roles and Organisation.objects.hospitals().count() == 1:
        return
    raise Refusal(
        _(
            "基本项与选择项的核对结果对本系统内所有医疗机构生效，由系统管理员或卫健委管理员确认；"
            "系统内只有一家医疗机构时，也可由该院质控负责人确认。"
        )
    )


def check_has_flags_to_confirm(rubric: Rubric, confirmation: Confirmation | None) -> None:
    """An edition whose flags are all proved by its source has nothing to confirm."""
    if confirmation is None and all_confirmed(rubric):
        raise Refusal(_("此标准的基本项与选择项均已按原文核实，无需确认。"))
