"""Waiting after failed sign-ins: counted per login name and address, and per address alone.

Every attempt is counted before the password is looked at and forgiven when it was right, so a
thousand simultaneous guesses are counted like a thousand in a row. Login names are kept as keyed
digests: people type passwords into the wrong field.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import SignInFailures

FORGOTTEN_AFTER = timedelta(hours=24)
EVERY_NAME = "*"  # the row of an address, whatever names were tried from it


@dataclass(frozen=True, slots=True)
class Patience:
    """``free`` failures cost nothing; the next one costs ``first``, and each further one twice as much."""

    free: int
    first: timedelta
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        if failures <= self.free:
            return timedelta(0)
        doublings = min(failures - self.free - 1, 30)
        return min(self.first * (1 << doublings), self.longest)


#: five wrong passwords for one name: five minutes, the usual reading of GB/T 22239 level 3
NAME = Patience(free=4, first=timedelta(minutes=5), longest=timedelta(hours=8))
#: a whole hospital may share one address, so it is given more room
ADDRESS = Patience(free=29, first=timedelta(minutes=1), longest=timedelta(hours=1))


def name_key(username: str) -> str:
    """The same for every spelling of a login name that a person would take for the same."""
    folded = unicodedata.normalize("NFKC", username).casefold().strip()
    return salted_hmac("accounts.back_off", folded, algorithm="sha256").hexdigest()


def locked_until(username: str, network: str | None) -> datetime | None:
    """When the next attempt is allowed; None: now. One query."""
    rows = SignInFailures.objects.filter(_rows(username, network), locked_until__gt=timezone.now())
    return max((row.locked_until for row in rows if row.locked_until), default=None)


def count_attempt(username: str, network: str | None) -> bool:
    """Count an attempt as failed until it is forgiven; False: it comes too early and was not counted.

    One transaction of its own, committed before the password is checked.
    """
    now = timezone.now()
    wanted = [(name_key(username), NAME)] + ([(EVERY_NAME, ADDRESS)] if network else [])
    with transaction.atomic():
        rows = []
        for key, patience in wanted:
            SignInFailures.objects.get_or_create(username=key, address=network)
            row = SignInFailures.objects.select_for_update().get(username=key, address=network)
            if row.locked_until and row.locked_until > now:
                return False
            rows.append((row, patience))
        for row, patience in rows:
            if row.last_at and now - row.last_at > FORGOTTEN_AFTER:
                row.failures = 0
            row.failures += 1
            row.last_at = now
            wait = patience.wait_after(row.failures)
            row.locked_until = now + wait if wait else None
            row.save(update_fields=["failures", "last_at", "locked_until"])
    return True


def forgive(username: str, network: str | None) -> None:
    """The password was right: the name starts again; the address gets back this one attempt."""
    with transaction.atomic():
        SignInFailures.objects.filter(username=name_key(username), address=network).delete()
        if network:
            row = (
                SignInFailures.objects.select_for_update()
                .filter(username=EVERY_NAME, address=network)
                .first()
            )
            if row is not None:
                row.failures = max(row.failures - 1, 0)
                row.locked_until = None if row.failures <= ADDRESS.free else row.locked_until
                row.save(update_fields=["failures", "locked_until"])


def lift(username: str) -> int:
    """Take back every wait of a login name, from wherever; how many rows there were."""
    return SignInFailures.objects.filter(username=name_key(username)).delete()[0]


def failures_of(username: str, network: str | None) -> int:
    row = SignInFailures.objects.filter(username=name_key(username), address=network).first()
    return row.failures if row else 0


def wait_in_words(until: datetime) -> str:
    """How long to wait, rounded up so that nobody tries too early."""
    seconds = max(math.ceil((until - timezone.now()).total_seconds()), 1)
    if seconds <= 90:
        return _("%(n)s秒") % {"n": seconds}
    if seconds <= 90 * 60:
        return _("%(n)s分钟") % {"n": math.ceil(seconds / 60)}
    return _("%(n)s小时") % {"n": math.ceil(seconds / 3600)}


def _rows(username: str, network: str | None) -> Q:
    condition = Q(username=name_key(username), address=network)
    return condition | Q(username=EVERY_NAME, address=network) if network else condition
