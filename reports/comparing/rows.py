"""What is compared of a hospital in a year: levels under three lenses, and which levels each item passes.

The levels an item passes are packed into one byte per item, in the order of the rubric's items: the bit of
level n is n-1. An edition never changes once it is published, so neither does that order. Three thousand
hospitals with thirty-nine items are then three short texts a row, and no card is opened to draw a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

TOP = 8  # levels a byte has room for


@dataclass(frozen=True, slots=True)
class Compared:
    """``passes`` as claimed, ``left`` once refuted claims are taken off, ``held`` where only verified ones
    count; the latter two are empty where nothing was verified. The three are nested: held in left in passes.
    """

    hospital: int
    city: int | None
    grade: str
    hospital_type: str
    beds: int | None
    discharges: int | None
    target: int
    claimed: int
    total: Decimal
    at_most: int | None
    strict: int | None
    total_at_most: Decimal | None
    coverage: Decimal | None
    awarded: int | None
    passes: bytes
    left: bytes
    held: bytes

    @property
    def verified(self) -> bool:
        return bool(self.left) and self.at_most is not None


def packed(items: Mapping[str, Mapping[str, Any]], codes: Sequence[str]) -> str:
    """``items`` of a zhiping-scorecard/1 as two hexadecimal digits per item; an item that is not there passes
    nothing."""
    return bytes(mask_of(items.get(code, {}).get("passes", ())) for code in codes).hex()


def mask_of(levels: Sequence[int]) -> int:
    """Raises ValueError for a level outside 1..8."""
    mask = 0
    for level in levels:
        if not 1 <= level <= TOP:
            raise ValueError(f"level {level} lies outside 1..{TOP}")
        mask |= 1 << (level - 1)
    return mask


def unpacked(text: str, count: int) -> bytes:
    """One byte per item; empty for an empty text and for one of another number of items."""
    found = bytes.fromhex(text)
    return found if len(found) == count else b""


def highest(mask: int) -> int:
    """The highest level that is passed, 0 for none."""
    return mask.bit_length()


def levels_in(mask: int) -> tuple[int, ...]:
    return tuple(level for level in range(1, TOP + 1) if mask >> (level - 1) & 1)
