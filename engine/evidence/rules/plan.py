"""What a check comes down to: parts to count, each an expression that is built only when its SQL
is not known yet (building one costs far more than running it on a small table).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import ibis
from ibis.expr import types as ir

from engine.evidence.counts import Reason
from engine.evidence.rules.lookups import flattened
from engine.evidence.rules.places import first_places, unpacked
from engine.evidence.rules.rows import OK
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW

Facts = tuple[object, ...]
Names = Callable[[Facts], tuple[str, ...]]
Build = Callable[[], ir.Table]


@dataclass(frozen=True)
class Part:
    """One counted set of units.

    ``units(explain)``: places, zp_ok, zp_c<i> per clause and, to explain, a truth column for each of
    ``facts``. ``failing(limit)``: zp_file, zp_row and facts of the first failing rows; ``names`` turns
    facts into field names. ``facts`` None: counting cannot tell them, or not for less than asking
    again; of a single fact every failing row has it. ``sides``: zp_side of each side that has rows,
    asked for only when there are no units; ``unjoined`` is the reason when both have.
    """

    units: Callable[[bool], ir.Table]
    clauses: tuple[str, ...]
    failing: Callable[[int], ir.Table]
    names: Names
    facts: tuple[str, ...] | None = None
    sides: Build | None = None
    unjoined: Reason | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The facts that differ between failing rows."""
        return () if self.facts is None or len(self.facts) < 2 else self.facts


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


def counted(part: Part, splits: bool, places: int = 0) -> ir.Table:
    """campus, department, units, conforming, (units, conforming) per clause; with ``places`` (of the
    embedded engine only) also the first failing places of each group, see ``place_from``."""
    units = flattened(part.units(bool(places and part.told)))
    conforming = units[OK]
    sums: dict[str, ir.Value] = {"zp_n": units.count(), "zp_k": units.count(where=conforming)}
    for i in range(len(part.clauses)):
        chosen = units[f"zp_c{i}"]
        sums[f"zp_n{i}"] = units.count(where=chosen)
        sums[f"zp_k{i}"] = units.count(where=chosen & conforming)
    if places:
        told = part.told
        sums["zp_places"] = first_places(units, ~conforming, places, len(told), _bits(units, told))
    if splits:
        return units.group_by([CAMPUS, DEPARTMENT]).aggregate(**sums)
    whole = units.aggregate(**sums)
    return whole.select(ibis.literal("").name(CAMPUS), ibis.literal("").name(DEPARTMENT), *sums)


def _bits(units: ir.Table, facts: Sequence[str]) -> ir.IntegerValue | None:
    """Each fact as one bit, the first one lowest."""
    ones = [units[name].cast("int64") for name in facts]
    bits = [one * (1 << i) if i else one for i, one in enumerate(ones)]
    return reduce(add, bits) if bits else None


def place_from(part: Part, packed: int) -> tuple[int, int, Facts]:
    """File, row and facts of a place as ``counted`` gives it."""
    file, row, bits = unpacked(packed, len(part.told))
    facts = tuple(bool(bits >> i & 1) for i in range(len(part.told)))
    return file, row, facts or (True,) * len(part.facts or ())


def first(units: ir.Table, limit: int) -> ir.Table:
    """The first failing rows by place: zp_file, zp_row and all but what counting reads."""
    names = [name for name in units.columns if name not in (OK, CAMPUS, DEPARTMENT) and name[:4] != "zp_c"]
    return units.filter(~units[OK]).order_by([FILE, ROW]).limit(limit).select(names)
