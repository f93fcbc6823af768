"""Telling people something inside the product, and by e-mail what cannot wait until they sign in."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.models import Notice
from assessments.notice_words import in_words, mailed_kinds
from hospitals.models import Membership

logger = logging.getLogger(__name__)

MAIL_FOR = timedelta(days=3)  # a letter that could not be sent for so long is not sent any more
LETTERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class News:
    """``person``: number of the user. ``facts``: JSON, put into words when read. ``url``: a path of ours."""

    person: int
    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""


def tell(
    *, people: Iterable[User | int], kind: str, facts: Mapping[str, Any] | None = None, url: str = ""
) -> int:
    """The same news for several people; returns how many were told. Call inside the change's transaction:
    what is rolled back was told to nobody."""
    numbers = dict.fromkeys(person if isinstance(person, int) else person.pk for person in people)
    return tell_all(news=[News(number, kind, facts or {}, url) for number in numbers])


def tell_all(*, news: Sequence[News]) -> int:
    """Two statements for any number of people, and one job when something is to be mailed."""
    if not news:
        return 0
    Notice.objects.bulk_create(
        (Notice(user_id=one.person, kind=one.kind, facts=dict(one.facts), url=one.url[:300]) for one in news),
        batch_size=500,
    )
    if mailed_kinds() & {one.kind for one in news}:
        jobs.enqueue(jobs.MAIL_NOTICES)
    return len(news)


def who_speaks_for(hospitals: Iterable[int]) -> dict[int, list[int]]:
    """Hospital -> people to tell: its quality leads, else its directors. One query."""
    found: dict[int, dict[str, list[int]]] = {}
    for hospital, role, person in (
        Membership.objects.in_force()
        .filter(
            organisation_id__in=list(hospitals),
            role__in=[Membership.Role.QUALITY_LEAD, Membership.Role.DIRECTOR],
            user__is_active=True,
        )
        .order_by("id")
        .values_list("organisation_id", "role", "user_id")
    ):
        found.setdefault(hospital, {}).setdefault(role, []).append(person)
    return {
        hospital: by_role.get(Membership.Role.QUALITY_LEAD) or by_role[Membership.Role.DIRECTOR]
        for hospital, by_role in found.items()
    }


@transaction.atomic
def read_notice(*, by: User, notice: Notice) -> None:
    """The person has seen it. Reading is no event of the trail."""
    Notice.objects.filter(pk=notice.pk, user=by, read_at__isnull=True).update(read_at=timezone.now())


@transaction.atomic
def read_all_notices(*, by: User, up_to: int) -> int:
    """Everything the person had on the page: news that came after it stays unread."""
    return Notice.objects.filter(user=by, read_at__isnull=True, pk__lte=up_to).update(read_at=timezone.now())


def mail_notices() -> int:
    """Send what waits to be mailed, so many letters at a time; returns how many left.

    Each letter is claimed before it is sent, so that two workers never send it twice; one that could not
    be sent is given back and tried again by the periodic job.
    """
    now = timezone.now()
    waiting = list(
        Notice.objects.filter(
            kind__in=mailed_kinds(),
            mailed_at__isnull=True,
            created_at__gt=now - MAIL_FOR,
            user__is_active=True,
        )
        .exclude(user__email="")
        .select_related("user")
        .order_by("pk")[:LETTERS_AT_ONCE]
    )
    if not waiting:
        return 0
    sent = 0
    connection = get_connection()
    try:
        connection.open()
        for notice in waiting:
            sent += _mail(notice, connection, now)
    except (OSError, SMTPException):
        logger.exception("The mail server cannot be reached; letters wait.")
    finally:
        connection.close()
    if sent == LETTERS_AT_ONCE:
        jobs.enqueue(jobs.MAIL_NOTICES)
    return sent


def _mail(notice: Notice, connection: Any, now: datetime) -> int:
    mine = Notice.objects.filter(pk=notice.pk)
    if not mine.filter(mailed_at__isnull=True).update(mailed_at=now):
        return 0
    try:
        return int(_letter(notice, connection).send())
    except (
        SMTPRecipientsRefused,
        ValueError,
    ):  # an address nobody has, or that cannot be written: no second try
        logger.exception("notice %s cannot be mailed", notice.pk)
        return 0
    except (OSError, SMTPException):
        logger.exception("notice %s was not mailed", notice.pk)
        mine.update(mailed_at=None)
        return 0


def _letter(notice: Notice, connection: Any) -> EmailMessage:
    with translation.override(notice.user.language or settings.LANGUAGE_CODE):
        words = in_words(notice.kind, notice.facts)
        where = f"{settings.PUBLIC_ADDRESS}{notice.url}" if settings.PUBLIC_ADDRESS else ""
        lines = [
            _("%(name)s，您好：") % {"name": notice.user.get_full_name() or notice.user.get_username()},
            "",
            words.title,
            *([words.text] if words.text else []),
            "",
            where or _("请登录智评查看。"),
            "",
            _("这封邮件由智评自动发出，请不要回复。"),
        ]
        subject = " ".join(f"[{_('智评')}] {words.title}".split())
    return EmailMessage(subject[:200], "\n".join(lines), to=[notice.user.email], connection=connection)
