"""Exact figures from counts: rational ones as Decimal, roots and logarithms to six places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

Window = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic: ``value`` None when there was nothing to count; ``rows`` behind it."""

    value: Decimal | None
    numerator: int
    rows: int


NOTHING = Figure(None, 0, 0)


def ratio(numerator: int, denominator: int) -> Decimal | None:
    """``numerator / denominator`` to 28 digits, None over nothing."""
    return Decimal(numerator) / Decimal(denominator) if denominator else None


def share_of(numerator: int, denominator: int) -> Figure:
    return Figure(ratio(numerator, denominator), numerator, denominator)


def six_places(value: float) -> Decimal:
    return Decimal(f"{value:.6f}") + Decimal(0)  # no negative zero


def days_of(window: Window) -> int:
    """Calendar days of the window, both ends included."""
    return (window[1] - window[0]).days + 1


def day_coverage(per_day: Mapping[date, int], window: Window) -> Figure:
    return Figure(ratio(len(per_day), days_of(window)), len(per_day), sum(per_day.values()))


def weekday_variation(per_day: Mapping[date, int], window: Window) -> Figure | None:
    """Standard deviation over mean of the mean volume of the seven weekdays (the whole population).

    None when the window does not hold every weekday.
    """
    total = sum(per_day.values())
    calendar: list[int] = [0] * 7
    volume: list[int] = [0] * 7
    for offset in range(days_of(window)):
        day = window[0] + timedelta(days=offset)
        calendar[day.weekday()] += 1
        volume[day.weekday()] += per_day.get(day, 0)
    if 0 in calendar:
        return None
    if not total:
        return NOTHING
    means = [Fraction(rows, days) for rows, days in zip(volume, calendar, strict=True)]
    middle = sum(means, Fraction()) / 7
    variance = sum(((mean - middle) ** 2 for mean in means), Fraction()) / 7
    return Figure(six_places(math.sqrt(variance) / float(middle)), total, total)


def hour_entropy(per_hour: Sequence[int]) -> Figure:
    """Shannon entropy over the hours that have rows, divided by ln 24."""
    total = sum(per_hour)
    if not total:
        return NOTHING
    shares = [rows / total for rows in sorted(per_hour) if rows]
    entropy = -math.fsum(share * math.log(share) for share in shares) / math.log(24)
    return Figure(six_places(entropy), total, total)


def end_loaded(per_day: Mapping[date, int], window: Window, days: int) -> Figure:
    """Rows per day of the last ``days`` days over rows per day of the whole window."""
    total, length = sum(per_day.values()), days_of(window)
    last = min(days, length)
    first_of_last = window[1] - timedelta(days=last - 1)
    late = sum(rows for day, rows in per_day.items() if day >= first_of_last)
    return Figure(ratio(late * length, total * last), late, total)
