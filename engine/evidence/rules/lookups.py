"""Existence tests: does a row on the other side equal this one, without ever multiplying rows.

A left row never meets more than one row of a test, whatever the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

from engine.evidence.rules.needs import Scope
from engine.evidence.rules.reading import DICTIONARY
from engine.evidence.rules.rows import every, surely


def dictionary_values(scope: Scope, name: str) -> ir.Table:
    """Codes and names of one dictionary as a single column ``zp_entry``."""
    entries = _entries(scope, name)
    if scope.embedded:
        entries = entries.select("entry_code", "entry_name")
        return entries.select(zp_entry=ibis.array([entries.entry_code, entries.entry_name]).unnest())
    return entries.select(zp_entry=entries.entry_code).union(entries.select(zp_entry=entries.entry_name))


def dictionary_pairs(scope: Scope, name: str) -> ir.Table:
    """Entries of one dictionary: ``entry_code``, ``entry_name``."""
    return _entries(scope, name).select("entry_code", "entry_name")


def _entries(scope: Scope, name: str) -> ir.Table:
    dictionary = scope.table(DICTIONARY)
    return dictionary.filter(dictionary.dictionary_name == name)


class Lookups:
    """Left rows with any number of existence tests; ``joined`` carries one flag per test.

    The embedded engine is asked ``value IN (…)``, which it answers without making the other side's
    keys distinct first; the others would answer that row by row, so they join the distinct keys.
    """

    def __init__(self, left: ir.Table, scope: Scope) -> None:
        self.left = left
        self._inline = scope.embedded
        self._tests: dict[str, tuple[ir.Table, tuple[str, ...]]] = {}
        self._known: dict[tuple[object, ...], str] = {}

    def exists(
        self, left_columns: tuple[str, ...], right: ir.Table, right_values: tuple[ir.Value, ...]
    ) -> str:
        """Name of a flag column: some right row equals the left row on every column, none empty."""
        key = (left_columns, right_values[0].op(), *(value.op() for value in right_values[1:]))
        if key in self._known:
            return self._known[key]
        flag = f"zp_x{len(self._tests)}"
        named: Mapping[str, ir.Value] = {f"{flag}_{i}": value for i, value in enumerate(right_values)}
        if self._inline and len(right_values) == 1:  # nothing equals NULL, so it need not be left out
            keys = right.select(**named)
        else:
            filled = right.filter([value.notnull() for value in right_values])
            keys = (
                filled.select(**named) if self._inline else filled.select(**named, **{flag: True}).distinct()
            )
        self._tests[flag] = (keys, left_columns)
        self._known[key] = flag
        return flag

    def joined(self) -> ir.Table:
        """All left columns and the flags, each TRUE or FALSE."""
        if self._inline:
            return flattened(self.left.mutate(**{flag: self._contained(flag) for flag in self._tests}))
        rows = self.left
        for flag, (keys, columns) in self._tests.items():
            on = [self.left[name] == keys[f"{flag}_{i}"] for i, name in enumerate(columns)]
            rows = rows.left_join(keys, on)
        return rows.select(*self.left.columns, **{flag: rows[flag].notnull() for flag in self._tests})

    def _contained(self, flag: str) -> ir.BooleanValue:
        keys, columns = self._tests[flag]
        if len(columns) == 1:
            return surely(self.left[columns[0]].isin(keys[f"{flag}_0"]))
        # Two structs are equal where both lack a part; right rows that lack one are left out.
        ours = ibis.struct({f"k{i}": self.left[name] for i, name in enumerate(columns)})
        theirs = keys.select(k=ibis.struct({f"k{i}": keys[f"{flag}_{i}"] for i in range(len(columns))}))
        return surely(ours.isin(theirs.k))


def flattened(rows: ir.Table) -> ir.Table:
    """A selection of a selection as one, where that computes no existence test twice.

    Every layer costs the engine more than the few rows of a small table do, and Ibis leaves the
    layers above and below an existence test as they are. Below one, chosen rows are read with all
    their columns unless a layer names those it wants.
    """
    outer = rows.op()
    inner = outer.parent if isinstance(outer, ops.Project) else None
    if not isinstance(outer, ops.Project) or not isinstance(inner, ops.Project):
        return rows
    fields = {ops.Field(inner, name): value for name, value in inner.values.items()}
    used = Counter(field for value in outer.values.values() for field in _fields_in(value))
    if any(used[field] > 1 and value.find(ops.InSubquery) for field, value in fields.items()):
        return rows
    values = {name: value.replace(fields) for name, value in outer.values.items()}
    if isinstance(inner.parent, ops.Filter) and any(value.find(ops.InSubquery) for value in values.values()):
        return rows
    return ops.Project(inner.parent, values).to_expr()


def _fields_in(value: ops.Value) -> Iterator[ops.Field]:
    """Every mention of a field, those in the other side's rows left out."""
    if isinstance(value, ops.Field):
        yield value
        return
    for child in value.__args__:
        for one in child if isinstance(child, tuple) else (child,):
            if isinstance(one, ops.Value):
                yield from _fields_in(one)


def held(rows: ir.Table, *flags: str) -> ir.BooleanValue:
    """Every one of the flags holds."""
    return every(rows[flag] for flag in flags)
