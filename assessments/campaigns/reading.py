"""Lists of hospitals that are to take part, as somebody brings them: a sheet, pasted lines, chosen rows.

Reading says what stands there; whether such a hospital exists is for ``examining.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.workbook.opening import Cell, WorkbookRefused, open_workbook

#: field -> headings it is recognised by, in lower case and without spaces
HEADINGS = {
    "code": ("机构代码", "医疗机构代码", "卫生机构代码", "组织机构代码", "code", "hospitalcode", "institutioncode"),
    "hospital": ("医院", "医院名称", "医疗机构", "医疗机构名称", "机构名称", "单位名称", "hospital", "name", "hospitalname"),
    "zone": ("分批", "批次", "填报分批", "zone", "batch"),
}  # fmt: skip
LOOKS_FOR_HEADINGS = 20  # rows from the top
MOST_LINES = 6_000
LONGEST_LIST = 400_000  # characters
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{3,21}\Z")
_BETWEEN = re.compile(r"[\t,，;；|]+")


@dataclass(frozen=True, slots=True)
class InviteRow:
    """One line as written. ``place``: where to look ("Sheet1!A5", "3"); ``pk``: of a hospital chosen in the
    tree, 0 for what was written. ``problems``: sentences; such a row invites nobody."""

    place: str
    code: str = ""
    hospital: str = ""
    zone: str = ""
    pk: int = 0
    problems: tuple[str, ...] = ()


class ListRefused(Exception):
    """The list as a whole is not taken; the text says why and what to do."""


def read_sheet(file: Any) -> tuple[InviteRow, ...]:
    """The rows of the first sheet that has the headings. Raises ListRefused with one sentence."""
    try:
        sheets = open_workbook(file)
    except WorkbookRefused as refused:
        raise ListRefused(str(refused)) from refused
    for sheet in sheets:
        for number, cells in enumerate(sheet.rows[:LOOKS_FOR_HEADINGS]):
            columns = _columns(cells)
            if {"code", "hospital"} & set(columns.values()):
                rows = tuple(
                    _row(columns, row, f"{sheet.title[:31]}!{next(iter(row.values())).address}")
                    for row in sheet.rows[number + 1 :]
                )
                if not rows:
                    raise ListRefused(_("表头下面没有医院。请每行写一家医院后再导入。"))
                return rows
    raise ListRefused(_("没有找到表头。表头须有“机构代码”或“医院名称”，可以有“分批”。"))


def _columns(cells: dict[int, Cell]) -> dict[int, str]:
    found: dict[int, str] = {}
    for column, cell in cells.items():
        said = "".join(str(cell.value).split()).lower()
        for key, words in HEADINGS.items():
            if said in words and key not in found.values():
                found[column] = key
    return found


def _row(columns: dict[int, str], cells: dict[int, Cell], place: str) -> InviteRow:
    given = {key: cells[column] for column, key in columns.items() if column in cells}
    problems = tuple(
        _("%(cell)s是公式或错误值，请改成数值或文字。") % {"cell": cell.address}
        for cell in given.values()
        if cell.kind in ("formula", "error")
    )
    texts = {key: "" if cell.kind in ("formula", "error") else _text(cell) for key, cell in given.items()}
    return InviteRow(
        place=place,
        code=texts.get("code", "").upper()[:22],
        hospital=texts.get("hospital", "")[:120],
        zone=texts.get("zone", "")[:40],
        problems=problems,
    )


def _text(cell: Cell) -> str:
    if cell.kind == "number" and float(cell.value).is_integer():
        return str(int(cell.value))
    return str(cell.value).replace("\x00", "").strip()


def read_lines(text: str) -> tuple[InviteRow, ...]:
    """One hospital per line: its code, its name, or both with a tab or a comma between. Raises ListRefused."""
    if len(text) > LONGEST_LIST:
        raise ListRefused(_("名单太长，请分几次粘贴，或用Excel导入。"))
    rows = []
    for number, line in enumerate(text.replace("\x00", "").splitlines(), start=1):
        parts = [part.strip() for part in _BETWEEN.split(line) if part.strip()]
        if not parts:
            continue
        code = next((part for part in parts[:2] if _CODE.match(part)), "")
        name = next((part for part in parts[:2] if part != code), "")
        rows.append(InviteRow(place=str(number), code=code.upper(), hospital=name[:120]))
    if not rows:
        raise ListRefused(_("名单是空的。请每行写一家医院的机构代码或名称。"))
    if len(rows) > MOST_LINES:
        raise ListRefused(_("名单最多%(n)s行，请分几次邀请。") % {"n": MOST_LINES})
    return tuple(rows)


def chosen_rows(hospitals: Iterable[tuple[int, str]]) -> tuple[InviteRow, ...]:
    """Rows of hospitals chosen in the tree: (number, name)."""
    return tuple(InviteRow(place="", hospital=name, pk=pk) for pk, name in hospitals)
