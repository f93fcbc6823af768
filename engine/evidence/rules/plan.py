"""What a check comes down to: parts to count, each an expression that is built only when its SQL
is not known yet (building one costs far more than running it on a small table).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
from ibis.expr import types as ir

from engine.evidence.counts import Reason
from engine.evidence.rules.rows import OK
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW

Names = Callable[[tuple[object, ...]], tuple[str, ...]]
Build = Callable[[], ir.Table]


@dataclass(frozen=True)
class Part:
    """One counted set of units.

    ``units``: places, zp_ok and zp_c<i> per clause. ``failing(limit)``: zp_file, zp_row and facts of
    the first failing rows; ``names`` turns facts into field names. ``sides``: zp_side of each side
    that has rows, asked for only when there are no units; ``unjoined`` is the reason when both have.
    """

    units: Build
    clauses: tuple[str, ...]
    failing: Callable[[int], ir.Table]
    names: Names
    sides: Build | None = None
    unjoined: Reason | None = None


@dataclass(frozen=True)
class Systems:
    """Source systems of the sides that must come from different ones: columns zp_side, zp_system."""

    rows: Build
    records: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """A check on one set of tables, before anything is counted.

    ``blocked_if_rows``: the other side is missing, which matters only when this one has rows.
    ``strict``: void systems outrank having no units. ``domains``: dictionaries that rows ask for
    and nobody supplied.
    """

    parts: tuple[Part, ...] = ()
    blocked: Reason | None = None
    not_applicable: bool = False
    blocked_if_rows: Reason | None = None
    systems: Systems | None = None
    strict: bool = False
    domains: Build | None = None


def counted(part: Part, splits: bool) -> ir.Table:
    """campus, department, units, conforming, then (units, conforming) per clause."""
    units = part.units()
    conforming = units[OK]
    sums: dict[str, ir.Value] = {"zp_n": units.count(), "zp_k": conforming.sum()}
    for i in range(len(part.clauses)):
        chosen = units[f"zp_c{i}"]
        sums[f"zp_n{i}"] = chosen.sum()
        sums[f"zp_k{i}"] = (chosen & conforming).sum()
    if not splits:
        whole = units.aggregate(**sums)
        return whole.select(ibis.literal("").name(CAMPUS), ibis.literal("").name(DEPARTMENT), *sums)
    return units.group_by([CAMPUS, DEPARTMENT]).aggregate(**sums)


def first(units: ir.Table, limit: int) -> ir.Table:
    """The first failing rows by place."""
    names = [name for name in units.columns if name != OK]
    return units.filter(~units[OK]).order_by([FILE, ROW]).limit(limit).select(names)
