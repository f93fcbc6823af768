"""Deadlines as an iCalendar file (RFC 5545): whole days, nothing that rings, nothing that blocks the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from assessments.queries.deadlines import Deadline


def write_calendar(found: Iterable[Deadline], *, name: str, address: str, now: datetime) -> bytes:
    """``address``: of this installation, before every path; empty leaves the links out."""
    calendar = Calendar()
    calendar.add("prodid", "-//Zhiping//Deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in found:
        event = Event()
        event.add("uid", f"{one.uid}@zhiping")
        event.add("dtstamp", now)
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))
        event.add("summary", one.title)
        event.add("description", one.text)
        event.add("transp", "TRANSPARENT")
        if address:
            event.add("url", f"{address}{one.path}")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
