"""The rectification ledger as a workbook: one row for each entry, in the columns hospitals keep it in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.models import Assessment
from assessments.workbook import styles
from assessments.workbook.cells import put_moment, put_text
from assessments.workbook.writing import paper

BODY = styles.Look(styles.BODY, None, styles.WRAP)
HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)
DAY = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row: text, or a day."""

    cells: tuple[str | datetime | None, ...]


def columns() -> list[tuple[str, int]]:
    return [
        (_("编号"), 7),
        (_("来源"), 12),
        (_("项目"), 24),
        (_("级别"), 7),
        (_("条款"), 13),
        (_("存在问题"), 46),
        (_("责任科室"), 16),
        (_("责任人"), 14),
        (_("完成期限"), 12),
        (_("逾期天数"), 9),
        (_("整改措施"), 46),
        (_("状态"), 13),
        (_("佐证"), 36),
        (_("理由"), 30),
        (_("结束日期"), 12),
        (_("登记日期"), 12),
    ]


def write_ledger(assessment: Assessment, rows: Sequence[LedgerRow]) -> bytes:
    """In the language that is active. Every cell is text or a day: nothing in it can be a formula."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("整改台账")
    brush = styles.Brush()
    put_text(sheet.cell(1, 1), f"{_('整改台账')} · {assessment.hospital.label} · {assessment.title}")
    sheet.cell(1, 1).font = styles.SUBTITLE
    heads = columns()
    for at, (title, width) in enumerate(heads, start=1):
        cell = sheet.cell(3, at)
        put_text(cell, title)
        brush.paint(cell, HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, row in enumerate(rows, start=4):
        for at, value in enumerate(row.cells, start=1):
            cell = sheet.cell(number, at)
            brush.paint(cell, BODY)
            if isinstance(value, datetime):
                put_moment(cell, value)
                cell.number_format = DAY
            elif value:
                put_text(cell, value)
    sheet.freeze_panes = "D4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(heads))}{max(3, 3 + len(rows))}"
    sheet.print_title_rows = "3:3"
    paper(sheet, f"{assessment.hospital.label} · {_('整改台账')}")
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
