"""The address from which a person's calendar program fetches deadlines: made, renewed and taken back by the person."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.policy import policy
from assessments.models import CalendarFeed
from audit.actions import record

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
NOTE_EVERY = timedelta(minutes=5)


@transaction.atomic
def make_feed(*, by: User, language: str) -> str:
    """A new secret of 256 random bits, which is nowhere else; an address handed out before leads nowhere any more."""
    token = secrets.token_urlsafe(32)
    User.objects.select_for_update().get(pk=by.pk)  # two at once are made one after the other
    before = CalendarFeed.objects.filter(user=by).delete()[0]
    CalendarFeed.objects.create(user=by, token_sha256=digest_of(token), language=language)
    _record(by, "calendar.renewed" if before else "calendar.made")
    return token


@transaction.atomic
def revoke_feed(*, by: User) -> None:
    """The address leads nowhere any more. Twice does nothing."""
    if CalendarFeed.objects.filter(user=by).delete()[0]:
        _record(by, "calendar.revoked")


def find_feed(token: str) -> CalendarFeed | None:
    """Whose address it is, while the account is open. One query, none for what cannot be a secret of ours."""
    if not _SHAPE.fullmatch(token):
        return None
    return (
        CalendarFeed.objects.select_related("user")
        .filter(token_sha256=digest_of(token), user__is_active=True)
        .first()
    )


def note_fetched(feed: CalendarFeed) -> None:
    """When it was fetched last, to five minutes. No event: nothing is changed by reading."""
    now = timezone.now()
    if feed.used_at is None or now - feed.used_at > NOTE_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).filter(
            Q(used_at__isnull=True) | Q(used_at__lt=now - NOTE_EVERY)
        ).update(used_at=now)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(by: User, verb: str) -> None:
    record(
        verb=verb,
        by=by,
        subject_kind="account",
        subject_id=by.public_id,
        chain=policy.chain_of(by),
        facts={},
    )
