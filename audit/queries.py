"""Reading the trail for one reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.models import Event
from audit.readers import Reach
from audit.verbs import fact_label, subject_label, value_words, verb_label

PER_PAGE = 50
LONGEST_VALUE = 300


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader looks for; empty values do not narrow."""

    person: str = ""
    verb: str = ""
    subject: str = ""  # kind of subject
    chain: str = ""
    since: date | None = None
    until: date | None = None  # this day included

    @property
    def any(self) -> bool:
        return any((self.person, self.verb, self.subject, self.chain, self.since, self.until))


@dataclass(frozen=True, slots=True)
class FactLine:
    label: str
    value: str
    cut: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    number: int
    sequence: int
    at: datetime
    actor: str  # empty: the system itself, or nobody signed in
    what: str
    subject: str
    chain: str  # name of the organisation
    facts: tuple[FactLine, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Slice:
    """Events from newest to oldest; ``newer``/``older`` are the numbers to go on from, 0 at an end."""

    rows: tuple[EventRow, ...]
    newer: int
    older: int


def readable(reach: Reach, filters: Filters) -> QuerySet[Event]:
    """No query yet. Days are days of the reader's time zone."""
    chains = [key for key in reach.chains if not filters.chain or key == filters.chain]
    events = Event.objects.filter(chain__key__in=chains)
    for word in filters.person.split():
        events = events.filter(Q(actor_name__icontains=word) | Q(facts__login=word))
    if filters.verb:
        events = events.filter(verb=filters.verb)
    if filters.subject:
        events = events.filter(subject_kind=filters.subject)
    if filters.since:
        events = events.filter(at__gte=_midnight(filters.since))
    if filters.until:
        events = events.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return events


def read_trail(reach: Reach, filters: Filters, *, before: int = 0, after: int = 0) -> Slice:
    """One page, by the number of the row it goes on from: new events do not move the pages. One query."""
    events = readable(reach, filters).select_related("chain")
    if after:
        found = list(events.filter(pk__gt=after).order_by("pk")[: PER_PAGE + 1])
        more_newer, found = len(found) > PER_PAGE, found[:PER_PAGE][::-1]
        more_older = True
    else:
        if before:
            events = events.filter(pk__lt=before)
        found = list(events.order_by("-pk")[: PER_PAGE + 1])
        more_older, found = len(found) > PER_PAGE, found[:PER_PAGE]
        more_newer = bool(before)
    rows = tuple(row_of(event, reach.chains) for event in found)
    return Slice(
        rows,
        newer=rows[0].number if rows and more_newer else 0,
        older=rows[-1].number if rows and more_older else 0,
    )


def row_of(event: Event, names: Mapping[str, str]) -> EventRow:
    return EventRow(
        number=event.pk,
        sequence=event.sequence,
        at=event.at,
        actor=event.actor_name,
        what=verb_label(event.verb),
        subject=subject_label(event.subject_kind),
        chain=names.get(event.chain.key, event.chain.key),
        facts=tuple(
            _line(key, value) for key, value in event.facts.items() if value not in ("", [], {}, None)
        ),
        digest=event.digest,
    )


def _line(key: str, value: object) -> FactLine:
    words = value_words(value)
    return FactLine(fact_label(key), words[:LONGEST_VALUE], len(words) > LONGEST_VALUE)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
