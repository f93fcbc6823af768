"""Yearly cycles as programs read them: the same lines and boards as the pages, without their tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from assessments.models import Campaign
from assessments.queries.campaigns.board import (
    board_lines,
    head_of,
    narrowed,
    rows_of,
    rubric_heads,
    tally_of,
    zone_lines,
)
from assessments.queries.campaigns.listing import CampaignLine, lines_of
from assessments.queries.campaigns.rows import with_contact
from assessments.queries.campaigns.shown import BoardLine, CampaignHead, Filters, RubricHead, Tally, ZoneLine
from hospitals.access import Person


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """``tally``: None for a hospital's own people."""

    head: CampaignHead
    rubrics: tuple[RubricHead, ...]
    zones: tuple[ZoneLine, ...]
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """``status``: none, or that of the assessment; level and assessment of what was handed in alone."""

    rubric: str
    status: str
    submitted_at: datetime | None
    assessment: str | None
    level: int | None
    target: int | None


@dataclass(frozen=True, slots=True)
class TakingPart:
    """``days_left``: None once everything came in, negative after the last day."""

    id: str
    hospital_id: UUID
    hospital: str
    code: str
    zone: str
    begins: date
    ends: date
    days_left: int | None
    late: bool
    permitted: bool
    withdrawn: bool
    reminders: int
    entries: tuple[EntryFacts, ...]


def find_campaigns(user: Person, *, year: int | None = None, state: str = "") -> QuerySet[Campaign]:
    """Cycles the person may see, with their bureaus. No query yet."""
    found = Campaign.objects.visible_to(user).select_related("bureau")
    if year is not None:
        found = found.filter(year=year)
    return found.filter(state=state) if state else found


def campaign_lines(user: Person, campaigns: Sequence[Campaign]) -> list[CampaignLine]:
    """One query: the figures of the reader's bureaus."""
    return lines_of(user, campaigns)


def campaign_facts(user: Person, campaign: Campaign, *, board: bool) -> CampaignFacts:
    """Three queries: rubrics, zones, and for a bureau the tally."""
    return CampaignFacts(
        head=head_of(user, campaign),
        rubrics=rubric_heads(campaign),
        zones=zone_lines(campaign),
        tally=tally_of(rows_of(user, campaign)) if board else None,
    )


def find_taking_part(user: Person, campaign: Campaign, filters: Filters) -> Any:
    """Invited hospitals beneath the reader's bureaus, in the order of the tree by ``place``. No query yet."""
    rows = with_contact(narrowed(rows_of(user, campaign), filters))
    return rows.select_related("campaign", "zone", "hospital__parent").annotate(place=F("hospital__path"))


def taking_part(campaign: Campaign, rows: Sequence[Any]) -> list[TakingPart]:
    """Four queries: rubrics, entries, targets, reminders."""
    rubrics = rubric_heads(campaign)
    lines = board_lines(campaign, rubrics, rows)
    return [_part(row.hospital.public_id, line, rubrics) for row, line in zip(rows, lines, strict=True)]


def _part(hospital: UUID, line: BoardLine, rubrics: Sequence[RubricHead]) -> TakingPart:
    return TakingPart(
        id=line.public_id,
        hospital_id=hospital,
        hospital=line.hospital,
        code=line.code,
        zone=line.zone,
        begins=line.begins,
        ends=line.ends,
        days_left=line.days_left,
        late=line.late,
        permitted=line.permitted,
        withdrawn=line.withdrawn,
        reminders=line.reminders,
        entries=tuple(
            EntryFacts(
                rubric.key, cell.state, cell.submitted_at, cell.assessment or None, cell.level, cell.target
            )
            for rubric, cell in zip(rubrics, line.cells, strict=True)
        ),
    )
