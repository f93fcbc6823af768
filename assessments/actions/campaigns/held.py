"""The cycle as it is now, held until the end of the transaction: two managers pressing at once come one
after the other, and the second is told what the first did."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessments.models import Campaign, Participation
from hospitals.refusals import Refusal

LONGEST_REASON = 200
LONGEST_CYCLE = timedelta(days=2 * 366)


class ChangedSince(Refusal):
    """Somebody changed what the page showed; nothing was done."""


def held_campaign(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=campaign.pk)


def held_participation(participation: Participation) -> Participation:
    """With its campaign held, so that it does not close meanwhile."""
    Campaign.objects.select_for_update().get(pk=participation.campaign_id)
    return everything(Participation.objects.select_for_update(of=("self",)).filter(pk=participation.pk)).get()


def everything(participations: QuerySet[Participation]) -> QuerySet[Participation]:
    """With what sentences about a participation name."""
    return participations.select_related("campaign__bureau", "zone", "hospital")


def seen_of(campaign: Campaign) -> str:
    """What a page showed of a cycle; a form brings it back, so that a page from before is noticed."""
    shown = [
        campaign.state,
        campaign.title,
        str(campaign.year),
        campaign.opens_on.isoformat(),
        campaign.closes_on.isoformat(),
        campaign.note,
        repr(campaign.remind_days_before),
    ]
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()[:16]


def refuse_when_changed(campaign: Campaign, seen: str) -> None:
    if seen != seen_of(campaign):
        raise ChangedSince(
            _("打开页面之后，“%(title)s”有了新的变动，没有办理。请核对现在的情况再办理。")
            % {"title": campaign.title}
        )


def line(text: str, longest: int) -> str:
    """What somebody typed, on one line and without characters that cannot be stored."""
    return " ".join(text.replace("\x00", "").split())[:longest]


def reason_in(text: str, *, needed: str = "") -> str:
    """The reason on one line; ``needed``: the sentence that refuses an empty one."""
    reason = line(text, LONGEST_REASON + 1)
    if needed and not reason:
        raise Refusal(needed)
    if len(reason) > LONGEST_REASON:
        raise Refusal(_("理由最多%(n)s个字。") % {"n": LONGEST_REASON})
    return reason


def refuse_wrong_span(begins: date, ends: date) -> None:
    if ends < begins:
        raise Refusal(_("截止日期不能早于开始日期。"))
    if ends - begins > LONGEST_CYCLE:
        raise Refusal(_("填报时间最长两年，请核对日期。"))
