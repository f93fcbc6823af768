"""Rows gathered by record type and system until there are enough for a batch of columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from assessments.probes.canonical import BLANKS, NOTHING
from assessments.probes.messages.values import Batch

FULL = 5_000


def texts(values: Iterable[str | None]) -> pa.Array:
    """Text as a column; null for nothing. What is half a character counts as a question mark."""
    said = [value or None for value in values]
    try:
        return pa.array(said, pa.string())
    except UnicodeEncodeError:
        return pa.array([one and one.encode("utf-8", "replace").decode() for one in said], pa.string())


def tidy(value: str) -> str:
    """Without blanks at its ends; nothing for a word that says nothing."""
    value = value.strip(BLANKS)
    return "" if value in NOTHING else value


class Batching:
    """Rows as they come, one dictionary each."""

    def __init__(self, full: int = FULL) -> None:
        self._size = full
        self._open: dict[tuple[str, str | None], tuple[list[dict[str, str]], list[int]]] = {}
        self._filled: list[Batch] = []

    def add(self, record: str, system: str | None, rows: list[dict[str, str]], place: int) -> None:
        if not rows:
            return
        held, places = self._open.setdefault((record, system), ([], []))
        held.extend(rows)
        places.extend([place] * len(rows))
        if len(held) >= self._size:
            del self._open[record, system]
            self._filled.append(_batch(record, system, held, places))

    def full(self) -> Iterator[Batch]:
        while self._filled:
            yield self._filled.pop(0)

    def rest(self) -> Iterator[Batch]:
        yield from self.full()
        for (record, system), (rows, places) in self._open.items():
            yield _batch(record, system, rows, places)
        self._open.clear()


def _batch(record: str, system: str | None, rows: list[dict[str, str]], places: list[int]) -> Batch:
    columns = {key: texts(tidy(row[key]) for row in rows) for key in rows[0]}
    return Batch(record, columns, system, places)
