"""Timeliness: neighbouring times of a sequence stand in the stated order.

Neighbours of one record type are read from one row; neighbours of different types are joined, and
every joined pair is a unit. Rows without a partner are no units: integration counts those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import ibis
from ibis.expr import types as ir

from engine.evidence.catalogue.checks import Moment, Sign, TimelinessCheck
from engine.evidence.rules import reasons
from engine.evidence.rules.needs import Needs, Scope
from engine.evidence.rules.plan import Outline, Part
from engine.evidence.rules.rows import (
    OK,
    clauses_of,
    comparable,
    kind_of,
    narrowing,
    place_of,
    rows_of,
    surely,
)
from engine.evidence.rules.systems import Side, systems_of
from engine.evidence.tables import FILE, ROW


@dataclass(frozen=True)
class Neighbours:
    """Two times that follow each other, and the fields that join their records (left, right)."""

    left: Moment
    sign: Sign
    right: Moment
    join_on: tuple[tuple[str, str], ...]
    first: bool

    @property
    def same_row(self) -> bool:
        return self.left.record == self.right.record


def neighbours_of(check: TimelinessCheck, scope: Scope) -> tuple[Neighbours, ...]:
    """The neighbours of a sequence; an entry of join_on counts when both record types have it."""
    found = []
    for i, sign in enumerate(check.signs):
        left, right = check.moments[i], check.moments[i + 1]
        one, other = (scope.catalogue.records[m.record].fields for m in (left, right))
        joins = tuple(
            (entry[left.record], entry[right.record])
            for entry in check.join_on
            if entry.get(left.record) in one and entry.get(right.record) in other
        )
        found.append(Neighbours(left, sign, right, joins, i == 0))
    return tuple(found)


def outline_timeliness(check: TimelinessCheck, scope: Scope) -> Outline:
    """One part per pair of neighbours."""
    neighbours = neighbours_of(check, scope)
    needs = Needs(scope)
    for moment in check.moments:
        needs.record(moment.record, moment.where)
        needs.column(moment.record, moment.field)
    for pair in neighbours:
        if not pair.same_row:
            for left, right in pair.join_on:
                needs.column(pair.left.record, left)
                needs.column(pair.right.record, right)
    blocked = needs.reason()
    if blocked:
        return Outline(blocked=blocked)
    there = [p for p in neighbours if scope.present(p.left.record) and scope.present(p.right.record)]
    if not there:
        return Outline(not_applicable=True)
    return Outline(
        parts=tuple(_part(pair, scope) for pair in there),
        systems=systems_of(scope, _sides(check, scope)),
        strict=True,
    )


def _sides(check: TimelinessCheck, scope: Scope) -> list[Side]:
    """The rows each record type of the sequence contributes."""
    wheres: dict[str, list[Moment]] = {}
    for moment in check.moments:
        wheres.setdefault(moment.record, []).append(moment)
    sides: list[Side] = []
    for record, moments in wheres.items():
        if scope.present(record):
            filters = [moment.where for moment in moments]
            union = () if not all(filters) else tuple(part for where in filters for part in where)
            sides.append((record, partial(rows_of, scope, record, union)))
    return sides


def _part(pair: Neighbours, scope: Scope) -> Part:
    clauses = clauses_of(scope, pair.left.record) if pair.first else ()
    build = _same_row if pair.same_row else _joined
    narrowed = (f"zp_c{i}" for i in range(len(clauses)))
    columns = (FILE, ROW, "campus", "department", *narrowed, OK)

    def units(explain: bool) -> ir.Table:
        rows = build(pair, scope)
        facts = {"zp_f0": rows.zp_before.isnull(), "zp_f1": rows.zp_after.isnull()} if explain else {}
        return rows.select(*columns, **facts)

    fields = (pair.left.field, pair.right.field)
    return Part(
        units=units,
        clauses=clauses,
        failing=lambda limit: _failing(build(pair, scope), limit),
        names=partial(_names, fields),
        facts=("zp_f0", "zp_f1"),
        sides=None if pair.same_row else partial(_both_have_rows, pair, scope),
        unjoined=None
        if pair.same_row
        else reasons.nothing_joins(
            scope.catalogue, pair.left.record, pair.right.record, (left for left, _ in pair.join_on)
        ),
    )


def _holds(sign: Sign, before: ir.TimestampValue, after: ir.TimestampValue) -> ir.BooleanValue:
    if sign.op == "<":
        return surely(before < after)
    if sign.op == "<=":
        return surely(before <= after)
    gap = ibis.interval(minutes=sign.minutes)
    return surely((before < after + gap) & (after < before + gap))


def _same_row(pair: Neighbours, scope: Scope) -> ir.Table:
    record = pair.left.record
    rows = rows_of(scope, record, pair.left.where, pair.right.where)
    before, after = rows[pair.left.field], rows[pair.right.field]
    return rows.select(
        **place_of(rows),
        **(narrowing(scope, record, rows) if pair.first else {}),
        zp_before=before,
        zp_after=after,
        **{OK: _holds(pair.sign, before, after)},
    )


def _side(pair: Neighbours, scope: Scope, moment: Moment, prefix: str, extra: bool) -> ir.Table:
    """Rows that can be joined: every linking field is filled."""
    rows = rows_of(scope, moment.record, moment.where)
    left = moment is pair.left
    keys = {}
    for i, names in enumerate(pair.join_on):
        kind = kind_of(scope, pair.left.record, names[0], pair.right.record, names[1])
        keys[f"{prefix}{i}"] = comparable(rows, names[0] if left else names[1], kind)
    more: dict[str, ir.Value] = {}
    if left:
        more = place_of(rows)
        if extra:
            more |= narrowing(scope, moment.record, rows)
    chosen = rows.select(**more, **keys, **{"zp_before" if left else "zp_after": rows[moment.field]})
    return chosen.filter([chosen[name].notnull() for name in keys]) if keys else chosen


def _joined(pair: Neighbours, scope: Scope) -> ir.Table:
    left = _side(pair, scope, pair.left, "zp_l", pair.first)
    right = _side(pair, scope, pair.right, "zp_r", False)
    on = [left[f"zp_l{i}"] == right[f"zp_r{i}"] for i in range(len(pair.join_on))]
    rows = left.inner_join(right, on or [ibis.literal(False)])
    return rows.mutate(**{OK: _holds(pair.sign, rows.zp_before, rows.zp_after)})


def _both_have_rows(pair: Neighbours, scope: Scope) -> ir.Table:
    """zp_side of each side with at least one row after its filters."""
    sides = []
    for i, moment in enumerate((pair.left, pair.right)):
        rows = rows_of(scope, moment.record, moment.where)
        sides.append(rows.select(zp_side=ibis.literal(i, "int64")).limit(1))
    return ibis.union(*sides, distinct=False)


def _failing(units: ir.Table, limit: int) -> ir.Table:
    """First failing rows of the left record: before empty?, after empty?, out of order?"""
    bad = units.filter(~units[OK])
    groups = bad.group_by([FILE, ROW]).aggregate(
        zp_f0=bad.zp_before.isnull().any(),
        zp_f1=bad.zp_after.isnull().any(),
        zp_f2=(bad.zp_before.notnull() & bad.zp_after.notnull()).any(),
    )
    return groups.order_by([FILE, ROW]).limit(limit)


def _names(fields: tuple[str, str], facts: tuple[object, ...]) -> tuple[str, ...]:
    before, after = facts[:2]
    order = facts[2] if len(facts) > 2 else not before and not after  # of several rows both may be true
    found = [fields[0]] if before or order else []
    if after or order:
        found.append(fields[1])
    return tuple(dict.fromkeys(found))
