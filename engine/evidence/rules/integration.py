"""Integration: a left row matches when one right row equals it on the link and on every key.

Alternatives of a key are written out as combinations; a left row matches when the distinct right
values of one combination contain it, so all keys hold on the *same* right row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import product

import ibis
from ibis.expr import types as ir

from engine.evidence.catalogue.checks import IntegrationCheck, Key, Pair, Where
from engine.evidence.rules.consistency import facts_of, failing, left_columns, named
from engine.evidence.rules.lookups import Lookups, dictionary_values, held
from engine.evidence.rules.needs import Needs, Scope
from engine.evidence.rules.plan import Outline, Part, first
from engine.evidence.rules.reading import DICTIONARY
from engine.evidence.rules.rows import (
    OK,
    Kind,
    clauses_of,
    comparable,
    every,
    kind_of,
    meets,
    narrowing,
    place_of,
    rows_of,
    some,
    surely,
)
from engine.evidence.rules.systems import Side, systems_of
from engine.evidence.tables import FILE, ROW


@dataclass(frozen=True)
class Entry:
    """One entry of link_on or keys with the alternatives that both sides supply."""

    pairs: Key
    names: tuple[str, ...]  # left fields of all alternatives, for the reader
    when: Where = ()
    link: bool = False


@dataclass(frozen=True)
class Matching:
    """What is compared: entries on one right row, and fields looked up in their dictionaries."""

    check: IntegrationCheck
    scope: Scope
    entries: tuple[Entry, ...]
    looked_up: tuple[Entry, ...]
    columns: dict[Pair, str] = field(default_factory=dict)  # suffix of zp_l… and zp_r…

    def kind(self, pair: Pair) -> Kind:
        return kind_of(self.scope, self.check.left, pair.left, self.check.right, pair.right)

    def whens(self) -> dict[Where, str]:
        """The conditions keys depend on, each a truth column of the left rows."""
        found = dict.fromkeys(e.when for e in (*self.entries, *self.looked_up) if e.when)
        return {when: f"zp_w{i}" for i, when in enumerate(found)}


def outline_integration(check: IntegrationCheck, scope: Scope) -> Outline:
    """Semi-join of left rows with right rows, or look-ups where the right side is the dictionary."""
    here, there = Needs(scope), Needs(scope)
    here.record(check.left, check.left_where, *check.keys_when.values())
    entries, looked_up = _entries(check, scope)
    if entries or not looked_up:
        there.record(check.right, check.right_where)
    for entry in looked_up:
        here.column(check.left, *(pair.left for pair in entry.pairs))
        for pair in entry.pairs:
            if scope.has(check.left, pair.left):
                there.dictionary(_dictionary(scope, check.left, pair.left))
    for entry in entries:
        here.column(check.left, *(pair.left for pair in entry.pairs))
        if scope.present(check.right):
            usable = [p for p in entry.pairs if scope.has(check.left, p.left)] or list(entry.pairs)
            there.column(check.right, *(pair.right for pair in usable))
    if check.right == DICTIONARY and entries:
        for name in _named_dictionaries(check.right_where):
            there.dictionary(name)
    blocked = here.reason()
    if blocked or here.declared_absent():
        return Outline(blocked=blocked, not_applicable=True)
    missing = there.reason()
    if missing is not None:
        return Outline(parts=(_only_left(scope, check),), blocked_if_rows=missing)
    if there.declared_absent():
        return Outline(not_applicable=True)
    usable_entries = tuple(_usable(entry, check, scope) for entry in entries)
    matching = Matching(check, scope, usable_entries, looked_up)
    for pair in (pair for entry in usable_entries for pair in entry.pairs):
        matching.columns.setdefault(pair, str(len(matching.columns)))
    part = _part(matching)
    sides: list[Side] = [(check.left, partial(rows_of, scope, check.left, check.left_where))]
    if entries:
        sides.append((check.right, partial(rows_of, scope, check.right, check.right_where)))
    return Outline(parts=(part,), systems=systems_of(scope, sides))


def _part(m: Matching) -> Part:
    units, clauses = partial(_units, m), clauses_of(m.scope, m.check.left)
    if not m.entries:
        groups = tuple(entry.names for entry in m.looked_up)
        return Part(
            units,
            clauses,
            lambda limit: first(units(True), limit),
            lambda facts: named(groups, facts),
            facts_of(groups),
        )
    alone = len(m.entries) == 1 and not m.looked_up and not m.entries[0].when
    facts = ("zp_e0",) if alone else None  # of a single key there is nothing more to tell
    return Part(units, clauses, partial(_failing, m), partial(_names, m), facts)


def _only_left(scope: Scope, check: IntegrationCheck) -> Part:
    """Left rows, none of which can be judged because the other side is missing."""

    def units(explain: bool) -> ir.Table:
        left = rows_of(scope, check.left, check.left_where)
        return left.select(**place_of(left), **{OK: ibis.literal(False)})

    return Part(units, (), lambda limit: first(units(False), limit), lambda facts: ())


def _entries(check: IntegrationCheck, scope: Scope) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Entries compared with right rows, and entries looked up in dictionaries."""
    compared: dict[Key, Entry] = {}
    looked_up: list[Entry] = []
    for key in check.link_on:
        compared[key] = Entry(key, tuple(pair.left for pair in key), link=True)
    for key in check.keys:
        when = next((check.keys_when[p.left] for p in key if p.left in check.keys_when), ())
        entry = Entry(key, tuple(pair.left for pair in key), when)
        if check.right == DICTIONARY and all(_plain(pair, check, scope) for pair in key):
            looked_up.append(entry)
        elif key not in compared:
            compared[key] = entry
    return tuple(compared.values()), tuple(looked_up)


