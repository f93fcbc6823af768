"""Questions to the query engine whose SQL is written once.

Building an expression and writing it as SQL costs tens of milliseconds, running it on a small
table one or two. A question is therefore a name and a way to build its expression; the text is
kept under everything it depends on: the subject (a loop, a metric, a rule), the catalogue, the
dialect, and for every record type it reads the table and its supplied columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

import ibis.expr.types as ir

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.rules.querying import rows_from
from engine.evidence.rules.texts import TEXTS, identity_of
from engine.evidence.tables import Tables

Build = Callable[[], ir.Table]


class Asking:
    """Asks about one subject. ``records``: every record type its expressions may read."""

    def __init__(
        self,
        tables: Tables,
        catalogue: Catalogue,
        name: str,
        subject: object,
        records: Iterable[str],
        *given: object,
    ) -> None:
        self.tables = tables
        self._subject = subject
        read = [
            (
                record,
                identity_of(tables.tables[record]),
                tables.supplied.get(record, frozenset()),
                tables.lengths.get(record, frozenset()),
            )
            if record in tables.tables
            else (record, "not applicable" if record in tables.not_applicable else "absent")
            for record in dict.fromkeys(records)
        ]
        self._key = (name, catalogue.content_hash, tables.connection.name, *map(repr, given), *read)

    def ask(self, question: str, build: Build) -> list[dict[str, Any]]:
        """The result rows of ``build()`` by column name; only aggregates should be asked for."""

        def write() -> str:
            expression = build()
            sql = str(self.tables.connection.compile(expression))
            return f"/* {' '.join(expression.columns)} */ {sql}"

        text = TEXTS.get((*self._key, question), cast(Any, self._subject), write)
        columns = text[3 : text.index(" */")].split(" ")
        return [
            dict(zip(columns, row, strict=True))
            for row in rows_from(self.tables.connection, text, again=True)
        ]

    def one(self, question: str, build: Build) -> dict[str, Any]:
        """The single row of an aggregation without groups."""
        return self.ask(question, build)[0]
