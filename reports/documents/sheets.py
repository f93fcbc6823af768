"""A table as CSV or as a sheet of a workbook: the same lines as on the page, numbers as numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from assessments.workbook import styles
from assessments.workbook.cells import put_number, put_text
from reports.charts.spec import Table

Value = str | int | Decimal | None
Form = Literal["csv", "xlsx"]

CONTENT_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST_TITLE = 31  # what a spreadsheet takes as the name of a sheet
WIDEST = 44.0
_HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Sheet:
    """``note``: what the figures rest on, written above the headings."""

    title: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    note: str = ""


def sheet_of(title: str, table: Table, note: str = "") -> Sheet:
    """The table of a chart; figures become numbers again."""
    return Sheet(
        title,
        tuple(column.heading for column in table.columns),
        [[_value(cell) for cell in row] for row in table.rows],
        note,
    )


def _value(cell: str) -> Value:
    return Decimal(cell) if _NUMBER.fullmatch(cell) else cell


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; several sheets stand under each other with
    their titles. Text that a spreadsheet could take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    for number, sheet in enumerate(sheets):
        if len(sheets) > 1:
            if number:
                writer.writerow([])
            writer.writerow([_safe(sheet.title)])
        writer.writerow([_safe(heading) for heading in sheet.headings])
        for row in sheet.rows:
            writer.writerow(["" if value is None else _safe(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """One sheet each, with fixed head, first column and filter."""
    book = Workbook(write_only=False)
    book.remove(book.worksheets[0])
    brush = styles.Brush()
    for sheet in sheets:
        _write(book, sheet, brush)
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(book: Workbook, sheet: Sheet, brush: styles.Brush) -> None:
    made = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.title)[:LONGEST_TITLE])
    first = 1
    if sheet.note:
        put_text(made.cell(1, 1), sheet.note)
        first = 3
    for at, heading in enumerate(sheet.headings, start=1):
        put_text(made.cell(first, at), heading)
        brush.paint(made.cell(first, at), _HEAD)
        longest = max((_wide(row[at - 1]) for row in sheet.rows[:200]), default=0.0)
        made.column_dimensions[get_column_letter(at)].width = min(
            WIDEST, max(8.0, _wide(heading), longest) + 2
        )
    for number, row in enumerate(sheet.rows, start=first + 1):
        for at, value in enumerate(row, start=1):
            if isinstance(value, str):
                put_text(made.cell(number, at), value)
            elif value is not None:
                put_number(made.cell(number, at), value, "General")
    made.freeze_panes = made.cell(first + 1, 2)
    made.auto_filter.ref = (
        f"A{first}:{get_column_letter(len(sheet.headings))}{first + max(1, len(sheet.rows))}"
    )


def _wide(value: Value) -> float:
    return sum(2.0 if ord(letter) > 0x2E7F else 1.1 for letter in str(value)) if value is not None else 0.0


def as_file(sheets: Sequence[Sheet], form: Form) -> bytes:
    return as_csv(sheets) if form == "csv" else as_workbook(sheets)
