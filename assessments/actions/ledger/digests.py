"""The weekly digest: once a week every person is told of the open entries that are his or hers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.actions.notices import News, tell_all
from assessments.ledger_permissions import CLOSES
from assessments.ledger_words import DIGEST, MAILED_DIGEST
from assessments.models import Assessment, LedgerEntry, Notice
from hospitals.models import Membership

SENT_FROM = time(8)  # on Mondays, local time
NAMED = 3  # entries named in the digest, most pressing first


@transaction.atomic
def send_digests(*, by: None, now: datetime | None = None) -> int:
    """Tell everybody who has open entries, at most once a week; returns how many people were told. Six statements.
    Nobody asks for it (``by`` None), and being told is no event of the trail.

    Asked every hour; nobody is told before Monday morning, and whoever was told since Monday is left out. A person's
    preference says whether nothing is sent, a notice inside the product, or that and an e-mail. People with nothing
    open hear nothing. The quality lead hears of the whole ledger, everybody else of the own entries.
    """
    moment = timezone.localtime(now)
    monday = moment.date() - timedelta(days=moment.weekday())
    begins = timezone.make_aware(datetime.combine(monday, SENT_FROM), moment.tzinfo)
    if moment < begins:
        return 0
    entries = list(
        LedgerEntry.objects.undone()
        .exclude(assessment__status=Assessment.Status.ARCHIVED)
        .select_related("assessment")
        .only(
            "number",
            "wrong",
            "state",
            "due_on",
            "person",
            "department",
            "assessment__public_id",
            "assessment__title",
            "assessment__hospital",
        )
        .order_by("due_on", "number")
    )
    if not entries:
        return 0
    theirs = _by_person(entries)
    told = set(
        Notice.objects.filter(kind__in=(DIGEST, MAILED_DIGEST), created_at__gte=begins).values_list(
            "user_id", flat=True
        )
    )
    people = User.objects.filter(pk__in=set(theirs) - told, is_active=True).exclude(digest="off")
    news = []
    for person in people.only("pk", "digest"):
        kind = MAILED_DIGEST if person.digest == "mail" else DIGEST
        news.append(_news(person.pk, kind, theirs[person.pk], moment.date()))
    return tell_all(news=news)


def _by_person(entries: Iterable[LedgerEntry]) -> dict[int, dict[int, tuple[LedgerEntry, bool]]]:
    """Person -> entry's number in the table -> the entry and whether the person closes it. One query."""
    of_department: dict[int, list[int]] = {}
    leads: dict[int, list[int]] = {}
    staff: set[tuple[int, int]] = set()
    entries = list(entries)
    for hospital, role, department, person in (
        Membership.objects.in_force()
        .filter(organisation__in={entry.assessment.hospital_id for entry in entries})
        .values_list("organisation_id", "role", "department_id", "user_id")
    ):
        staff.add((hospital, person))
        if department is not None:
            of_department.setdefault(department, []).append(person)
        if role in CLOSES:
            leads.setdefault(hospital, []).append(person)
    found: dict[int, dict[int, tuple[LedgerEntry, bool]]] = {}
    for entry in entries:
        hospital = entry.assessment.hospital_id
        mine = set(of_department.get(entry.department_id or 0, ()))
        if entry.person_id is not None and (hospital, entry.person_id) in staff:
            mine.add(entry.person_id)
        closing = set(leads.get(hospital, ()))
        for person in mine | closing:
            found.setdefault(person, {})[entry.pk] = (entry, person in closing)
    return found


def _news(person: int, kind: str, own: dict[int, tuple[LedgerEntry, bool]], today: date) -> News:
    entries = [entry for entry, _closes in own.values()]
    week = today + timedelta(days=7)
    late = sum(1 for entry in entries if entry.due_on and entry.due_on < today)
    pressing = sorted((e for e in entries if e.due_on), key=lambda e: (e.due_on or week, e.number))
    newest = max((entry.assessment for entry in entries), key=lambda one: one.pk)
    closes = any(closes for _entry, closes in own.values())
    show = "" if closes else "?show=mine"
    return News(
        person,
        kind,
        {
            "open": len(entries),
            "late": late,
            "soon": sum(1 for entry in entries if entry.due_on and today <= entry.due_on < week),
            "handed_in": sum(
                1 for entry, mine in own.values() if mine and entry.state == LedgerEntry.State.HANDED_IN
            ),
            "first": [
                {
                    "number": entry.number,
                    "due_on": entry.due_on.isoformat() if entry.due_on else "",
                    "wrong": entry.wrong[:60],
                }
                for entry in pressing[:NAMED]
            ],
        },
        f"{reverse('ledger', args=[newest.public_id])}{show}",
    )
