"""How many hospitals pass each item at each level: what a region finds hard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.comparing.rows import Compared, levels_in


@dataclass(frozen=True, slots=True)
class ItemPassing:
    """Hospitals that pass the item, by level 1..top: as claimed of ``n``, and of the ``verified`` hospitals as
    claimed and once refuted claims are taken off."""

    item: str
    n: int
    passing: tuple[int, ...]
    verified: int
    passing_verified: tuple[int, ...]
    left: tuple[int, ...]


def passing(rows: Sequence[Compared], codes: Sequence[str], top: int) -> tuple[ItemPassing, ...]:
    """One entry per item, in the order of ``codes``. Rows whose items are not known are left out of ``n``."""
    known = [row for row in rows if len(row.passes) == len(codes)]
    checked = [row for row in known if row.verified]
    return tuple(
        ItemPassing(
            item=code,
            n=len(known),
            passing=_by_level([row.passes[at] for row in known], top),
            verified=len(checked),
            passing_verified=_by_level([row.passes[at] for row in checked], top),
            left=_by_level([row.left[at] for row in checked], top),
        )
        for at, code in enumerate(codes)
    )


def _by_level(masks: Sequence[int], top: int) -> tuple[int, ...]:
    counts = [0] * top
    for mask, times in Counter(masks).items():
        for level in levels_in(mask):
            if level <= top:
                counts[level - 1] += times
    return tuple(counts)
