"""Parts of a cycle with dates of their own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.campaigns.held import held_campaign, line, refuse_wrong_span
from assessments.campaign_permissions import check_can_change
from assessments.models import Campaign, CampaignZone, Reminder
from assessments.trail import record_campaign
from hospitals.refusals import Refusal

LONGEST_NAME = 40
MOST_ZONES = 60


@transaction.atomic
def add_zone(*, by: User, campaign: Campaign, name: str, opens_on: date, closes_on: date) -> CampaignZone:
    """A further zone; in a cycle that is open its last day must still come. Raises Refusal."""
    held = held_campaign(campaign)
    check_can_change(by, held)
    if held.zones.count() >= MOST_ZONES:
        raise Refusal(_("一项工作最多设%(n)s个分批。") % {"n": MOST_ZONES})
    name = _name(name)
    _refuse_wrong_dates(held, opens_on, closes_on)
    try:
        with transaction.atomic():
            zone = CampaignZone.objects.create(
                campaign=held, name=name, opens_on=opens_on, closes_on=closes_on
            )
    except IntegrityError as taken:
        raise _taken(name) from taken
    record_campaign(verb="campaign.zone-added", by=by, campaign=held, facts=_facts(zone))
    return zone


@transaction.atomic
def change_zone(
    *, by: User, campaign: Campaign, zone: CampaignZone, name: str, opens_on: date, closes_on: date
) -> None:
    """Another name, and before the cycle was opened other dates; afterwards its time is only extended."""
    held = held_campaign(campaign)
    check_can_change(by, held)
    row = _held_zone(held, zone)
    name = _name(name)
    if (opens_on, closes_on) != (row.opens_on, row.closes_on):
        if held.state == Campaign.State.OPEN:
            raise Refusal(_("已经启动，日期不能直接修改。如需更多时间，请延长填报时间。"))
        _refuse_wrong_dates(held, opens_on, closes_on)
    row.name, row.opens_on, row.closes_on = name, opens_on, closes_on
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise _taken(name) from taken
    record_campaign(verb="campaign.zone-changed", by=by, campaign=held, facts=_facts(row))


@transaction.atomic
def remove_zone(*, by: User, campaign: Campaign, zone: CampaignZone) -> None:
    """A zone nobody is in any more: hospitals are moved elsewhere first, so that nobody's last day changes
    unseen."""
    held = held_campaign(campaign)
    check_can_change(by, held)
    row = _held_zone(held, zone)
    if held.participations.filter(zone=row, withdrawn_at__isnull=True).exists():
        raise Refusal(_("“%(name)s”里还有医院，请先把它们调到别的分批。") % {"name": row.name})
    facts = _facts(row)
    row.delete()
    record_campaign(verb="campaign.zone-removed", by=by, campaign=held, facts=facts)


@transaction.atomic
def assign_zone(
    *, by: User, campaign: Campaign, zone: CampaignZone | None, hospitals: Collection[int]
) -> int:
    """Put these participations (their numbers) into a zone, or None: into none. Returns how many moved.

    In a cycle that is open nobody is moved to a last day that is over.
    """
    held = held_campaign(campaign)
    check_can_change(by, held)
    row = _held_zone(held, zone) if zone is not None else None
    ends = row.closes_on if row else held.closes_on
    if held.state == Campaign.State.OPEN and ends < timezone.localdate():
        raise Refusal(_("这一批的截止日%(ends)s已过，不能再调入医院。") % {"ends": ends.isoformat()})
    moving = list(
        held.participations.select_for_update()
        .filter(pk__in=list(hospitals), withdrawn_at__isnull=True)
        .exclude(**({"zone": row} if row else {"zone__isnull": True}))
        .values_list("pk", flat=True)
    )
    if not moving:
        raise Refusal(_("没有需要调整的医院：请先勾选，或者它们已在这一批。"))
    held.participations.filter(pk__in=moving).update(zone=row)
    forget_sent(moving)
    record_campaign(
        verb="campaign.zone-assigned",
        by=by,
        campaign=held,
        facts={"zone": row.name if row else "", "hospitals": len(moving)},
    )
    return len(moving)


def forget_sent(participations: Collection[int]) -> None:
    """The last day moved: reminders that were sent belong to the old one, and those of the new one are due
    again."""
    Reminder.objects.filter(participation__in=participations, days_before__isnull=False).update(
        days_before=None
    )


def _held_zone(campaign: Campaign, zone: CampaignZone) -> CampaignZone:
    row = campaign.zones.select_for_update().filter(pk=zone.pk).first()
    if row is None:
        raise Refusal(_("这个分批已被删除。页面可能已过期，请刷新后查看。"))
    return row


def _name(text: str) -> str:
    name = line(text, LONGEST_NAME + 1)
    if not name:
        raise Refusal(_("请填写分批名称。"))
    if len(name) > LONGEST_NAME:
        raise Refusal(_("分批名称最多%(n)s个字。") % {"n": LONGEST_NAME})
    return name


def _refuse_wrong_dates(campaign: Campaign, opens_on: date, closes_on: date) -> None:
    refuse_wrong_span(opens_on, closes_on)
    if campaign.state == Campaign.State.OPEN and closes_on < timezone.localdate():
        raise Refusal(_("截止日期不能早于今天。"))


def _facts(zone: CampaignZone) -> dict[str, str]:
    return {
        "zone": zone.name,
        "opens_on": zone.opens_on.isoformat(),
        "closes_on": zone.closes_on.isoformat(),
    }


def _taken(name: str) -> Refusal:
    return Refusal(_("已有名为“%(name)s”的分批，请换一个名称。") % {"name": name})
