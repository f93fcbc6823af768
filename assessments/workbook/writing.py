"""A questionnaire as an Excel workbook: protected structure, dropdowns, one sheet per role."""

from __future__ import annotations

import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assessments.workbook import styles, words
from assessments.workbook.cells import MOST_CHARACTERS, put_moment, put_number, put_text
from assessments.workbook.content import BASES, FORMAT, Content
from assessments.workbook.cover import write_cover
from assessments.workbook.layout import Input, Line, Sheet, lay_out
from engine.rubric.values import Text
from engine.scoring.checking import LARGEST_COUNT

ROWS_MARK = "zhiping-rows/1"
HEAD_MARK = "zhiping-head"
HIDDEN = "zhiping"
_FIRST_ROW = 3  # 1: column keys, hidden; 2: headings
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def write_workbook(content: Content) -> bytes:
    """The whole workbook in the language that is active. No query."""
    bases = {
        name.removeprefix(f"{BASES}/").removesuffix(".value"): value
        for name, value in content.values.items()
        if name.startswith(f"{BASES}/") and name.endswith(".value")
    }
    sheets = lay_out(content.rubric, bases=bases, notes=content.notes)
    book = Workbook()
    cover = book.active
    assert isinstance(cover, Worksheet)
    cover.title = _("封面")
    brush = styles.Brush()
    for sheet in sheets:
        _write_sheet(book.create_sheet(_title(sheet.title, book)), sheet, content, brush)
    write_cover(cover, content, sheets)
    _write_hidden(book.create_sheet(HIDDEN), content)
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator = "Zhiping"
    book.properties.title = content.passport.title or content.rubric.title.in_language(_language())
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def protect(sheet: Worksheet) -> None:
    """Without a password: a guard against slips, not a lock. Widths and heights stay the reader's own."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def paper(sheet: Worksheet, head: str) -> None:
    """A4 landscape, as wide as the page, numbered."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.75
    sheet.page_margins.header = sheet.page_margins.footer = 0.35
    sheet.oddHeader.left.text = head.replace("&", "&&")[:120]
    sheet.oddFooter.right.text = "&P / &N"


def _language() -> str:
    return get_language() or ""


def _title(wanted: str, book: Workbook) -> str:
    title = _FORBIDDEN.sub("-", wanted).strip("'")[:31].strip()
    return title if title not in book.sheetnames else f"{title[:28]} {len(book.sheetnames)}"


def _joined(coordinates: list[str]) -> str:
    """F3 F4 F5 H9 -> "F3:F5 H9"."""
    runs: list[tuple[str, int, int]] = []
    for letter, row in sorted(coordinate_from_string(coordinate) for coordinate in coordinates):
        if runs and runs[-1][0] == letter and runs[-1][2] == row - 1:
            runs[-1] = (letter, runs[-1][1], row)
        else:
            runs.append((letter, row, row))
    return " ".join(f"{letter}{first}:{letter}{last}" for letter, first, last in runs)


def _write_sheet(target: Worksheet, sheet: Sheet, content: Content, brush: styles.Brush) -> None:
    columns = {column.key: n for n, column in enumerate(sheet.columns, start=2)}
    put_text(target.cell(1, 1), ROWS_MARK)
    put_text(target.cell(2, 1), HEAD_MARK)
    for column, n in ((column, columns[column.key]) for column in sheet.columns):
        put_text(target.cell(1, n), column.key)
        cell = target.cell(2, n)
        put_text(cell, column.heading)
        brush.paint(cell, styles.Look(styles.HEAD, styles.HEAD_FILL, styles.MIDDLE))
        target.column_dimensions[get_column_letter(n)].width = column.width
    target.column_dimensions["A"].hidden = True
    target.row_dimensions[1].hidden = True
    target.row_dimensions[2].height = 30
    cells: dict[str, list[str]] = defaultdict(list)
    widths = {column.key: column.width for column in sheet.columns}
    figures = frozenset(column.key for column in sheet.columns if column.figure)
    for row, line in enumerate(sheet.lines, start=_FIRST_ROW):
        _write_line(target, row, line, columns, widths, figures, content, cells, brush)
    for kind, rule in _validations().items():
        if cells[kind]:
            rule.sqref = MultiCellRange(_joined(cells[kind]))
            target.add_data_validation(rule)
    target.freeze_panes = target.cell(_FIRST_ROW, min(columns.get("category", 3), 4))
    target.print_title_rows = "2:2"
    target.sheet_view.zoomScale = 100
    paper(target, f"{content.passport.title}  {sheet.heading}")
    protect(target)


