"""How a delimited file is laid out: delimiter and header row, from its first rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

DELIMITERS = (",", "\t", ";", "|", "^")
HEADER_WITHIN = 20
SAMPLE = 200
csv.field_size_limit(1 << 22)


@dataclass(frozen=True, slots=True)
class Layout:
    """``skip``: lines before the first data row. ``sample``: the first data rows, as text."""

    delimiter: str
    header: tuple[str, ...]
    skip: int
    sample: tuple[tuple[str, ...], ...]


def layout_of(text: str, known: Callable[[Sequence[str]], int]) -> Layout | None:
    """The layout under which most cells of a header row are known; None when there is no row.

    ``known`` counts the cells of a row that are names of columns. Titles above the header are
    passed over. Without any known cell: the delimiter that splits the first row most often.
    """
    best: tuple[tuple[int, int, int], Layout] | None = None
    for order, delimiter in enumerate(DELIMITERS):
        rows = _rows(text, delimiter)
        for index, (row, _lines) in enumerate(rows[:HEADER_WITHIN]):
            score = (known(row), -index, len(row) - order)
            if best is None or score > best[0]:
                data = tuple(tuple(cells) for cells, _end in rows[index + 1 : index + 1 + SAMPLE])
                best = score, Layout(delimiter, tuple(row), rows[index][1], data)
    return best[1] if best else None


def _rows(text: str, delimiter: str) -> list[tuple[list[str], int]]:
    """Rows with content and the number of lines read up to their end; the last may be cut off."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[list[str], int]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((row, reader.line_num))
            if len(rows) > HEADER_WITHIN + SAMPLE:
                break
    except csv.Error:
        pass  # what was read so far is enough to know the layout
    return rows
