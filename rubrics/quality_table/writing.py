"""Writing the table of an edition as an Excel file, in the shape that is read back."""

from __future__ import annotations

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from engine.evidence.yearly_table import DIMENSIONS, TableRow
from engine.rubric.values import Rubric
from rubrics.quality_table.columns import WRITTEN

WIDTHS = {"item": 10, "level": 7, "dimension": 10, "rule": 28, "text": 60, "checks": 60}


def write_table(rubric: Rubric, rows: Iterable[TableRow], year: int) -> bytes:
    """The workbook. The last column names the items for people; reading passes over it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{year}"
    sheet.append([*WRITTEN.values(), "项目名称"])
    for row in rows:
        values = (row.item, row.level, DIMENSIONS[row.dimension].zh, row.rule, row.text, row.checks)
        item = rubric.by_code.get(row.item)
        sheet.append([*values, item.name.zh if item else ""])
    for number, key in enumerate(WRITTEN, 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS[key]
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, str):
                cell.data_type, cell.number_format = "s", "@"  # a text is never taken for a formula
    sheet.freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
