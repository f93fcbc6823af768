"""The days of a hospital in a cycle, from plain dates: no clock and no database here.

One rule says when a hospital's last day is: a permission of its own goes before the date of its zone,
and that before the date of the cycle. ``queries/campaigns/rows.py`` says the same in SQL; a test holds
the two together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

#: where a hospital stands in the cycle today
Standing = Literal["draft", "early", "open", "over", "closed"]


@dataclass(frozen=True, slots=True)
class Days:
    """``begins`` and ``ends``: the first and the last day on which the hospital hands in, both included.
    ``permitted``: the last day is a permission of the hospital's own."""

    begins: date
    ends: date
    permitted: bool = False

    def left(self, today: date) -> int:
        """Whole days until the last one; 0 on it, negative after it."""
        return (self.ends - today).days


def days_of(
    *,
    opens_on: date,
    closes_on: date,
    zone: tuple[date, date] | None = None,
    late_until: date | None = None,
) -> Days:
    """The last day: ``late_until``, else the zone's, else the cycle's. The first: the zone's, else the cycle's."""
    begins, ends = zone or (opens_on, closes_on)
    return Days(begins, late_until or ends, late_until is not None)


def standing_of(state: str, days: Days, today: date) -> Standing:
    """``state``: of the cycle (draft, open, closed). A permission that still runs outlasts the end of the
    cycle, so that one hospital may hand in without opening it again for all."""
    if state == "draft":
        return "draft"
    if days.permitted and today <= days.ends:
        return "open"
    if state == "closed":
        return "closed"
    if today < days.begins:
        return "early"
    return "over" if today > days.ends else "open"


def milestone(
    days_before: Iterable[int], *, days: Days, today: date, told_on: date | None = None
) -> int | None:
    """Which reminder is due: the newest of those whose day has come, so that a worker that slept sends one
    and not four. None: none is due.

    ``days_before``: whole days before the last one, negative after it. ``told_on``: the day the hospital
    was invited; what would have been due by then is not sent afterwards.
    """
    due = [
        before
        for before in set(days_before)
        if before >= days.left(today) and (told_on is None or before < days.left(told_on))
    ]
    return min(due, default=None)
