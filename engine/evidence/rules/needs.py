"""What a rule needs from the data before anything is counted: files, columns, dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

from engine.evidence.catalogue.checks import FieldChoice, Where
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.counts import Reason
from engine.evidence.rules import reasons
from engine.evidence.rules.reading import DICTIONARY, columns_of, fields_of
from engine.evidence.tables import PROVENANCE, Tables

SETTINGS = {"inpatient": ("inpatient",), "outpatient": ("outpatient", "emergency")}


def is_embedded(tables: Tables) -> bool:
    """Whether rows are in the embedded engine, for which some questions are put differently."""
    return str(tables.connection.name) == "duckdb"


@dataclass(frozen=True)
class Scope:
    """A rule and the data it is counted on."""

    rule: Rule
    tables: Tables
    catalogue: Catalogue

    def has(self, record: str, name: str) -> bool:
        """Whether somebody supplied this column."""
        return name in self.tables.supplied.get(record, frozenset())

    def has_text(self, record: str, name: str) -> bool:
        """Whether the text or its length was supplied."""
        return self.has(record, name) or name in self.tables.lengths.get(record, frozenset())

    def table(self, record: str) -> ir.Table:
        """The rows of a record type with no more columns than the rule reads.

        Every operation of an expression carries all columns of its table, so a narrow one is
        written as SQL several times faster.
        """
        table = self.tables.tables[record]
        op = table.op()
        if not isinstance(op, ops.DatabaseTable):
            return table
        names = columns_of(self.rule).get(record, frozenset())
        wanted = {*PROVENANCE, *names, *(f"{name}__length" for name in names)}
        schema = {name: kind for name, kind in op.schema.items() if name in wanted}
        return ops.DatabaseTable(op.name, ibis.schema(schema), op.source, op.namespace).to_expr()

    def present(self, record: str) -> bool:
        return record in self.tables.tables

    def declared_absent(self, record: str) -> bool:
        """Absent, and the hospital declares that it has no such records."""
        return not self.present(record) and record in self.tables.not_applicable

    @property
    def embedded(self) -> bool:
        return is_embedded(self.tables)

    def has_dictionary(self, name: str) -> bool:
        return name in self.tables.dictionary_names and self.present(DICTIONARY)

    def by_setting(self, record: str) -> bool:
        """Whether the rule's care setting filters this record type."""
        return self.rule.setting != "all" and self.catalogue.records[record].has_care_setting


@dataclass
class Needs:
    """Collects what a check needs; ``reason`` says what of it is missing, files first."""

    scope: Scope
    records: dict[str, None] = field(default_factory=dict)
    columns: dict[tuple[str, FieldChoice], None] = field(default_factory=dict)
    texts: dict[tuple[str, FieldChoice], None] = field(default_factory=dict)
    dictionaries: dict[str, None] = field(default_factory=dict)

    def record(self, key: str, *wheres: Where) -> None:
        """The record type itself, its care setting when the rule has one, and fields of filters."""
        self.records[key] = None
        if self.scope.by_setting(key):
            self.column(key, "care_setting")
        for where in wheres:
            for name in fields_of(where):
                self.column(key, name)

    def column(self, record: str, *alternatives: str) -> None:
        self.columns[record, alternatives] = None

    def text(self, record: str, alternatives: FieldChoice) -> None:
        """A column that may be replaced by its length."""
        self.texts[record, alternatives] = None

    def dictionary(self, name: str) -> None:
        self.dictionaries[name] = None

    def declared_absent(self) -> bool:
        return any(self.scope.declared_absent(key) for key in self.records)

    def reason(self) -> Reason | None:
        """Why the check could not be done, or None."""
        scope = self.scope
        absent = [k for k in self.records if not scope.present(k) and not scope.declared_absent(k)]
        if absent:
            return reasons.file_absent(scope.catalogue, absent)
        missing = list(self._missing())
        if missing:
            return reasons.column_absent(scope.catalogue, missing)
        unknown = [name for name in self.dictionaries if not scope.has_dictionary(name)]
        if unknown:
            return reasons.dictionary_absent(scope.catalogue, unknown)
        return None

    def _missing(self) -> Iterator[tuple[str, FieldChoice]]:
        yield from self._without(self.columns, self.scope.has)
        yield from self._without(self.texts, self.scope.has_text)

    def _without(
        self, columns: Iterable[tuple[str, FieldChoice]], has: object
    ) -> Iterator[tuple[str, FieldChoice]]:
        for record, alternatives in columns:
            if self.scope.present(record) and not any(has(record, name) for name in alternatives):  # type: ignore[operator]
                yield record, alternatives
