"""The only door: which organisations a person may see, and in which roles.

Every ``visible_to`` of the apps above asks here. Memberships are read once per request and kept on
the user object; a revoked one is gone with the next request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q
from django.utils.translation import gettext as _

from audit.actions import INSTALLATION
from audit.readers import Reach
from hospitals.models import Engagement, Membership, Organisation, OrganisationQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"

Role = Membership.Role

#: Roles inside a hospital that see its assessments, drafts included.
HOSPITAL_STAFF = frozenset(
    {Role.QUALITY_LEAD, Role.CONTRIBUTOR, Role.DATA_ENGINEER, Role.DIRECTOR, Role.CONSULTANT}
)
#: Roles in a bureau that see what the hospitals beneath it have submitted.
BUREAU_STAFF = frozenset({Role.BUREAU_MANAGER, Role.REVIEWER})


def memberships_of(user: Person) -> tuple[Membership, ...]:
    """Memberships in force, with their organisations; one query per request, for consultants two.

    A consultant of a consultancy is one of every hospital that engaged it, until the day agreed: such a
    membership is no row, so it ends by itself with the engagement or with the person's place there.
    """
    if not user.is_authenticated:
        return ()
    kept = getattr(user, "_memberships_in_force", None)
    if kept is None:
        own = tuple(
            Membership.objects.in_force()
            .filter(user_id=user.pk)
            .select_related("organisation", "department")
            .order_by("id")
        )
        kept = own + _through_engagements(own)
        setattr(user, "_memberships_in_force", kept)  # noqa: B010 - no field of the model
    return kept


def _through_engagements(own: tuple[Membership, ...]) -> tuple[Membership, ...]:
    consultancies = {
        m.organisation_id: m
        for m in own
        if m.role == Role.CONSULTANT and m.organisation.kind == Organisation.Kind.CONSULTANCY
    }
    if not consultancies:
        return ()
    there = {m.organisation_id for m in own if m.role == Role.CONSULTANT}
    found: dict[int, Membership] = {}
    for engagement in (
        Engagement.objects.in_force()
        .filter(consultancy_id__in=consultancies)
        .select_related("hospital")
        .order_by("hospital__path", "-ends_on")
    ):
        if engagement.hospital_id in there or engagement.hospital_id in found:
            continue
        through = consultancies[engagement.consultancy_id]
        until = min(filter(None, [engagement.ends_on, through.until]))
        found[engagement.hospital_id] = Membership(
            user_id=through.user_id, organisation=engagement.hospital, role=Role.CONSULTANT, until=until
        )
    return tuple(found.values())


def was_staff_of(user: Person, hospital_id: int) -> bool:
    """Whether the person ever worked in the hospital, as a member or through an engagement: somebody whose
    page is still open from before is told why nothing can be saved any more. Two queries at most."""
    if not user.is_authenticated:
        return False
    rows = Membership.objects.filter(user_id=user.pk)
    return (
        rows.filter(organisation_id=hospital_id, role__in=HOSPITAL_STAFF).exists()
        or Engagement.objects.filter(
            hospital_id=hospital_id,
            consultancy_id__in=rows.filter(role=Role.CONSULTANT).values("organisation_id"),
        ).exists()
    )


def organisations_where(user: Person, roles: Iterable[str]) -> tuple[Organisation, ...]:
    """Organisations in which the person holds one of the roles, oldest membership first."""
    wanted = set(roles)
    seen = {m.organisation_id: m.organisation for m in memberships_of(user) if m.role in wanted}
    return tuple(seen.values())


def holds(user: Person, organisation: Organisation | int, *roles: str) -> bool:
    """Whether the person holds one of the roles in this very organisation."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    return any(m.organisation_id == pk and m.role in roles for m in memberships_of(user))


def oversees(user: Person, hospital: Organisation, *roles: str) -> bool:
    """Whether the person holds one of the bureau roles in an organisation above the hospital."""
    wanted = set(roles or BUREAU_STAFF)
    return any(
        m.role in wanted
        and hospital.path.startswith(m.organisation.path)
        and m.organisation_id != hospital.pk
        for m in memberships_of(user)
    )


def beneath_bureaus_of(user: Person, prefix: str = "") -> Q:
    """Filter: organisations under a bureau in which the person works. ``prefix`` ends in ``__``."""
    condition = Q(pk__in=[])
    for organisation in organisations_where(user, BUREAU_STAFF):
        condition |= Q(**{f"{prefix}path__startswith": organisation.path})
    return condition


def visible_organisations(user: Person) -> OrganisationQuerySet:
    """Organisations the person works in, in whatever role, and those beneath the person's bureaus."""
    own = [m.organisation_id for m in memberships_of(user)]
    return Organisation.objects.filter(Q(pk__in=own) | beneath_bureaus_of(user))


def may_use_back_office(user: Person) -> bool:
    """The system role, in force now; the back office shows no assessment data."""
    return any(m.role == Role.SYSTEM_ADMIN for m in memberships_of(user))


def home_chain_of(user: User) -> str:
    """The chain that keeps the events of an account: of the organisation of the oldest membership in force."""
    memberships = memberships_of(user)
    return str(memberships[0].organisation.public_id) if memberships else INSTALLATION


def trail_reach_of(user: Person) -> Reach:
    """Auditors read the chains of their organisation and of everything beneath it; those of an
    organisation without a parent also the chain of the installation itself. One query per organisation."""
    audited = organisations_where(user, [Role.AUDITOR])
    chains: dict[str, str] = {}
    for organisation in audited:
        if organisation.parent_id is None and organisation.kind != Organisation.Kind.CONSULTANCY:
            chains[INSTALLATION] = _("本系统")
        for found in Organisation.objects.beneath(organisation).order_by("path"):
            chains[str(found.public_id)] = found.label
    return Reach(bool(audited), chains)
