"""Who is what where: inviting, changing, revoking. A change holds with the person's next request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.registering import LoginNameTaken, create_account, reset_password
from accounts.models import User
from hospitals.models import Department, Membership, Organisation
from hospitals.permissions import (
    check_can_change_member,
    check_can_grant,
    check_can_reset_password,
    check_leaves_a_lead,
    check_roles_stay_apart,
)
from hospitals.refusals import Refusal
from hospitals.trail import record_here


@dataclass(frozen=True, slots=True)
class Invited:
    """``password``: the one-time password of a new account, kept nowhere; empty for an existing one."""

    membership: Membership
    password: str


@transaction.atomic
def invite_new_person(
    *,
    by: User,
    organisation: Organisation,
    username: str,
    name: str,
    role: str,
    email: str = "",
    department: Department | None = None,
    until: date | None = None,
) -> Invited:
    """Make an account with a one-time password and give it a role. Raises Refusal."""
    organisation = _locked(organisation)
    check_can_grant(by, organisation, role, None)
    try:
        user, password = create_account(
            by=by, username=username, name=name, email=email, chain=str(organisation.public_id)
        )
    except LoginNameTaken as taken:
        raise Refusal(str(taken)) from taken
    membership = _grant(by, organisation, user, role, department, until, existing=False)
    return Invited(membership, password)


@transaction.atomic
def invite_existing_person(
    *,
    by: User,
    organisation: Organisation,
    username: str,
    role: str,
    department: Department | None = None,
    until: date | None = None,
) -> Invited:
    """Give a role to somebody who has an account already, as consultants have. Raises Refusal."""
    organisation = _locked(organisation)
    user = User.objects.filter(username=username, is_active=True).first()
    check_can_grant(by, organisation, role, user)
    if user is None:
        raise Refusal(
            _("没有登录名为“%(name)s”的可用账号。请核对登录名，或选择新建账号。") % {"name": username}
        )
    return Invited(_grant(by, organisation, user, role, department, until, existing=True), "")


@transaction.atomic
def change_member(
    *,
    by: User,
    membership: Membership,
    role: str,
    department: Department | None = None,
    until: date | None = None,
) -> Membership:
    """Another role, department or end. A new role is a new row: the old one stays as it was held."""
    organisation = _locked(membership.organisation)
    row = _fresh(membership, organisation)
    check_can_change_member(by, row)
    _refuse_wrong_department(organisation, department)
    _refuse_past(until)
    before = {"role": row.role, "department": _name(row.department), "until": _day(row.until)}
    after = {"role": role, "department": _name(department), "until": _day(until)}
    if before == after:
        return row
    if role != row.role:
        check_can_grant_instead(by, organisation, role, row)
        check_leaves_a_lead(row)
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        row = _create(organisation, row.user, role, department, until)
    else:
        row.department, row.until = department, until
        row.save(update_fields=["department", "until"])
    record_here(
        verb="member.changed",
        by=by,
        subject=row,
        facts={
            "person": row.user.get_full_name(),
            "login": row.user.username,
            "before": before,
            "after": after,
        },
    )
    return row


@transaction.atomic
def revoke_membership(*, by: User, membership: Membership) -> None:
    """Take a role away; the account stays. Raises Refusal for the last lead of an organisation."""
    organisation = _locked(membership.organisation)
    row = _fresh(membership, organisation)
    check_can_change_member(by, row)
    check_leaves_a_lead(row)
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    record_here(
        verb="member.revoked",
        by=by,
        subject=row,
        facts={"person": row.user.get_full_name(), "login": row.user.username, "role": row.role},
    )


@transaction.atomic
def give_new_password(*, by: User, membership: Membership) -> str:
    """A one-time password for somebody of this organisation alone who forgot the own one."""
    row = _fresh(membership, _locked(membership.organisation))
    check_can_reset_password(by, row)
    return reset_password(by=by, user=row.user, chain=str(row.organisation.public_id))


def check_can_grant_instead(by: User, organisation: Organisation, role: str, row: Membership) -> None:
    """The new role of somebody whose old one ends with it."""
    check_can_grant(by, organisation, role, None)
    check_roles_stay_apart(row.user, role, instead_of=row)


def _locked(organisation: Organisation) -> Organisation:
    """Held until the transaction ends: two leads cannot take the role from each other at once."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _fresh(membership: Membership, organisation: Organisation) -> Membership:
    row = Membership.objects.select_related("user", "department").get(pk=membership.pk)
    row.organisation = organisation
    return row


def _grant(
    by: User,
    organisation: Organisation,
    user: User,
    role: str,
    department: Department | None,
    until: date | None,
    *,
    existing: bool,
) -> Membership:
    _refuse_wrong_department(organisation, department)
    _refuse_past(until)
    membership = _create(organisation, user, role, department, until)
    record_here(
        verb="member.invited",
        by=by,
        subject=membership,
        facts={
            "person": user.get_full_name(),
            "login": user.username,
            "role": role,
            "department": _name(department),
            "until": _day(until),
            "existing": existing,
        },
    )
    return membership


def _create(
    organisation: Organisation, user: User, role: str, department: Department | None, until: date | None
) -> Membership:
    """A role that ran out without being revoked makes room for the new one."""
    Membership.objects.filter(
        user=user,
        organisation=organisation,
        role=role,
        revoked_at__isnull=True,
        until__lt=timezone.localdate(),
    ).update(revoked_at=timezone.now())
    try:
        with transaction.atomic():
            return Membership.objects.create(
                user=user, organisation=organisation, role=role, department=department, until=until
            )
    except IntegrityError as taken:
        raise Refusal(
            _("%(person)s在本单位已有“%(role)s”角色。")
            % {"person": user, "role": Membership.Role(role).label}
        ) from taken


def _refuse_wrong_department(organisation: Organisation, department: Department | None) -> None:
    if department is None:
        return
    if department.organisation_id != organisation.pk or department.closed_at is not None:
        raise Refusal(_("所选科室不属于本单位或已停用，请重新选择。"))


def _refuse_past(until: date | None) -> None:
    if until is not None and until < timezone.localdate():
        raise Refusal(_("有效期不能早于今天。"))


def _name(department: Department | None) -> str:
    return department.name if department else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
