"""Filling YearlyResult from frozen submissions, for some hospitals or for all.

A hospital is always filled as a whole and from the database alone, so that filling twice, in any order or after
a crash gives the same rows. Nothing is scored: levels are read out of the cards that submitting froze.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F, Max
from django.db.models.fields.json import KT
from django.utils import timezone

from assessments.models import AwardedLevel, ScoreSnapshot
from assessments.queries.awards import YEAR
from assessments.queries.verification.span_chip import FROZEN
from hospitals.models import Organisation
from reports.comparing.rows import packed
from reports.models import YearlyResult
from reports.regional.doubts import signs_of
from rubrics.models import Edition
from rubrics.queries import rubric_under

BATCH = 100  # hospitals filled in one transaction; their cards are in memory together
DISCHARGES = "discharges"  # key of the base figure that says how large a hospital is
#: what is read of a frozen submission, as text: a quarter of the time is spent here, and a card is long
TEXTS: Mapping[str, Any] = {
    "items_text": KT("card__items"),
    "most_text": KT("verified__not_refuted__items"),
    "provisional_text": KT("verified__provisional__items"),
    "total_at_most": KT("verified__not_refuted__total"),
}


def fill(hospitals: Collection[int]) -> int:
    """Bring the rows of these hospitals up to date; the number of rows they have now. Seven queries per batch."""
    wanted = sorted(set(hospitals))
    return sum(_fill_batch(wanted[at : at + BATCH]) for at in range(0, len(wanted), BATCH))


def fill_all() -> int:
    """Every hospital that ever submitted, and those whose rows have lost their submissions."""
    submitted = ScoreSnapshot.objects.values_list("assessment__hospital", flat=True).distinct()
    filled = YearlyResult.objects.values_list("hospital", flat=True).distinct()
    return fill({*submitted, *filled})


def behind() -> list[int]:
    """Hospitals with a submission or a step newer than their rows: what a lost job left undone. Two queries."""
    newest = dict(
        YearlyResult.objects.values("hospital").annotate(at=Max("refreshed_at")).values_list("hospital", "at")
    )
    happened = (
        ScoreSnapshot.objects.values("assessment__hospital")
        .annotate(taken=Max("taken_at"), moved=Max("assessment__status_changes__at"))
        .values_list("assessment__hospital", "taken", "moved")
    )
    found = []
    for hospital, taken, moved in happened:
        last = max(filter(None, (taken, moved)))
        if hospital not in newest or newest[hospital] < min(last, timezone.now()):
            found.append(hospital)
    return found


@transaction.atomic
def _fill_batch(hospitals: list[int]) -> int:
    known = {
        row.pk: row
        for row in Organisation.objects.select_for_update().filter(pk__in=hospitals).order_by("pk")
    }
    now = timezone.now()
    newest = _newest(hospitals)
    texts = {
        row["pk"]: row
        for row in ScoreSnapshot.objects.filter(pk__in=[row["pk"] for row in newest.values()])
        .annotate(**TEXTS)
        .values("pk", "basis", *TEXTS)
    }
    codes = _codes({edition for _hospital, edition, _year in newest})
    awarded = _awarded(hospitals)
    rows = [
        _row(
            known[hospital],
            edition,
            year,
            found,
            texts[found["pk"]],
            codes[edition],
            awarded.get((hospital, edition, year)),
            now,
        )
        for (hospital, edition, year), found in newest.items()
    ]
    YearlyResult.objects.filter(hospital__in=hospitals).delete()
    YearlyResult.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _newest(hospitals: list[int]) -> dict[tuple[int, int, int], dict[str, Any]]:
    """The newest submission of each hospital, edition and year."""
    rows = (
        ScoreSnapshot.objects.filter(assessment__hospital__in=hospitals)
        .annotate(
            year=YEAR,
            hospital=F("assessment__hospital"),
            edition=F("assessment__edition"),
            status=F("assessment__status"),
            target=F("assessment__target_level"),
            **FROZEN,
        )
        .order_by("taken_at", "pk")
        .values(
            "pk", "year", "hospital", "edition", "status", "target", "level", "total", "taken_at", *FROZEN
        )
    )
    return {(row["hospital"], row["edition"], row["year"]): row for row in rows}  # the last one stays


def _codes(editions: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Items of each edition in its order, which no confirmed flag changes. One query."""
    found = Edition.objects.filter(pk__in=editions)
    return {one.pk: tuple(item.code for item in rubric_under(one, None).items) for one in found}


def _awarded(hospitals: list[int]) -> dict[tuple[int, int, int], int]:
    """The official result where there is one, else what the review awarded and published."""
    found: dict[tuple[int, int, int], int] = {}
    rows = AwardedLevel.objects.in_force().filter(hospital__in=hospitals)
    for row in sorted(rows, key=lambda row: row.source == AwardedLevel.Source.IMPORTED):
        found[(row.hospital_id, row.edition_id, row.year)] = row.level
    return found


def _row(
    hospital: Organisation,
    edition: int,
    year: int,
    found: Mapping[str, Any],
    texts: Mapping[str, Any],
    codes: tuple[str, ...],
    awarded: int | None,
    now: Any,
) -> YearlyResult:
    items = _items(texts["items_text"])
    return YearlyResult(
        hospital=hospital,
        edition_id=edition,
        year=year,
        snapshot_id=found["pk"],
        status=found["status"],
        path=hospital.path,
        city_id=hospital.parent_id,
        grade=hospital.grade,
        ownership=hospital.ownership,
        hospital_type=hospital.hospital_type,
        beds=hospital.beds,
        target=found["target"],
        claimed=found["level"],
        total=found["total"],
        at_most=_level(found["verified_at_most"]),
        provisional=_level(found["verified_provisional"]),
        strict=_level(found["verified_at_least"]),
        coverage=_number(found["verified_coverage"], "0.0001"),
        awarded=awarded,
        items={
            code: [
                item["function_level"], item["scored_level"], item["score"], item.get("application"),
                item.get("data_quality"),
            ]
            for code, item in items.items()
        },
        total_at_most=_number(texts["total_at_most"], "0.01"),
        discharges=next((base["value"] for base in texts["basis"] if base["key"] == DISCHARGES), None),
        passes=packed(items, codes) if items else "",
        passes_at_most=_packed(texts["most_text"], codes),
        passes_provisional=_packed(texts["provisional_text"], codes),
        signs=asdict(signs_of(items)),
        submitted_at=found["taken_at"],
        refreshed_at=now,
    )  # fmt: skip


def _level(text: object) -> int | None:
    return None if text is None else int(str(text))


def _items(text: object) -> Mapping[str, Any]:
    """A card's results by item; none where the card was not kept."""
    found = orjson.loads(str(text)) if text else {}
    return found if isinstance(found, dict) else {}


def _packed(text: object, codes: tuple[str, ...]) -> str:
    items = _items(text)
    return packed(items, codes) if items else ""


def _number(text: object, places: str) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text)).quantize(Decimal(places))
    except InvalidOperation:
        return None
