"""What the trail says about one item's answers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from assessments.models import Assessment
from assessments.trail import SUBJECT
from audit.models import Event

LOOKED_THROUGH = 60  # events back for the author of one field; older ones are named by the row itself
IMPORTED = "workbook.imported"
#: verbs of events that say which fields they changed
CHANGED = ("item.answered", "basis.changed", "overall.answered", IMPORTED)


def about_item(item: str) -> Q:
    """Filter of events: those of an item, and imports that changed it among others."""
    return Q(facts__item=item) | Q(verb=IMPORTED, facts__changed__has_key=item)


def events_of_item(assessment: Assessment, item: str) -> QuerySet[Event]:
    """Events of an item, newest first. Read along the index of the assessment's events."""
    return Event.objects.filter(
        about_item(item), subject_kind=SUBJECT, subject_id=str(assessment.public_id)
    ).order_by("-at", "-sequence")


def last_change_of(assessment: Assessment, item: str, path: str) -> Event | None:
    """The event in which a field was last changed, for telling a conflict's other side. One query."""
    for event in events_of_item(assessment, item).filter(verb__in=("item.answered", IMPORTED))[
        :LOOKED_THROUGH
    ]:
        if (item, path) in changes_in(event):
            return event
    return None


def changes_in(event: Event) -> Iterator[tuple[str, str]]:
    """(item code, "bases" or "overall", path) of every field that an event changed."""
    facts = event.facts
    if event.verb == IMPORTED:
        for place, changes in facts.get("changed", {}).items():
            yield from ((place, str(change.get("path", ""))) for change in changes)
        return
    for change in facts.get("changes", ()):
        path = str(change.get("path", ""))
        if event.verb == "item.answered":
            yield str(facts.get("item", "")), path
        else:
            place, _dot, rest = path.partition(".")
            yield place, rest
