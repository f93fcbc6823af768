"""Appending to the trail, inside the transaction of the change it reports."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from audit.models import Chain, Event
from audit.through import token_in_use

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
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
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


def refuse_what_databases_change(facts: object, place: str = "facts") -> None:
    """A fact must come back from the database as it went in, or the digest could not be recomputed.

    Raises TypeError naming the place: floats differ between databases, and other types are no JSON.
    """
    if isinstance(facts, Mapping):
        for key, value in facts.items():
            if not isinstance(key, str):
                raise TypeError(f"{place}: the key {key!r} is no string")
            refuse_what_databases_change(value, f"{place}.{key}")
    elif isinstance(facts, list | tuple):
        for number, value in enumerate(facts):
            refuse_what_databases_change(value, f"{place}[{number}]")
    elif not (facts is None or isinstance(facts, str | int)):
        raise TypeError(
            f"{place}: {type(facts).__name__} cannot be kept as a fact; use a string or a whole number"
        )


def storable(facts: object) -> Any:
    """The same facts as plain JSON: tuples as lists, lazy strings written out, no NUL (PostgreSQL takes none)."""
    if isinstance(facts, Mapping):
        return {key: storable(value) for key, value in facts.items()}
    if isinstance(facts, list | tuple):
        return [storable(value) for value in facts]
    return str(facts).replace("\x00", "") if isinstance(facts, str) else facts


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
    is the order of commits. ``facts`` must be JSON of strings, integers, booleans, lists and dicts
    (TypeError otherwise); ``verb`` must be in audit/verbs.py. A request made with a key adds its beginning.
    """
    if token := token_in_use():
        facts = {**(facts or {}), "through": token}
    refuse_what_databases_change(facts or {})
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
        facts=storable(facts or {}),
        previous=head.head,
    )
    event.digest = digest_of(event, chain)
    event.save(force_insert=True)
    head.length, head.head = event.sequence, event.digest
    head.save(update_fields=["length", "head"])
    return event