def _write_line(
    target: Worksheet,
    row: int,
    line: Line,
    columns: Mapping[str, int],
    widths: Mapping[str, float],
    figures: frozenset[str],
    content: Content,
    cells: Mapping[str, list[str]],
    brush: styles.Brush,
) -> None:
    put_text(target.cell(row, 1), line.key)
    said = {"code": line.code, "text": line.text, "category": _category(line), **line.cells}
    if line.level is not None:
        said["level"] = _("%(level)s级") % {"level": line.level}
    height = 1
    for key, n in columns.items():
        cell = target.cell(row, n)
        entry = line.inputs.get(key)
        open_here = entry is not None and content.writable(line.place)
        closed = (
            entry is None
            and not said.get(key)
            and key in figures
            and line.kind not in ("item", "reason", "note")
        )
        brush.paint(cell, _look(line, key, entry, open_here=open_here, closed=closed))
        if entry is not None:
            shown = _fill(cell, entry, content)
            if open_here:
                cells[entry.kind].append(cell.coordinate)
            width = widths[key] if entry.kind != "text" or line.kind == "basis" else _room(widths, columns, n)
            height = max(height, styles.lines_in(shown, width))
        elif words_here := said.get(key, ""):
            put_text(cell, words_here)
            height = max(height, styles.lines_in(words_here, widths[key]))
    if line.kind in ("reason", "note") and (last := max(columns.values())) > columns["value"]:
        target.merged_cells.add(f"{get_column_letter(columns['value'])}{row}:{get_column_letter(last)}{row}")
    target.row_dimensions[row].height = min(400, max(18.0, 14.5 * height + 4))


def _room(widths: Mapping[str, float], columns: Mapping[str, int], first: int) -> float:
    return sum(widths[key] for key, n in columns.items() if n >= first)


def _look(line: Line, key: str, entry: Input | None, *, open_here: bool, closed: bool) -> styles.Look:
    if key == "level" and line.level is not None:
        step = min(line.level, len(styles.LEVELS) - 1)
        return styles.Look(styles.LEVEL_FONTS[step], styles.LEVEL_FILLS[step], styles.MIDDLE)
    font, fill, alignment = styles.BODY, None, styles.WRAP
    if line.kind == "item":
        font, fill = styles.STRONG, styles.ITEM_FILL
    elif key == "category" and line.category and not line.confirmed:
        font = styles.DOUBTFUL
    elif key == "text" and line.kind in ("ratio", "index", "reason", "use", "base", "note"):
        font = styles.SMALL
    if entry is not None:
        fill = styles.INPUT_FILL if open_here else None
        alignment = styles.RIGHT if entry.kind in ("count", "share") else styles.WRAP
    elif closed:
        fill = styles.CLOSED_FILL
    return styles.Look(font, fill, alignment, open_here)


def _category(line: Line) -> str:
    sign = words.SIGNS.get(line.category)
    if sign is None:
        return line.category
    return f"{sign} {_('基本项') if line.category == 'basic' else _('选择项')}"


