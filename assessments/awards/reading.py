"""Reading a list of official results: one sheet with a row of headings, one hospital and standard per row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from assessments.workbook.opening import Cell, WorkbookRefused, open_workbook

#: field -> headings it is recognised by, in lower case and without spaces
HEADINGS = {
    "code": ("机构代码", "医疗机构代码", "卫生机构代码", "组织机构代码", "code", "hospitalcode", "institutioncode"),
    "hospital": ("医院", "医院名称", "医疗机构", "医疗机构名称", "机构名称", "单位名称", "hospital", "name", "hospitalname"),
    "rubric": ("标准", "评价标准", "评价类型", "标准代码", "standard", "rubric"),
    "year": ("年度", "评价年度", "年份", "year"),
    "level": ("等级", "评定等级", "级别", "评价等级", "获评等级", "level"),
    "total": ("总分", "得分", "总评分", "total", "score"),
    "published_on": ("公布日期", "发布日期", "通报日期", "published", "publishedon"),
    "valid_until": ("有效期至", "有效期", "validuntil"),
    "note": ("备注", "说明", "note", "remark"),
}  # fmt: skip
NEEDED = ("level", "year")
#: what stands for which rubric in such lists
RUBRICS = {
    "emr-2018": ("电子病历", "emr"),
    "smart-service-2019": ("智慧服务", "smartservice", "smart-service"),
}
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class AwardRow:
    """One row as written. ``problems``: sentences; a row with any is not imported."""

    place: str  # "Sheet1!A5": where to look
    code: str = ""
    hospital: str = ""
    rubric: str = ""
    year: int = 0
    level: int = 0
    total: str = ""
    published_on: str = ""
    valid_until: str = ""
    note: str = ""
    problems: tuple[str, ...] = field(default=())


def read_awards(file: Any) -> tuple[AwardRow, ...]:
    """The rows of the first sheet that has the headings. Raises WorkbookRefused with one sentence."""
    for sheet in open_workbook(file):
        for number, cells in enumerate(sheet.rows[:20]):
            columns = _columns(cells)
            if all(key in columns.values() for key in NEEDED) and {"code", "hospital"} & set(
                columns.values()
            ):
                return tuple(
                    _row(columns, row, f"{sheet.title}!{next(iter(row.values())).address}")
                    for row in sheet.rows[number + 1 :]
                )
    raise WorkbookRefused(
        _("没有找到表头。表头须有“机构代码”或“医院名称”，以及“年度”和“等级”；“标准”写电子病历或智慧服务。")
    )


def _columns(cells: dict[int, Cell]) -> dict[int, str]:
    found: dict[int, str] = {}
    for column, cell in cells.items():
        said = "".join(str(cell.value).split()).lower()
        for key, words in HEADINGS.items():
            if said in words and key not in found.values():
                found[column] = key
    return found


def _row(columns: dict[int, str], cells: dict[int, Cell], place: str) -> AwardRow:
    given = {key: cells[column] for column, key in columns.items() if column in cells}
    problems: list[str] = []
    for cell in given.values():
        if cell.kind in ("formula", "error"):
            problems.append(_("%(cell)s是公式或错误值，请改成数值或文字。") % {"cell": cell.address})
    texts = {key: _text(cell) for key, cell in given.items()}
    year = _whole(texts.get("year", "").removesuffix("年").removesuffix("年度"))
    if year is None or not 2011 <= year <= 2100:
        problems.append(_("年度“%(year)s”不是年份。") % {"year": texts.get("year", "")[:20]})
    level = _level(texts.get("level", ""))
    if level is None or not 0 <= level <= 8:
        problems.append(_("等级“%(level)s”不是0到8的整数。") % {"level": texts.get("level", "")[:20]})
    return AwardRow(
        place=place,
        code=texts.get("code", "").upper()[:22],
        hospital=texts.get("hospital", "")[:120],
        rubric=_rubric(texts.get("rubric", ""), problems),
        year=year or 0,
        level=level or 0,
        total=_points(texts.get("total", ""), problems),
        published_on=_day(given.get("published_on"), problems),
        valid_until=_day(given.get("valid_until"), problems),
        note=texts.get("note", "")[:LONGEST_NOTE],
        problems=tuple(problems),
    )


def _text(cell: Cell) -> str:
    if cell.kind == "number" and float(cell.value).is_integer():
        return str(int(cell.value))
    return str(cell.value).replace("\x00", "").strip()


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _level(text: str) -> int | None:
    plain = text.removesuffix("级")
    return "零一二三四五六七八".find(plain) if plain and plain in "零一二三四五六七八" else _whole(plain)


def _rubric(text: str, problems: list[str]) -> str:
    plain = "".join(text.split()).lower()
    if not plain:
        return "emr-2018"  # such lists are lists of the EMR standard unless they say otherwise
    for key, words in RUBRICS.items():
        if plain == key or any(word in plain for word in words):
            return key
    problems.append(_("不认识标准“%(text)s”，请写电子病历或智慧服务。") % {"text": text[:30]})
    return ""


def _points(text: str, problems: list[str]) -> str:
    if not text:
        return ""
    try:
        points = Decimal(text)
    except InvalidOperation:
        points = Decimal(-1)
    if not points.is_finite() or not 0 <= points < 1000:
        problems.append(_("总分“%(text)s”不是分数。") % {"text": text[:20]})
        return ""
    return str(points.quantize(Decimal("0.01")))


def _day(cell: Cell | None, problems: list[str]) -> str:
    if cell is None:
        return ""
    if isinstance(cell.value, datetime):
        return cell.value.date().isoformat()
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    text = (
        str(cell.value)
        .strip()
        .replace("年", "-")
        .replace("月", "-")
        .replace("日", "")
        .replace("/", "-")
        .replace(".", "-")
    )
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day).isoformat()
    except ValueError:
        problems.append(_("“%(text)s”不是日期，请写成2026-06-11。") % {"text": str(cell.value)[:20]})
        return ""
