"""Reading departments and people of one organisation."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import User
from hospitals import access
from hospitals.models import Department, Membership, Organisation
from hospitals.pages import DepartmentRow, PeopleOfRole, Person
from hospitals.permissions import ROLES_IN, administers, grantable_roles, lead_role

SOON = timedelta(days=30)


def list_departments(organisation: Organisation) -> tuple[DepartmentRow, ...]:
    """Open ones first. One query."""
    in_force = Q(membership__revoked_at__isnull=True) & (
        Q(membership__until__isnull=True) | Q(membership__until__gte=timezone.localdate())
    )
    departments = (
        Department.objects.filter(organisation=organisation)
        .annotate(people=Count("membership__user", filter=in_force, distinct=True))
        .order_by(F("closed_at").asc(nulls_first=True), "name")
    )
    return tuple(
        DepartmentRow(
            department.public_id, department.label, department.people, department.closed_at is not None
        )
        for department in departments
    )


def works_in(user: User, organisation: Organisation) -> bool:
    return any(membership.organisation_id == organisation.pk for membership in access.memberships_of(user))


def list_people(user: User, organisation: Organisation) -> tuple[PeopleOfRole, ...]:
    """People in force by role, in the order of the roles. One query.

    A bureau above sees the leads alone, whom it deals with; login names and e-mail addresses are
    shown to those who administer.
    """
    memberships = Membership.objects.in_force().filter(organisation=organisation, user__is_active=True)
    if not works_in(user, organisation):
        memberships = memberships.filter(role=lead_role(organisation))
    managing = administers(user, organisation)
    grantable = set(grantable_roles(user, organisation)) if managing else set()
    today = timezone.localdate()
    groups: dict[str, list[Person]] = {}
    for membership in memberships.select_related("user", "department").order_by("user__name", "id"):
        person = membership.user
        groups.setdefault(membership.role, []).append(
            Person(
                membership=membership.public_id,
                name=person.get_full_name(),
                username=person.username if managing else "",
                email=person.email if managing else "",
                department=membership.department.label if membership.department else "",
                until=membership.until,
                ends_soon=membership.until is not None and membership.until - today <= SOON,
                waiting=person.must_change_password,
                myself=person.pk == user.pk,
                may_change=membership.role in grantable and person.pk != user.pk,
            )
        )
    order = [str(role) for role in ROLES_IN[organisation.kind]]
    order += [str(role) for role in Membership.Role if role not in order]
    labels = dict(Membership.Role.choices)
    return tuple(
        PeopleOfRole(role, str(labels[role]), tuple(groups[role])) for role in order if role in groups
    )
