"""Reading a region: rows of a year, who is expected, and how the years went. Every function states its queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.translation import get_language

from assessments.models import Participation
from hospitals import access
from hospitals.access import Person
from hospitals.models import ConsortiumMember, Organisation
from reports.models import YearlyResult
from reports.regional.counting import Row, Tally
from reports.regional.doubts import Looked, Signs
from rubrics.models import Edition

FIELDS = (
    "hospital_id", "year", "city_id", "grade", "ownership", "hospital_type", "beds", "target", "claimed", "total",
    "at_most", "strict", "awarded",
)  # fmt: skip
BUREAU_KINDS = (Organisation.Kind.PROVINCE, Organisation.Kind.CITY)


#: by what results are grouped -> the column of the organisation that says the same of those that are expected
GROUPS: Mapping[str, str] = {
    "grade": "grade",
    "city": "parent_id",
    "ownership": "ownership",
    "hospital_type": "hospital_type",
}
#: which level is looked at; None where nothing was verified or awarded
LENSES = ("claimed", "at_most", "strict", "awarded")
Key = str | int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """How many hospitals are to take part, in all and by each of GROUPS."""

    hospitals: int
    by: Mapping[str, Mapping[Key, int]]


def bureaus_of(user: Person) -> tuple[Organisation, ...]:
    """Bureaus whose figures the person may see: the own ones and those beneath them, each with whether it shares
    figures of peers. One query."""
    own = access.organisations_where(user, access.BUREAU_STAFF)
    if not own:
        return ()
    condition = Q(pk__in=[])
    for bureau in own:
        condition |= Q(path__startswith=bureau.path)
    found = Organisation.objects.filter(condition, kind__in=BUREAU_KINDS)
    return tuple(found.select_related("peer_sharing").order_by("path"))


def rows_of(results: QuerySet[YearlyResult]) -> list[Row]:
    """One query, which reads an index alone."""
    return [Row(*values) for values in results.order_by("path").values_list(*FIELDS)]


def looked_at(bureau: Organisation, edition: Edition, year: int) -> list[Looked]:
    """Signs of the year's submissions, each with the level of the year before. Two queries."""
    found = YearlyResult.objects.filter(edition=edition, path__startswith=bureau.path)
    before = dict(found.filter(year=year - 1).values_list("hospital_id", "claimed"))
    rows = found.filter(year=year).values_list(
        "hospital_id", "claimed", "at_most", "coverage", "awarded", "signs"
    )
    return [
        Looked(pk, claimed, before.get(pk), most, coverage, awarded, Signs(**signs))
        for pk, claimed, most, coverage, awarded, signs in rows.order_by("path")
    ]


def years_of(bureau: Organisation, edition: Edition) -> list[int]:
    """Years with a result, newest first. One query."""
    found = YearlyResult.objects.filter(edition=edition, path__startswith=bureau.path)
    return list(found.values_list("year", flat=True).distinct().order_by("-year"))


def expected_in(bureau: Organisation, year: int) -> Expected:
    """Hospitals invited to a cycle of the year that is not a draft; without a cycle every hospital with a grade
    (DOMAIN 1.1: secondary hospitals and above take part). Two queries."""
    invited = Participation.objects.filter(
        campaign__year=year, withdrawn_at__isnull=True, hospital__path__startswith=bureau.path
    ).exclude(campaign__state="draft")
    found = Organisation.objects.hospitals().filter(path__startswith=bureau.path)
    cycle = invited.exists()
    found = found.filter(pk__in=invited.values("hospital")) if cycle else found.exclude(grade="")
    columns = tuple(GROUPS.values())
    counts: dict[str, Counter[Key]] = {group: Counter() for group in GROUPS}
    whole = 0
    for *keys, n in found.order_by().values_list(*columns).annotate(n=Count("pk")):
        whole += n
        for group, key in zip(GROUPS, keys, strict=True):
            counts[group][key] += n
    return Expected(whole, counts)


def results_in(bureau: Organisation, edition: Edition, year: int | None = None) -> QuerySet[YearlyResult]:
    """Results beneath the bureau, of one year or of all; no query yet."""
    found = YearlyResult.objects.filter(edition=edition, path__startswith=bureau.path).order_by()
    return found if year is None else found.filter(year=year)


def tallies_of(
    results: QuerySet[YearlyResult], by: Sequence[str], top: int, targets: Mapping[str, int]
) -> dict[tuple[Any, ...], Tally]:
    """Results counted by the columns named: (value, …) -> tally. One query, which reads an index alone."""
    aimed = Q(pk__in=[])
    for level in set(targets.values()):
        grades = [grade for grade, wanted in targets.items() if wanted == level]
        aimed |= Q(grade__in=grades, claimed__gte=level)
    verified = Q(at_most__isnull=False)
    counts: dict[str, Any] = {
        "n": Count("hospital"),
        "met": Count("hospital", filter=aimed),
        "with_target": Count("hospital", filter=Q(grade__in=list(targets))),
        "verified": Count("at_most"),
        "claimed_verified": Sum("claimed", filter=verified, default=0),
        "at_most_levels": Sum("at_most", default=0),
        "strict_levels": Sum("strict", filter=verified, default=0),
        "given": Count("awarded"),
        "award_levels": Sum("awarded", default=0),
        **_levels("claimed", top),
    }
    found = {}
    for row in results.values_list(*by).annotate(**counts).values_list(*by, *counts):
        key, values = row[: len(by)], row[len(by) :]
        found[tuple(key)] = Tally(tuple(values[9:]), *values[:9])
    return found


def levels_of(
    results: QuerySet[YearlyResult], by: Sequence[str], lens: str, top: int
) -> dict[tuple[Any, ...], tuple[int, ...]]:
    """(value, …) -> how many stand at level 0, 1, … as ``lens`` of LENSES sees them. One query."""
    if lens not in LENSES:
        raise ValueError(lens)
    counts = _levels(lens, top)
    rows = results.filter(**{f"{lens}__isnull": False}).values_list(*by).annotate(**counts)
    return {tuple(row[: len(by)]): tuple(row[len(by) :]) for row in rows.values_list(*by, *counts)}


def _levels(lens: str, top: int) -> dict[str, Any]:
    return {f"at_{level}": Count("hospital", filter=Q(**{lens: level})) for level in range(top + 1)}


def refreshed_at(bureau: Organisation, edition: Edition, year: int) -> datetime | None:
    """When the newest row of the year was filled. One query."""
    at: datetime | None = results_in(bureau, edition, year).aggregate(at=Max("refreshed_at"))["at"]
    return at


def consortia_of(bureau: Organisation) -> Mapping[str, frozenset[int]]:
    """Name -> hospitals, lead included. One query."""
    found: dict[str, set[int]] = {}
    english = (get_language() or "").startswith("en")
    rows = ConsortiumMember.objects.filter(consortium__bureau__path__startswith=bureau.path)
    for name, name_en, lead, hospital in rows.order_by("consortium__name").values_list(
        "consortium__name", "consortium__name_en", "consortium__lead", "hospital"
    ):
        found.setdefault((english and name_en) or name, {lead}).add(hospital)
    return {name: frozenset(members) for name, members in found.items()}


def cities_in(bureau: Organisation) -> dict[int, str]:
    """Bureaus directly above hospitals: the cities, and the bureau itself for hospitals right beneath it. One query."""
    found = Organisation.objects.filter(path__startswith=bureau.path, kind__in=BUREAU_KINDS)
    return {one.pk: one.label for one in found.order_by("path")}
