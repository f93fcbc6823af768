"""Reading what is compared: frozen rows of a year and what stands beside them. Every function states its queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import SiteVisit
from engine.rubric.values import Rubric
from hospitals.models import Consortium, Organisation
from reports.comparing.consortia import Joined
from reports.comparing.dual_track import Question
from reports.comparing.funding import Factor, Need
from reports.comparing.rows import Compared, unpacked
from reports.models import DualTrackQuestion, YearlyResult
from rubrics.models import Edition

_FIELDS = (
    "hospital_id", "city_id", "grade", "hospital_type", "beds", "discharges", "target", "claimed", "total", "at_most",
    "strict", "total_at_most", "coverage", "awarded", "passes", "passes_at_most", "passes_provisional",
)  # fmt: skip
_FACTORS: Mapping[str, Factor] = {"f": "function", "a": "application", "d": "data_quality"}
INITIALS: Mapping[str, str] = {
    "function": "f", "application": "a", "data_quality": "d", "earlier_data_quality": "d",
}  # fmt: skip


def compared_rows(bureau: Organisation, edition: Edition, year: int, rubric: Rubric) -> list[Compared]:
    """The year's results beneath the bureau, in the order of the tree. One query."""
    count = len(rubric.items)
    found = YearlyResult.objects.filter(edition=edition, year=year, path__startswith=bureau.path)
    return [
        Compared(*values[:-3], *(unpacked(text, count) for text in values[-3:]))
        for values in found.order_by("path").values_list(*_FIELDS)
    ]


def names_of(bureau: Organisation, hospitals: Collection[int] | None = None) -> dict[int, str]:
    """Names of hospitals beneath the bureau, all or those asked for. One query."""
    found = Organisation.objects.hospitals().beneath(bureau)
    if hospitals is not None:
        found = found.filter(pk__in=hospitals)
    english = (get_language() or "").startswith("en")
    rows = found.order_by().values_list("pk", "name", "name_en")
    return {pk: (english and name_en) or name for pk, name, name_en in rows}


def assessments_of(edition: Edition, year: int, hospitals: Collection[int]) -> dict[int, str]:
    """Where the submission of the year is looked at. One query."""
    rows = YearlyResult.objects.filter(edition=edition, year=year, hospital__in=hospitals)
    return {pk: str(public) for pk, public in rows.values_list("hospital", "snapshot__assessment__public_id")}


def items_of(edition: Edition, year: int, hospitals: Collection[int]) -> dict[int, Mapping[str, Any]]:
    """Per item what the card says: [function level, scored level, "score", "ratio", "index"]. One query."""
    rows = YearlyResult.objects.filter(edition=edition, year=year, hospital__in=hospitals)
    return dict(rows.values_list("hospital", "items"))


def needs_of(
    bureau: Organisation, edition: Edition, year: int, level: int
) -> tuple[dict[int, list[Need]], int]:
    """What the hospitals right below ``level`` lack for it, and how many of them were not counted yet. One query."""
    rows = YearlyResult.objects.filter(
        edition=edition, year=year, path__startswith=bureau.path, claimed=level - 1
    ).values_list("hospital_id", "snapshot__counted_gaps__level", "snapshot__counted_gaps__gaps")
    found: dict[int, list[Need]] = {}
    waiting = 0
    for hospital, next_level, gaps in rows:
        if next_level is None:
            waiting += 1
        elif next_level == level:
            found[hospital] = [
                _need(item, at, things, "".join(factors)) for item, at, things, factors in gaps
            ]
    return found, waiting


@lru_cache(maxsize=10_000)  # a thousand hospitals lack the same few hundred things
def _need(item: str, level: int, things: int, factors: str) -> Need:
    return Need(item, level, things, frozenset(_FACTORS[one] for one in factors))


def questions_of(bureau: Organisation, year: int) -> dict[int, DualTrackQuestion]:
    """Hospitals that were asked, whichever bureau asked. One query."""
    return {row.hospital_id: row for row in DualTrackQuestion.objects.beneath(bureau).filter(year=year)}


def question_of(row: DualTrackQuestion) -> Question:
    return Question(
        row.hospital_id,
        timezone.localdate(row.asked_at),
        row.answer_by,
        timezone.localdate(row.answered_at) if row.answered_at else None,
        row.answer,
    )


def joined_in(bureau: Organisation) -> tuple[Joined, ...]:
    """Consortia kept by the bureau and by those beneath it, by name. Two queries."""
    found = Consortium.objects.filter(bureau__path__startswith=bureau.path).prefetch_related("members")
    return tuple(
        Joined(
            str(one.public_id),
            one.label,
            one.lead_id,
            tuple(
                sorted(
                    member.hospital_id for member in one.members.all() if member.hospital_id != one.lead_id
                )
            ),
        )
        for one in found.order_by("name", "pk")
    )


def visited_in(bureau: Organisation, edition: Edition, year: int) -> frozenset[int]:
    """Hospitals whose review of the year's submission already has a visit. One query."""
    # from the visits, which are few, to the results, which are many
    result = YearlyResult.objects.filter(
        edition=edition, year=year, snapshot__assessment=OuterRef("review__assessment")
    )
    here = SiteVisit.objects.filter(review__assessment__hospital__path__startswith=bureau.path)
    rows = here.filter(Exists(result))
    return frozenset(rows.values_list("review__assessment__hospital", flat=True))
