"""How often: per person and minute, reading and writing apart, and wrong keys per network.

Counted in the cache: across processes where that is Redis, else in each process by itself. A cache that cannot
be reached stops nobody.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60
WRONG_KEYS = 30  # per network and minute; a whole hospital may share one address

logger = logging.getLogger(__name__)


def count(kind: str, whom: object) -> int:
    """One more of this kind in this minute, and how many that makes."""
    key = f"rate:{kind}:{whom}:{int(time.time()) // MINUTE}"
    try:
        cache.add(key, 0, timeout=2 * MINUTE)
        return int(cache.incr(key))
    except Exception:
        logger.warning("requests are not counted: the cache does not answer", exc_info=True)
        return 0


def seconds_left() -> int:
    return MINUTE - int(time.time()) % MINUTE


class PerPerson(BaseThrottle):
    """``settings.API_RATES``: requests a minute for "read" and "write"."""

    def allow_request(self, request: Request, view: Any) -> bool:
        kind = "read" if request.method in SAFE_METHODS else "write"
        return count(kind, request.user.pk) <= settings.API_RATES[kind]

    def wait(self) -> float:
        return seconds_left()


def refuse_guessing(network: str | None) -> None:
    """Raises Throttled once a network has sent too many wrong keys; counts this one."""
    if count("wrong-key", network) > WRONG_KEYS:
        raise Throttled(wait=seconds_left())
