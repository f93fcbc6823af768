"""Which column of a table is what, and what stands in code, level and category cells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rubrics.official_annex.grid import Row

HEADINGS = {
    "code": ("项目代码", "代码", "项目编码", "编码", "项目编号", "编号"),
    "item": ("业务项目", "评价项目", "项目名称", "评估项目", "项目"),
    "category": ("评价类别", "类别", "项目类别", "评估类别", "项目属性"),
    "content": ("主要评价内容", "评价内容", "评价要求", "功能要求", "主要评估内容", "评估内容", "要求"),
    "level": ("功能评分", "系统功能评分", "等级", "级别", "评价等级", "评价级别", "功能等级", "功能级别"),
}
BASIC = {"基本", "基本项", "基本项目"}
OPTIONAL = {"", "选择", "选择项", "选择项目", "-", "--", "—", "——", "/", "\\"}
NOTHING = {"", "无", "无要求", "-", "--", "—", "——", "/", "\\"}
NUMERALS = {numeral: number for number, numeral in enumerate("零一二三四五六七八")}


def squeezed(text: str) -> str:
    """Full-width characters made half-width, all white space gone."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class Columns:
    """Grid columns by what they hold; ``width`` is that of the table with the headings."""

    category: int
    content: int
    code: int | None
    item: int | None
    level: int | None
    width: int


def find_columns(row: Row) -> Columns | None:
    """The columns when the row is the heading of a scoring table, else None."""
    names = [squeezed(text).partition("(")[0].strip("()") for text in row.texts]
    found: dict[str, int] = {}
    for key, headings in HEADINGS.items():
        for heading in headings:
            if heading in names:
                found[key] = names.index(heading)
                break
    if "category" not in found or "content" not in found:
        return None
    if "code" not in found and not {"item", "level"} <= set(found):
        return None
    return Columns(
        found["category"],
        found["content"],
        found.get("code"),
        found.get("item"),
        found.get("level"),
        len(row.cells),
    )


def parse_code(text: str) -> tuple[str, int | None] | None:
    """01.01.4 -> ("01.01", 4); 1.1 -> ("01.01", None); None when it is no code."""
    match = re.fullmatch(r"(\d{1,2})[.。·、-](\d{1,2})(?:[.。·、-](\d)级?)?", squeezed(text))
    if match is None:
        return None
    role, item, level = match.groups()
    return f"{int(role):02}.{int(item):02}", int(level) if level else None


def parse_level(text: str) -> int | None:
    match = re.fullmatch(r"第?([0-8零一二三四五六七八])级?分?", squeezed(text))
    if match is None:
        return None
    return NUMERALS.get(match[1], int(match[1]) if match[1].isdigit() else None)


def parse_category(text: str) -> str | None:
    """basic, optional, or None for a word that is neither. A heading carried down counts as blank."""
    word = squeezed(text)
    if word in BASIC:
        return "basic"
    return "optional" if word in OPTIONAL or word in HEADINGS["category"] else None
