"""Completeness: fields are filled, long enough, not repeated, found in another record."""

from __future__ import annotations

from functools import partial

import ibis
from ibis.expr import types as ir

from engine.evidence.catalogue.checks import CompletenessCheck, FieldChoice, Length
from engine.evidence.rules.consistency import left_columns, named
from engine.evidence.rules.lookups import Lookups, held
from engine.evidence.rules.needs import Needs, Scope
from engine.evidence.rules.plan import Outline, Part, first
from engine.evidence.rules.rows import (
    OK,
    clauses_of,
    comparable,
    kind_of,
    narrowing,
    place_of,
    rows_of,
    some,
    surely,
)
from engine.evidence.rules.systems import Side, systems_of
from engine.evidence.tables import FILE, ROW


def outline_completeness(check: CompletenessCheck, scope: Scope) -> Outline:
    """Every listed field is filled and the further conditions hold."""
    needs = Needs(scope)
    needs.record(check.record, check.where)
    for choice in check.fields:
        (needs.column(check.record, *choice) if check.unique else needs.text(check.record, choice))
    if check.exists_in:
        needs.record(check.exists_in)
        for pair in check.match_on:
            needs.column(check.record, pair.left)
            needs.column(check.exists_in, pair.right)
    blocked = needs.reason()
    if blocked or needs.declared_absent():
        return Outline(blocked=blocked, not_applicable=True)
    groups: list[FieldChoice] = [*check.fields]
    everything = tuple(name for choice in check.fields for name in choice)
    if check.length and check.length.of == "combined":
        groups.append(everything)
    if check.unique:
        groups.append(everything)
    if check.exists_in:
        groups.append(tuple(pair.left for pair in check.match_on))

    def names(facts: tuple[object, ...]) -> tuple[str, ...]:
        return named(tuple(groups), facts)

    build = partial(_units, check, scope)
    part = Part(
        units=partial(build, explain=False),
        clauses=clauses_of(scope, check.record),
        failing=lambda limit: first(build(explain=True), limit),
        names=names,
    )
    sides: list[Side] = [(check.record, partial(rows_of, scope, check.record, check.where))]
    if check.exists_in:
        sides.append((check.exists_in, partial(rows_of, scope, check.exists_in)))
    return Outline(parts=(part,), systems=systems_of(scope, sides), strict=True)


def _filled(scope: Scope, record: str, rows: ir.Table, name: str) -> ir.BooleanValue:
    if scope.has(record, name):
        return rows[name].notnull()
    return surely(rows[f"{name}__length"] > 0)


def _characters(scope: Scope, record: str, rows: ir.Table, name: str) -> ir.IntegerValue:
    if scope.has(record, name):
        return rows[name].cast("string").length().cast("int64").fill_null(0)
    return rows[f"{name}__length"].fill_null(0)


def _compared(characters: ir.IntegerValue, length: Length) -> ir.BooleanValue:
    return {
        "<": characters < length.chars,
        "<=": characters <= length.chars,
        ">": characters > length.chars,
        ">=": characters >= length.chars,
    }[length.op]


def _choice_holds(
    check: CompletenessCheck, scope: Scope, rows: ir.Table, choice: FieldChoice
) -> ir.BooleanValue:
    def one(name: str) -> ir.BooleanValue:
        filled = _filled(scope, check.record, rows, name)
        if check.length and check.length.of == "each":
            return filled & _compared(_characters(scope, check.record, rows, name), check.length)
        return filled

    return some(one(name) for name in choice if scope.has_text(check.record, name))


def _combined(check: CompletenessCheck, scope: Scope, rows: ir.Table, length: Length) -> ir.BooleanValue:
    """All fields together are long enough; of alternatives the first filled one counts."""
    total: ir.IntegerValue = ibis.literal(0, "int64")
    for choice in check.fields:
        usable = [name for name in choice if scope.has_text(check.record, name)]
        counts = [_characters(scope, check.record, rows, name) for name in usable]
        if len(counts) > 1:
            total = total + ibis.coalesce(*(count.nullif(0) for count in counts), 0)
        else:
            total = total + counts[0]
    return _compared(total, length)


