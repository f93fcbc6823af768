"""What did not pass in rehearsals as a workbook for the department heads: one row each."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.models import Assessment
from assessments.queries.rehearsals.points import PointLine
from assessments.workbook import styles
from assessments.workbook.cells import put_moment, put_text
from assessments.workbook.writing import paper

BODY = styles.Look(styles.BODY, None, styles.WRAP)
HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)


def write_points(assessment: Assessment, lines: Sequence[PointLine]) -> bytes:
    """In the language that is active. Every cell is text or a moment: nothing in it can be a formula."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("待解决问题")
    brush = styles.Brush()
    columns = _columns()
    put_text(sheet.cell(1, 1), f"{_('演练待解决问题')} · {assessment.hospital.label} · {assessment.title}")
    sheet.cell(1, 1).font = styles.SUBTITLE
    for at, (title, width) in enumerate(columns, start=1):
        cell = sheet.cell(3, at)
        put_text(cell, title)
        brush.paint(cell, HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row, line in enumerate(lines, start=4):
        for at, value in enumerate(_values(line), start=1):
            cell = sheet.cell(row, at)
            put_text(cell, value)
            brush.paint(cell, BODY)
        for at, moment in ((9, line.happened_at), (18, line.settled_at)):
            if moment is not None:
                put_moment(sheet.cell(row, at), timezone.localtime(moment).replace(tzinfo=None))
    sheet.freeze_panes = "D4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(columns))}{max(3, 3 + len(lines))}"
    sheet.print_title_rows = "3:3"
    paper(sheet, f"{assessment.hospital.label} · {_('演练待解决问题')}")
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns() -> list[tuple[str, int]]:
    return [
        (_("责任科室"), 16),
        (_("责任人"), 12),
        (_("项目"), 22),
        (_("结论"), 10),
        (_("哪里不对"), 40),
        (_("条款"), 14),
        (_("数据类型"), 16),
        (_("病例编号"), 24),
        (_("发生时间"), 17),
        (_("记录所在科室"), 16),
        (_("照片"), 8),
        (_("演练"), 20),
        (_("演练日期"), 12),
        (_("病例序号"), 9),
        (_("记录人"), 12),
        (_("处理情况"), 40),
        (_("处理人"), 12),
        (_("处理时间"), 17),
    ]


def _values(line: PointLine) -> list[str]:
    return [
        line.department,
        line.person,
        f"{line.item} {line.item_name}",
        line.outcome_name,
        line.note,
        line.clause,
        line.record_name,
        line.key,
        "",
        line.seen_in,
        str(line.photos) if line.photos else "",
        line.rehearsal_title,
        line.held_on.isoformat(),
        str(line.position),
        line.by,
        line.settled_how,
        line.settled_by,
        "",
    ]
