"""Recomputing the chains: the first event that is not what was written, or the gap where one was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any

from audit.actions import digest_of
from audit.models import Chain, Event

FORMAT = "zhiping-trail-check/1"
BEGINNING = "0" * 64
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a chain, at its first faulty place.

    ``kind``: altered (the digest does not fit what the event says), missing (a place in the order is
    empty), unlinked (the event does not continue the one before it), cut (events at the end are gone,
    or the head was moved).
    """

    kind: str
    sequence: int
    event: int | None = None  # row number
    at: str = ""
    verb: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    chain: str
    events: int
    head: str
    fault: Fault | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_chain(chain: Chain) -> ChainCheck:
    """Read one chain from its beginning up to the head read before; stops at the first fault.

    Events appended meanwhile are left out, so nobody has to wait. Memory does not grow with the chain.
    """
    previous, count = BEGINNING, 0
    events = Event.objects.filter(chain=chain, sequence__lte=chain.length).order_by("sequence")
    for event in events.iterator(AT_ONCE):
        if event.sequence != count + 1:
            return ChainCheck(chain.key, count, chain.head, Fault("missing", count + 1))
        if event.digest != digest_of(event, chain.key):
            return ChainCheck(chain.key, count, chain.head, _fault("altered", event))
        if event.previous != previous:
            return ChainCheck(chain.key, count, chain.head, _fault("unlinked", event))
        previous, count = event.digest, count + 1
    if chain.length != count or chain.head != previous:
        return ChainCheck(chain.key, count, chain.head, Fault("cut", count + 1))
    return ChainCheck(chain.key, count, chain.head, None)


def check_chains() -> Iterator[ChainCheck]:
    for chain in Chain.objects.order_by("key"):
        yield check_chain(chain)


def _fault(kind: str, event: Event) -> Fault:
    return Fault(
        kind,
        event.sequence,
        event.pk,
        event.at.astimezone(UTC).isoformat(timespec="seconds"),
        event.verb,
        event.actor_name,
    )
