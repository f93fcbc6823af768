"""Counting what submissions lack for their next level: once per submission, because a submission never changes."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max, Q

from assessments.models import ScoreSnapshot
from engine.scoring import ENGINE_VERSION
from engine.scoring.answers import AnswersRefused
from engine.scoring.formats import FormatError
from engine.scoring.gap import find_gaps
from reports.comparing.reading import INITIALS
from reports.models import CountedGaps, YearlyResult
from reports.standing import snapshot_standing

AT_ONCE = 200  # a job counts so many, about ten seconds; the next run goes on
YEARS = 2  # older results are compared, but nobody decides any more what to fund for them


def uncounted(hospitals: Collection[int] | None = None) -> list[int]:
    """Submissions of the last two years that are not counted, or by an older engine; newest first. Two queries."""
    last = YearlyResult.objects.aggregate(year=Max("year"))["year"]
    if last is None:
        return []
    found = YearlyResult.objects.filter(year__gt=last - YEARS).filter(
        Q(snapshot__counted_gaps__isnull=True) | ~Q(snapshot__counted_gaps__engine_version=ENGINE_VERSION)
    )
    if hospitals is not None:
        found = found.filter(hospital__in=hospitals)
    return list(found.order_by("-year", "path").values_list("snapshot", flat=True)[:AT_ONCE])


def count(snapshots: Collection[int]) -> int:
    """Count these submissions; what cannot be read is kept without gaps. Two queries and one for each new edition,
    about 25 ms a submission."""
    found = (
        ScoreSnapshot.objects.filter(pk__in=snapshots)
        .select_related("assessment__edition", "assessment__hospital", "confirmation", "taken_by")
        .order_by("pk")
    )
    made = [_counted(snapshot) for snapshot in found.iterator(chunk_size=20)]
    CountedGaps.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["snapshot"],
        update_fields=["level", "gaps", "engine_version", "counted_at"],
    )
    return len(made)


def _counted(snapshot: ScoreSnapshot) -> CountedGaps:
    made = CountedGaps(snapshot=snapshot, level=0, gaps=[], engine_version=ENGINE_VERSION)
    try:
        standing = snapshot_standing(snapshot.assessment, snapshot)
        level = standing.card.level + 1
        if level not in standing.rubric.gate_at:
            return made
        gaps = find_gaps(standing.rubric, standing.answers, level, card=standing.card).suggested
    except (FormatError, AnswersRefused):
        return made
    made.level = level
    made.gaps = [
        [
            gap.item,
            gap.level,
            max(1, gap.things_missing),
            "".join(sorted({INITIALS[short.factor] for short in gap.shortfalls})),
        ]
        for gap in gaps
    ]
    return made


def level_waiting(rows: Collection[int], top: int) -> int:
    """The level most hospitals stand right below; the lower one of two."""
    return max(range(1, top + 1), key=lambda level: (sum(claimed == level - 1 for claimed in rows), -level))
