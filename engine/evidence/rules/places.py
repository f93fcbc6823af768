"""The first failing places found while counting: a place and what it says in one whole number.

Only the embedded engine keeps the smallest values of a group while it counts; the others are asked
a second time.
"""

from __future__ import annotations

import ibis
from ibis.expr import datatypes as dt
from ibis.expr import types as ir

from engine.evidence.tables import FILE, ROW

ROW_BITS, ALL_BITS = 36, 63


@ibis.udf.agg.builtin(name="min", signature=((dt.int64, dt.int64), dt.Array(dt.int64)))
def _smallest(value, many):  # type: ignore[no-untyped-def]
    """The ``many`` smallest values in order."""


def can_pack(bits: int, files: int) -> bool:
    """Whether a file, a row and ``bits`` bits more fit."""
    return bits < ALL_BITS - ROW_BITS and files < 1 << (ALL_BITS - ROW_BITS - bits)


def first_places(
    rows: ir.Table, wrong: ir.BooleanValue, limit: int, bits: int = 0, more: ir.IntegerValue | None = None
) -> ir.Value:
    """The first ``limit`` places of wrong rows, each with ``bits`` bits ``more`` says, in order; NULL
    when there are none."""
    place = rows[FILE] * (1 << ROW_BITS) + rows[ROW]
    packed = place if more is None else place * (1 << bits) + more
    found: ir.Value = _smallest(packed, limit, where=wrong)
    return found


def unpacked(packed: int, bits: int = 0) -> tuple[int, int, int]:
    """File, row, and what more was said."""
    place = packed >> bits
    return place >> ROW_BITS, place & ((1 << ROW_BITS) - 1), packed & ((1 << bits) - 1)
