"""Cycles a person may see: a bureau with its figures, a hospital with its own part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils import timezone

from assessments.campaign_permissions import check_can_draw_up, sees_board
from assessments.models import Campaign, Participation
from assessments.permissions import allowed
from assessments.queries.campaigns.rows import COMPLETE, late_on, with_days, with_progress
from hospitals import access
from hospitals.access import Person

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """``invited``, ``done``, ``late``: hospitals of the reader's bureaus; None for a hospital's own people."""

    public_id: str
    title: str
    year: int
    bureau: str
    state: str
    state_name: str
    opens_on: date
    closes_on: date
    days_left: int
    invited: int | None
    done: int
    late: int

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)


@dataclass(frozen=True, slots=True)
class CampaignsPage:
    lines: Page[CampaignLine]
    bureau: bool
    can_start: bool


def campaigns_page(user: Person, *, page: int = 1) -> CampaignsPage:
    """Three queries: count, one page, its figures."""
    rank = Case(
        When(state=Campaign.State.OPEN, then=Value(0)),
        When(state=Campaign.State.DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = (
        Campaign.objects.visible_to(user)
        .select_related("bureau")
        .annotate(rank=rank)
        .order_by("rank", "-year", "-pk")
    )
    lines = Paginator(found, PER_PAGE).get_page(page)
    shown: Any = lines  # the same position and count, with lines in place of rows
    rows = list(lines.object_list)
    shown.object_list = lines_of(user, rows)
    return CampaignsPage(
        lines=cast("Page[CampaignLine]", shown),
        bureau=bool(access.organisations_where(user, access.BUREAU_STAFF)),
        can_start=allowed(check_can_draw_up, user),
    )


def lines_of(user: Person, campaigns: Sequence[Campaign]) -> list[CampaignLine]:
    """One query: the figures of these cycles, of the hospitals beneath the reader's bureaus."""
    today = timezone.localdate()
    overseen = [campaign.pk for campaign in campaigns if sees_board(user, campaign)]
    figures: dict[int, Any] = {}
    if overseen:
        rows = with_progress(
            with_days(
                Participation.objects.filter(
                    access.beneath_bureaus_of(user, "hospital__"),
                    campaign__in=overseen,
                    withdrawn_at__isnull=True,
                )
            )
        )
        counted = (
            rows.order_by()
            .values("campaign")
            .annotate(
                invited=Count("pk"),
                done=Count("pk", filter=COMPLETE),
                late=Count("pk", filter=Q(late_on(today))),
            )
        )
        figures = {row["campaign"]: row for row in counted}
    return [
        _line(campaign, campaign.pk in overseen, figures.get(campaign.pk), today) for campaign in campaigns
    ]


def _line(campaign: Campaign, overseen: bool, figures: Any, today: date) -> CampaignLine:
    return CampaignLine(
        public_id=str(campaign.public_id),
        title=campaign.title,
        year=campaign.year,
        bureau=campaign.bureau.label,
        state=campaign.state,
        state_name=campaign.get_state_display(),
        opens_on=campaign.opens_on,
        closes_on=campaign.closes_on,
        days_left=(campaign.closes_on - today).days,
        invited=(figures["invited"] if figures else 0) if overseen else None,
        done=figures["done"] if figures else 0,
        late=figures["late"] if figures else 0,
    )


def running_for(user: Person) -> tuple[CampaignLine, ...]:
    """Open cycles that the reader's bureaus take care of, for the first page. Two queries."""
    if not access.organisations_where(user, access.BUREAU_STAFF):
        return ()
    found = list(
        Campaign.objects.visible_to(user)
        .filter(state=Campaign.State.OPEN)
        .select_related("bureau")
        .order_by("closes_on", "pk")[:5]
    )
    return tuple(line for line in lines_of(user, found) if line.invited is not None)
