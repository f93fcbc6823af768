"""Appending to the trail, inside the transaction of the change it reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from audit.models import Chain, Event

INSTALLATION = "installation"


class Actor(Protocol):
    pk: Any

    def get_full_name(self) -> str: ...


def digest_of(event: Event, chain_key: str) -> str:
    """SHA-256 over everything an event says and the digest of the event before it."""
    body = json.dumps(
        {
            "chain": chain_key,
            "sequence": event.sequence,
            "at": event.at.isoformat(timespec="microseconds"),
            "actor_id": event.actor_id,
            "actor_name": event.actor_name,
            "verb": event.verb,
            "subject": [event.subject_kind, event.subject_id],
            "facts": event.facts,
            "previous": event.previous,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(body.encode()).hexdigest()


@transaction.atomic
def record(
    *,
    verb: str,
    by: Actor | None,
    subject_kind: str,
    subject_id: object,
    chain: str = INSTALLATION,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Append one event to a chain (the public id of an organisation, or the installation's own).

    The chain's head row is locked until the surrounding transaction ends, so the order of events
    is the order of commits. ``facts`` must be JSON of strings, integers, lists and dicts.
    """
    Chain.objects.get_or_create(key=chain)
    head = Chain.objects.select_for_update().get(key=chain)
    event = Event(
        chain=head,
        sequence=head.length + 1,
        at=timezone.now(),
        actor_id=getattr(by, "pk", None),
        actor_name=by.get_full_name() if by is not None else "",
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        facts=dict(facts or {}),
        previous=head.head,
    )
    event.digest = digest_of(event, chain)
    event.save(force_insert=True)
    head.length, head.head = event.sequence, event.digest
    head.save(update_fields=["length", "head"])
    return event
