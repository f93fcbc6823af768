"""Opening an uploaded workbook without believing it: type, size and insides first, then cell by cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from assessments.filetypes import office
from hospitals.refusals import Refusal

LARGEST = 10 * 1024 * 1024
MOST_UNPACKED = 48 * 1024 * 1024
MOST_SHEETS = 60
MOST_ROWS = 6_000
MOST_COLUMNS = 60
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DECLARATION = re.compile(
    rb"<!\s*(?:DOCTYPE|ENTITY)|<\0!\0\s*\0?(?:D\0O\0C\0T|E\0N\0T\0I)|\0<\0!\0(?:D\0O\0C|E\0N\0T)", re.I
)


class WorkbookRefused(Exception):
    """The file as a whole is not taken; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``kind``: text | number | moment | bool | formula | error."""

    address: str
    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its rows of cells, blank ones left out, by column number."""

    title: str
    rows: tuple[dict[int, Cell], ...]


def open_workbook(file: BinaryIO, *, most_bytes: int = LARGEST) -> tuple[Grid, ...]:
    """Every cell of every sheet up to the limits. Raises WorkbookRefused with one sentence."""
    refuse_by_content(file, most_bytes)
    file.seek(0)
    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False, keep_vba=False)
        try:
            sheets = book.worksheets
            if len(sheets) > MOST_SHEETS:
                raise WorkbookRefused(
                    _("工作簿有%(n)s张工作表，不是从本系统导出的。请重新导出后填写。") % {"n": len(sheets)}
                )
            return tuple(Grid(sheet.title, tuple(_rows(sheet))) for sheet in sheets)
        finally:
            book.close()
    except WorkbookRefused:
        raise
    except (
        Exception
    ) as broken:  # the library has no error of its own: any of a dozen can come from a damaged part
        raise WorkbookRefused(_damaged()) from broken


def refuse_by_content(file: BinaryIO, most_bytes: int) -> None:
    """What a workbook may not be, before a library opens it. Raises WorkbookRefused."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    head = file.read(8)
    if size == 0:
        raise WorkbookRefused(_("文件是空的（0字节）。请检查后重新选择。"))
    if size > most_bytes:
        raise WorkbookRefused(
            _("文件超过%(n)sMB，不是从本系统导出的工作簿。请删去插入的图片后再试。")
            % {"n": most_bytes // 1024 // 1024}
        )
    if head.startswith(_OLD):
        file.seek(0)
        if _ENCRYPTED in file.read():
            raise WorkbookRefused(_("工作簿设有打开密码。请在Excel中取消密码，另存后再导入。"))
        raise WorkbookRefused(_("这是旧版Excel文件（.xls）。请另存为Excel工作簿（.xlsx）后再导入。"))
    if not head.startswith(b"PK\x03\x04"):
        raise WorkbookRefused(_("这不是Excel工作簿（.xlsx）。请选择从本系统导出、填写后保存的文件。"))
    try:
        if office.check(file) != ".xlsx":
            raise WorkbookRefused(_("这不是Excel工作簿（.xlsx）。请选择从本系统导出、填写后保存的文件。"))
    except Refusal as refusal:
        raise WorkbookRefused(str(refusal)) from refusal
    except Exception as broken:  # a directory of parts that contradicts itself fails in many ways
        raise WorkbookRefused(_damaged()) from broken
    file.seek(0)
    with zipfile.ZipFile(file) as package:
        if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
            raise WorkbookRefused(_("文件解压后过大，不是从本系统导出的工作簿。请删去插入的图片后再试。"))
        names = [part.filename.lower() for part in package.infolist()]
        if len(names) != len(set(names)):
            raise WorkbookRefused(_damaged())
        for part in package.infolist():
            if part.filename.lower().endswith((".xml", ".rels", ".vml")) and _DECLARATION.search(
                package.read(part)
            ):
                raise WorkbookRefused(_("文件里有被禁止的XML声明。请用Excel或WPS另存一份再导入。"))


def _rows(sheet: Any) -> Iterator[dict[int, Cell]]:
    """The size a sheet claims is not read: rows and columns beyond the limits are never made."""
    for cells in sheet.iter_rows(min_row=1, max_row=MOST_ROWS, min_col=1, max_col=MOST_COLUMNS):
        found = {cell.column: _cell(cell) for cell in cells if cell.value is not None}
        if found:
            yield found


def _cell(cell: Any) -> Cell:
    value, address = cell.value, f"{get_column_letter(cell.column)}{cell.row}"
    if cell.data_type == "f":
        return Cell(address, "formula", str(value)[:200])
    if cell.data_type == "e":
        return Cell(address, "error", str(value)[:40])
    if isinstance(value, bool):
        return Cell(address, "bool", value)
    if isinstance(value, datetime | date):
        return Cell(address, "moment", value)
    if isinstance(value, time):
        return Cell(address, "error", value.isoformat())
    if isinstance(value, int | float):
        return Cell(address, "number", value)
    return Cell(address, "text", str(value))


def _damaged() -> str:
    return _("文件已损坏，或不是Excel工作簿（.xlsx）。请用Excel或WPS打开，另存为“Excel工作簿”后再导入。")
