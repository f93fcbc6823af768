"""Opening a cycle, giving it more time, ending it, opening it again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.campaigns.held import (
    LONGEST_CYCLE,
    everything,
    held_campaign,
    reason_in,
    refuse_when_changed,
)
from assessments.actions.campaigns.reminding import enter_url
from assessments.actions.campaigns.zones import forget_sent
from assessments.actions.notices import News, tell_all, who_speaks_for
from assessments.campaign_permissions import (
    check_can_open,
    check_can_reopen,
    check_is_going_on,
    participation_days,
)
from assessments.campaigns.told import CLOSED, EXTENDED, OPENED, REOPENED, about
from assessments.models import Assessment, Campaign, CampaignZone, Participation
from assessments.queries.campaigns.rows import INCOMPLETE, with_days, with_progress
from assessments.trail import record_campaign
from hospitals.refusals import Refusal

State = Campaign.State
TAKING_PART = Q(withdrawn_at__isnull=True)


@transaction.atomic
def open_campaign(*, by: User, campaign: Campaign, seen: str) -> int:
    """Hospitals see the cycle from now on and are told; returns how many. Raises Refusal."""
    held = held_campaign(campaign)
    check_can_open(by, held)
    refuse_when_changed(held, seen)
    if not held.rubrics.exists():
        raise Refusal(_("还没有选择标准，不能启动。"))
    invited = list(everything(held.participations.filter(TAKING_PART)))
    if not invited:
        raise Refusal(_("还没有邀请医院，不能启动。"))
    today = timezone.localdate()
    over = sorted({_place(one) for one in invited if participation_days(one).ends < today})
    if over:
        raise Refusal(_("截止日已过：%(places)s。请先改日期再启动。") % {"places": "、".join(over[:5])})
    held.state = State.OPEN
    held.save(update_fields=["state"])
    people = _announce(held, invited)
    record_campaign(
        verb="campaign.opened",
        by=by,
        campaign=held,
        facts={"hospitals": len(invited), "people": people, "closes_on": held.closes_on.isoformat()},
    )
    return len(invited)


def _place(participation: Participation) -> str:
    return participation.zone.name if participation.zone else participation.campaign.title


def _announce(campaign: Campaign, invited: list[Participation]) -> int:
    """Tell hospitals that they take part. ``invited`` were read with campaign, zone and hospital."""
    return _tell(
        campaign,
        invited,
        OPENED,
        lambda one: {
            "begins": participation_days(one).begins.isoformat(),
            "ends": participation_days(one).ends.isoformat(),
        },
    )


def announce(*, campaign: Campaign, participations: list[int]) -> int:
    """The same for hospitals invited later (numbers of participations); returns how many people were told."""
    return _announce(campaign, list(everything(campaign.participations.filter(pk__in=participations))))


def _tell(campaign: Campaign, rows: list[Any], kind: str, facts: Any) -> int:
    speaks = who_speaks_for({row.hospital_id for row in rows})
    return tell_all(
        news=[
            News(person, kind, {**about(row), **facts(row)}, enter_url(campaign))
            for row in rows
            for person in speaks.get(row.hospital_id, ())
        ]
    )


@transaction.atomic
def extend_campaign(
    *,
    by: User,
    campaign: Campaign,
    closes_on: date,
    reason: str,
    seen: str,
    zone: CampaignZone | None = None,
) -> int:
    """A later last day for the cycle (hospitals without a zone) or for one zone; those that have not handed
    in everything are told, and how many is returned.

    Permissions that end no later than the new day are overtaken and go; due days of open assessments that
    stood on the old day move along. Raises Refusal.
    """
    held = held_campaign(campaign)
    check_is_going_on(by, held)
    refuse_when_changed(held, seen)
    reason = reason_in(reason, needed=_("请写明延长的理由。"))
    row: Campaign | CampaignZone = held
    if zone is not None:
        found = held.zones.select_for_update().filter(pk=zone.pk).first()
        if found is None:
            raise Refusal(_("这个分批已被删除。页面可能已过期，请刷新后查看。"))
        row = found
    before = row.closes_on
    _refuse_wrong_day(row, before, closes_on)
    row.closes_on = closes_on
    row.save(update_fields=["closes_on"])
    hospitals = _give_time(held, zone, before, closes_on, EXTENDED, reason)
    record_campaign(
        verb="campaign.extended",
        by=by,
        campaign=held,
        facts={
            **({"zone": zone.name} if zone is not None else {}),
            "before": before.isoformat(),
            "after": closes_on.isoformat(),
            "reason": reason,
            "hospitals": hospitals,
        },
    )
    return hospitals


def _refuse_wrong_day(row: Campaign | CampaignZone, before: date, after: date) -> None:
    if after <= before:
        raise Refusal(
            _("新的截止日应晚于现在的%(before)s；截止日不能提前。") % {"before": before.isoformat()}
        )
    if after < timezone.localdate():
        raise Refusal(_("截止日期不能早于今天。"))
    if after - row.opens_on > LONGEST_CYCLE:
        raise Refusal(_("填报时间最长两年，请核对日期。"))


def _give_time(
    campaign: Campaign, zone: CampaignZone | None, before: date, after: date, kind: str, reason: str
) -> int:
    part = campaign.participations.filter(zone=zone) if zone else campaign.participations.filter(zone=None)
    numbers = list(part.filter(TAKING_PART).values_list("pk", flat=True))
    part.filter(late_until__lte=after).update(late_until=None, late_reason="")
    move_due(numbers, before, after)
    forget_sent(numbers)
    rows = list(
        with_progress(with_days(everything(part.filter(TAKING_PART)))).filter(
            INCOMPLETE, late_until__isnull=True
        )
    )
    _tell(campaign, rows, kind, lambda row: {"ends": row.ends.isoformat(), "reason": reason})
    return len(rows)


def move_due(participations: list[int], before: date, after: date) -> None:
    """Assessments that were due on the old last day are due on the new one, as long as they are open."""
    Assessment.objects.open_for_answers().filter(
        pk__in=Assessment.objects.filter(entry__participation__in=participations, due_on=before).values("pk")
    ).update(due_on=after)


@transaction.atomic
def close_campaign(*, by: User, campaign: Campaign, seen: str, reason: str = "") -> int:
    """Nobody hands in any more but hospitals whose permission still runs. Before the last day is over it
    needs a reason. Those that have not handed in everything are told; returns how many."""
    held = held_campaign(campaign)
    check_is_going_on(by, held)
    refuse_when_changed(held, seen)
    today = timezone.localdate()
    rows = list(
        with_progress(with_days(everything(held.participations.filter(TAKING_PART)))).filter(INCOMPLETE)
    )
    early = any(row.ends >= today and row.late_until is None for row in rows)
    reason = reason_in(reason, needed=_("还有医院没有到截止日，提前结束需要写明理由。") if early else "")
    held.state, held.closed_at = State.CLOSED, timezone.now()
    held.save(update_fields=["state", "closed_at"])
    cut_off = [row for row in rows if row.late_until is None or row.late_until < today]
    _tell(held, cut_off, CLOSED, lambda row: {"reason": reason})
    record_campaign(
        verb="campaign.closed",
        by=by,
        campaign=held,
        facts={"hospitals": len(cut_off), "reason": reason},
    )
    return len(cut_off)


@transaction.atomic
def reopen_campaign(*, by: User, campaign: Campaign, closes_on: date, reason: str, seen: str) -> int:
    """Open a cycle that was ended until a day; hospitals without a zone hand in until then, those of a zone
    until its day, which is extended apart. Returns how many hospitals were told."""
    held = held_campaign(campaign)
    check_can_reopen(by, held)
    refuse_when_changed(held, seen)
    reason = reason_in(reason, needed=_("请写明重新开放的理由。"))
    today, before = timezone.localdate(), held.closes_on
    if closes_on < max(today, before):
        raise Refusal(
            _("新的截止日不能早于今天，也不能早于原来的%(before)s。") % {"before": before.isoformat()}
        )
    if closes_on - held.opens_on > LONGEST_CYCLE + timedelta(days=366):
        raise Refusal(_("填报时间最长三年，请核对日期。"))
    held.state, held.closed_at, held.closes_on = State.OPEN, None, closes_on
    held.save(update_fields=["state", "closed_at", "closes_on"])
    hospitals = _give_time(held, None, before, closes_on, REOPENED, reason)
    record_campaign(
        verb="campaign.reopened",
        by=by,
        campaign=held,
        facts={"closes_on": closes_on.isoformat(), "reason": reason, "hospitals": hospitals},
    )
    return hospitals