def _units(check: CompletenessCheck, scope: Scope, *, explain: bool) -> ir.Table:
    rows = rows_of(scope, check.record, check.where)
    fails: dict[str, ir.BooleanValue] = {}

    def note(fact: ir.BooleanValue) -> None:
        fails[f"zp_f{len(fails)}"] = fact

    for choice in check.fields:
        note(~_choice_holds(check, scope, rows, choice))
    if check.length and check.length.of == "combined":
        note(~_combined(check, scope, rows, check.length))
    place, clauses = place_of(rows), narrowing(scope, check.record, rows)
    if not check.unique and not check.exists_in:
        if explain:
            return rows.select(**{FILE: rows[FILE], ROW: rows[ROW], OK: ~some(fails.values())}, **fails)
        return rows.select(**place, **clauses, **{OK: ~some(fails.values())})
    left = rows.select(**place, **clauses, **fails, **_values(check, scope, rows))
    lookups = Lookups(left)
    tests: list[tuple[str, bool]] = []
    if check.unique:
        tests.append((_repeated(check, left, lookups), False))
    if check.exists_in:
        tests.append((_found(check, scope, lookups), True))
    rows = lookups.joined()
    facts = {name: rows[name] for name in fails}
    for flag, wanted in tests:
        hit = held(rows, flag)
        facts[f"zp_f{len(facts)}"] = ~hit if wanted else hit
    ok = {OK: ~some(facts.values())}
    if explain:
        return rows.select(FILE, ROW, **ok, **facts)
    return rows.select(*left_columns(scope, check.record), **ok)


def _values(check: CompletenessCheck, scope: Scope, rows: ir.Table) -> dict[str, ir.Value]:
    """What repeats are judged by (zp_u<i>) and what is looked for elsewhere (zp_l<i>)."""
    values: dict[str, ir.Value] = {}
    if check.unique:
        for i, choice in enumerate(check.fields):
            usable = [rows[name] for name in choice if scope.has(check.record, name)]
            values[f"zp_u{i}"] = ibis.coalesce(*usable) if len(usable) > 1 else usable[0]
    if check.exists_in:
        for i, pair in enumerate(check.match_on):
            kind = kind_of(scope, check.record, pair.left, check.exists_in, pair.right)
            values[f"zp_l{i}"] = comparable(rows, pair.left, kind)
    return values


def _repeated(check: CompletenessCheck, left: ir.Table, lookups: Lookups) -> str:
    """Flag of rows whose values stand in more than one row.

    Values are grouped by their short hashes first, and only those that share one are grouped as they
    are: a table of millions of different keys then needs a third of the memory.
    """
    names = tuple(f"zp_u{i}" for i in range(len(check.fields)))
    filled = left.filter([left[name].notnull() for name in names])
    texts = [filled[name].cast("string") for name in names]
    short = filled.select(
        *names, zp_hash=texts[0].concat(*texts[1:]).hash() if texts[1:] else texts[0].hash()
    )
    hashes = short.group_by("zp_hash").aggregate(zp_times=short.count())
    shared = hashes.filter(hashes.zp_times > 1).select("zp_hash")
    suspects = short.semi_join(shared, "zp_hash")
    groups = suspects.group_by(list(names)).aggregate(zp_times=suspects.count())
    repeated = groups.filter(groups.zp_times > 1)
    return lookups.exists(names, repeated, tuple(repeated[name] for name in names))


def _found(check: CompletenessCheck, scope: Scope, lookups: Lookups) -> str:
    other = check.exists_in
    assert other is not None
    right = rows_of(scope, other)
    return lookups.exists(
        tuple(f"zp_l{i}" for i in range(len(check.match_on))),
        right,
        tuple(
            comparable(right, pair.right, kind_of(scope, check.record, pair.left, other, pair.right))
            for pair in check.match_on
        ),
    )
