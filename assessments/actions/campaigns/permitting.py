"""What a bureau decides about one hospital of a cycle: a later last day, or that it is not expected."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.campaigns.held import LONGEST_CYCLE, held_participation, reason_in
from assessments.actions.campaigns.reminding import enter_url
from assessments.actions.campaigns.steering import move_due
from assessments.actions.campaigns.zones import forget_sent
from assessments.actions.notices import tell, who_speaks_for
from assessments.campaign_permissions import (
    check_can_permit_late,
    check_can_take_out,
    participation_days,
)
from assessments.campaigns.told import NOT_PERMITTED, PERMITTED, TAKEN_OUT, about
from assessments.models import Participation
from assessments.trail import record_campaign
from hospitals.refusals import Refusal


@transaction.atomic
def permit_late(*, by: User, participation: Participation, until: date, reason: str) -> None:
    """The hospital hands in until this day, whatever the day of its zone or cycle, also when the cycle was
    ended. An earlier permission is replaced. Raises Refusal."""
    held = held_participation(participation)
    check_can_permit_late(by, held)
    reason = reason_in(reason, needed=_("请写明准予补报的理由。"))
    own = participation_days(held)
    held.late_until = None
    common = participation_days(held).ends
    if until < timezone.localdate():
        raise Refusal(_("准予补报的日期不能早于今天。"))
    if until <= common:
        raise Refusal(
            _("%(hospital)s本来就可以填报到%(ends)s，准予补报的日期应晚于它。")
            % {"hospital": held.hospital.label, "ends": common.isoformat()}
        )
    if until - held.campaign.opens_on > 2 * LONGEST_CYCLE:
        raise Refusal(_("准予补报的日期太远，请核对。"))
    held.late_until, held.late_reason = until, reason
    held.save(update_fields=["late_until", "late_reason"])
    _moved(held, own.ends, until)
    _tell(held, PERMITTED, ends=until.isoformat(), reason=reason)
    record_campaign(
        verb="campaign.late-permitted",
        by=by,
        campaign=held.campaign,
        facts={"hospital": held.hospital.name, "late_until": until.isoformat(), "reason": reason},
    )


@transaction.atomic
def end_late(*, by: User, participation: Participation, reason: str) -> None:
    """Take the permission back: the day of the zone or the cycle counts again."""
    held = held_participation(participation)
    check_can_permit_late(by, held)
    if held.late_until is None:
        raise Refusal(_("%(hospital)s没有补报准许。") % {"hospital": held.hospital.label})
    reason = reason_in(reason, needed=_("请写明撤销补报准许的理由。"))
    before, held.late_until, held.late_reason = held.late_until, None, ""
    held.save(update_fields=["late_until", "late_reason"])
    ends = participation_days(held).ends
    _moved(held, before, ends)
    _tell(held, NOT_PERMITTED, ends=ends.isoformat(), reason=reason)
    record_campaign(
        verb="campaign.late-ended",
        by=by,
        campaign=held.campaign,
        facts={"hospital": held.hospital.name, "before": before.isoformat(), "reason": reason},
    )


@transaction.atomic
def take_out(*, by: User, participation: Participation, reason: str) -> None:
    """The hospital is not expected any more: it goes from the board's figures and sees the cycle no longer.
    What it fills in stays its own. Not after a submission. Raises Refusal."""
    held = held_participation(participation)
    check_can_take_out(by, held)
    reason = reason_in(reason, needed=_("请写明移出的理由。"))
    if held.entries.filter(assessment__submitted_at__isnull=False).exists():
        raise Refusal(_("%(hospital)s已有提交，不能移出参评名单。") % {"hospital": held.hospital.label})
    held.entries.all().delete()
    held.withdrawn_at, held.withdrawn_reason = timezone.now(), reason
    held.late_until, held.late_reason = None, ""
    held.save(update_fields=["withdrawn_at", "withdrawn_reason", "late_until", "late_reason"])
    if held.campaign.state != held.campaign.State.DRAFT:
        _tell(held, TAKEN_OUT, reason=reason)
    record_campaign(
        verb="campaign.withdrawn",
        by=by,
        campaign=held.campaign,
        facts={"hospital": held.hospital.name, "reason": reason},
    )


def _moved(held: Participation, before: date, after: date) -> None:
    move_due([held.pk], before, after)
    forget_sent([held.pk])


def _tell(held: Participation, kind: str, **facts: str) -> None:
    url = "" if kind == TAKEN_OUT else enter_url(held.campaign)
    people = who_speaks_for([held.hospital_id]).get(held.hospital_id, [])
    tell(people=people, kind=kind, facts={**about(held), **facts}, url=url)
