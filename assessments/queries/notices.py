"""What a person was told, newest first, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator

from assessments.models import Notice
from assessments.notice_words import in_words
from hospitals.access import Person

PER_PAGE = 30
MOST_COUNTED = 100  # of what is unread: the bell says 99+


@dataclass(frozen=True, slots=True)
class NoticeLine:
    number: int
    title: str
    text: str
    icon: str
    at: datetime
    unread: bool
    leads_somewhere: bool


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """``newest``: the number of the newest notice there was, so that "all read" means what was shown."""

    lines: Page[NoticeLine]
    unread: int
    newest: int


def notices_page(user: Person, *, page: int = 1) -> NoticesPage:
    """Three queries: unread, count, one page."""
    mine = Notice.objects.filter(user_id=int(user.pk or 0))
    found = Paginator(mine, PER_PAGE).get_page(page)
    rows = list(found.object_list)
    shown: Any = found  # the same position and count, with lines in place of rows
    shown.object_list = [
        NoticeLine(
            row.pk,
            (words := in_words(row.kind, row.facts)).title,
            words.text,
            words.icon,
            row.created_at,
            row.read_at is None,
            bool(row.url),
        )
        for row in rows
    ]
    return NoticesPage(
        lines=cast("Page[NoticeLine]", shown),
        unread=unread_of(user),
        newest=max((row.pk for row in rows), default=0),
    )


def unread_of(user: Person) -> int:
    """At most ``MOST_COUNTED``. One query along the index of a person's notices."""
    if user.pk is None:  # nobody signed in
        return 0
    return Notice.objects.filter(user_id=int(user.pk), read_at__isnull=True).order_by()[:MOST_COUNTED].count()
