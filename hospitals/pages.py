"""What the pages of organisations and people show: one frozen object per template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.forms import BaseForm


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    public_id: UUID
    name: str
    kind: str
    kind_name: str
    grade: str
    region: str
    parent: str
    beds: int | None
    leads: str  # names of the leads; empty: nobody runs it yet
    beneath: int


@dataclass(frozen=True, slots=True)
class OrganisationsPage:
    rows: Page[OrganisationRow]
    search: str
    kind: str
    kinds: tuple[tuple[str, str], ...]
    under: str  # name of the organisation the list is narrowed to
    under_id: str
    may_create: bool
    filtered: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One step of the way down the tree; without an address when the person may not open it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    membership: UUID
    name: str
    username: str  # empty unless the reader administers
    email: str
    department: str
    until: date | None
    ends_soon: bool
    waiting: bool  # never signed in with an own password
    myself: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class PeopleOfRole:
    role: str
    label: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    public_id: UUID
    name: str
    people: int
    closed: bool

    @property
    def dialog_id(self) -> str:
        return f"close-{self.public_id}"


@dataclass(frozen=True, slots=True)
class EngagementRow:
    public_id: UUID
    name: str  # of the consultancy, or of the client
    starts_on: date
    ends_on: date
    note: str
    granted_by: str
    in_force: bool
    to_come: bool

    @property
    def dialog_id(self) -> str:
        return f"end-{self.public_id}"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    public_id: UUID
    name: str
    other_name: str
    kind: str
    trail: tuple[Place, ...]
    facts: tuple[Fact, ...]
    roles: tuple[PeopleOfRole, ...]
    people_count: int
    whole_people: bool  # False: a bureau sees the leads alone
    departments: tuple[DepartmentRow, ...]
    children: tuple[OrganisationRow, ...]
    children_count: int
    has_departments: bool
    may_edit: bool
    may_administer: bool
    may_invite: bool
    may_create: bool
    no_lead: bool
    organisation_name: str  # for the frame
    may_attest: bool = False  # sees signing keys and attestations
    may_set_cover: bool = False  # of the documents its people make
    shows_engagements: bool = False  # to people of the hospital and of the consultancy
    may_engage: bool = False
    engagements: tuple[EngagementRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form about an organisation: its own page, also without JavaScript."""

    title: str
    organisation: str
    organisation_id: UUID | None
    trail: tuple[Place, ...]
    form: BaseForm
    verb: str
    back_url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class InvitePage:
    organisation: str
    organisation_id: UUID
    trail: tuple[Place, ...]
    form: BaseForm
    roles: tuple[tuple[str, str, str], ...]  # role, label, what it may do
    back_url: str


@dataclass(frozen=True, slots=True)
class MemberPage:
    organisation: str
    organisation_id: UUID
    trail: tuple[Place, ...]
    form: BaseForm
    membership: UUID
    name: str
    username: str
    role: str
    may_reset: bool
    why_not_reset: str
    why_not_revoke: str
    back_url: str


@dataclass(frozen=True, slots=True)
class PasswordShownPage:
    """The one moment a one-time password is on a screen."""

    organisation: str
    organisation_id: UUID
    trail: tuple[Place, ...]
    name: str
    username: str
    role: str
    password: str
    is_new: bool
