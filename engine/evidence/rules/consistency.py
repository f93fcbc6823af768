"""Consistency: values are codes or names of their dictionaries, or are defined somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import ibis
from ibis.expr import types as ir

from engine.evidence.catalogue.checks import DefinitionCheck, DictionaryCheck, FieldChoice
from engine.evidence.rules.lookups import Lookups, dictionary_pairs, dictionary_values, held
from engine.evidence.rules.needs import Needs, Scope
from engine.evidence.rules.plan import Outline, Part, first
from engine.evidence.rules.reading import DICTIONARY
from engine.evidence.rules.rows import (
    OK,
    clauses_of,
    comparable,
    every,
    kind_of,
    meets,
    narrowing,
    negated,
    place_of,
    rows_of,
    some,
    surely,
)
from engine.evidence.tables import FILE, ROW


def outline_dictionary(check: DictionaryCheck, scope: Scope) -> Outline:
    """Each listed field is a code or name of its dictionary; pairs hit one entry."""
    if check.dictionary_from is not None:
        return _by_value_domain(check, scope)
    needs = Needs(scope)
    needs.record(check.record, check.where, *check.fields_when.values())
    for choice in check.fields:
        needs.column(check.record, *choice)
        for name in choice:
            if scope.has(check.record, name):
                needs.dictionary(_dictionary(scope, check.record, name))
    for pair in check.pairs:
        for name in pair:
            needs.column(check.record, name)
    blocked = needs.reason()
    if blocked or needs.declared_absent():
        return Outline(blocked=blocked, not_applicable=True)
    build = partial(_looked_up, check, scope)
    part = _part(scope, check.record, build, check.fields)
    if any(len(choice) == 1 and choice[0] in pair for choice in check.fields for pair in check.pairs):
        part = replace(part, facts=None)  # explaining takes more look-ups than counting
    return Outline(parts=(part,))


def _dictionary(scope: Scope, record: str, name: str) -> str:
    return scope.catalogue.records[record].fields[name].dictionary or name


def _part(scope: Scope, record: str, build: partial[ir.Table], groups: tuple[FieldChoice, ...]) -> Part:
    """``build(explain)``: units with one failing flag zp_f<i> per group of fields."""

    def names(facts: tuple[object, ...]) -> tuple[str, ...]:
        return named(groups, facts)

    return Part(
        units=build,
        clauses=clauses_of(scope, record),
        failing=lambda limit: first(build(True), limit),
        names=names,
        facts=facts_of(groups),
    )


def failing(terms: Sequence[ir.BooleanValue]) -> dict[str, ir.Value]:
    """The truth columns of ``facts_of``, one for each group of fields."""
    return {f"zp_f{i}": negated(term) for i, term in enumerate(terms)}


def facts_of(groups: Sequence[FieldChoice]) -> tuple[str, ...]:
    """Names of the truth columns that tell which group of fields fails."""
    return tuple(f"zp_f{i}" for i in range(len(groups)))


def named(groups: tuple[FieldChoice, ...], facts: tuple[object, ...]) -> tuple[str, ...]:
    """Fields of the groups whose fact is true, each once, in order."""
    found = (name for group, fails in zip(groups, facts, strict=True) if fails for name in group)
    return tuple(dict.fromkeys(found))


def _looked_up(check: DictionaryCheck, scope: Scope, explain: bool) -> ir.Table:
    rows = rows_of(scope, check.record, check.where)
    paired = {name for pair in check.pairs for name in pair}
    columns = {name for choice in check.fields for name in choice if scope.has(check.record, name)} | paired
    whens = {name: f"zp_w{i}" for i, name in enumerate(check.fields_when)}
    left = rows.select(
        **place_of(rows),
        **narrowing(scope, check.record, rows),
        **{name: rows[name] for name in sorted(columns)},
        **{flag: surely(meets(rows, check.fields_when[name])) for name, flag in whens.items()},
    )
    lookups = Lookups(left, scope)
    singles: dict[str, str] = {}
    for choice in check.fields:
        for name in choice:
            alone = len(choice) == 1 and name in paired and not explain
            if scope.has(check.record, name) and not alone:  # a pair says all a single look-up says
                values = dictionary_values(scope, _dictionary(scope, check.record, name))
                singles[name] = lookups.exists((name,), values, (values.zp_entry,))
    pairs: dict[tuple[str, str], str] = {}
    for code, name in check.pairs:
        entries = dictionary_pairs(scope, _dictionary(scope, check.record, code))
        pairs[code, name] = lookups.exists((code, name), entries, (entries.entry_code, entries.entry_name))
    rows = lookups.joined()

    def judged(name: str, conforms: ir.BooleanValue) -> ir.BooleanValue:
        return ~rows[whens[name]] | conforms if name in whens else conforms

    def choice_holds(choice: FieldChoice) -> ir.BooleanValue:
        return some(judged(name, held(rows, singles[name])) for name in choice if name in singles)

    def pair_holds(pair: tuple[str, str]) -> ir.BooleanValue:
        conforms = held(rows, pairs[pair])
        return judged(pair[1], judged(pair[0], conforms))

    chosen = [choice for choice in check.fields if any(name in singles for name in choice)]
    ok = every([*map(choice_holds, chosen), *map(pair_holds, check.pairs)])
    if not explain:
        return rows.select(*left_columns(scope, check.record), **{OK: ok})
    flags = {}
    for i, choice in enumerate(check.fields):
        fails = ~choice_holds(choice)
        for pair in check.pairs:
            if len(choice) == 1 and choice[0] in pair:  # both are entries, but not of one entry
                apart = every(held(rows, singles[name]) for name in pair if name in singles)
                fails = fails | (apart & ~pair_holds(pair))
        flags[f"zp_f{i}"] = fails
    return rows.select(*left_columns(scope, check.record), **{OK: ok}, **flags)


def left_columns(scope: Scope, record: str) -> tuple[str, ...]:
    """Names of the columns that counting needs beside zp_ok."""
    return (FILE, ROW, "campus", "department", *(f"zp_c{i}" for i in range(len(clauses_of(scope, record)))))


def outline_definition(check: DefinitionCheck, scope: Scope) -> Outline:
    """A defining record exists on match_on and its ``defined`` fields are filled."""
    needs = Needs(scope)
    needs.record(check.record, check.where)
    needs.record(check.definition)
    for choice in check.fields:
        needs.column(check.record, *choice)
    for pair in check.match_on:
        needs.column(check.record, pair.left)
        needs.column(check.definition, pair.right)
    for name in check.defined:
        needs.column(check.definition, name)
    blocked = needs.reason()
    if blocked or needs.declared_absent():
        return Outline(blocked=blocked, not_applicable=True)
    matched = tuple(pair.left for pair in check.match_on)
    build = partial(_defined, check, scope)
    return Outline(parts=(_part(scope, check.record, build, (*check.fields, matched)),))


def _defined(check: DefinitionCheck, scope: Scope, explain: bool) -> ir.Table:
    rows = rows_of(scope, check.record, check.where)
    kinds = [kind_of(scope, check.record, p.left, check.definition, p.right) for p in check.match_on]
    left = rows.select(
        **place_of(rows),
        **narrowing(scope, check.record, rows),
        **{f"zp_h{i}": _filled(scope, check.record, rows, choice) for i, choice in enumerate(check.fields)},
        **{
            f"zp_l{i}": comparable(rows, p.left, k)
            for i, (p, k) in enumerate(zip(check.match_on, kinds, strict=True))
        },
    )
    right = rows_of(scope, check.definition)
    right = right.filter([right[name].notnull() for name in check.defined])
    lookups = Lookups(left, scope)
    flag = lookups.exists(
        tuple(f"zp_l{i}" for i in range(len(kinds))),
        right,
        tuple(comparable(right, p.right, k) for p, k in zip(check.match_on, kinds, strict=True)),
    )
    rows = lookups.joined()
    terms = [*(rows[f"zp_h{i}"] for i in range(len(check.fields))), held(rows, flag)]
    ok = {OK: every(terms)}
    return rows.select(*left_columns(scope, check.record), **ok, **(failing(terms) if explain else {}))


def _filled(scope: Scope, record: str, rows: ir.Table, choice: FieldChoice) -> ir.BooleanValue:
    return some(rows[name].notnull() for name in choice if scope.has(record, name))


def _by_value_domain(check: DictionaryCheck, scope: Scope) -> Outline:
    """The dictionary is the one that a definition record names for this row."""
    source = check.dictionary_from
    assert source is not None
    needs = Needs(scope)
    needs.record(check.record, check.where, *check.fields_when.values())
    needs.record(source.record)
    for choice in check.fields:
        needs.column(check.record, *choice)
    for name in source.match_on:
        needs.column(check.record, name)
        needs.column(source.record, name)
    needs.column(source.record, source.field)
    blocked = needs.reason()
    if blocked or needs.declared_absent():
        return Outline(blocked=blocked, not_applicable=True)
    build = partial(_in_value_domain, check, scope)
    part = _part(scope, check.record, build, check.fields)
    return Outline(parts=(part,), domains=partial(_unknown_domains, check, scope))


def _domain_keys(check: DictionaryCheck, scope: Scope, rows: ir.Table) -> dict[str, ir.Value]:
    source = check.dictionary_from
    assert source is not None
    return {
        f"zp_l{i}": comparable(rows, name, kind_of(scope, check.record, name, source.record, name))
        for i, name in enumerate(source.match_on)
    }


def _in_value_domain(check: DictionaryCheck, scope: Scope, explain: bool) -> ir.Table:
    source = check.dictionary_from
    assert source is not None
    rows = rows_of(scope, check.record, check.where)
    names = {name for choice in check.fields for name in choice if scope.has(check.record, name)}
    whens = {name: f"zp_w{i}" for i, name in enumerate(check.fields_when)}
    left = rows.select(
        **place_of(rows),
        **narrowing(scope, check.record, rows),
        **_domain_keys(check, scope, rows),
        **{name: rows[name] for name in sorted(names)},
        **{flag: surely(meets(rows, check.fields_when[name])) for name, flag in whens.items()},
    )
    allowed = _allowed(check, scope)
    lookups = Lookups(left, scope)
    keys = tuple(f"zp_l{i}" for i in range(len(source.match_on)))
    flags = {
        name: lookups.exists((*keys, name), allowed, (*(allowed[key] for key in keys), allowed.zp_entry))
        for name in sorted(names)
    }
    rows = lookups.joined()

    def holds(choice: FieldChoice) -> ir.BooleanValue:
        return some(
            ~rows[whens[name]] | held(rows, flags[name]) if name in whens else held(rows, flags[name])
            for name in choice
            if name in flags
        )

    terms = [holds(choice) for choice in check.fields]
    ok = {OK: every(terms)}
    return rows.select(*left_columns(scope, check.record), **ok, **(failing(terms) if explain else {}))


def _definitions(check: DictionaryCheck, scope: Scope) -> ir.Table:
    """Distinct match_on values and the dictionary each names (``zp_domain``)."""
    source = check.dictionary_from
    assert source is not None
    rows = rows_of(scope, source.record)
    return rows.select(
        **{
            f"zp_l{i}": comparable(rows, name, kind_of(scope, check.record, name, source.record, name))
            for i, name in enumerate(source.match_on)
        },
        zp_domain=rows[source.field],
    ).distinct()


def _allowed(check: DictionaryCheck, scope: Scope) -> ir.Table:
    """Match_on values and every permitted value."""
    definitions = _definitions(check, scope)
    if not scope.present(DICTIONARY):
        return definitions.mutate(zp_entry=ibis.null("string")).filter(ibis.literal(False))
    entries = scope.table(DICTIONARY)
    codes = entries.select(zp_name=entries.dictionary_name, zp_entry=entries.entry_code)
    labels = entries.select(zp_name=entries.dictionary_name, zp_entry=entries.entry_name)
    both = codes.union(labels)
    return definitions.inner_join(both, [definitions.zp_domain == both.zp_name])


def _unknown_domains(check: DictionaryCheck, scope: Scope) -> ir.Table:
    """Up to five names of dictionaries that counted rows ask for and nobody supplied."""
    source = check.dictionary_from
    assert source is not None
    rows = rows_of(scope, check.record, check.where)
    used = rows.select(**_domain_keys(check, scope, rows)).distinct()
    definitions = _definitions(check, scope)
    found = definitions.semi_join(used, [definitions[key] == used[key] for key in used.columns])
    known = sorted(scope.tables.dictionary_names)
    unknown = found.zp_domain.notnull()
    if known:
        unknown = unknown & found.zp_domain.notin(known)
    return found.filter(unknown).select("zp_domain").distinct().order_by("zp_domain").limit(5)
