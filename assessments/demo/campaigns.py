"""The province's yearly cycle: everybody invited, a first batch whose days are over, most have handed in."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from assessments.actions.campaigns.drawing_up import Plan, RubricPlan, start_campaign
from assessments.actions.campaigns.entering import enter_with
from assessments.actions.campaigns.held import seen_of
from assessments.actions.campaigns.inviting import invite_hospitals
from assessments.actions.campaigns.permitting import permit_late
from assessments.actions.campaigns.steering import open_campaign
from assessments.actions.campaigns.zones import add_zone
from assessments.campaigns.examining import digest_of, examine
from assessments.campaigns.reading import chosen_rows
from assessments.demo.people import Laid
from assessments.models import Assessment, Campaign, CampaignZone, Participation
from hospitals.models import Organisation
from rubrics.models import Edition

YEAR = 2026
FIRST_BATCH = 17  # number of a hospital whose city answers first
OVERDUE = (17, 26)  # of that city: their service self-assessment lies there as a draft
PERMITTED = 26  # may hand in late
NOT_ENTERED = 25  # has not begun with its service self-assessment
#: level a hospital of a grade is asked to reach, by standard
TARGETS = {"emr-2018": {"3A": 4, "3B": 4, "2A": 3}, "smart-service-2019": {"3A": 3, "3B": 3, "2A": 2}}


def lay_campaign(laid: Laid, editions: dict[str, Edition], window: tuple[object, object]) -> Campaign:
    """Open since seven weeks, three more to go; hospitals of the last city answer as a first batch."""
    manager, today = laid.people["demo-bureau"], timezone.localdate()
    begins, ends = today - timedelta(days=49), today + timedelta(days=21)
    rubrics = [RubricPlan(editions[key], *window, TARGETS[key]) for key in TARGETS]  # type: ignore[arg-type]
    campaign = start_campaign(
        by=manager,
        bureau=laid.bureau,
        plan=Plan(
            f"{YEAR}年度智慧医院评价（演示）", YEAR, begins, ends, rubrics, (14, 7, 1, -1), "联系方式：演示"
        ),
    )
    first = add_zone(by=manager, campaign=campaign, name="第一批", opens_on=begins, closes_on=ends)
    hospitals = [laid.hospital, laid.county, *(one for one, _level in laid.others)]
    city = hospitals[FIRST_BATCH - 1].parent
    _invite(campaign, manager, [one for one in hospitals if one.parent == city], first)
    _invite(campaign, manager, [one for one in hospitals if one.parent != city], None)
    open_campaign(by=manager, campaign=campaign, seen=seen_of(campaign))
    return Campaign.objects.select_related("bureau").get(pk=campaign.pk)


def take_part(campaign: Campaign, assessment: Assessment, lead: User) -> None:
    """Enter a draft of this cycle's window as its hospital does."""
    rubric = campaign.rubrics.select_related("edition").get(edition=assessment.edition)
    part = Participation.objects.select_related("campaign__bureau", "zone", "hospital").get(
        campaign=campaign, hospital=assessment.hospital
    )
    enter_with(by=lead, participation=part, rubric=rubric, assessment=assessment)


def let_the_first_batch_end(laid: Laid, campaign: Campaign) -> None:
    """Two days ago, and one hospital may still hand in. A last day in the past cannot be set by anybody; this
    is how time would have passed."""
    today = timezone.localdate()
    CampaignZone.objects.filter(campaign=campaign).update(closes_on=today - timedelta(days=2))
    permitted, _level = laid.others[PERMITTED - 3]
    part = Participation.objects.select_related("campaign__bureau", "zone", "hospital").get(
        campaign=campaign, hospital=permitted
    )
    permit_late(
        by=laid.people["demo-bureau"],
        participation=part,
        until=today + timedelta(days=10),
        reason="系统迁移（演示）",
    )


def _invite(campaign: Campaign, by: User, hospitals: list[Organisation], zone: CampaignZone | None) -> None:
    rows = chosen_rows([(one.pk, one.name) for one in hospitals])
    campaign = Campaign.objects.select_related("bureau").get(pk=campaign.pk)
    seen = digest_of(examine(campaign, rows, zone))
    invite_hospitals(by=by, campaign=campaign, rows=rows, zone=zone, seen=seen, source="演示")
