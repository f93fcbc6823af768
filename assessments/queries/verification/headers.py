"""The first rows of an extract: which columns it has, for the mapping editor. Nothing of it is kept but names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import python_calamine as calamine

from assessments.models import EvidenceBundle, ExtractFile
from assessments.probes.columns import clean_header
from assessments.probes.delimited.content import HEAD, encoding_of
from assessments.probes.delimited.dialect import layout_of
from assessments.probes.refusals import FileProblem
from engine.evidence.mapping import guess_record
from rubrics.queries import get_catalogue

ROWS = 20
MOST_COLUMNS = 300
LONGEST_NAME = 60
LARGEST_BOOK = 20 * 2**20
DELIMITED = (".csv", ".txt", ".tsv", ".dat")
_VALUE = re.compile(r"[\d\s:.,/\-+]+")


@dataclass(frozen=True, slots=True)
class Head:
    """Column names and the first rows as text; both empty where there is no table."""

    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def samples(self) -> dict[str, list[str]]:
        """Values by column, for proposals; they stay in memory."""
        return {
            name: [row[place] for row in self.rows if place < len(row) and row[place]]
            for place, name in enumerate(self.header)
        }


def head_of(path: Path, name: str, *, screened: bool) -> Head:
    """The head of a stored file. ``name``: as it was uploaded; ``screened`` False: it may be anything,
    so that only text is looked at."""
    ending = Path(name).suffix.lower()
    try:
        if ending in DELIMITED:
            return _delimited(path)
        if screened and ending == ".parquet":
            return _parquet(path)
        if screened and ending in (".xlsx", ".xls") and path.stat().st_size <= LARGEST_BOOK:
            return _workbook(path)
    except (FileProblem, OSError, ValueError, pa.ArrowException, calamine.CalamineError):
        return Head()
    return Head()


def head_of_file(file: ExtractFile) -> Head:
    """The head of a file that is kept; of any other nothing."""
    if not file.file or file.bundle.state != EvidenceBundle.State.KEPT:
        return Head()
    return head_of(Path(file.file.path), file.path, screened=True)


def names_to_keep(head: Head, name: str) -> list[str]:
    """The column names of a table, or none: a first row of values is no header and must not be kept."""
    names = [cell for cell in head.header if cell]
    if not names or len(names) > MOST_COLUMNS or any(len(cell) > LONGEST_NAME for cell in names):
        return []
    if any(_VALUE.fullmatch(cell) for cell in names):
        return []
    return names if guess_record(name, names, get_catalogue(), at_most=1) else []


def _delimited(path: Path) -> Head:
    with path.open("rb") as file:
        raw = file.read(HEAD)
        whole = not file.read(1)
    text = raw.decode(encoding_of(raw, whole=whole), errors="ignore")
    layout = layout_of(text, _known)
    if layout is None:
        return Head()
    return _cut(layout.header, layout.sample[:ROWS])


def _parquet(path: Path) -> Head:
    file = parquet.ParquetFile(path)
    batch = next(file.iter_batches(batch_size=ROWS), None)
    if batch is None:
        return _cut(file.schema_arrow.names, ())
    columns = [["" if cell is None else str(cell) for cell in column.to_pylist()] for column in batch.columns]
    return _cut(batch.schema.names, tuple(zip(*columns, strict=True)))


def _workbook(path: Path) -> Head:
    with calamine.load_workbook(str(path)) as book:
        for name in book.sheet_names:
            rows = [
                tuple("" if cell is None else str(cell) for cell in row)
                for row in islice(book.get_sheet_by_name(name).to_python(skip_empty_area=True), 2 * ROWS)
            ]
            filled = [row for row in rows if any(cell.strip() for cell in row)]
            if filled:
                at = max(range(min(len(filled), ROWS)), key=lambda n: (_known(filled[n]), -n))
                return _cut(filled[at], tuple(filled[at + 1 : at + 1 + ROWS]))
    return Head()


def _cut(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Head:
    return Head(
        tuple(clean_header(cell) for cell in header),
        tuple(tuple(cell.strip() for cell in row) for row in rows),
    )


@cache
def _field_names() -> frozenset[str]:
    names: set[str] = set()
    for record in get_catalogue().records.values():
        for key, field in record.fields.items():
            names |= {key.casefold(), field.label.zh, field.label.en.casefold()}
    return frozenset(names)


def _known(cells: Sequence[str]) -> int:
    """How many cells look like names of columns: known ones count most, then words that are no values."""
    words = [clean_header(cell) for cell in cells]
    return 10 * sum(word.casefold() in _field_names() for word in words) + sum(
        bool(word) and len(word) <= LONGEST_NAME and not _VALUE.fullmatch(word) for word in words
    )


def masked(value: str) -> str:
    """First and last character stay, figures become 9, everything else between them *; marks keep the shape."""
    shown = []
    for place, character in enumerate(value):
        edge = place == 0 or (place == len(value) - 1 and len(value) > 2)
        if character.isdigit():
            shown.append("9")
        elif edge and len(value) > 1:
            shown.append(character)
        else:
            shown.append("*" if character.isalnum() else character)
    return "".join(shown)