def _fill(cell: Any, entry: Input, content: Content) -> str:
    """Write the stored value of an input; returns it as shown, for the height of the row."""
    value = _part(content.values.get(entry.field), entry)
    if entry.kind in ("state", "confirmed"):
        value = words.STATES[value or "not_answered"].in_language(_language())
    elif value is None or value == "":
        cell.number_format = "@" if entry.kind == "text" else "General"
        return ""
    elif entry.kind == "use":
        value = words.IN_USE[value].in_language(_language())
    elif entry.kind == "count":
        put_number(cell, value, "#,##0")
        return str(value)
    elif entry.kind == "share":
        number = Decimal(value)
        put_number(cell, number, f"0.{'0' * max(2, -int(number.as_tuple().exponent))}")
        return str(value)
    elif entry.kind == "moment":
        put_moment(cell, datetime.fromisoformat(value))
        return str(value)
    put_text(cell, value)
    if entry.kind == "text":
        cell.number_format = "@"
    return str(value)


def _part(value: Any, entry: Input) -> Any:
    """The part of a field that one cell shows: an index is entered whole, per dimension or per rule."""
    if "/data_quality." not in entry.field or value is None:
        return value
    if entry.part == "":
        return value if isinstance(value, str) else None
    if not isinstance(value, Mapping):
        return None
    rule, _colon, side = entry.part.rpartition(":")
    if not rule:
        return None if "rules" in value else value.get(entry.part)
    return value.get("rules", {}).get(rule, {}).get(side)


def _validations() -> dict[str, DataValidation]:
    def choice(texts: list[Text], what: str) -> DataValidation:
        options = ",".join(text.in_language(_language()) for text in texts)
        rule = DataValidation("list", formula1=f'"{options}"', allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = _("请从列表中选择"), what
        return rule

    count = DataValidation(
        "whole", operator="between", formula1="0", formula2=str(LARGEST_COUNT), allow_blank=True
    )
    count.showErrorMessage, count.errorTitle, count.error = (
        True,
        _("请填写整数"),
        _("请填写不带小数和单位的整数。"),
    )
    share = DataValidation("decimal", operator="between", formula1="0", formula2="1", allow_blank=True)
    share.showErrorMessage, share.errorTitle, share.error = (
        True,
        _("请填写0至1之间的小数"),
        _("如 0.93 或 93%。"),
    )
    text = DataValidation(
        "textLength", operator="lessThanOrEqual", formula1=str(MOST_CHARACTERS), allow_blank=True
    )
    moment = DataValidation(allow_blank=True)
    moment.showInputMessage, moment.promptTitle, moment.prompt = True, _("执行时间"), "2026-10-08 09:30"
    return {
        "state": choice(list(words.STATES.values()), _("可选：符合、部分符合、不符合、未作答。")),
        "confirmed": choice(list(words.CONFIRMED.values()), _("可选：符合、不符合、未作答。")),
        "use": choice(list(words.IN_USE.values()), _("可选：已在用、未在用。")),
        "count": count,
        "share": share,
        "text": text,
        "moment": moment,
    }


def _write_hidden(target: Worksheet, content: Content) -> None:
    """What the import needs and nobody edits: whose workbook this is, and every value as it was handed out."""
    passport = content.passport
    facts: dict[str, object] = {
        "assessment": passport.assessment,
        "edition": passport.edition,
        "content_hash": passport.content_hash,
        "language": passport.language,
        "exported_at": passport.exported_at,
        "title": passport.title,
        "hospital": dict(passport.hospital),
        "window": [day.isoformat() for day in passport.window] if passport.window else None,
        "notes": content.notes,
    }
    put_text(target.cell(1, 1), FORMAT)
    put_text(target.cell(1, 2), _("请勿修改本页：导入时用来核对。"))
    row = 2
    for kind, entries in (("fact", facts), ("value", content.values)):
        for key, value in entries.items():
            put_text(target.cell(row, 1), f"{kind}:{key}")
            text = json.dumps(value, ensure_ascii=False)
            for n, start in enumerate(range(0, len(text), MOST_CHARACTERS), start=2):
                put_text(target.cell(row, n), text[start : start + MOST_CHARACTERS])
            row += 1
    target.sheet_state = "veryHidden"
    protect(target)
