"""Which hospitals somebody may ask documents for, under one standard and year. Every function states its queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, ExtractYear

from assessments.models import AdoptedPlan, Assessment, ScoreSnapshot
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from reports.regional.peers import bounds_of
from reports.view_models.region.ranking import Filters
from rubrics.models import Edition

#: the year an assessment counts for: of its cycle, else of its window, else of the day it was handed in or begun
YEAR = Coalesce(
    F("entry__participation__campaign__year"),
    ExtractYear("window_to"),
    ExtractYear("submitted_at"),
    ExtractYear("created_at"),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``level``: of the last submission, None before the first; ``planned``: a plan was adopted and is in force."""

    pk: int
    public_id: UUID
    hospital: str
    city: str
    grade: str
    beds: int | None
    level: int | None
    target: int
    submitted: bool
    planned: bool


def in_reach(user: Person) -> Any:
    """A query set: assessments of the person's clients, and those ever submitted beneath the bureaus the person manages; what
    ``rights.may_export`` says of each. No query yet."""
    clients = [one.pk for one in access.organisations_where(user, [Role.CONSULTANT])]
    beneath = Q(pk__in=[])
    for bureau in access.organisations_where(user, [Role.BUREAU_MANAGER]):
        beneath |= Q(hospital__path__startswith=bureau.path)
    found = Assessment.objects.visible_to(user).filter(
        Q(hospital_id__in=clients) | (Q(submitted_at__isnull=False) & beneath)
    )
    return found.annotate(year=YEAR)


def years_of(user: Person, edition: Edition) -> tuple[int, ...]:
    """Newest first. One query."""
    seen = in_reach(user).filter(edition=edition).order_by().values_list("year", flat=True).distinct()
    return tuple(sorted((year for year in seen if year), reverse=True))


def candidates(user: Person, edition: Edition, year: int, filters: Filters | None = None, *, name: str = "name",
               only: Iterable[UUID] | None = None) -> list[Candidate]:  # fmt: skip
    """The newest assessment of each hospital, by the tree. ``name``: the column of an organisation that is searched
    and shown. One query."""
    found: Any = in_reach(user).filter(edition=edition, year=year)
    if only is not None:
        found = found.filter(public_id__in=list(only))
    newest = ScoreSnapshot.objects.filter(assessment=OuterRef("pk")).order_by("-number").values("level")[:1]
    plans = AdoptedPlan.objects.filter(
        hospital=OuterRef("hospital"), rubric=edition.key, state=AdoptedPlan.State.IN_FORCE
    )
    found = found.annotate(level=Subquery(newest), planned=Exists(plans))
    found = found.filter(_condition(filters)) if filters else found
    for word in filters.search.split() if filters else ():
        found = found.filter(**{f"hospital__{name}__icontains": word})
    rows = found.order_by("hospital__path", Coalesce("submitted_at", "created_at").desc(), "-pk")
    rows = rows.select_related("hospital__parent")
    kept: dict[int, Candidate] = {}
    for row in rows:
        if row.hospital_id not in kept:
            kept[row.hospital_id] = _candidate(row)
    return list(kept.values())


def cities_of(user: Person) -> tuple[tuple[str, str], ...]:
    """Bureaus right above the hospitals of a manager; none for a consultant. One query at most."""
    beneath = Q(pk__in=[])
    bureaus = access.organisations_where(user, [Role.BUREAU_MANAGER])
    for bureau in bureaus:
        beneath |= Q(path__startswith=bureau.path)
    kinds = [Organisation.Kind.PROVINCE, Organisation.Kind.CITY]
    found = Organisation.objects.filter(beneath, kind__in=kinds).order_by("path") if bureaus else ()
    return tuple((str(one.pk), one.label) for one in found)


def _candidate(row: Any) -> Candidate:
    hospital: Organisation = row.hospital
    parent = hospital.parent
    return Candidate(
        pk=row.pk,
        public_id=row.public_id,
        hospital=hospital.label,
        city=parent.label if parent else "",
        grade=str(hospital.get_grade_display()),
        beds=hospital.beds,
        level=row.level,
        target=row.target_level,
        submitted=row.submitted_at is not None,
        planned=row.planned,
    )


def _condition(filters: Filters) -> Q:
    found = Q()
    for field in ("grade", "hospital_type", "ownership"):
        if value := getattr(filters, field):
            found &= Q(**{f"hospital__{field}": value})
    if filters.band.isascii() and filters.band.isdecimal() and len(filters.band) < 3:
        low, high = bounds_of(int(filters.band))
        found &= Q(hospital__beds__isnull=True) if filters.band == "0" else Q(hospital__beds__gte=low)
        found &= Q(hospital__beds__lt=high) if high is not None else Q()
    if filters.city.isascii() and filters.city.isdecimal() and len(filters.city) < 10:
        found &= Q(hospital__parent=int(filters.city))
    if filters.level.isascii() and filters.level.isdecimal() and len(filters.level) < 3:
        found &= Q(level=int(filters.level))
    return found
