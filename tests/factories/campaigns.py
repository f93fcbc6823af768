"""Yearly cycles for tests: drawn up and opened by the actions, hospitals invited as plain rows where many are needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from assessments.actions.campaigns.drawing_up import Plan, RubricPlan, start_campaign
from assessments.actions.campaigns.held import seen_of
from assessments.actions.campaigns.inviting import Invited, invite_hospitals
from assessments.actions.campaigns.steering import open_campaign
from assessments.campaigns.examining import digest_of, examine
from assessments.campaigns.reading import InviteRow, chosen_rows
from assessments.models import Campaign, CampaignRubric, CampaignZone, Participation
from hospitals.models import Organisation
from rubrics.models import Edition
from tests.factories.assessments import WINDOW
from tests.factories.people import forget_memberships
from tests.factories.rubrics import make_edition

SERVICE = "smart-service-2019"


def today() -> date:
    return timezone.localdate()


def edition_named(key: str) -> Edition:
    return Edition.objects.filter(key=key).first() or make_edition(key)


def plan(
    title: str = "2026年度工作（示例）",
    *,
    editions: Sequence[str] = (SERVICE,),
    targets: dict[str, int] | None = None,
    days: tuple[int, int] = (-10, 30),
    **more: Any,
) -> Plan:
    """``days``: first and last day, from today."""
    more.setdefault("year", 2026)
    more.setdefault("remind_days_before", (14, 7, 1, -1))
    return Plan(
        title=title,
        opens_on=today() + timedelta(days[0]),
        closes_on=today() + timedelta(days[1]),
        rubrics=[RubricPlan(edition_named(key), *WINDOW, targets or {}) for key in editions],
        **more,
    )


def make_campaign(bureau: Organisation, by: User, **more: Any) -> Campaign:
    """A draft; ``more`` as for ``plan``."""
    forget_memberships(by)
    return start_campaign(by=by, bureau=bureau, plan=plan(**more))


def invite(
    campaign: Campaign,
    by: User,
    hospitals: Sequence[Organisation] | Sequence[InviteRow],
    zone: CampaignZone | None = None,
) -> Invited:
    """Through the preview, as people do it."""
    forget_memberships(by)
    rows = [one if isinstance(one, InviteRow) else chosen_rows([(one.pk, one.name)])[0] for one in hospitals]
    campaign = Campaign.objects.select_related("bureau").get(pk=campaign.pk)
    seen = digest_of(examine(campaign, rows, zone))
    return invite_hospitals(by=by, campaign=campaign, rows=rows, zone=zone, seen=seen)


def opened(campaign: Campaign, by: User) -> Campaign:
    fresh = again(campaign)
    open_campaign(by=by, campaign=fresh, seen=seen_of(fresh))
    return again(campaign)


def make_open(bureau: Organisation, by: User, hospitals: Sequence[Organisation], **more: Any) -> Campaign:
    """An open cycle with these hospitals invited."""
    campaign = make_campaign(bureau, by, **more)
    invite(campaign, by, hospitals)
    return opened(campaign, by)


def again(campaign: Campaign) -> Campaign:
    """The row as it is now."""
    return Campaign.objects.select_related("bureau").get(pk=campaign.pk)


def part_of(campaign: Campaign, hospital: Organisation) -> Participation:
    return Participation.objects.select_related("campaign__bureau", "zone", "hospital").get(
        campaign=campaign, hospital=hospital
    )


def rubric_of(campaign: Campaign, key: str = SERVICE) -> CampaignRubric:
    return CampaignRubric.objects.select_related("edition").get(campaign=campaign, edition__key=key)


def seen(campaign: Campaign) -> str:
    return seen_of(again(campaign))
