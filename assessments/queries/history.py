"""What the trail says about one item's answers."""

from __future__ import annotations

from django.db.models import QuerySet

from assessments.models import Assessment
from assessments.trail import SUBJECT
from audit.models import Event

LOOKED_THROUGH = 60  # events back for the author of one field; older ones are named by the row itself


def events_of_item(assessment: Assessment, item: str) -> QuerySet[Event]:
    """Events of an item, newest first. Read along the index of the assessment's events."""
    return Event.objects.filter(
        subject_kind=SUBJECT, subject_id=str(assessment.public_id), facts__item=item
    ).order_by("-at", "-sequence")


def last_change_of(assessment: Assessment, item: str, path: str) -> Event | None:
    """The event in which a field was last changed, for telling a conflict's other side. One query."""
    for event in events_of_item(assessment, item).filter(verb="item.answered")[:LOOKED_THROUGH]:
        if any(change.get("path") == path for change in event.facts.get("changes", ())):
            return event
    return None
