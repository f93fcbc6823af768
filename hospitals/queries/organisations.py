"""Reading organisations. Every function states its queries; none depends on the number of rows.

Besides those, memberships of the reader are read once per request (hospitals.access).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from hospitals import access
from hospitals.access import Person
from hospitals.models import Membership, Organisation
from hospitals.pages import OrganisationRow, Place
from hospitals.permissions import LEADS

PER_PAGE = 30
CHILDREN_SHOWN = 10


def list_organisations(
    user: Person,
    *,
    search: str = "",
    kind: str = "",
    under: Organisation | None = None,
    page: str | None = None,
) -> Page[OrganisationRow]:
    """Visible organisations, bureau by bureau: its city bureaus, then its hospitals. Three queries: count, rows, leads."""
    found = access.visible_organisations(user)
    if under is not None:
        found = found.filter(path__startswith=under.path).exclude(pk=under.pk)
    if kind:
        found = found.filter(kind=kind)
    for word in search.split():
        found = found.filter(
            Q(name__icontains=word) | Q(name_en__icontains=word) | Q(region__startswith=word) | Q(code=word)
        )
    pages = Paginator(with_counts(found), PER_PAGE).get_page(page)
    page_of_rows: Any = pages  # a Page keeps its numbers while its rows become frozen values
    page_of_rows.object_list = list(rows_of(pages.object_list))
    return cast("Page[OrganisationRow]", page_of_rows)


def with_counts(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    children = (
        Organisation.objects.filter(parent=OuterRef("pk"))
        .order_by()
        .values("parent")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        organisations.select_related("parent")
        .annotate(beneath_count=Coalesce(Subquery(children), 0))
        .order_by(F("parent__path").asc(nulls_first=True), "kind", "name")
    )


def rows_of(organisations: Iterable[Organisation]) -> tuple[OrganisationRow, ...]:
    """One query for the leads of all of them."""
    listed = list(organisations)
    leads: dict[int, list[str]] = {}
    found = Membership.objects.in_force().filter(
        organisation_id__in=[organisation.pk for organisation in listed],
        role__in=set(LEADS.values()),
        user__is_active=True,
    )
    for membership in found.select_related("user").order_by("id"):
        leads.setdefault(membership.organisation_id, []).append(membership.user.get_full_name())
    return tuple(
        OrganisationRow(
            public_id=organisation.public_id,
            name=organisation.label,
            kind=organisation.kind,
            kind_name=organisation.get_kind_display(),
            grade=organisation.get_grade_display() if organisation.kind == Organisation.Kind.HOSPITAL else "",
            region=organisation.region,
            parent=organisation.parent.label if organisation.parent else "",
            beds=organisation.beds,
            leads=_("、").join(leads.get(organisation.pk, [])),
            beneath=organisation.beneath_count,  # type: ignore[attr-defined]
        )
        for organisation in listed
    )


def list_children(organisation: Organisation) -> tuple[tuple[OrganisationRow, ...], int]:
    """The first few organisations directly beneath, and how many there are. At most three queries."""
    children = Organisation.objects.filter(parent=organisation)
    count = children.count()
    return (rows_of(with_counts(children)[:CHILDREN_SHOWN]) if count else ()), count


def way_to(organisation: Organisation, user: Person) -> tuple[Place, ...]:
    """From the root down to the organisation itself; only what the person may open has an address. One query."""
    numbers = [int(part) for part in organisation.path.split("/") if part]
    steps = Organisation.objects.filter(pk__in=numbers).order_by("path")
    return tuple(
        Place(
            step.label,
            reverse("organisation", kwargs={"organisation": step.public_id}) if may_open(step, user) else "",
        )
        for step in steps
    )


def may_open(organisation: Organisation, user: Person) -> bool:
    """The same rule as ``access.visible_organisations``, for a row at hand."""
    return any(
        membership.organisation_id == organisation.pk
        or (
            membership.role in access.BUREAU_STAFF
            and organisation.path.startswith(membership.organisation.path)
        )
        for membership in access.memberships_of(user)
    )