def _plain(pair: Pair, check: IntegrationCheck, scope: Scope) -> bool:
    """One field name on both sides that is no column of the dictionary itself."""
    return pair.left == pair.right and pair.right not in scope.catalogue.records[DICTIONARY].fields


def _dictionary(scope: Scope, record: str, name: str) -> str:
    return scope.catalogue.records[record].fields[name].dictionary or name


def _named_dictionaries(where: Where) -> Iterator[str]:
    for alternative in where:
        for condition in alternative:
            if condition.field == "dictionary_name":
                yield str(condition.value)


def _usable(entry: Entry, check: IntegrationCheck, scope: Scope) -> Entry:
    pairs = tuple(p for p in entry.pairs if scope.has(check.left, p.left) and scope.has(check.right, p.right))
    return Entry(pairs, entry.names, entry.when, entry.link)


def _left(m: Matching, *, explain: bool) -> ir.Table:
    """Left rows with comparable key values (zp_l<i>), conditions (zp_w<i>) and looked-up fields."""
    rows = rows_of(m.scope, m.check.left, m.check.left_where)
    looked = sorted({p.left for e in m.looked_up for p in e.pairs if m.scope.has(m.check.left, p.left)})
    return rows.select(
        **({FILE: rows[FILE], ROW: rows[ROW]} if explain else place_of(rows)),
        **({} if explain else narrowing(m.scope, m.check.left, rows)),
        **{f"zp_l{i}": comparable(rows, pair.left, m.kind(pair)) for pair, i in m.columns.items()},
        **{name: rows[name] for name in looked},
        **{flag: surely(meets(rows, when)) for when, flag in m.whens().items()},
    )


def _right(m: Matching) -> ir.Table:
    rows = rows_of(m.scope, m.check.right, m.check.right_where)
    return rows.select(
        **{f"zp_r{i}": comparable(rows, pair.right, m.kind(pair)) for pair, i in m.columns.items()}
    )


def _combinations(entries: list[Entry]) -> list[tuple[Pair, ...]]:
    """Ways to satisfy every entry, without those that ask for more than another one does."""
    found = {frozenset(choice) for choice in product(*(entry.pairs for entry in entries))}
    least = [one for one in found if not any(other < one for other in found)]
    order = {pair: i for i, pair in enumerate(p for e in entries for p in e.pairs)}
    sets = [tuple(sorted(one, key=lambda pair: order[pair])) for one in least]
    return sorted(sets, key=lambda one: [order[pair] for pair in one])


