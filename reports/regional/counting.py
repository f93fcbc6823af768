"""Figures over yearly results: how many, which level, which share, by whom they are grouped.

Counted by the database (reports.regional.reading) or over plain rows: both give a ``Tally``, tallies of parts add
up to that of the whole, and every figure on a page, in a file and in a bulletin is read from one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Row:
    """What is counted of a yearly result."""

    hospital: int
    year: int
    city: int | None
    grade: str
    ownership: str
    hospital_type: str
    beds: int | None
    target: int
    claimed: int
    total: Decimal
    at_most: int | None
    strict: int | None
    awarded: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts and sums of levels over some results. ``levels``: how many claim level 0, 1, …

    ``met`` of ``with_target`` reached the target set for their grade. ``claimed_verified``, ``at_most`` and
    ``strict`` are sums of levels over the ``verified`` ones; ``award_levels`` is the sum over the ``awarded``."""

    levels: tuple[int, ...]
    n: int = 0
    met: int = 0
    with_target: int = 0
    verified: int = 0
    claimed_verified: int = 0
    at_most: int = 0
    strict: int = 0
    awarded: int = 0
    award_levels: int = 0

    def __add__(self, other: Tally) -> Tally:
        levels = tuple(mine + theirs for mine, theirs in zip(self.levels, other.levels, strict=True))
        counts = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)[1:]}
        return Tally(levels, **counts)


def nothing(top: int) -> Tally:
    return Tally((0,) * (top + 1))


def added(tallies: Iterable[Tally], top: int) -> Tally:
    """``top``: highest level of the standard."""
    return sum(tallies, nothing(top))


def tally_of(rows: Sequence[Row], top: int, targets: Mapping[str, int]) -> Tally:
    """``targets``: level per grade."""
    counts = Counter(row.claimed for row in rows)
    verified = [row for row in rows if row.at_most is not None]
    awarded = [row.awarded for row in rows if row.awarded is not None]
    aimed = [row for row in rows if row.grade in targets]
    return Tally(
        levels=tuple(counts[level] for level in range(top + 1)),
        n=len(rows),
        met=sum(row.claimed >= targets[row.grade] for row in aimed),
        with_target=len(aimed),
        verified=len(verified),
        claimed_verified=sum(row.claimed for row in verified),
        at_most=sum(row.at_most or 0 for row in verified),
        strict=sum(row.strict or 0 for row in verified),
        awarded=len(awarded),
        award_levels=sum(awarded),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """``hospitals``: those that are expected; ``n``: those that submitted. Averages to two places, half up, None of none.

    ``at_least``: level -> how many reached it. ``met``: how many reached the target set for their grade, of
    ``with_target``. ``average_at_most`` and ``average_strict`` are over the ``verified`` hospitals alone.
    """

    hospitals: int
    n: int
    average: Decimal | None
    levels: tuple[int, ...]
    at_least: Mapping[int, int]
    met: int
    with_target: int
    verified: int
    average_claimed_verified: Decimal | None
    average_at_most: Decimal | None
    average_strict: Decimal | None
    awarded: int
    average_awarded: Decimal | None

    @property
    def participation(self) -> Decimal | None:
        return share(self.n, self.hospitals)


def share(part: int, whole: int) -> Decimal | None:
    """0 to 1 with four places, None of nothing."""
    return (Decimal(part) / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


def mean(values: Sequence[int]) -> Decimal | None:
    return average(sum(values), len(values))


def average(total: int, n: int) -> Decimal | None:
    return (Decimal(total) / n).quantize(CENT, ROUND_HALF_UP) if n else None


def figures(tally: Tally, hospitals: int) -> Figures:
    """``hospitals``: how many are expected; never fewer than submitted."""
    return Figures(
        hospitals=max(hospitals, tally.n),
        n=tally.n,
        average=average(sum(level * count for level, count in enumerate(tally.levels)), tally.n),
        levels=tally.levels,
        at_least={level: sum(tally.levels[level:]) for level in range(1, len(tally.levels))},
        met=tally.met,
        with_target=tally.with_target,
        verified=tally.verified,
        average_claimed_verified=average(tally.claimed_verified, tally.verified),
        average_at_most=average(tally.at_most, tally.verified),
        average_strict=average(tally.strict, tally.verified),
        awarded=tally.awarded,
        average_awarded=average(tally.award_levels, tally.awarded),
    )


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return dict(found)
