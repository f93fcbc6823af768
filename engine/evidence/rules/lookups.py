"""Existence tests: does a row on the other side equal this one, without ever multiplying rows.

Each test joins the *distinct* keys of the other side, so a left row meets at most one of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from ibis.expr import types as ir

from engine.evidence.rules.needs import Scope
from engine.evidence.rules.reading import DICTIONARY
from engine.evidence.rules.rows import every


def dictionary_values(scope: Scope, name: str) -> ir.Table:
    """Codes and names of one dictionary as a single column ``zp_entry``."""
    entries = _entries(scope, name)
    return entries.select(zp_entry=entries.entry_code).union(entries.select(zp_entry=entries.entry_name))


def dictionary_pairs(scope: Scope, name: str) -> ir.Table:
    """Entries of one dictionary: ``entry_code``, ``entry_name``."""
    return _entries(scope, name).select("entry_code", "entry_name")


def _entries(scope: Scope, name: str) -> ir.Table:
    dictionary = scope.table(DICTIONARY)
    return dictionary.filter(dictionary.dictionary_name == name)


class Lookups:
    """Left rows with any number of existence tests; ``joined`` carries one flag per test."""

    def __init__(self, left: ir.Table) -> None:
        self.left = left
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
        filled = right.filter([value.notnull() for value in right_values])
        self._tests[flag] = (filled.select(**named, **{flag: True}).distinct(), left_columns)
        self._known[key] = flag
        return flag

    def joined(self) -> ir.Table:
        """All left columns and the flags: TRUE where the test holds, NULL otherwise."""
        rows = self.left
        for flag, (keys, columns) in self._tests.items():
            on = [self.left[name] == keys[f"{flag}_{i}"] for i, name in enumerate(columns)]
            rows = rows.left_join(keys, on)
        return rows


def held(rows: ir.Table, *flags: str) -> ir.BooleanValue:
    """Every one of the flags holds."""
    return every(rows[flag].notnull() for flag in flags)
