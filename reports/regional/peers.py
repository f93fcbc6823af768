"""Fair peers: hospitals are ranked only among those of the same grade, size and type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: upper bounds of the bed bands; None: no number of beds is known
BANDS = (200, 500, 800, 1200, 2000)
FEW = 5  # a group of fewer hospitals is not ranked and not shown outside the bureau


@dataclass(frozen=True, slots=True)
class Place:
    """Rank 1 is best; equal totals share a rank. ``percentile``: share of the peers that are not better,
    in per cent rounded down; 100 for the best."""

    rank: int
    of: int
    percentile: int


def band_of(beds: int | None) -> int:
    """Number of the bed band: 0 where the beds are unknown, 1 for the smallest, 6 from 2,000 up."""
    if beds is None:
        return 0
    return next((n for n, bound in enumerate(BANDS, start=1) if beds < bound), len(BANDS) + 1)


def bounds_of(band: int) -> tuple[int, int | None]:
    """Least number of beds of a band, and the number it ends before; None: it has no end. Band 0 has no beds."""
    low = BANDS[band - 2] if 2 <= band <= len(BANDS) + 1 else 0
    return low, BANDS[band - 1] if 1 <= band <= len(BANDS) else None


def places(values: Sequence[tuple[int, Decimal]]) -> list[Place]:
    """One place per (level, total), in the order given. Level goes before total."""
    ordered = sorted(values, reverse=True)
    first: dict[tuple[int, Decimal], int] = {}
    for n, value in enumerate(ordered, start=1):
        first.setdefault(value, n)
    of = len(values)
    return [Place(first[value], of, (of - first[value] + 1) * 100 // of) for value in values]
