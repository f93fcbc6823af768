"""Who would be reminded, before somebody presses; and hospitals that a form names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from assessments.actions.campaigns.reminding import to_remind
from assessments.actions.notices import who_speaks_for
from assessments.campaign_permissions import check_can_remind, participation_days
from assessments.models import Campaign, Participation
from assessments.queries.campaigns.board import fitting, head_of, narrowed, rows_of, zone_lines
from assessments.queries.campaigns.shown import CampaignHead, Filters
from hospitals.access import Person

SHOWN = 200


@dataclass(frozen=True, slots=True)
class RemindLine:
    public_id: str
    hospital: str
    ends: date
    days_left: int
    missing: int
    people: int

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)


@dataclass(frozen=True, slots=True)
class RemindPage:
    """``lines``: at most ``SHOWN`` of the hospitals; ``chosen``: the ids of all of them, as a form sends them."""

    campaign: CampaignHead
    lines: tuple[RemindLine, ...]
    chosen: tuple[str, ...]
    people: int
    silent: int

    @property
    def hidden(self) -> int:
        return max(0, len(self.chosen) - len(self.lines))


def remind_page(
    user: Person, campaign: Campaign, filters: Filters, *, chosen: Sequence[str] | None
) -> RemindPage:
    """``chosen``: ids of participations; None: what the filters show. Four queries: zones, those that fit,
    those of them that have something to hand in, and whom to tell."""
    if chosen is None:
        rows = narrowed(rows_of(user, campaign), fitting(filters, zone_lines(campaign)))
        wanted = set(rows.values_list("pk", flat=True))
    else:
        wanted = set(numbers_of(campaign, chosen))
    mine = Q(pk__in=[])
    for bureau in check_can_remind(user, campaign):
        mine |= Q(hospital__path__startswith=bureau.path)
    today = timezone.localdate()
    found = [row for row in to_remind(campaign, mine, today) if row.pk in wanted]
    speaks = who_speaks_for({row.hospital_id for row in found})
    lines = [
        RemindLine(
            str(row.public_id),
            row.hospital.label,
            participation_days(row).ends,
            participation_days(row).left(today),
            row.asked - row.handed_in,
            len(speaks.get(row.hospital_id, ())),
        )
        for row in found
    ]
    lines.sort(key=lambda line: (line.days_left, line.hospital))
    return RemindPage(
        campaign=head_of(user, campaign),
        lines=tuple(lines[:SHOWN]),
        chosen=tuple(line.public_id for line in lines),
        people=sum(line.people for line in lines),
        silent=sum(not line.people for line in lines),
    )


def numbers_of(campaign: Campaign, chosen: Sequence[str]) -> list[int]:
    """Numbers of the participations a form names; what is no id, or of another cycle, is passed over. One query."""
    ids = []
    for text in chosen[:10_000]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return list(
        Participation.objects.filter(campaign=campaign, public_id__in=ids).values_list("pk", flat=True)
    )


def hospitals_by_zone(campaign: Campaign) -> dict[int | None, int]:
    """Number of the zone (None: without) -> hospitals. One query."""
    return dict(
        campaign.participations.filter(withdrawn_at__isnull=True)
        .order_by()
        .values_list("zone")
        .annotate(n=Count("pk"))
    )
