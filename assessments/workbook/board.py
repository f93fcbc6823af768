"""The board of a yearly cycle as a sheet."""

from __future__ import annotations

import io
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.queries.campaigns.export import WholeBoard
from assessments.queries.campaigns.shown import BoardLine, Cell
from assessments.workbook import styles
from assessments.workbook.cells import put_moment, put_text

BODY = styles.Look(styles.BODY, None, styles.WRAP)
HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)
FIRST_ROW = 4


def state_words(state: str) -> str:
    return {
        "none": _("未参评"),
        "draft": _("填报中"),
        "submitted": _("已提交"),
        "returned": _("已退回"),
        "accepted": _("已接收"),
        "archived": _("已归档"),
    }.get(state, state)


def write_board(board: WholeBoard) -> bytes:
    """In the language that is active. Levels and counts are numbers, days are days; no cell is a formula.

    The columns 机构代码, 医院 and 分批 are those an invitation reads, so that the sheet can be brought back.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("参评进度")
    brush = styles.Brush()
    put_text(sheet.cell(1, 1), f"{board.title} · {board.at:%Y-%m-%d %H:%M}")
    sheet.cell(1, 1).font = styles.SUBTITLE
    headings: list[tuple[str, int]] = [
        (_("医院"), 30), (_("机构代码"), 14), (_("上级机构"), 24), (_("等级"), 12), (_("类别"), 12),
        (_("分批"), 14), (_("开始日期"), 12), (_("截止日期"), 12), (_("准予补报"), 10), (_("逾期天数"), 10),
    ]  # fmt: skip
    for rubric in board.rubrics:
        headings += [
            (f"{rubric.title} · {_('状态')}", 14),
            (f"{rubric.title} · {_('提交时间')}", 17),
            (f"{rubric.title} · {_('自评等级')}", 12),
            (f"{rubric.title} · {_('目标等级')}", 12),
        ]
    headings += [(_("催报次数"), 10), (_("最近催报"), 17), (_("可通知"), 10)]
    for at, (heading, width) in enumerate(headings, start=1):
        cell = sheet.cell(FIRST_ROW - 1, at)
        put_text(cell, heading)
        brush.paint(cell, HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, line in enumerate(board.lines, start=FIRST_ROW):
        for at, value in enumerate(_values(line), start=1):
            cell = sheet.cell(number, at)
            _put(cell, value)
            brush.paint(cell, BODY)
    sheet.freeze_panes = f"B{FIRST_ROW}"
    last = max(FIRST_ROW - 1, FIRST_ROW - 1 + len(board.lines))
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{get_column_letter(len(headings))}{last}"
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(line: BoardLine) -> list[Any]:
    values: list[Any] = [
        line.hospital, line.code, line.city, line.grade, line.type, line.zone, line.begins, line.ends,
        _("是") if line.permitted else "", line.days_over if line.late else None,
    ]  # fmt: skip
    for cell in line.cells:
        values += _of_rubric(cell)
    return [
        *values,
        line.reminders,
        timezone.localtime(line.reminded_at).replace(tzinfo=None) if line.reminded_at else None,
        _("是") if line.reachable else _("否"),
    ]


def _of_rubric(cell: Cell) -> list[Any]:
    return [
        state_words(cell.state),
        timezone.localtime(cell.submitted_at).replace(tzinfo=None) if cell.submitted_at else None,
        cell.level,
        cell.target,
    ]


def _put(cell: Any, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        put_text(cell, value)
    elif hasattr(value, "hour"):
        put_moment(cell, value)
    elif hasattr(value, "isoformat"):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    else:
        cell.value = value
