"""Organisations as programs read them: codes instead of words, the same in every language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import ApiToken, User
from hospitals import access
from hospitals.models import Department, Organisation
from hospitals.queries.organisations import may_open


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """``parent``: None also where the reader may not open it; its name is no secret."""

    id: UUID
    kind: str
    name: str
    name_en: str
    parent: UUID | None
    parent_name: str
    region: str
    code: str
    grade: str
    ownership: str
    hospital_type: str
    beds: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DepartmentFacts:
    id: UUID
    name: str
    name_en: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    id: UUID
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    organisation: Place
    role: str
    department: UUID | None
    until: date | None


@dataclass(frozen=True, slots=True)
class KeyFacts:
    id: UUID
    name: str
    scopes: Sequence[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Me:
    id: UUID
    username: str
    name: str
    language: str
    time_zone: str
    memberships: tuple[MembershipFacts, ...]
    token: KeyFacts | None


def me(user: User, token: ApiToken | None) -> Me:
    """The person, where and as what, and the key in use. No query beyond the memberships of the request."""
    return Me(
        id=user.public_id,
        username=user.username,
        name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        memberships=tuple(
            MembershipFacts(
                Place(m.organisation.public_id, m.organisation.kind, m.organisation.name),
                m.role,
                m.department.public_id if m.department else None,
                m.until,
            )
            for m in access.memberships_of(user)
        ),
        token=KeyFacts(token.public_id, token.name, token.scopes, token.expires_at) if token else None,
    )


def find_organisations(
    user: User,
    *,
    kind: str = "",
    under: Organisation | None = None,
    search: str = "",
    region: str = "",
    grade: str = "",
    ownership: str = "",
    hospital_type: str = "",
) -> QuerySet[Organisation]:
    """Organisations the person may see, narrowed; with their parents. No query yet."""
    found = access.visible_organisations(user).select_related("parent")
    if under is not None:
        found = found.filter(path__startswith=under.path).exclude(pk=under.pk)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(name_en__icontains=word) | Q(code=word))
    if region:
        found = found.filter(region__startswith=region)
    exact = {"kind": kind, "grade": grade, "ownership": ownership, "hospital_type": hospital_type}
    return found.filter(**{name: value for name, value in exact.items() if value})


def organisation_facts(organisation: Organisation, user: User) -> OrganisationFacts:
    """No query when the parent is loaded."""
    parent = organisation.parent
    return OrganisationFacts(
        id=organisation.public_id,
        kind=organisation.kind,
        name=organisation.name,
        name_en=organisation.name_en,
        parent=parent.public_id if parent is not None and may_open(parent, user) else None,
        parent_name=parent.name if parent is not None else "",
        region=organisation.region,
        code=organisation.code,
        grade=organisation.grade,
        ownership=organisation.ownership,
        hospital_type=organisation.hospital_type,
        beds=organisation.beds,
        created_at=organisation.created_at,
    )


def departments_of(organisation: Organisation) -> tuple[DepartmentFacts, ...]:
    """Open ones and closed ones, by name. One query."""
    rows = Department.objects.filter(organisation=organisation).order_by("name", "id")
    return tuple(DepartmentFacts(row.public_id, row.name, row.name_en, row.closed_at) for row in rows)
