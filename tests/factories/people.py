"""People, organisations, departments and memberships for tests: plain rows, nobody is asked."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from hospitals.models import Department, Engagement, Membership, Organisation

_numbers = count(1)


def make_user(username: str = "", **fields: Any) -> User:
    """Password: ``<username>-pass-phrase``."""
    username = username or f"person-{next(_numbers)}"
    fields.setdefault("name", f"{username}（示例）")
    fields.setdefault("password", f"{username}-pass-phrase")
    return User.objects.create_user(username, **fields)


def make_bureau(name: str = "", *, parent: Organisation | None = None, **fields: Any) -> Organisation:
    """A province, or a city beneath ``parent``."""
    kind = Organisation.Kind.CITY if parent else Organisation.Kind.PROVINCE
    fields.setdefault("region", "420000")
    return Organisation.objects.create(
        kind=kind, parent=parent, name=name or f"示例{next(_numbers)}卫生健康委员会", **fields
    )


def make_hospital(name: str = "", *, parent: Organisation | None = None, **fields: Any) -> Organisation:
    fields.setdefault("grade", Organisation.Grade.TERTIARY_A)
    fields.setdefault("beds", 1200)
    return Organisation.objects.create(
        kind=Organisation.Kind.HOSPITAL, parent=parent, name=name or f"示例第{next(_numbers)}医院", **fields
    )


def make_consultancy(name: str = "") -> Organisation:
    return Organisation.objects.create(
        kind=Organisation.Kind.CONSULTANCY, name=name or f"示例咨询机构{next(_numbers)}"
    )


def make_engagement(
    consultancy: Organisation, hospital: Organisation, by: User, *, days: int = 30, **fields: Any
) -> Engagement:
    """In force from today for so many days."""
    today = timezone.localdate()
    fields.setdefault("starts_on", today)
    return Engagement.objects.create(
        consultancy=consultancy, hospital=hospital, ends_on=today + timedelta(days), granted_by=by, **fields
    )


def make_department(organisation: Organisation, name: str = "", **fields: Any) -> Department:
    return Department.objects.create(
        organisation=organisation, name=name or f"示例科室{next(_numbers)}", **fields
    )


def make_membership(user: User, organisation: Organisation, role: str, **fields: Any) -> Membership:
    forget_memberships(user)
    return Membership.objects.create(user=user, organisation=organisation, role=role, **fields)


def make_person(organisation: Organisation, role: str, username: str = "", **membership: Any) -> User:
    """A person with one role in one organisation."""
    user = make_user(username)
    make_membership(user, organisation, role, **membership)
    return user


def forget_memberships(user: User) -> None:
    """What a new request does: memberships are read again."""
    user.__dict__.pop("_memberships_in_force", None)
