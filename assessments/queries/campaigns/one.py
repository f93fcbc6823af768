"""One hospital of a cycle, for the bureau: its days, what came in, what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from assessments.actions.notices import who_speaks_for
from assessments.campaign_permissions import check_can_permit_late, check_can_take_out
from assessments.campaigns.days import days_of
from assessments.models import Campaign, Participation
from assessments.permissions import allowed
from assessments.queries.campaigns.board import board_lines, head_of, rows_of, rubric_heads, zone_lines
from assessments.queries.campaigns.rows import with_contact
from assessments.queries.campaigns.shown import BoardLine, CampaignHead, RubricHead, ZoneLine
from hospitals.access import Person

MOST_REMINDERS = 50


@dataclass(frozen=True, slots=True)
class SentReminder:
    """``by``: empty for one that was sent by itself."""

    at: datetime
    by: str
    text: str
    people: int


@dataclass(frozen=True, slots=True)
class ParticipationPage:
    """``common_ends``: the last day without a permission of the hospital's own."""

    campaign: CampaignHead
    rubrics: tuple[RubricHead, ...]
    line: BoardLine
    common_ends: date
    late_reason: str
    withdrawn_at: datetime | None
    withdrawn_reason: str
    invited_at: datetime
    invited_by: str
    reminders: tuple[SentReminder, ...]
    contacts: int
    zones: tuple[ZoneLine, ...]
    zone_number: int | None
    can_permit: bool
    can_take_out: bool
    today: date


def participation_page(user: Person, campaign: Campaign, row: Any) -> ParticipationPage:
    """Seven queries: rubrics, zones, entries, targets, counts of reminders, reminders, people to tell."""
    rubrics = rubric_heads(campaign)
    (line,) = board_lines(campaign, rubrics, [row])
    zone = row.zone
    return ParticipationPage(
        campaign=head_of(user, campaign),
        rubrics=rubrics,
        line=line,
        common_ends=days_of(
            opens_on=campaign.opens_on,
            closes_on=campaign.closes_on,
            zone=(zone.opens_on, zone.closes_on) if zone else None,
        ).ends,
        late_reason=row.late_reason,
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
        invited_at=row.invited_at,
        invited_by=str(row.invited_by),
        reminders=tuple(
            SentReminder(one.sent_at, str(one.sent_by) if one.sent_by_id else "", one.text, one.people)
            for one in row.reminders.select_related("sent_by")[:MOST_REMINDERS]
        ),
        contacts=len(who_speaks_for([row.hospital_id]).get(row.hospital_id, [])),
        zones=zone_lines(campaign),
        zone_number=row.zone_id,
        can_permit=allowed(check_can_permit_late, user, row),
        can_take_out=allowed(check_can_take_out, user, row),
        today=timezone.localdate(),
    )


def find_row(user: Person, campaign: Campaign, public_id: Any) -> Participation | None:
    """A participation the reader oversees, taken out or not. One query."""
    found: Participation | None = (
        with_contact(rows_of(user, campaign))
        .select_related("campaign__bureau", "zone", "hospital__parent", "invited_by")
        .filter(public_id=public_id)
        .first()
    )
    return found
