"""Rows of HL7 messages as columns.

What a message says is gathered as the raw text of its fields: once for an order, then once for every
row. Only a full sheet is turned into values, and every different text of a field only once: most
codes, names, units and departments of a log are the same few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from assessments.probes.messages.batching import texts, tidy
from assessments.probes.messages.hl7.fields import Separators, observed
from assessments.probes.messages.hl7.tables import VALUE_TYPE, Condition, FieldPath, RowTable
from assessments.probes.messages.values import Batch

FULL = 10_000

Told = tuple[str, ...]  # facts and raw texts that all rows of an order share
Items = Sequence[tuple[str, ...]]  # raw texts of each row


class Sheets:
    """Sheets by row table, sending system and separators, until one is full."""

    def __init__(self, full: int = FULL) -> None:
        self._size = full
        self._open: dict[tuple[RowTable, str | None, Separators], _Sheet] = {}
        self._filled: list[Batch] = []

    def add(
        self,
        table: RowTable,
        system: str | None,
        separators: Separators,
        told: Told,
        items: Items | None,
        place: int,
    ) -> None:
        """What one order tells: one row (``items`` None) or one for each of ``items``."""
        key = (table, system, separators)
        sheet = self._open.get(key)
        if sheet is None:
            sheet = self._open[key] = _Sheet(table, system, separators)
        sheet.told.append(told)
        sheet.places.append(place)
        if items is None:
            sheet.rows += 1
        else:
            sheet.items.extend(items)
            sheet.counts.append(len(items))
            sheet.rows += len(items)
        if sheet.rows >= self._size:
            del self._open[key]
            self._fill(sheet)

    def full(self) -> Iterator[Batch]:
        while self._filled:
            yield self._filled.pop(0)

    def rest(self) -> Iterator[Batch]:
        for sheet in self._open.values():
            self._fill(sheet)
        self._open.clear()
        yield from self.full()

    def _fill(self, sheet: _Sheet) -> None:
        batch = sheet.batch()
        if batch.places:
            self._filled.append(batch)


class _Sheet:
    def __init__(self, table: RowTable, system: str | None, separators: Separators) -> None:
        self.table, self.system, self.separators = table, system, separators
        self.told: list[Told] = []
        self.places: list[int] = []
        self.items: list[tuple[str, ...]] = []
        self.counts: list[int] = []  # rows of each order; empty where every order is one row
        self.rows = 0

    def batch(self) -> Batch:
        self._base = [_Encoded(column) for column in zip(*self.told, strict=True)]
        self._items = [_Encoded(column) for column in zip(*self.items, strict=True)]
        of = [order for order, rows in enumerate(self.counts) for _ in range(rows)]
        self._spread = pa.array(of, pa.int32()) if self.counts else None  # the order of each row
        self._read: dict[FieldPath, pa.Array] = {}
        self._untidy: set[FieldPath] = set()  # what they read is not yet as a batch promises
        columns = {column.key: pa.nulls(self.rows, pa.string()) for column in self.table.columns}
        for column in self.table.columns:
            if column.constant:
                columns[column.key] = pa.repeat(column.constant, self.rows)
            elif column.fact:
                fact = self._base[self.table.facts.index(column.fact)]
                columns[column.key] = self._over_rows(fact.taken([tidy(text) for text in fact.texts]))
            else:
                columns[column.key] = self._first_said(column.paths)
        places = [self.places[order] for order in of] if self.counts else self.places
        kept = self._kept(columns)
        if kept is not None:
            columns = {key: column.filter(kept) for key, column in columns.items()}
            places = [place for place, stays in zip(places, kept.to_pylist(), strict=True) if stays]
        return Batch(self.table.record, columns, self.system, places)

    def _first_said(self, paths: Sequence[FieldPath]) -> pa.Array:
        """The first alternative that says something, row by row."""
        found = self._values(paths[0])
        for path in paths[1:]:
            if not found.null_count:
                break
            found = pc.coalesce(found, self._values(path))
        untidy = not self._untidy.isdisjoint(paths)
        return texts(tidy(text or "") for text in found.to_pylist()) if untidy else found

    def _values(self, path: FieldPath) -> pa.Array:
        """What a path reads in every row; null for nothing."""
        found = self._read.get(path)
        if found is None:
            found = self._values_of_item(path) if path.of_item else self._over_rows(self._of_base(path))
            self._read[path] = found
        return found

    def _of_base(self, path: FieldPath) -> pa.Array:
        return self._made(path, self._base, len(self.told))

    def _values_of_item(self, path: FieldPath) -> pa.Array:
        return self._made(path, self._items, self.rows)

    def _made(self, path: FieldPath, encoded: Sequence[_Encoded], rows: int) -> pa.Array:
        column = encoded[self.table.place(path, path.at)]
        if not any(column.texts):
            return pa.nulls(rows, pa.string())
        if path.getter is not None:
            read, separators = path.getter, self.separators
            values = [text and read(text, separators) for text in column.texts]
            self._look_at(path, values)
            return column.taken(values)
        kinds = encoded[self.table.place(path, VALUE_TYPE)]
        both = list(zip(column.each(), kinds.each(), strict=True))
        said = {one: observed(*one, self.separators) for one in set(both)}
        self._look_at(path, said.values())
        return texts(said[one] for one in both)

    def _look_at(self, path: FieldPath, values: Iterable[str]) -> None:
        if any(tidy(value) != value for value in values):
            self._untidy.add(path)

    def _over_rows(self, column: pa.Array) -> pa.Array:
        return column if self._spread is None else column.take(self._spread)

    def _kept(self, columns: dict[str, pa.Array]) -> pa.Array | None:
        """Which rows stay; None: all of them."""
        kept: pa.Array | None = None
        for key in self.table.require:
            kept = _both(kept, columns[key].is_valid())
        for condition in self.table.conditions:
            kept = _both(kept, self._holds(condition))
        return None if kept is None or pc.all(kept).as_py() else kept

    def _holds(self, condition: Condition) -> pa.Array:
        said = pc.fill_null(self._values(condition.path), "")
        held = pc.is_in(said, value_set=pa.array(sorted(condition.values), pa.string()))
        return held if condition.wanted else pc.invert(held)


class _Encoded:
    """One column of raw text: its different texts, and which of them each row has."""

    def __init__(self, column: Sequence[str]) -> None:
        self._size = len(column)
        self._rows: pa.Array | None = None  # None: all rows have the one text
        if column[0] == column[-1] and column.count(column[0]) == self._size:
            self.texts: list[str] = [column[0]]
        else:
            encoded = pa.array(column, pa.string()).dictionary_encode()
            self.texts, self._rows = encoded.dictionary.to_pylist(), encoded.indices

    def taken(self, values: Sequence[str]) -> pa.Array:
        """``values``, one for each of the texts, as a column; null for nothing."""
        if self._rows is None:
            only = values[0] or None
            return pa.nulls(self._size, pa.string()) if only is None else pa.repeat(only, self._size)
        return texts(values).take(self._rows)

    def each(self) -> Iterable[str]:
        if self._rows is None:
            return [self.texts[0]] * self._size
        return map(self.texts.__getitem__, self._rows.to_pylist())


def _both(one: pa.Array | None, other: pa.Array) -> pa.Array:
    return other if one is None else pc.and_(one, other)
