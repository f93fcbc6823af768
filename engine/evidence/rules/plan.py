"""A rule ready to run: SQL text and how to read its answers. Nothing in it holds a connection.

Writing a query expression as SQL costs more than running it on a small table, so plans are kept
for the life of the process; the key holds everything the text depends on.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

from engine.evidence.catalogue.values import Rule
from engine.evidence.counts import Reason
from engine.evidence.rules.needs import Scope
from engine.evidence.rules.rows import OK
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW

Names = Callable[[tuple[object, ...]], tuple[str, ...]]
Build = Callable[[], ir.Table]


@dataclass(frozen=True)
class Part:
    """One counted set of units: ``units`` has places, zp_ok and zp_c<i>; ``failing`` is asked for
    (places and facts, ordered, cut) only when something fails; ``names`` turns facts into fields.

    ``sides`` says which of the two sides have rows, asked for only when there are no units.
    """

    units: ir.Table
    clauses: tuple[str, ...]
    failing: Callable[[int], ir.Table]
    names: Names
    sides: ir.Table | None = None
    unjoined: Reason | None = None


@dataclass(frozen=True)
class Systems:
    """Source systems of the sides that must come from different ones: columns zp_side, zp_system."""

    rows: ir.Table
    records: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """What a check compiles to, still as expressions."""

    parts: tuple[Part, ...] = ()
    blocked: Reason | None = None
    not_applicable: bool = False
    blocked_if_rows: Reason | None = None  # integration: the right side is missing
    systems: Systems | None = None
    strict: bool = False  # timeliness: a void comparison outranks having no units
    domains: ir.Table | None = None  # names of dictionaries that rows ask for and nobody supplied


@dataclass(frozen=True)
class PlannedPart:
    counts: str
    clauses: tuple[str, ...]
    failing: str | None
    names: Names
    sides: str | None
    unjoined: Reason | None


@dataclass(frozen=True)
class Plan:
    """An outline as SQL."""

    parts: tuple[PlannedPart, ...] = ()
    blocked: Reason | None = None
    not_applicable: bool = False
    blocked_if_rows: Reason | None = None
    systems: str | None = None
    system_records: tuple[str, ...] = ()
    strict: bool = False
    domains: str | None = None


def counted(part: Part, splits: bool) -> ir.Table:
    """campus, department, units, conforming, then (units, conforming) per clause."""
    units = part.units
    conforming = units[OK]
    sums: dict[str, ir.Value] = {"zp_n": units.count(), "zp_k": conforming.sum()}
    for i in range(len(part.clauses)):
        chosen = units[f"zp_c{i}"]
        sums[f"zp_n{i}"] = chosen.sum()
        sums[f"zp_k{i}"] = (chosen & conforming).sum()
    if not splits:
        return units.aggregate(**{CAMPUS: ibis.literal(""), DEPARTMENT: ibis.literal("")}, **sums)
    return units.group_by([CAMPUS, DEPARTMENT]).aggregate(**sums)


def first(units: ir.Table, limit: int) -> ir.Table:
    """The first failing rows by place."""
    return units.filter(~units[OK]).drop(OK).order_by([FILE, ROW]).limit(limit)


def planned(outline: Outline, scope: Scope, failing: int, splits: bool) -> Plan:
    """Write an outline as SQL for the backend of the tables."""
    write = scope.tables.connection.compile
    parts = tuple(
        PlannedPart(
            counts=str(write(counted(part, splits))),
            clauses=part.clauses,
            failing=str(write(part.failing(failing))) if failing else None,
            names=part.names,
            sides=None if part.sides is None else str(write(part.sides)),
            unjoined=part.unjoined,
        )
        for part in outline.parts
    )
    return Plan(
        parts=parts,
        blocked=outline.blocked,
        not_applicable=outline.not_applicable,
        blocked_if_rows=outline.blocked_if_rows,
        systems=None if outline.systems is None else str(write(outline.systems.rows)),
        system_records=() if outline.systems is None else outline.systems.records,
        strict=outline.strict,
        domains=None if outline.domains is None else str(write(outline.domains)),
    )


class Plans:
    """The plans last used, at most ``size`` of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[object, ...], tuple[Rule, Plan]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[object, ...], rule: Rule, make: Callable[[], Plan]) -> Plan:
        """The plan under ``key`` when it was made for an equal rule, else a new one."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None and (found[0] is rule or found[0] == rule):
                self._kept.move_to_end(key)
                return found[1]
        plan = make()
        with self._lock:
            self._kept[key] = (rule, plan)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return plan


def key_of(scope: Scope, records: tuple[str, ...], failing: int, splits: bool) -> tuple[object, ...]:
    """Everything the SQL of a rule depends on besides the rule: tables, columns, dialect, catalogue."""
    tables = scope.tables
    return (
        scope.rule.id,
        scope.catalogue.content_hash,
        tables.connection.name,
        failing,
        splits,
        tables.dictionary_names,
        tuple(
            (
                record,
                _identity(tables.tables.get(record)),
                tables.supplied.get(record),
                tables.lengths.get(record),
                record in tables.not_applicable,
            )
            for record in records
        ),
    )


def _identity(table: ir.Table | None) -> object:
    """What names a table in SQL; an expression that is no plain table stands for itself."""
    if table is None:
        return None
    op = table.op()
    if isinstance(op, ops.DatabaseTable):
        return (op.name, op.namespace.catalog, op.namespace.database)
    return op
