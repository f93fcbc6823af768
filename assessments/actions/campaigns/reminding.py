"""Reminding hospitals of their last day: by themselves on the days that were set, and by hand."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.campaigns.held import everything, held_campaign
from assessments.actions.notices import News, tell_all, who_speaks_for
from assessments.campaign_permissions import check_can_remind, participation_days
from assessments.campaigns.days import milestone, standing_of
from assessments.campaigns.told import REMINDER, about
from assessments.models import Campaign, Participation, Reminder
from assessments.queries.campaigns.rows import INCOMPLETE, running_on, with_days, with_progress
from assessments.trail import record_campaign
from hospitals.refusals import Refusal

logger = logging.getLogger(__name__)

LONGEST_TEXT = 500
#: a hospital that was reminded by hand is left alone for so long: two colleagues may press at once
PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reminded:
    """``hospitals`` were reminded, ``people`` told; ``silent``: hospitals with nobody to tell; ``paused``:
    those reminded by hand just before."""

    hospitals: int
    people: int
    silent: int
    paused: int


def enter_url(campaign: Campaign) -> str:
    return reverse("campaign-enter", args=[campaign.public_id])


def to_remind(campaign: Campaign, among: Q, today: date) -> list[Any]:
    """Hospitals of a cycle that can hand in or should have, and have not handed in everything."""
    rows = with_progress(with_days(everything(campaign.participations.filter(withdrawn_at__isnull=True))))
    found = rows.filter(among, INCOMPLETE, begins__lte=today)
    return [row for row in found if _hears(row, today)]


def _hears(participation: Participation, today: date) -> bool:
    standing = standing_of(participation.campaign.state, participation_days(participation), today)
    return standing in ("open", "over")


@transaction.atomic
def remind_hospitals(*, by: User, campaign: Campaign, hospitals: Collection[int], text: str = "") -> Reminded:
    """Remind these participations (their numbers) of what they have not handed in. Those that handed in
    everything, have not begun, or were taken out are passed over; so is any outside the person's bureaus.

    ``text``: a few words added to the notice. Raises Refusal when nobody is left to remind.
    """
    held = held_campaign(campaign)
    bureaus = check_can_remind(by, held)
    text = text.replace("\x00", "").strip()
    if len(text) > LONGEST_TEXT:
        raise Refusal(_("附言最多%(n)s个字。") % {"n": LONGEST_TEXT})
    today, now = timezone.localdate(), timezone.now()
    mine = Q(pk__in=[])
    for bureau in bureaus:
        mine |= Q(hospital__path__startswith=bureau.path)
    wanted = set(hospitals)
    rows = [row for row in to_remind(held, mine, today) if row.pk in wanted]
    if not rows:
        raise Refusal(_("所选医院都已全部提交，或者还不到填报时间，没有需要催报的。"))
    lately = set(
        Reminder.objects.filter(
            participation__campaign=held, sent_by__isnull=False, sent_at__gt=now - PAUSE
        ).values_list("participation_id", flat=True)
    )
    fresh = [row for row in rows if row.pk not in lately]
    if not fresh:
        raise Refusal(_("所选医院一小时内刚刚催报过，没有重复发送。"))
    told = _send(fresh, today, text)
    Reminder.objects.bulk_create(
        Reminder(participation=row, text=text, sent_by=by, sent_at=now, people=told.get(row.pk, 0))
        for row in fresh
    )
    people = sum(told.values())
    record_campaign(
        verb="campaign.reminded",
        by=by,
        campaign=held,
        facts={"hospitals": len(fresh), "people": people, **({"note": text} if text else {})},
    )
    return Reminded(len(fresh), people, sum(not told.get(row.pk) for row in fresh), len(rows) - len(fresh))


@transaction.atomic
def send_due_reminders(*, by: None, today: date | None = None) -> int:
    """What is due by the days set in the cycles; returns how many hospitals were reminded.

    Asked as often as one likes: a reminder of a day is sent once, because the database keeps one row for it.
    One event per cycle.
    """
    today = today or timezone.localdate()
    rows = with_progress(
        with_days(everything(Participation.objects.filter(running_on(today), withdrawn_at__isnull=True)))
    ).filter(INCOMPLETE, begins__lte=today)
    due: dict[int, list[tuple[Any, int]]] = {}
    for row in rows:
        before = milestone(
            row.campaign.remind_days_before,
            days=participation_days(row),
            today=today,
            told_on=timezone.localdate(row.invited_at),
        )
        if before is not None and _hears(row, today):
            due.setdefault(row.campaign_id, []).append((row, before))
    return sum(_send_due(of_campaign, by, today) for of_campaign in due.values())


def _send_due(due: Sequence[tuple[Any, int]], by: None, today: date) -> int:
    sent = set(
        Reminder.objects.filter(
            participation__campaign=due[0][0].campaign, days_before__isnull=False
        ).values_list("participation_id", "days_before")
    )
    fresh = {row.pk: (row, before) for row, before in due if (row.pk, before) not in sent}
    if not fresh:
        return 0
    speaks = who_speaks_for({row.hospital_id for row, _before in fresh.values()})
    try:
        with transaction.atomic():
            Reminder.objects.bulk_create(
                Reminder(participation=row, days_before=before, people=len(speaks.get(row.hospital_id, ())))
                for row, before in fresh.values()
            )
    except IntegrityError:  # another worker was quicker: it told them
        logger.info("reminders were being sent already")
        return 0
    rows = [row for row, _before in fresh.values()]
    told = _send(rows, today, "", speaks)
    record_campaign(
        verb="campaign.reminded",
        by=by,
        campaign=rows[0].campaign,
        facts={"hospitals": len(rows), "people": sum(told.values())},
    )
    return len(rows)


def _send(
    rows: Sequence[Any], today: date, text: str, speaks: dict[int, list[int]] | None = None
) -> dict[int, int]:
    """Participation -> how many people were told."""
    speaks = speaks if speaks is not None else who_speaks_for({row.hospital_id for row in rows})
    news, told = [], {}
    for row in rows:
        days = participation_days(row)
        facts = {
            **about(row),
            "ends": days.ends.isoformat(),
            "left": days.left(today),
            **({"text": text} if text else {}),
        }
        people = speaks.get(row.hospital_id, [])
        news += [News(person, REMINDER, facts, enter_url(row.campaign)) for person in people]
        told[row.pk] = len(people)
    tell_all(news=news)
    return told
