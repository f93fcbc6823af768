"""The whole board of a cycle, for a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from assessments.models import Campaign
from assessments.queries.campaigns.board import (
    board_lines,
    fitting,
    narrowed,
    ordered,
    rows_of,
    rubric_heads,
    zone_lines,
)
from assessments.queries.campaigns.shown import BoardLine, Filters, RubricHead
from hospitals.access import Person

AT_ONCE = 2_000  # rows whose entries are read in one query


@dataclass(frozen=True, slots=True)
class WholeBoard:
    title: str
    at: datetime
    rubrics: tuple[RubricHead, ...]
    lines: tuple[BoardLine, ...]


def whole_board(user: Person, campaign: Campaign, filters: Filters) -> WholeBoard:
    """Three queries, and three for every two thousand hospitals."""
    rubrics = rubric_heads(campaign)
    rows = list(ordered(narrowed(rows_of(user, campaign), fitting(filters, zone_lines(campaign)))))
    lines: list[BoardLine] = []
    for start in range(0, len(rows), AT_ONCE):
        lines += board_lines(campaign, rubrics, rows[start : start + AT_ONCE])
    return WholeBoard(campaign.title, timezone.localtime(), rubrics, tuple(lines))
