"""A region as programs read it: what leaves the bureau as a file, so small groups are not told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from hospitals.access import Person
from hospitals.models import Organisation
from reports.comparing.suppressing import LEAST, hidden
from reports.models import SavedView, YearlyResult
from reports.regional import reading
from reports.regional.counting import Figures, Row, added, figures
from reports.regional.peers import Place
from reports.regional.targets import targets_of
from reports.view_models.region.groups import names_of
from reports.view_models.region.ranking import lines_of
from rubrics.models import Edition
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class BureauPlace:
    id: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Bureau, edition and year a figure is about; ``year`` 0: nothing was submitted yet."""

    bureau: Organisation
    edition: Edition
    year: int


@dataclass(frozen=True, slots=True)
class GroupFacts:
    by: str
    key: str
    name: str
    suppressed: bool
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class RegionFacts:
    bureau: BureauPlace
    rubric: str
    year: int
    refreshed_at: datetime | None
    targets: str
    figures: Figures | None
    groups: tuple[GroupFacts, ...]


@dataclass(frozen=True, slots=True)
class RankFacts:
    hospital_id: UUID
    hospital: str
    city: str
    peers: str
    place: Place | None
    claimed: int
    total: Decimal
    at_most: int | None
    strict: int | None
    awarded: int | None
    target: int


@dataclass(frozen=True, slots=True)
class ResultFacts:
    hospital_id: UUID
    hospital: str
    rubric: str
    year: int
    status: str
    target: int
    claimed: int
    total: Decimal
    at_most: int | None
    provisional: int | None
    strict: int | None
    coverage: Decimal | None
    awarded: int | None
    submitted_at: datetime
    refreshed_at: datetime


@dataclass(frozen=True, slots=True)
class ViewFacts:
    id: UUID
    name: str
    page: str
    query: str
    address: str


def place_of(bureau: Organisation) -> BureauPlace:
    return BureauPlace(bureau.public_id, bureau.label, bureau.kind)


def choose(
    user: Person, *, bureau: UUID | None = None, rubric: str = "", year: int | None = None
) -> Chosen | None:
    """What was asked for, or the widest bureau, the first official edition, the newest year; None for a bureau or
    an edition that is not there for the person. Three queries."""
    bureaus = reading.bureaus_of(user)
    found = next((one for one in bureaus if bureau is None or one.public_id == bureau), None)
    editions = sorted(Edition.objects.current(), key=lambda one: (one.status != "official", one.key))
    edition = next((one for one in editions if not rubric or one.key == rubric), None)
    if found is None or edition is None:
        return None
    if year is None:
        year = next(iter(reading.years_of(found, edition)), 0)
    return Chosen(found, edition, year)


def region_facts(chosen: Chosen, language: str) -> RegionFacts:
    """Nine queries: four groupings, targets, cycles and hospitals expected, cities, age."""
    bureau, edition, year = chosen.bureau, chosen.edition, chosen.year
    top = get_rubric(edition).top_level
    targets = targets_of(bureau, edition, year)
    results = reading.results_in(bureau, edition, year)
    expected = reading.expected_in(bureau, year)
    cities = reading.cities_in(bureau)
    tallies = {group: reading.tallies_of(results, [group], top, targets.levels) for group in reading.GROUPS}
    whole = figures(added(tallies["grade"].values(), top), expected.hospitals)
    groups = [
        fact
        for group in reading.GROUPS
        for fact in _groups(group, tallies[group], expected.by[group], names_of(group, cities))
    ]
    return RegionFacts(
        bureau=place_of(bureau),
        rubric=edition.key,
        year=year,
        refreshed_at=reading.refreshed_at(bureau, edition, year),
        targets=targets.source.in_language(language),
        figures=whole if whole.n == 0 or whole.n >= LEAST else None,
        groups=tuple(groups),
    )


def _groups(
    group: str,
    tallies: Mapping[tuple[Any, ...], Any],
    expected: Mapping[Any, int],
    names: Mapping[Any, str],
) -> list[GroupFacts]:
    """Groups with somebody in them; small ones, and those they would follow from, without figures."""
    small = hidden({key: tallies[(key,)].n for key in names if (key,) in tallies})
    return [
        GroupFacts(
            by=group,
            key="" if key is None else str(key),
            name=name,
            suppressed=key in small,
            figures=None if key in small else figures(tallies[(key,)], expected.get(key, 0)),
        )
        for key, name in names.items()
        if (key,) in tallies
    ]


def find_ranked(chosen: Chosen) -> QuerySet[YearlyResult]:
    """Results of the year; to be ordered by level and total. No query yet."""
    found = reading.results_in(chosen.bureau, chosen.edition, chosen.year)
    return found.select_related("hospital").only(
        *reading.FIELDS, "hospital__public_id", "hospital__name", "hospital__name_en"
    )


def ranked(chosen: Chosen, results: Sequence[YearlyResult]) -> list[RankFacts]:
    """Places among all peers of the region, whatever is on the page. Two queries: the peers, the cities."""
    bureau, edition, year = chosen.bureau, chosen.edition, chosen.year
    rows = [Row(*(getattr(result, name) for name in reading.FIELDS)) for result in results]
    names = {result.hospital_id: result.hospital.label for result in results}
    every = reading.rows_of(reading.results_in(bureau, edition, year))
    lines = lines_of(rows, every, names, reading.cities_in(bureau), {})
    return [
        RankFacts(
            hospital_id=result.hospital.public_id,
            hospital=line.name,
            city=line.city,
            peers=line.peers,
            place=line.place,
            claimed=line.claimed,
            total=line.total,
            at_most=line.at_most,
            strict=line.strict,
            awarded=line.awarded,
            target=line.target,
        )
        for result, line in zip(results, lines, strict=True)
    ]


def find_results(
    user: Person,
    *,
    hospital: UUID | None = None,
    rubric: str = "",
    year: int | None = None,
    refreshed_since: datetime | None = None,
) -> QuerySet[YearlyResult]:
    """Yearly results of hospitals beneath the person's bureaus. No query yet."""
    found = YearlyResult.objects.visible_to(user).select_related("hospital", "edition")
    found = found.defer("items", "signs", "passes", "passes_at_most", "passes_provisional")
    if hospital is not None:
        found = found.filter(hospital__public_id=hospital)
    if rubric:
        found = found.filter(edition__key=rubric)
    if year is not None:
        found = found.filter(year=year)
    return found if refreshed_since is None else found.filter(refreshed_at__gte=refreshed_since)


def result_facts(result: YearlyResult) -> ResultFacts:
    """No query."""
    return ResultFacts(
        hospital_id=result.hospital.public_id,
        hospital=result.hospital.label,
        rubric=result.edition.key,
        year=result.year,
        status=result.status,
        target=result.target,
        claimed=result.claimed,
        total=result.total,
        at_most=result.at_most,
        provisional=result.provisional,
        strict=result.strict,
        coverage=result.coverage,
        awarded=result.awarded,
        submitted_at=result.submitted_at,
        refreshed_at=result.refreshed_at,
    )


def view_facts(view: SavedView) -> ViewFacts:
    """No query."""
    address = reverse(view.page)
    return ViewFacts(
        view.public_id, view.name, view.page, view.query, f"{address}?{view.query}" if view.query else address
    )
