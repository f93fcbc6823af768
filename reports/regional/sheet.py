"""A region's hospitals and figures as a workbook or as CSV: the same lines as on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assessments.workbook import styles
from assessments.workbook.cells import put_text
from reports.comparing.suppressing import hidden
from reports.view_models.region.groups import GroupTable
from reports.view_models.region.overview import RegionOverview
from reports.view_models.region.ranking import RankLine

HEAD = styles.Look(styles.HEAD, styles.HEAD_FILL, styles.WRAP)
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def headings() -> tuple[str, ...]:
    return (
        _("医院"), _("地市"), _("等级"), _("编制床位"), _("同类组"), _("同类名次"), _("同类家数"), _("百分位"),
        _("自评等级"), _("总评分"), _("去掉核验不符后至多"), _("严格核验"), _("评定结果"), _("目标"),
    )  # fmt: skip


def values_of(line: RankLine) -> tuple[Any, ...]:
    place = line.place
    return (
        line.name, line.city, line.grade, line.beds, line.peers,
        place.rank if place else None, place.of if place else None, place.percentile if place else None,
        line.claimed, line.total, line.at_most, line.strict, line.awarded, line.target,
    )  # fmt: skip


def as_csv(lines: Sequence[RankLine]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese; text that could be a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings())
    for line in lines:
        writer.writerow(["" if value is None else _safe(value) for value in values_of(line)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RISKY) else value


def as_workbook(page: RegionOverview, lines: Sequence[RankLine]) -> bytes:
    """One sheet of figures by group, one of hospitals. Numbers are numbers; no cell is a formula."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = _("分组统计")
    brush = styles.Brush()
    put_text(
        first.cell(1, 1), f"{page.choice.bureau.label} · {page.choice.edition.title} · {page.choice.year}"
    )
    row = 3
    for table in page.tables:
        row = _group(first, brush, table, row) + 2
    first.column_dimensions["A"].width = 28
    sheet = book.create_sheet(_("医院名单"))
    for at, heading in enumerate(headings(), start=1):
        put_text(sheet.cell(1, at), heading)
        brush.paint(sheet.cell(1, at), HEAD)
        sheet.column_dimensions[get_column_letter(at)].width = 30 if at in (1, 5) else 12
    for number, line in enumerate(lines, start=2):
        for at, value in enumerate(values_of(line), start=1):
            if isinstance(value, str):
                put_text(sheet.cell(number, at), value)
            elif value is not None:
                sheet.cell(number, at).value = value
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings()))}{max(1, len(lines) + 1)}"
    book.properties.creator = "Zhiping"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _group(sheet: Worksheet, brush: Any, table: GroupTable, row: int) -> int:
    """Groups too small to leave the bureau show how many there are, and nothing that could be read as being about
    one of them."""
    heads = (
        table.title, _("应参评"), _("已提交"), _("参评率"), _("平均级别"), *(_("≥%(n)s级") % {"n": n} for n in table.levels),
        _("达到目标"), _("核验区间（家数）"), _("评定平均（家数）"),
    )  # fmt: skip
    for at, heading in enumerate(heads, start=1):
        put_text(sheet.cell(row, at), heading)
        brush.paint(sheet.cell(row, at), HEAD)
    small = hidden({number: line.n for number, line in enumerate(table.lines)})
    for at, line in enumerate(table.lines):
        row += 1
        figures = (line.average, *line.shares, line.met, line.span, line.awarded)
        if at in small:
            figures = (_("家数少，不列出"), *("" for _one in figures[1:]))
        cells = (line.name, line.hospitals, line.n, line.participation, *figures)
        for at, value in enumerate(cells, start=1):
            if isinstance(value, str):
                put_text(sheet.cell(row, at), value)
            else:
                sheet.cell(row, at).value = value
    return row
