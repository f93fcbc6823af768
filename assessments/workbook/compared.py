"""Self-assessed, verified, reviewed and official levels as a sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.queries.awards import ComparedHospital
from assessments.workbook import styles
from assessments.workbook.cells import put_text

BODY = styles.Look(styles.BODY, None, styles.WRAP)
HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)


def write_compared(lines: Iterable[ComparedHospital], title: str) -> bytes:
    """In the language that is active. Levels are numbers, an unknown one stays empty; no cell is a formula."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("结果对照")
    brush = styles.Brush()
    put_text(sheet.cell(1, 1), title)
    sheet.cell(1, 1).font = styles.SUBTITLE
    columns = (
        (_("医院"), 30), (_("等级"), 12), (_("自评等级"), 10), (_("去掉不符后至多"), 12), (_("严格核验"), 10),
        (_("评审结果"), 10), (_("正式结果"), 10), (_("正式减自评"), 10), (_("公布日期"), 12), (_("备注"), 40),
    )  # fmt: skip
    for at, (heading, width) in enumerate(columns, start=1):
        cell = sheet.cell(3, at)
        put_text(cell, heading)
        brush.paint(cell, HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = width
    last = 3
    for last, line in enumerate(lines, start=4):
        texts = {1: line.name, 2: line.grade, 9: line.published, 10: line.note}
        numbers = {
            3: line.claimed,
            4: line.at_most,
            5: line.strict,
            6: line.reviewed,
            7: line.official,
            8: line.gap,
        }
        for at, text in texts.items():
            put_text(sheet.cell(last, at), text)
            brush.paint(sheet.cell(last, at), BODY)
        for at, number in numbers.items():
            if number is not None:
                sheet.cell(last, at).value = number
    sheet.freeze_panes = "B4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(columns))}{max(3, last)}"
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
