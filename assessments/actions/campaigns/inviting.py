"""Inviting hospitals, after somebody has seen what the list would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.campaigns.held import ChangedSince, held_campaign
from assessments.actions.campaigns.steering import announce
from assessments.actions.campaigns.zones import forget_sent
from assessments.campaign_permissions import check_can_invite
from assessments.campaigns.examining import ExaminedRow, digest_of, examine
from assessments.campaigns.reading import InviteRow
from assessments.models import Campaign, CampaignZone, Participation
from assessments.trail import record_campaign
from hospitals.refusals import Refusal

MOST_INVITED = 6_000  # at once


@dataclass(frozen=True, slots=True)
class Invited:
    """Numbers of hospitals; ``left_out``: rows with a problem. ``people``: told at once (open cycles)."""

    new: int
    again: int
    moved: int
    same: int
    left_out: int
    people: int


@transaction.atomic
def invite_hospitals(
    *,
    by: User,
    campaign: Campaign,
    rows: Sequence[InviteRow],
    seen: str,
    zone: CampaignZone | None = None,
    source: str = "",
) -> Invited:
    """Every row without a problem takes part from now on; a hospital taken out earlier comes back, one that
    takes part already changes at most its zone. One event.

    ``seen``: the digest of the preview; when the outcome is no longer that, raises ChangedSince. Hospitals
    of an open cycle are told at once, those of a draft when it is opened.
    """
    held = held_campaign(campaign)
    check_can_invite(by, held)
    if len(rows) > MOST_INVITED:
        raise Refusal(_("名单最多%(n)s行，请分几次邀请。") % {"n": MOST_INVITED})
    if zone is not None and not held.zones.filter(pk=zone.pk).exists():
        raise Refusal(_("这个分批已被删除。页面可能已过期，请刷新后查看。"))
    examined = examine(held, rows, zone)
    if digest_of(examined) != seen:
        raise ChangedSince(_("打开预览之后，参评名单有了新的变动。没有邀请；请核对最新的预览再确认。"))
    by_kind: dict[str, list[ExaminedRow]] = {}
    for found in examined:
        by_kind.setdefault(found.kind, []).append(found)
    changing = [*by_kind.get("new", ()), *by_kind.get("again", ()), *by_kind.get("moved", ())]
    if not changing:
        raise Refusal(_("名单里没有可以邀请的医院。"))
    _refuse_days_that_are_over(held, changing)
    now = timezone.now()
    made = Participation.objects.bulk_create(
        (
            Participation(campaign=held, hospital=one.hospital, zone=one.zone, invited_by=by, invited_at=now)
            for one in by_kind.get("new", ())
        ),
        batch_size=500,
    )
    again = _back(by_kind.get("again", ()), by, now)
    moved = _moved(by_kind.get("moved", ()))
    people = 0
    if held.state == Campaign.State.OPEN:
        people = announce(campaign=held, participations=[*(one.pk for one in made), *again])
    record_campaign(
        verb="campaign.invited",
        by=by,
        campaign=held,
        facts={
            "hospitals": len(made) + len(again),
            **({"changed": len(moved)} if moved else {}),
            **({"source": source[:200]} if source else {}),
        },
    )
    return Invited(
        len(made),
        len(again),
        len(moved),
        len(by_kind.get("same", ())),
        len(by_kind.get("problem", ())),
        people,
    )


def _refuse_days_that_are_over(campaign: Campaign, changing: Sequence[ExaminedRow]) -> None:
    """In a cycle that is open nobody is invited into time that is over."""
    if campaign.state != Campaign.State.OPEN:
        return
    today = timezone.localdate()
    for one in changing:
        ends = one.zone.closes_on if one.zone else campaign.closes_on
        if ends < today:
            raise Refusal(
                _("截止日已过：%(places)s。请先延长填报时间，再邀请医院。")
                % {"places": one.zone.name if one.zone else campaign.title}
            )


def _back(rows: Sequence[ExaminedRow], by: User, now: object) -> list[int]:
    changed = []
    for one in rows:
        assert one.before is not None  # what makes a row come back
        one.before.zone, one.before.invited_by = one.zone, by
        one.before.invited_at = now  # type: ignore[assignment]
        one.before.withdrawn_at, one.before.withdrawn_reason = None, ""
        changed.append(one.before)
    Participation.objects.bulk_update(
        changed, ["zone", "invited_by", "invited_at", "withdrawn_at", "withdrawn_reason"], batch_size=200
    )
    numbers = [one.pk for one in changed]
    forget_sent(numbers)
    return numbers


def _moved(rows: Sequence[ExaminedRow]) -> list[int]:
    changed = []
    for one in rows:
        assert one.before is not None  # what makes a row move
        one.before.zone = one.zone
        changed.append(one.before)
    Participation.objects.bulk_update(changed, ["zone"], batch_size=200)
    numbers = [one.pk for one in changed]
    forget_sent(numbers)
    return numbers
