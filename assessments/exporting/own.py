"""A platform's own workbook as a template: its row of headings says which columns it wants, in which order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from assessments.exporting.columns import Column, recognised
from assessments.workbook.opening import Cell, Grid, WorkbookRefused, open_workbook
from engine.rubric.values import Rubric

LARGEST = 2 * 1024 * 1024
SEARCHED = 20  # rows looked through for the headings
LEAST_KNOWN = 2
LONGEST_HEADING = 80
_ROW = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    sheet: str
    head_row: int
    columns: tuple[Column, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns if not column.key and column.heading)


def read_template(file: Any, rubrics: tuple[Rubric, ...]) -> OwnTemplate:
    """The row with most headings this product knows. Raises WorkbookRefused with one sentence.

    A workbook with formulas is refused: what is handed to other people must compute nothing."""
    best: OwnTemplate | None = None
    most = LEAST_KNOWN - 1
    for sheet in open_workbook(file, most_bytes=LARGEST):
        _refuse_formulas(sheet)
        for cells in sheet.rows[:SEARCHED]:
            columns = _columns(cells, rubrics)
            count = sum(bool(column.key) for column in columns)
            if count > most:
                first = next(iter(cells.values()))
                found = _ROW.search(first.address)
                assert found is not None
                best, most = OwnTemplate(sheet.title, int(found[0]), columns), count
    if best is None:
        raise WorkbookRefused(
            _(
                "没有找到表头：至少要有两列是本系统认识的，例如“医疗机构名称”和“项目代码”。可用的列名见本页列表。"
            )
        )
    check_columns(best.columns)
    return best


def check_columns(columns: tuple[Column, ...]) -> None:
    """Raises WorkbookRefused where a table cannot be made: a column twice, items in rows and beside each other."""
    keys = [column.key for column in columns if column.key]
    if not keys:
        raise WorkbookRefused(_("请至少选择一列。"))
    twice = sorted({column.heading for column in columns if column.key and keys.count(column.key) > 1})
    if twice:
        raise WorkbookRefused(_("有的列出现了两次：%(names)s。请只留一列。") % {"names": _("、").join(twice)})
    if any(column.of_item for column in columns) and any(column.wide for column in columns):
        raise WorkbookRefused(_("一张表里不能既逐项分行、又把项目排成列。请分成两个模板。"))


def _refuse_formulas(sheet: Grid) -> None:
    for cells in sheet.rows:
        for cell in cells.values():
            if cell.kind == "formula":
                raise WorkbookRefused(
                    _("模板的%(cell)s是公式。请改成数值或文字后再上传。")
                    % {"cell": f"{sheet.title}!{cell.address}"}
                )


def _columns(cells: dict[int, Cell], rubrics: tuple[Rubric, ...]) -> tuple[Column, ...]:
    """One column per place up to the last one with a heading; a place without a heading stays blank."""
    made = []
    for place in range(1, max(cells, default=0) + 1):
        cell = cells.get(place)
        text = str(cell.value).strip()[:LONGEST_HEADING] if cell and cell.kind == "text" else ""
        made.append(Column(recognised(text, rubrics) if text else "", text))
    return tuple(made)
