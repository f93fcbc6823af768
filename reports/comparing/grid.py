"""All hospitals by all items at once: the counts of reports.comparing.claims as arrays.

Thousands of hospitals are counted in a few milliseconds; a property test compares every figure with the
one-by-one counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.comparing.claims import Claims
from reports.comparing.rows import Compared

Counts = NDArray[np.int64]
_BITS = np.array([n.bit_count() for n in range(256)], dtype=np.int64)


@dataclass(frozen=True)
class Grid:
    """Hospitals down, items across; rows whose items are not known are left out. ``refuted``, ``open`` and ``held``
    have one count per hospital and item."""

    rows: tuple[Compared, ...]
    refuted: Counts
    open: Counts
    held: Counts

    @cached_property
    def by_hospital(self) -> tuple[Claims, ...]:
        return tuple(
            Claims(*counts)
            for counts in zip(
                self.refuted.sum(axis=1).tolist(),
                self.open.sum(axis=1).tolist(),
                self.held.sum(axis=1).tolist(),
                strict=True,
            )
        )

    @cached_property
    def by_item(self) -> tuple[Claims, ...]:
        return tuple(
            Claims(*counts)
            for counts in zip(
                self.refuted.sum(axis=0).tolist(),
                self.open.sum(axis=0).tolist(),
                self.held.sum(axis=0).tolist(),
                strict=True,
            )
        )


def grid_of(rows: Sequence[Compared], items: int) -> Grid:
    """``items``: how many items the rubric has."""
    known = tuple(row for row in rows if len(row.passes) == items)
    said = _masks([row.passes for row in known], items)
    checked = np.array([row.verified for row in known], dtype=bool)
    left = said & _masks([row.left if row.verified else row.passes for row in known], items)
    held = left & _masks([row.held if row.verified else bytes(items) for row in known], items)
    refuted = _BITS[said & ~left]
    refuted[~checked] = 0
    return Grid(known, refuted, _BITS[left & ~held], _BITS[held])


def _masks(packed: Sequence[bytes], items: int) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(len(packed), items)
