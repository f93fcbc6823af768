"""Word documents of the shape of the official annex 3, with invented wording.

``rows`` decides what the document says; ``build`` how it is laid out. Real annexes merge role, item
and number cells downwards, leave the category blank for optional items, and write all clauses of a
level into one cell.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from engine.rubric.values import Rubric
from rubrics.flags import Flags, flags_of

HEADINGS = {
    "seq": "项目序号",
    "code": "项目代码",
    "role": "工作角色",
    "item": "业务项目",
    "category": "评价类别",
    "content": "主要评价内容",
    "level": "功能评分",
    "quality": "数据质量评价内容",
}
ORDER = tuple(HEADINGS)


@dataclass(frozen=True, slots=True)
class AnnexRow:
    seq: str
    code: str
    role: str
    item: str
    category: str
    content: str
    level: str
    quality: str = ""


def annex_rows(rubric: Rubric, flags: Flags | None = None) -> list[AnnexRow]:
    """Every item and level, level 0 included, in the order of the standard."""
    flags = flags or flags_of(rubric)
    found = []
    for item in rubric.items:
        for level in item.levels:
            official = [f"示例原文{item.code}.{level.level}第{clause.n}条" for clause in level.clauses]
            numbered = "".join(f"（{n}）{text}" for n, text in enumerate(official, 1))
            found.append(
                AnnexRow(
                    seq=str(item.seq),
                    code=f"{item.code}.{level.level}",
                    role=rubric.role_by_code[item.role].name.zh,
                    item=f"{item.name.zh}（有效应用按比例计算）统计近3个月的比例。",
                    category="基本" if flags[item.code].get(level.level) == "basic" else "",
                    content=numbered if len(official) > 1 else "".join(official),
                    level=str(level.level),
                )
            )
    return found


def changed(rows: Iterable[AnnexRow], at: str, /, **values: str) -> list[AnnexRow]:
    return [replace(row, **values) if row.code == at else row for row in rows]


def without(rows: Iterable[AnnexRow], *codes: str) -> list[AnnexRow]:
    return [row for row in rows if row.code not in codes]


def build(
    rows: Sequence[AnnexRow],
    *,
    order: Sequence[str] = ORDER,
    headings: dict[str, str] | None = None,
    merged: Sequence[str] = ("seq", "role", "item"),
    repeat_heading_every: int = 0,
    one_table: bool = False,
    others: bool = True,
) -> bytes:
    """The document as bytes. A table per role, or one for all; ``others``: unrelated tables around."""
    document = Document()
    document.add_heading("电子病历系统应用水平分级评价标准（示例文档）")
    if others:
        small_table(document, [["等级", "内容", "基本项目数（项）"], ["1级", "示例", "5"]])
        document.add_paragraph("附表3. 电子病历系统应用水平分级评分标准")
    groups: dict[str, list[AnnexRow]] = {}
    for row in rows:
        groups.setdefault("" if one_table else row.role, []).append(row)
    names = HEADINGS | (headings or {})
    for role, group in groups.items():
        document.add_paragraph(role)
        lines: list[list[str]] = [[names[key] for key in order]]
        for number, row in enumerate(group):
            if repeat_heading_every and number and number % repeat_heading_every == 0:
                lines.append(lines[0])
            lines.append([getattr(row, key) for key in order])
        write_table(document, lines, [order.index(key) for key in merged if key in order])
    if others:
        small_table(document, [["项目代码", "项目", "数据质量要求"], ["01.01.3", "示例", "示例"]])
    return saved(document)


def write_table(document: DocumentType, lines: list[list[str]], merge_columns: Sequence[int]) -> None:
    """Written as XML in one go: python-docx's access cell by cell takes a second for 350 rows."""
    rows, previous = [], None
    for line in lines:
        cells = []
        for column, text in enumerate(line):
            merged = column in merge_columns
            joined = merged and previous is not None and previous[column] == text
            state = "continue" if joined else "restart"
            properties = f'<w:tcPr><w:vMerge w:val="{state}"/></w:tcPr>' if merged else ""
            parts = [] if joined else text.split("\n")
            words = "".join(f"<w:p><w:r><w:t>{escape(part)}</w:t></w:r></w:p>" for part in parts) or "<w:p/>"
            cells.append(f"<w:tc>{properties}{words}</w:tc>")
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
        previous = line
    grid = "<w:gridCol/>" * len(lines[0])
    table = parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>")
    document.element.body.insert_element_before(table, "w:sectPr")


def small_table(document: DocumentType, lines: list[list[str]]) -> None:
    write_table(document, lines, [])


def saved(document: DocumentType) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
