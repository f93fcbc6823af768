"""The sheets of any workbook as text: merged cells filled, formulas as their stored values, hidden ones marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from assessments.workbook.opening import LARGEST, MOST_COLUMNS, MOST_ROWS, WorkbookRefused, refuse_by_content

MOST_SHEETS = 60
MOST_MERGED = MOST_ROWS * MOST_COLUMNS  # cells in merged areas, of all sheets
LONGEST_TEXT = 2_000
Area = tuple[int, int, int, int]  # first column, first row, last column, last row


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows``: number of the row -> number of the column -> text. ``formulas``: addresses of cells that hold one."""

    title: str
    hidden: bool
    rows: dict[int, dict[int, str]]
    formulas: frozenset[str]
    merged: int


def open_any(file: BinaryIO) -> tuple[Sheet, ...]:
    """Every sheet with cells, in order. Raises WorkbookRefused with one sentence.

    Read row by row: opened whole, the library makes every cell of a merged area, and an area may claim to be as large
    as a sheet can be.
    """
    refuse_by_content(file, LARGEST)
    try:
        file.seek(0)
        formulas = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            if len(formulas.worksheets) > MOST_SHEETS:
                raise WorkbookRefused(
                    _("工作簿有%(n)s张工作表，太多了。请只保留需要导入的。") % {"n": len(formulas.worksheets)}
                )
            with_formula = {sheet.title: _formulas(sheet) for sheet in formulas.worksheets}
            merged = {sheet.title: _merged(formulas, sheet) for sheet in formulas.worksheets}
        finally:
            formulas.close()
        if sum(_size(area) for areas in merged.values() for area in areas) > MOST_MERGED:
            raise WorkbookRefused(_("工作簿里合并的单元格太多。请取消大片的合并后再导入。"))
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            found = tuple(
                _sheet(sheet, with_formula.get(sheet.title, frozenset()), merged.get(sheet.title, ()))
                for sheet in book.worksheets
            )
        finally:
            book.close()
    except WorkbookRefused:
        raise
    except (
        Exception
    ) as broken:  # the library has no error of its own: any of a dozen can come from a damaged part
        raise WorkbookRefused(
            _("文件已损坏，或不是Excel工作簿（.xlsx）。请用Excel或WPS打开，另存为“Excel工作簿”后再导入。")
        ) from broken
    if not any(sheet.rows for sheet in found):
        raise WorkbookRefused(_("工作簿里没有内容。请检查后重新选择。"))
    return found


def _formulas(sheet: Any) -> frozenset[str]:
    cells = sheet.iter_rows(min_row=1, max_row=MOST_ROWS, min_col=1, max_col=MOST_COLUMNS)
    return frozenset(
        f"{get_column_letter(cell.column)}{cell.row}"
        for row in cells
        for cell in row
        if cell.data_type == "f"
    )


def _merged(book: Any, sheet: Any) -> tuple[Area, ...]:
    """The merged areas within the limits; read from the part itself, because a sheet read row by row has none."""
    found = []
    with book._archive.open(sheet._worksheet_path) as part:
        for _event, element in iterparse(part, forbid_dtd=True):
            if element.tag.rpartition("}")[2] == "mergeCell":
                area = range_boundaries(element.get("ref", ""))
                if area[2] <= MOST_COLUMNS and area[3] <= MOST_ROWS:
                    found.append(area)
            element.clear()
    return tuple(found)


def _size(area: Area) -> int:
    left, top, right, bottom = area
    return (right - left + 1) * (bottom - top + 1)


def _sheet(sheet: Any, formulas: frozenset[str], areas: Sequence[Area]) -> Sheet:
    rows: dict[int, dict[int, str]] = {}
    for cells in sheet.iter_rows(min_row=1, max_row=MOST_ROWS, min_col=1, max_col=MOST_COLUMNS):
        for cell in cells:
            if text := text_of(cell.value):
                rows.setdefault(cell.row, {})[cell.column] = text
    merged = 0
    for left, top, right, bottom in areas:
        text = rows.get(top, {}).get(left, "")
        if not text:
            continue
        merged += 1
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                rows.setdefault(row, {})[column] = text
    return Sheet(sheet.title, sheet.sheet_state != "visible", dict(sorted(rows.items())), formulas, merged)


def text_of(value: object) -> str:
    """A cell as a person reads it: 3.0 is 3, a day is 2026-11-30."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\x00", "").strip()[:LONGEST_TEXT]
