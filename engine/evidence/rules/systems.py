"""Two sides must come from two systems: agreement of a system with itself proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import ibis
from ibis.expr import types as ir

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import Reason
from engine.evidence.rules import reasons
from engine.evidence.rules.needs import Scope
from engine.evidence.rules.plan import Systems
from engine.evidence.rules.querying import rows_from
from engine.evidence.tables import SYSTEM, Tables

Side = tuple[str, Callable[[], ir.Table]]  # record type, its rows


def systems_of(scope: Scope, sides: Sequence[Side]) -> Systems | None:
    """The systems of every side of a two-sided rule; None when there is nothing to compare."""
    if not scope.rule.two_sided or len(sides) < 2:
        return None
    return Systems(partial(_united, sides), tuple(record for record, _ in sides))


def _united(sides: Sequence[Side]) -> ir.Table:
    found = []
    for i, (_, build) in enumerate(sides):
        rows = build()
        found.append(rows.select(zp_side=ibis.literal(i, "int64"), zp_system=rows[SYSTEM]).distinct())
    return ibis.union(*found, distinct=False)


def surely_apart(tables: Tables, records: Sequence[str]) -> bool:
    """Whether the systems of these record types, whatever rows are chosen, are known and differ.

    Most often they are, and then the chosen rows need not be looked at.
    """
    seen: set[str | None] = {None}
    for record in records:
        found = _of_record(tables, record)
        if found & seen:
            return False
        seen |= found
    return True


def _of_record(tables: Tables, record: str) -> frozenset[str | None]:
    known = tables.remembered.get(record)
    if known is None:
        rows = tables.tables[record]
        sql = str(tables.connection.compile(rows.select(SYSTEM).distinct()))
        known = frozenset(
            None if name is None else str(name) for (name,) in rows_from(tables.connection, sql)
        )
        tables.remembered[record] = known
    return known


def void(catalogue: Catalogue, records: tuple[str, ...], rows: list[tuple[object, ...]]) -> Reason | None:
    """Why sides with these (side, system) rows do not come from different systems."""
    unknown = sorted({int(str(side)) for side, system in rows if system is None})
    if unknown:
        return reasons.system_unknown(catalogue, (records[side] for side in unknown))
    sides: dict[str, set[object]] = {}
    for side, system in rows:
        sides.setdefault(str(system), set()).add(side)
    shared = [system for system, found in sides.items() if len(found) > 1]
    return reasons.one_system(shared) if shared else None