def _matched(m: Matching, left: ir.Table, *, explain: bool = False, tell: bool = False) -> ir.Table:
    """zp_ok; to explain also the left columns and zp_d<i> for each looked-up entry that is known, to
    tell zp_f<i> for each that is not.
    """
    lookups = Lookups(left, m.scope)
    whens = m.whens()
    variants: list[tuple[dict[str, bool], list[str]]] = []
    if m.entries:
        right = _right(m)
        states = dict.fromkeys(e.when for e in m.entries if e.when)
        for held_states in product((True, False), repeat=len(states)):
            state = dict(zip(states, held_states, strict=True))
            asked = [e for e in m.entries if not e.when or state[e.when]]
            flags = []
            for pairs in _combinations(asked):
                ids = [m.columns[pair] for pair in pairs]
                values = tuple(right[f"zp_r{i}"] for i in ids)
                flags.append(lookups.exists(tuple(f"zp_l{i}" for i in ids), right, values))
            variants.append(({whens[when]: value for when, value in state.items()}, flags))
    found: dict[int, list[str]] = {}
    for i, entry in enumerate(m.looked_up):
        found[i] = []
        for pair in entry.pairs:
            if m.scope.has(m.check.left, pair.left):
                values_of = dictionary_values(m.scope, _dictionary(m.scope, m.check.left, pair.left))
                found[i].append(lookups.exists((pair.left,), values_of, (values_of.zp_entry,)))
    rows = lookups.joined()
    terms: list[ir.BooleanValue] = []
    if variants:
        terms.append(
            some(
                every(
                    [
                        *(rows[flag] if value else ~rows[flag] for flag, value in state.items()),
                        some(held(rows, flag) for flag in combinations),
                    ]
                )
                for state, combinations in variants
            )
        )
    known = {}
    for i, entry in enumerate(m.looked_up):
        hit = some(held(rows, flag) for flag in found[i])
        known[f"zp_d{i}"] = ~rows[whens[entry.when]] | hit if entry.when else hit
    ok = {OK: every([*terms, *known.values()])}
    if explain:
        return rows.select(*left.columns, **ok, **known)
    unknown = failing([*known.values()]) if tell else {}
    return rows.select(*left_columns(m.scope, m.check.left), **ok, **unknown)


def _units(m: Matching, explain: bool) -> ir.Table:
    return _matched(m, _left(m, explain=False), tell=explain)


def _failing(m: Matching, limit: int) -> ir.Table:
    """Places, then facts: per looked-up entry known?; per entry empty?; linked?; per key agrees? For
    checks with keys that are compared.

    Only the first failing rows are compared again, each with the right rows its link finds.
    """
    rows = first(_matched(m, _left(m, explain=True), explain=True), limit)
    whens = m.whens()

    facts: dict[str, ir.Value] = {f"zp_d{i}": rows[f"zp_d{i}"] for i in range(len(m.looked_up))}
    for i, entry in enumerate(m.entries):
        empty = every(rows[f"zp_l{m.columns[pair]}"].isnull() for pair in entry.pairs)
        facts[f"zp_e{i}"] = empty & rows[whens[entry.when]] if entry.when else empty
    right = _right(m).mutate(zp_there=ibis.literal(True))

    def equal(entry: Entry) -> ir.BooleanValue:
        return some(rows[f"zp_l{m.columns[p]}"] == right[f"zp_r{m.columns[p]}"] for p in entry.pairs)

    links = [equal(entry) for entry in _links(m)]
    joined = rows.mutate(**facts).left_join(right, links)
    agrees = {}
    for i, entry in enumerate(m.entries):
        same = some(joined[f"zp_l{m.columns[p]}"] == joined[f"zp_r{m.columns[p]}"] for p in entry.pairs)
        agreed = surely(same)
        agrees[f"zp_k{i}"] = (agreed | ~joined[whens[entry.when]] if entry.when else agreed).any()
    groups = joined.group_by([FILE, ROW, *facts]).aggregate(
        zp_linked=joined.zp_there.notnull().any(),
        **agrees,
    )
    return groups.order_by([FILE, ROW])


def _links(m: Matching) -> list[Entry]:
    return [entry for entry in m.entries if entry.link] or [m.entries[0]]


def _names(m: Matching, facts: tuple[object, ...]) -> tuple[str, ...]:
    """Fields to look at: not in the dictionary; empty; not linked; or differing on what is linked."""
    count, size = len(m.looked_up), len(m.entries)
    found = [name for i, e in enumerate(m.looked_up) if not facts[i] for name in e.names]
    empty = facts[count : count + size]
    names = [name for e, is_empty in zip(m.entries, empty, strict=True) if is_empty for name in e.names]
    if not names:
        linked, agrees = facts[count + size], facts[count + size + 1 :]
        if not linked:
            names = [name for e in _links(m) for name in e.names]
        else:
            names = [name for e, same in zip(m.entries, agrees, strict=True) if not same for name in e.names]
            if not names and not found:  # each key agrees, but not on one and the same row
                names = [name for e in m.entries for name in e.names]
    return tuple(dict.fromkeys([*found, *names]))
