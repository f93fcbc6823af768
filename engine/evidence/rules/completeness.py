"""Completeness: fields are filled, long enough, not repeated, found in another record."""

from __future__ import annotations

from functools import partial

import ibis
from ibis.expr import types as ir

from engine.evidence.catalogue.checks import CompletenessCheck, FieldChoice, Length
from engine.evidence.rules.consistency import facts_of, failing, left_columns, named
from engine.evidence.rules.lookups import Lookups, held
from engine.evidence.rules.needs import Needs, Scope
from engine.evidence.rules.plan import Outline, Part, first
from engine.evidence.rules.rows import (
    OK,
    clauses_of,
    comparable,
    every,
    kind_of,
    narrowing,
    place_of,
    rows_of,
    some,
    surely,
)
from engine.evidence.rules.systems import Side, systems_of


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
        units=build,
        clauses=clauses_of(scope, check.record),
        failing=lambda limit: first(build(True), limit),
        names=names,
        facts=facts_of(groups),
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


def _units(check: CompletenessCheck, scope: Scope, explain: bool) -> ir.Table:
    rows = rows_of(scope, check.record, check.where)
    terms = [_choice_holds(check, scope, rows, choice) for choice in check.fields]
    if check.length and check.length.of == "combined":
        terms.append(_combined(check, scope, rows, check.length))
    place, clauses = place_of(rows), narrowing(scope, check.record, rows)
    if not check.unique and not check.exists_in:
        return rows.select(**place, **clauses, **{OK: every(terms)}, **(failing(terms) if explain else {}))
    holding = {f"zp_h{i}": term for i, term in enumerate(terms)}
    compared = _compared_once(check, scope, rows) if check.unique else {}
    sought = _sought(check, scope, rows) if check.exists_in else {}
    lookups = Lookups(rows.select(**place, **clauses, **holding, **compared, **sought), scope)
    repeated = _repeated(rows.select(**compared), lookups) if check.unique else None
    found = _found(check, scope, lookups) if check.exists_in else None
    rows = lookups.joined()
    terms = [rows[name] for name in holding]
    if repeated:
        terms.append(~held(rows, repeated))
    if found:
        terms.append(held(rows, found))
    ok = {OK: every(terms)}
    return rows.select(*left_columns(scope, check.record), **ok, **(failing(terms) if explain else {}))


def _compared_once(check: CompletenessCheck, scope: Scope, rows: ir.Table) -> dict[str, ir.Value]:
    """What repeats are judged by."""
    values: dict[str, ir.Value] = {}
    for i, choice in enumerate(check.fields):
        usable = [rows[name] for name in choice if scope.has(check.record, name)]
        values[f"zp_u{i}"] = ibis.coalesce(*usable) if len(usable) > 1 else usable[0]
    return values


def _sought(check: CompletenessCheck, scope: Scope, rows: ir.Table) -> dict[str, ir.Value]:
    """What is looked for elsewhere."""
    assert check.exists_in is not None
    kinds = [kind_of(scope, check.record, pair.left, check.exists_in, pair.right) for pair in check.match_on]
    pairs = zip(check.match_on, kinds, strict=True)
    return {f"zp_l{i}": comparable(rows, pair.left, kind) for i, (pair, kind) in enumerate(pairs)}


def _repeated(values: ir.Table, lookups: Lookups) -> str:
    """Flag of rows whose values stand in more than one row."""
    names = values.columns
    filled = values.filter([values[name].notnull() for name in names])
    groups = filled.group_by(list(names)).aggregate(zp_times=filled.count())
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
