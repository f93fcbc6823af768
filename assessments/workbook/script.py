"""The script for the visit as a workbook: one row a clause, wide enough to be printed and carried."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.models import Assessment
from assessments.queries.rehearsals.script import ScriptItem, Step
from assessments.workbook import styles
from assessments.workbook.cells import put_text
from assessments.workbook.writing import paper

BODY = styles.Look(styles.BODY, None, styles.WRAP)
HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)


def write_script(assessment: Assessment, items: Sequence[ScriptItem]) -> bytes:
    """In the language that is active. Every cell is text: nothing in it can be a formula."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("现场演示脚本")
    brush, columns = styles.Brush(), _columns()
    put_text(sheet.cell(1, 1), f"{_('现场演示脚本')} · {assessment.hospital.label} · {assessment.title}")
    sheet.cell(1, 1).font = styles.SUBTITLE
    for at, (title, width) in enumerate(columns, start=1):
        cell = sheet.cell(3, at)
        put_text(cell, title)
        brush.paint(cell, HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = width
    rows = [(item, step) for item in items for step in item.steps]
    for row, (item, step) in enumerate(rows, start=4):
        for at, value in enumerate(_values(item, step), start=1):
            cell = sheet.cell(row, at)
            put_text(cell, value)
            brush.paint(cell, BODY)
    sheet.freeze_panes = "C4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(columns))}{max(3, 3 + len(rows))}"
    sheet.print_title_rows = "3:3"
    paper(sheet, f"{assessment.hospital.label} · {_('现场演示脚本')}")
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns() -> list[tuple[str, int]]:
    return [
        (_("条款"), 12),
        (_("项目"), 18),
        (_("条款内容"), 40),
        (_("责任科室"), 14),
        (_("讲解人"), 12),
        (_("演示账号"), 14),
        (_("菜单路径"), 28),
        (_("测试患者编号"), 16),
        (_("画面应显示"), 40),
        (_("预计分钟"), 8),
    ]


def _values(item: ScriptItem, step: Step) -> list[str]:
    return [
        step.clause, f"{item.code} {item.name}", step.text, item.department, step.speaker, step.account,
        step.menu_path, step.patient, step.expected, str(step.minutes),
    ]  # fmt: skip
