"""Rows gathered by record type and system until there are enough for a batch."""

from __future__ import annotations

from collections.abc import Iterator

from assessments.probes.messages.values import Batch

FULL = 5_000


class Batching:
    def __init__(self, full: int = FULL) -> None:
        self._size = full
        self._open: dict[tuple[str, str | None], Batch] = {}
        self._filled: list[Batch] = []

    def add(self, record: str, system: str | None, rows: list[dict[str, str]], place: int) -> None:
        if not rows:
            return
        batch = self._open.get((record, system))
        if batch is None:
            batch = self._open[record, system] = Batch(record, [], system, [])
        batch.rows.extend(rows)
        batch.places.extend([place] * len(rows))
        if len(batch.rows) >= self._size:
            self._filled.append(self._open.pop((record, system)))

    def full(self) -> Iterator[Batch]:
        while self._filled:
            yield self._filled.pop(0)

    def rest(self) -> Iterator[Batch]:
        yield from self.full()
        yield from self._open.values()
        self._open.clear()
