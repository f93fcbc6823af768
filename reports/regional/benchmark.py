"""A hospital among its peers, for its own report: figures of a group, never of another hospital.

Only where a bureau above it shares them, and only where at least LEAST other hospitals stand in the group: the
hospital knows its own figures, so it could take them off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any, Literal

from assessments.models import Assessment, ScoreSnapshot
from hospitals.models import Organisation
from reports.comparing.suppressing import LEAST
from reports.models import PeerSharing, YearlyResult
from reports.regional.peers import Place, band_of, bounds_of, places

Why = Literal["not_shared", "no_year", "too_few", ""]


@dataclass(frozen=True, slots=True)
class ItemAmongPeers:
    """``own`` is the score in this report's submission; ``better``: percent of the other hospitals that score more."""

    code: str
    own: Decimal | None
    middle: Decimal
    better: int


@dataclass(frozen=True, slots=True)
class Benchmark:
    """``why`` names what is missing, and then nothing else is filled in. ``place`` None: of a draft, which is in no
    ranking. ``at_least``: level -> share of the group at that level or above, 0-1. ``others``: without the own."""

    why: Why
    bureau: str = ""
    year: int = 0
    others: int = 0
    group: tuple[str, int, str] = ("", 0, "")
    place: Place | None = None
    middle_level: Decimal = Decimal(0)
    middle_total: Decimal = Decimal(0)
    at_least: Mapping[int, Decimal] | None = None
    items: tuple[ItemAmongPeers, ...] = ()


def benchmark_of(assessment: Assessment, snapshot: ScoreSnapshot | None) -> Benchmark:
    """At most four queries. The widest region that shares gives the largest group."""
    hospital = assessment.hospital
    above = [int(part) for part in hospital.path.split("/") if part and int(part) != hospital.pk]
    shared = PeerSharing.objects.filter(bureau__in=above, shared=True).select_related("bureau")
    bureau = next((one.bureau for one in shared.order_by("bureau__path")), None)
    if bureau is None:
        return Benchmark("not_shared")
    results = YearlyResult.objects.filter(edition=assessment.edition_id, path__startswith=bureau.path)
    own = snapshot and results.filter(hospital=hospital, snapshot=snapshot).first()
    year = own.year if own else results.order_by("-year").values_list("year", flat=True).first()
    if year is None:
        return Benchmark("no_year", bureau.label)
    others = _peers(results, hospital, year)
    group = (hospital.grade, band_of(hospital.beds), hospital.hospital_type)
    if len(others) < LEAST:
        return Benchmark("too_few", bureau.label, year, group=group)
    whole = [(level, total) for level, total, _items in others]
    place = None
    if own:
        place = places([*whole, (own.claimed, own.total)])[-1]
        whole.append((own.claimed, own.total))
    top = assessment.edition.top_level
    return Benchmark(
        why="",
        bureau=bureau.label,
        year=year,
        others=len(others),
        group=group,
        place=place,
        middle_level=Decimal(str(median(level for level, _total in whole))),
        middle_total=median(total for _level, total in whole),
        at_least={
            level: Decimal(sum(one >= level for one, _total in whole)) / len(whole)
            for level in range(1, top + 1)
        },
        items=_items([items for _level, _total, items in others], own.items if own else {}),
    )


def _peers(results: Any, hospital: Organisation, year: int) -> list[tuple[int, Decimal, Mapping[str, Any]]]:
    """Level, total and items of the other hospitals of the same grade, bed band and type. One query."""
    low, high = bounds_of(band_of(hospital.beds))
    found = results.filter(year=year, grade=hospital.grade, hospital_type=hospital.hospital_type)
    found = found.filter(beds__isnull=True) if hospital.beds is None else found.filter(beds__gte=low)
    if high is not None:
        found = found.filter(beds__lt=high)
    return list(found.exclude(hospital=hospital).values_list("claimed", "total", "items"))


def _items(others: Sequence[Mapping[str, Any]], own: Mapping[str, Any]) -> tuple[ItemAmongPeers, ...]:
    """Items that at least LEAST others have a score for."""
    scores: dict[str, list[Decimal]] = {}
    for items in others:
        for code, values in items.items():
            scores.setdefault(code, []).append(Decimal(str(values[2])))
    found = []
    for code, group in sorted(scores.items()):
        if len(group) < LEAST:
            continue
        mine = Decimal(str(own[code][2])) if code in own else None
        whole = [*group, mine] if mine is not None else group
        better = sum(one > mine for one in group) * 100 // len(group) if mine is not None else 0
        found.append(ItemAmongPeers(code, mine, median(whole), better))
    return tuple(found)
