"""Closed loops (闭环): each anchor row is an instance; every node is found by its links.

A node is linked to another node's rows by fields of the same name, so its rows hang below those
rows. Bottom up, every node is reduced to the earliest times per link before it is joined: the
joins never multiply rows, whatever the data. Nodes that read the same record the same way share
one reduction. A node on the anchor's own record may read the anchor row itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, reduce
from operator import and_
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.checks import Where
from engine.evidence.catalogue.values import Catalogue, Loop, LoopOrder, Node
from engine.evidence.counts import FailingRow, LoopCount, NodeCount, OrderCount, Reason
from engine.evidence.rules.reasons import probe_failed
from engine.evidence.selecting import (
    CouldNotCheck,
    available,
    chosen,
    column_absent,
    file_absent,
    filled,
    holds,
    place,
)
from engine.evidence.statistics.gaps import seconds
from engine.evidence.tables import FILE, ROW, Tables
from engine.scoring.rounding import half_up

COMPLETE = "zp_complete"
FAILING = 20


def count_loop(loop: Loop, tables: Tables, catalogue: Catalogue, setting: str) -> LoopCount:
    """Count a loop for one care setting (``inpatient`` | ``outpatient`` | ``all``).

    A node whose data is absent is blocked; if the anchor or a mandatory node is, so is the loop.
    An anchor type the hospital does not have gives no instances: not applicable.
    """
    blocked: Mapping[str, Reason | None] = {node.id: None for node in loop.nodes}
    try:
        blocked = _blocked_nodes(loop, tables, catalogue, setting)
        if _has_no_anchor(loop, tables):
            return _empty(loop, setting, {node.id: None for node in loop.nodes}, None)
        reason = _blocked_by(loop, blocked)
        if reason is not None:
            return _empty(loop, setting, blocked, reason)
        return _counted(loop, tables, catalogue, setting, blocked)
    except Exception as problem:
        return _empty(loop, setting, blocked, probe_failed(problem))


def loop_available(loop: Loop, tables: Tables, catalogue: Catalogue, setting: str) -> bool:
    """Whether there are instances to look for; False when the hospital has no anchor records.

    Raises CouldNotCheck when the anchor or a mandatory node could not be read.
    """
    if _has_no_anchor(loop, tables):
        return False
    reason = _blocked_by(loop, _blocked_nodes(loop, tables, catalogue, setting))
    if reason is not None:
        raise CouldNotCheck(reason)
    return True


def instances_complete(
    loop: Loop, tables: Tables, catalogue: Catalogue, setting: str, keep: Sequence[str] = ()
) -> ir.Table | None:
    """One row per instance: zp_file and zp_row of the anchor row, ``keep`` of its columns, and the
    truth column ``zp_complete``.

    None when the hospital does not have the anchor's records. Raises CouldNotCheck.
    """
    if not loop_available(loop, tables, catalogue, setting):
        return None
    blocked = _blocked_nodes(loop, tables, catalogue, setting)
    picture = _picture(loop, tables, catalogue, setting, blocked, keep)
    kept = dict.fromkeys((FILE, ROW, *keep))
    return picture.rows.select(*kept, **{COMPLETE: picture.complete(loop)})


def records_of(loop: Loop) -> tuple[str, ...]:
    """The record types a loop reads."""
    return tuple(dict.fromkeys(node.record for node in loop.nodes))


def anchor_of(loop: Loop) -> Node:
    return next(node for node in loop.nodes if node.id == loop.anchor)


def _has_no_anchor(loop: Loop, tables: Tables) -> bool:
    record = anchor_of(loop).record
    return record not in tables.tables and record in tables.not_applicable


def _blocked_by(loop: Loop, blocked: Mapping[str, Reason | None]) -> Reason | None:
    anchor = blocked[loop.anchor]
    if anchor is not None:
        return anchor
    return next((blocked[node.id] for node in loop.nodes if node.mandatory and blocked[node.id]), None)


def _orders(loop: Loop, blocked: Mapping[str, Reason | None]) -> tuple[LoopOrder, ...]:
    """Orders whose nodes could both be read."""
    return tuple(o for o in loop.order if blocked[o.before] is None and blocked[o.after] is None)


@dataclass(frozen=True)
class _Picture:
    """Anchor rows with the earliest time of every node that could be read (``zp_t_<node>``)."""

    rows: ir.Table
    blocked: Mapping[str, Reason | None]

    def time(self, node: str) -> Any:
        return self.rows[_time(node)]

    def in_order(self, order: LoopOrder) -> Any:
        """Whether the order holds; NULL when the pair cannot be compared."""
        before, after = self.time(order.before), self.time(order.after)
        return before < after if order.op == "<" else before <= after

    def complete(self, loop: Loop) -> Any:
        """All mandatory nodes there and every comparable pair in order."""
        there = [self.time(node.id).notnull() for node in loop.nodes if node.mandatory]
        right = [self.in_order(order).fill_null(True) for order in _orders(loop, self.blocked)]
        return reduce(and_, [*there, *right], ibis.literal(True))


@dataclass
class _Reading:
    """Nodes read from one record in one way: same filter, same parent, same link."""

    record: str
    where: Where
    parent: str
    link_on: tuple[str, ...]
    nodes: list[Node] = field(default_factory=list)


def _time(node: str) -> str:
    return f"zp_t_{node}"


def _readings(loop: Loop) -> list[_Reading]:
    found: dict[tuple[Any, ...], _Reading] = {}
    for node in loop.nodes:
        if node.link_to is not None:
            key = (node.record, node.where, node.link_to, node.link_on)
            found.setdefault(key, _Reading(*key)).nodes.append(node)
    return list(found.values())


@dataclass(frozen=True)
class _Data:
    """What a loop is read from."""

    loop: Loop
    tables: Tables
    catalogue: Catalogue
    setting: str
    blocked: Mapping[str, Reason | None]

    def below(self, nodes: Iterable[str], name: str) -> list[tuple[str, _Reading]]:
        """Readings that hang below one of ``nodes`` and can be read, each with a name of its own."""
        above = set(nodes)
        return [
            (f"{name}{number}", reading)
            for number, reading in enumerate(_readings(self.loop))
            if reading.parent in above and self.readable(reading)
        ]

    def readable(self, reading: _Reading) -> list[Node]:
        return [node for node in reading.nodes if self.blocked[node.id] is None]

    def rows(self, record: str, where: Where) -> ir.Table:
        return chosen(self.tables, self.catalogue, record, where=where, setting=self.setting)


def _picture(
    loop: Loop,
    tables: Tables,
    catalogue: Catalogue,
    setting: str,
    blocked: Mapping[str, Reason | None],
    keep: Sequence[str] = (),
) -> _Picture:
    data, anchor = _Data(loop, tables, catalogue, setting, blocked), anchor_of(loop)
    rows = data.rows(anchor.record, anchor.where)
    below = data.below((anchor.id,), "r")
    own: dict[str, Any] = {}  # times a node of the anchor's record finds on the anchor row itself
    for _, reading in below:
        if reading.record == anchor.record:
            holding = holds(rows, reading.where) if reading.where else None
            for node in data.readable(reading):
                time = rows[node.field]
                own[f"zp_own_{node.id}"] = time if holding is None else ibis.ifelse(holding, time, None)
    links = (key for _, reading in below for key in reading.link_on)
    columns = dict.fromkeys((FILE, ROW, *keep, *links))
    base = rows.select(*columns, **{_time(anchor.id): rows[anchor.field]}, **own)
    joined, times = _hung(base, below, data)
    for name in own:
        time = _time(name.removeprefix("zp_own_"))
        times[time] = ibis.least(times[time], joined[name])
    kept = [joined[column] for column in (*columns, _time(anchor.id))]
    return _Picture(joined.select(*kept, **times), blocked)


def _hung(
    base: ir.Table, below: Sequence[tuple[str, _Reading]], data: _Data
) -> tuple[ir.Table, dict[str, Any]]:
    """``base`` joined with the earliest times of readings and of all below them, and those times."""
    joined, names = base, []
    for name, reading in below:
        reduced = _reduced(reading, name, data)
        keys = {f"zp_{name}_{key}": key for key in reading.link_on}
        names += [column for column in reduced.columns if column.startswith("zp_t_")]
        renamed = reduced.rename(keys)
        joined = joined.left_join(renamed, [base[old] == renamed[new] for new, old in keys.items()])
    return joined, {name: joined[name] for name in names}


def _reduced(reading: _Reading, name: str, data: _Data) -> ir.Table:
    """Per link of a reading the earliest time of its nodes and of every node below them."""
    rows = data.rows(reading.record, reading.where)
    nodes = data.readable(reading)
    below = data.below((node.id for node in nodes), name)
    links = dict.fromkeys((*reading.link_on, *(key for _, child in below for key in child.link_on)))
    own = {_time(node.id): rows[node.field] for node in nodes}
    base = rows.filter(filled(rows, reading.link_on)).select(*links, **own)
    joined, times = _hung(base, below, data)
    earliest = {time: joined[time].min() for time in (*own, *times)}
    return joined.group_by([joined[key] for key in reading.link_on]).aggregate(**earliest)


def _blocked_nodes(
    loop: Loop, tables: Tables, catalogue: Catalogue, setting: str
) -> dict[str, Reason | None]:
    """Why each node could not be read; a node below one that could not be read is blocked with it."""
    nodes = {node.id: node for node in loop.nodes}
    found: dict[str, Reason | None] = {}

    def reason_of(node: Node) -> Reason | None:
        if node.id not in found:
            found[node.id] = above(node) or own(node)
        return found[node.id]

    def above(node: Node) -> Reason | None:
        if node.link_to is None:
            return None
        parent = nodes[node.link_to]
        supplied = tables.supplied.get(parent.record, frozenset())
        missing = next((key for key in node.link_on if key not in supplied), None)
        why = reason_of(parent)
        return why or (column_absent(catalogue, parent.record, missing) if missing else None)

    def own(node: Node) -> Reason | None:
        fields = (node.field, *node.link_on)
        try:
            known = available(
                tables, catalogue, node.record, where=node.where, setting=setting, fields=fields
            )
        except CouldNotCheck as stopped:
            return stopped.reason
        return None if known else file_absent(catalogue, node.record)

    for node in loop.nodes:
        reason_of(node)
    return found


def _counted(
    loop: Loop, tables: Tables, catalogue: Catalogue, setting: str, blocked: Mapping[str, Reason | None]
) -> LoopCount:
    asking = Asking(tables, catalogue, f"{loop.id} {setting}", loop, records_of(loop))
    picture = cache(lambda: _picture(loop, tables, catalogue, setting, blocked))
    row = asking.one("instances", lambda: _totals(picture(), loop))
    instances, done = int(row["instances"]), int(row["complete"] or 0)
    return LoopCount(
        loop=loop.id,
        setting=setting,
        instances=instances,
        complete=done,
        nodes=tuple(_node_count(node, row, blocked) for node in loop.nodes),
        orders=tuple(_order_count(order, _orders(loop, blocked), row) for order in loop.order),
        failing=_failing(picture, loop, asking, blocked) if done < instances else (),
    )


def _totals(picture: _Picture, loop: Loop) -> ir.Table:
    """One row: instances, complete ones, per node its rows and median seconds, per order its pairs."""
    totals: dict[str, Any] = {"instances": picture.rows.count(), "complete": _many(picture.complete(loop))}
    for node in loop.nodes:
        if picture.blocked[node.id] is None:
            totals[f"n_{node.id}"] = picture.time(node.id).count()
            if node.link_to is not None:
                gap = seconds(picture.time(node.id)) - seconds(picture.time(node.link_to))
                totals[f"m_{node.id}"] = gap.median()
    for number, order in enumerate(_orders(loop, picture.blocked)):
        totals[f"c_{number}"] = picture.in_order(order).count()
        totals[f"o_{number}"] = _many(picture.in_order(order))
    return picture.rows.aggregate(**totals)


def _many(condition: Any) -> Any:
    return ibis.ifelse(condition, 1, 0).sum()


def _node_count(node: Node, row: Mapping[str, Any], blocked: Mapping[str, Reason | None]) -> NodeCount:
    if blocked[node.id] is not None:
        return NodeCount(node.id, 0, None, blocked[node.id])
    median = row.get(f"m_{node.id}")
    minutes = None if median is None else half_up(Decimal(str(median)) / 60)
    return NodeCount(node.id, int(row[f"n_{node.id}"]), minutes)


def _order_count(order: LoopOrder, read: tuple[LoopOrder, ...], row: Mapping[str, Any]) -> OrderCount:
    if order not in read:
        return OrderCount(order.before, order.after, 0, 0)
    number = read.index(order)
    return OrderCount(order.before, order.after, int(row[f"c_{number}"] or 0), int(row[f"o_{number}"] or 0))


def _failing(
    picture: Callable[[], _Picture], loop: Loop, asking: Asking, blocked: Mapping[str, Reason | None]
) -> tuple[FailingRow, ...]:
    """Anchor rows of incomplete instances, with ``record.field`` of what is missing or out of order."""
    names = {node.id: f"{node.record}.{node.field}" for node in loop.nodes}
    blamed = {f"zp_m_{node.id}": names[node.id] for node in loop.nodes if node.mandatory}
    orders = _orders(loop, blocked)
    blamed |= {f"zp_o_{number}": names[order.after] for number, order in enumerate(orders)}

    def build() -> ir.Table:
        drawn = picture()
        flags = {f"zp_m_{node.id}": drawn.time(node.id).isnull() for node in loop.nodes if node.mandatory}
        for number, order in enumerate(orders):
            flags[f"zp_o_{number}"] = ~drawn.in_order(order).fill_null(True)
        flagged = drawn.rows.mutate(zp_done=drawn.complete(loop), **flags)
        listed = flagged.filter(~flagged["zp_done"]).order_by([FILE, ROW]).limit(FAILING)
        return listed.select(FILE, ROW, *blamed)

    return tuple(
        place(asking.tables, row, tuple(dict.fromkeys(name for key, name in blamed.items() if row[key])))
        for row in asking.ask("failing", build)
    )


def _empty(
    loop: Loop, setting: str, blocked: Mapping[str, Reason | None], reason: Reason | None
) -> LoopCount:
    return LoopCount(
        loop=loop.id,
        setting=setting,
        instances=0,
        complete=0,
        nodes=tuple(NodeCount(node.id, 0, None, blocked[node.id]) for node in loop.nodes),
        orders=tuple(OrderCount(order.before, order.after, 0, 0) for order in loop.order),
        blocked=reason,
    )
