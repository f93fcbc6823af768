"""What the system role does with organisations and memberships, where no lead is there to do it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from hospitals.access import Role
from hospitals.actions.organisations import EDITABLE
from hospitals.models import Department, Membership, Organisation
from hospitals.permissions import (
    ROLES_IN,
    check_can_use_back_office,
    check_leaves_a_lead,
    check_roles_stay_apart,
)
from hospitals.refusals import Refusal
from hospitals.trail import record_here


def check_can_grant_here(by: User, organisation: Organisation, role: str, to: User) -> None:
    """The system role gives every role, also its own, but never to itself: nobody helps himself."""
    check_can_use_back_office(by)
    if to.pk == by.pk:
        raise Refusal(_("不能给自己授予或更改角色，请由另一位管理人员操作。"))
    if role != Role.SYSTEM_ADMIN and role not in ROLES_IN[organisation.kind]:
        raise Refusal(_("这类机构没有“%(role)s”这一角色。") % {"role": Role(role).label})
    check_roles_stay_apart(to, role)


@transaction.atomic
def grant_here(
    *,
    by: User,
    organisation: Organisation,
    user: User,
    role: str,
    department: Department | None = None,
    until: date | None = None,
) -> Membership:
    """Event ``member.invited`` in the organisation's chain. Raises Refusal."""
    check_can_grant_here(by, organisation, role, user)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user, organisation=organisation, role=role, department=department, until=until
            )
    except IntegrityError as taken:
        raise Refusal(
            _("%(person)s在本单位已有“%(role)s”角色。") % {"person": user, "role": Role(role).label}
        ) from taken
    record_here(
        verb="member.invited",
        by=by,
        subject=membership,
        facts={
            "person": user.get_full_name(),
            "login": user.username,
            "role": role,
            "until": until.isoformat() if until else "",
            "existing": True,
            "back_office": True,
        },
    )
    return membership


@transaction.atomic
def revoke_here(*, by: User, membership: Membership) -> None:
    """Event ``member.revoked``. The last lead of an organisation stays, here too. Raises Refusal."""
    check_can_use_back_office(by)
    organisation = Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    row = Membership.objects.select_related("user").get(pk=membership.pk)
    row.organisation = organisation
    if row.user_id == by.pk:
        raise Refusal(_("不能更改或撤销自己的角色，请由另一位管理人员操作。"))
    if row.revoked_at is not None:
        return
    check_leaves_a_lead(row)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    record_here(
        verb="member.revoked",
        by=by,
        subject=row,
        facts={
            "person": row.user.get_full_name(),
            "login": row.user.username,
            "role": row.role,
            "back_office": True,
        },
    )


@transaction.atomic
def save_here(*, by: User, organisation: Organisation) -> None:
    """A new organisation of any kind anywhere in the tree, or changed fields of an old one. One event."""
    check_can_use_back_office(by)
    before: dict[str, Any] = {}
    if organisation.pk:
        stored = Organisation.objects.select_for_update().get(pk=organisation.pk)
        before = {name: getattr(stored, name) for name in EDITABLE}
    organisation.save()
    if not before:
        record_here(
            verb="organisation.created",
            by=by,
            subject=organisation,
            facts={
                "name": organisation.name,
                "kind": organisation.kind,
                "parent": organisation.parent.name if organisation.parent else "",
                "back_office": True,
            },
        )
        return
    changed = [name for name in EDITABLE if getattr(organisation, name) != before[name]]
    if changed:
        record_here(
            verb="organisation.changed",
            by=by,
            subject=organisation,
            facts={
                "before": {name: before[name] for name in changed},
                "after": {name: getattr(organisation, name) for name in changed},
                "back_office": True,
            },
        )
