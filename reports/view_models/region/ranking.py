"""Hospitals of a year in the order of their results, ranked inside fair peer groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page
from django.db.models import Q
from django.utils.translation import gettext as _

from hospitals.models import Organisation
from reports.regional.counting import Row, grouped
from reports.regional.peers import BANDS, FEW, Place, band_of, bounds_of, places
from reports.view_models.region.choice import Choice

PER_PAGE = 50
GRADES = dict(Organisation.Grade.choices)
TYPES = dict(Organisation.HospitalType.choices)
Peers = tuple[str, int, str]
OWNERSHIPS = dict(Organisation.Ownership.choices)


@dataclass(frozen=True, slots=True)
class RankLine:
    """``place`` is None where the peer group is too small to rank in."""

    hospital: int
    name: str
    city: str
    peers: str
    place: Place | None
    claimed: int
    total: Decimal
    at_most: int | None
    strict: int | None
    awarded: int | None
    target: int
    assessment: str
    beds: int | None
    grade: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list; empty: everything. ``met``: "yes" or "no", the target set for the grade."""

    grade: str = ""
    hospital_type: str = ""
    ownership: str = ""
    band: str = ""
    city: str = ""
    level: str = ""
    met: str = ""
    search: str = ""

    @property
    def set(self) -> int:
        """How many narrow it."""
        return sum(bool(getattr(self, name)) for name in self.__slots__)

    def condition(self, targets: Mapping[str, int], name: str) -> Q:
        """For yearly results. ``name``: the column of the organisation that is searched in."""
        found = Q()
        for field in ("grade", "hospital_type", "ownership"):
            if value := getattr(self, field):
                found &= Q(**{field: value})
        if (band := _number(self.band)) is not None:
            low, high = bounds_of(band)
            found &= Q(beds__isnull=True) if band == 0 else Q(beds__gte=low)
            found &= Q(beds__lt=high) if high is not None else Q()
        if (city := _number(self.city)) is not None:
            found &= Q(city=city)
        if (level := _number(self.level)) is not None:
            found &= Q(claimed=level)
        if self.met in ("yes", "no"):
            reached = Q(pk__in=[])
            for grade, wanted in targets.items():
                reached |= Q(grade=grade, claimed__gte=wanted)
            found &= Q(grade__in=list(targets)) & (reached if self.met == "yes" else ~reached)
        for word in self.search.split():
            found &= Q(**{f"hospital__{name}__icontains": word})
        return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@dataclass(frozen=True, slots=True)
class RegionRanking:
    choice: Choice
    lines: Page[RankLine]
    filters: Filters
    grades: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    ownerships: tuple[tuple[str, str], ...]
    bands: tuple[tuple[str, str], ...]
    cities: tuple[tuple[str, str], ...]
    levels: tuple[int, ...]
    few: int
    shares: bool  # whether reports of the hospitals hold figures of their peers
    why_not_share: str  # why this reader cannot change it


def peers_of(row: Row) -> Peers:
    return row.grade, band_of(row.beds), row.hospital_type


def band_words(band: int) -> str:
    if band == 0:
        return _("床位未填")
    if band == 1:
        return _("少于%(n)s床") % {"n": BANDS[0]}
    if band > len(BANDS):
        return _("%(n)s床及以上") % {"n": f"{BANDS[-1]:,}"}
    return _("%(low)s–%(high)s床") % {"low": f"{BANDS[band - 2]:,}", "high": f"{BANDS[band - 1] - 1:,}"}


def peer_words(peers: Peers) -> str:
    grade, band, kind = peers
    return " · ".join((str(GRADES.get(grade, grade)), band_words(band), str(TYPES.get(kind, kind))))


def ranked(rows: Sequence[Row], wanted: Collection[Peers] | None = None) -> dict[int, Place | None]:
    """The place of every hospital among its peers in this region and year; None in a group of fewer than FEW.
    ``wanted``: of these groups alone."""
    found: dict[int, Place | None] = {}
    for peers, members in grouped(rows, peers_of).items():
        if wanted is not None and peers not in wanted:
            continue
        if len(members) < FEW:
            found.update({row.hospital: None for row in members})
            continue
        for row, place in zip(members, places([(row.claimed, row.total) for row in members]), strict=True):
            found[row.hospital] = place
    return found


def lines_of(
    rows: Sequence[Row],
    all_rows: Sequence[Row],
    names: Mapping[int, str],
    cities: Mapping[int, str],
    assessments: Mapping[int, str],
) -> list[RankLine]:
    """In the order given; places are among ALL rows of the region, whatever is filtered."""
    found = ranked(all_rows, {peers_of(row) for row in rows})
    return [
        RankLine(
            hospital=row.hospital,
            name=names.get(row.hospital, ""),
            city=cities.get(row.city or 0, ""),
            peers=peer_words(peers_of(row)),
            place=found[row.hospital],
            claimed=row.claimed,
            total=row.total,
            at_most=row.at_most,
            strict=row.strict,
            awarded=row.awarded,
            target=row.target,
            assessment=assessments.get(row.hospital, ""),
            beds=row.beds,
            grade=str(GRADES.get(row.grade, row.grade)),
        )
        for row in rows
    ]


def ranking(
    choice: Choice,
    page: Page[Any],
    lines: Sequence[RankLine],
    filters: Filters,
    cities: Mapping[int, str],
    *,
    shares: bool,
    why_not_share: str,
) -> RegionRanking:
    """``lines``: those of the rows of ``page``."""
    shown: Any = page
    shown.object_list = list(lines)
    return RegionRanking(
        choice=choice,
        lines=shown,
        filters=filters,
        grades=tuple((value, str(label)) for value, label in Organisation.Grade.choices if value),
        types=tuple((value, str(label)) for value, label in Organisation.HospitalType.choices if value),
        ownerships=tuple((value, str(label)) for value, label in OWNERSHIPS.items()),
        bands=tuple((str(band), band_words(band)) for band in range(1, len(BANDS) + 2)),
        cities=tuple((str(pk), name) for pk, name in cities.items()),
        levels=tuple(range(choice.top + 1)),
        few=FEW,
        shares=shares,
        why_not_share=why_not_share,
    )
