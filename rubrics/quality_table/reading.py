"""Reading a table: the file looked at as a zip first, then every row; all problems at once, with their place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from engine.evidence.yearly_table import DIMENSIONS, TableRow
from engine.rubric.values import Rubric
from rubrics.quality_table.columns import NEEDED, WRITTEN, column_of

MEGABYTE = 1024 * 1024
UNPACKED_AT_MOST = 48 * MEGABYTE
MOST_ROWS = 5000
MOST_COLUMNS = 60
HEADING_WITHIN = 15  # rows
LONGEST_CELL = 5000
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """``place``: sheet and row."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}：{self.sentence}" if self.place else self.sentence


class TableRefused(ValueError):
    """Nothing was taken over; every problem with its place."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


def read_table(content: bytes, rubric: Rubric, *, at_most: int = 10 * MEGABYTE) -> tuple[TableRow, ...]:
    """Rows of every sheet that has the headings. Raises TableRefused with all problems."""
    _check_zip(content, at_most)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [
            (
                sheet.title,
                [
                    [_text(value) for value in row]
                    for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
                ],
            )
            for sheet in book.worksheets
        ]
        book.close()
    except Exception as error:  # openpyxl raises whatever its parts raise on a broken file
        raise TableRefused(Problem("", _("文件已损坏，无法按Excel工作簿读取。"))) from error
    found: list[TableRow] = []
    problems: list[Problem] = []
    headed = False
    for title, rows in sheets:
        start, columns = _heading(rows)
        if not columns:
            continue
        headed = True
        if len(rows) > MOST_ROWS:
            problems.append(Problem(title, _("超过%(n)s行。") % {"n": MOST_ROWS}))
            continue
        _read_rows(title, rows, start, columns, rubric, found, problems)
    if not headed:
        names = "、".join(WRITTEN[key] for key in (*NEEDED, "text"))
        problems.append(Problem("", _("找不到表头。需要的列：%(names)s。") % {"names": names}))
    elif not found and not problems:
        problems.append(Problem("", _("表里没有任何规则。")))
    if problems:
        raise TableRefused(*problems)
    return tuple(found)


def _check_zip(content: bytes, at_most: int) -> None:
    if len(content) > at_most:
        raise TableRefused(Problem("", _("文件超过%(n)sMB的上限。") % {"n": at_most // MEGABYTE}))
    other = TableRefused(Problem("", _("文件不是Excel工作簿（.xlsx），请另存为.xlsx后再导入。")))
    if not content.startswith(b"PK\x03\x04"):
        raise other
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise TableRefused(Problem("", _("工作簿设有打开密码，无法读取。请取消密码后再导入。")))
            if "xl/workbook.xml" not in archive.namelist():
                raise other
            if sum(part.file_size for part in parts) > UNPACKED_AT_MOST:
                raise TableRefused(Problem("", _("工作簿解压后过大，未予读取。")))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if _DECLARATION.search(opened.read(4096)):
                            raise TableRefused(Problem("", _("工作簿里有不允许的声明，未予读取。")))
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError) as error:
        raise TableRefused(Problem("", _("文件已损坏，无法按Excel工作簿读取。"))) from error


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()[:LONGEST_CELL]


def _heading(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row after the heading, and which column is what; nothing when there is no heading."""
    for number, row in enumerate(rows[:HEADING_WITHIN]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row):
            if (key := column_of(cell)) and key not in columns:
                columns[key] = at
        if all(key in columns for key in NEEDED) and ("text" in columns or "rule" in columns):
            return number + 1, columns
    return 0, {}


def _read_rows(
    title: str,
    rows: Sequence[Sequence[str]],
    start: int,
    columns: dict[str, int],
    rubric: Rubric,
    found: list[TableRow],
    problems: list[Problem],
) -> None:
    seen = {row.rule for row in found if row.rule}
    above: dict[str, str] = {}
    for number, row in enumerate(rows[start:], start + 1):
        cells = {key: row[at] if at < len(row) else "" for key, at in columns.items()}
        if not any(cells.values()):
            continue
        for key in NEEDED:  # merged cells are filled in their first row only
            cells[key] = above[key] = cells[key] or above.get(key, "")
        place = _("%(sheet)s第%(row)s行") % {"sheet": title, "row": number}
        try:
            made = _row(cells, rubric, number)
        except ValueError as wrong:
            problems.append(Problem(place, str(wrong)))
            continue
        if made.rule and made.rule in seen:
            problems.append(Problem(place, _("规则编号%(rule)s出现两次。") % {"rule": made.rule[:60]}))
            continue
        seen.add(made.rule)
        found.append(made)


def _row(cells: dict[str, str], rubric: Rubric, line: int) -> TableRow:
    code = cells["item"]
    if re.fullmatch(r"\d\.\d{1,2}|\d{2}\.\d", code):  # a code that Excel made a number
        whole, _dot, part = code.partition(".")
        code = f"{whole.zfill(2)}.{part.ljust(2, '0')}"
    item = rubric.by_code.get(code)
    if item is None:
        raise ValueError(_("标准里没有项目“%(code)s”。") % {"code": cells["item"][:20]})
    written = cells["level"].removesuffix("级").strip()
    if not (written.isascii() and written.isdigit()) or int(written) not in {
        entry.level for entry in item.asked_levels
    }:
        raise ValueError(
            _("项目%(code)s没有等级“%(level)s”。") % {"code": code, "level": cells["level"][:20]}
        )
    dimension = next(
        (
            key
            for key, name in DIMENSIONS.items()
            if cells["dimension"].removesuffix("系数").removesuffix("指数") == name.zh
            or cells["dimension"].casefold() in (key, name.en)
        ),
        None,
    )
    if dimension is None:
        names = "、".join(name.zh for name in DIMENSIONS.values())
        raise ValueError(
            _("维度“%(given)s”应是%(names)s之一。") % {"given": cells["dimension"][:20], "names": names}
        )
    text, rule = cells.get("text", ""), cells.get("rule", "")
    if not text and not rule:
        raise ValueError(_("规则内容和规则编号都是空的。"))
    return TableRow(code, int(written), dimension, text, rule, cells.get("checks", ""), line)
