"""A sheet of the roadmap's workbook: text stays text, numbers are numbers, formulas carry their present value.

Written with XlsxWriter, because a formula without its value is empty wherever nothing calculates: in previews, and
for programs that read the file.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from assessments.workbook import styles
from assessments.workbook.content import clean

Look = Literal["text", "small", "strong", "title", "head", "effort", "money", "number", "share", "input"]
MOST_CHARACTERS = 32_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_FORMS = {"effort": "#,##0.0", "money": "#,##0", "number": "0.00", "share": "0%", "input": "#,##0.00##"}


@dataclass(frozen=True, slots=True)
class Formula:
    """``text`` begins with =; ``value`` is what it gives now."""

    text: str
    value: Decimal


Value = str | int | Decimal | Formula | None


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: float
    look: Look = "text"


@dataclass
class Book:
    """The workbook under way, and one format per look. ``accent``: six hexadecimal digits behind white heads."""

    accent: str = styles.HEAD_COLOUR
    out: io.BytesIO = field(default_factory=io.BytesIO)
    file: Workbook = field(init=False)
    _looks: dict[tuple[str, bool, bool], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.file = xlsxwriter.Workbook(self.out, {"in_memory": True, "strings_to_numbers": False})

    def close(self) -> bytes:
        self.file.close()
        return self.out.getvalue()

    def look(self, name: Look, *, bold: bool = False, quoted: bool = False) -> Any:
        found = self._looks.get((name, bold, quoted))
        if found is None:
            settings: dict[str, Any] = {
                "font_name": styles.FACE,
                "font_size": {"title": 18, "small": 9}.get(name, 10),
                "font_color": f"#{styles.MUTED if name == 'small' else styles.INK}",
                "valign": "top",
                "text_wrap": name not in _FORMS and name != "title",
                "bold": bold or name in ("strong", "title", "head"),
                "quote_prefix": quoted,
            }
            if name not in ("title", "small"):
                settings |= {"border": 1, "border_color": f"#{styles.LINE}"}
            if name in _FORMS:
                settings |= {"num_format": _FORMS[name], "align": "right"}
            if name == "head":
                settings |= {"font_color": "#FFFFFF", "bg_color": f"#{self.accent}"}
            if name == "input":
                settings["bg_color"] = "#FFF9E3"
            if bold and name != "head":
                settings["bg_color"] = "#DDE9EC"
            found = self._looks[name, bold, quoted] = self.file.add_format(settings)
        return found

    def sheet(self, title: str, head: str, columns: Sequence[Column]) -> Worksheet:
        """A table's sheet with its headings, fixed, repeated on paper."""
        made = self.file.add_worksheet(title)
        for place, column in enumerate(columns):
            made.set_column(place, place, column.width)
            self.put(made, 0, place, column.heading, "head")
        made.freeze_panes(1, 1)
        made.repeat_rows(0)
        paper(made, head)
        return made

    def rows(
        self,
        sheet: Worksheet,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Value]],
        *,
        first: int = 1,
        totals: bool = False,
    ) -> int:
        """Writes ``rows`` from the row ``first`` on; the last of them stands out where it holds totals. Gives the
        row after them."""
        at = first
        for number, row in enumerate(rows):
            bold = totals and number == len(rows) - 1
            height = 1
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self.put(sheet, at, place, value, column.look, bold=bold)
                if isinstance(value, str):
                    height = max(height, styles.lines_in(value, column.width))
            sheet.set_row(at, min(400.0, max(18.0, 14.5 * height + 4)))
            at += 1
        if rows:
            sheet.autofilter(0, 0, at - 1 - (1 if totals else 0), len(columns) - 1)
        return at

    def put(
        self, sheet: Worksheet, row: int, place: int, value: Value, look: Look, *, bold: bool = False
    ) -> None:
        if isinstance(value, Formula):
            sheet.write_formula(row, place, value.text, self.look(look, bold=bold), float(value.value))
        elif isinstance(value, Decimal | int):
            sheet.write_number(row, place, float(value), self.look(look, bold=bold))
        elif value:
            words = clean(value)[:MOST_CHARACTERS]
            shown: Look = "text" if look in _FORMS else look
            sheet.write_string(
                row, place, words, self.look(shown, bold=bold, quoted=words.startswith(_DANGEROUS))
            )
        else:
            sheet.write_blank(row, place, None, self.look("text" if look in _FORMS else look, bold=bold))


def paper(sheet: Worksheet, head: str) -> None:
    """A4 landscape, as wide as the page, numbered."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.75, 0.75)
    sheet.set_header(f"&L{head.replace('&', '&&')[:120]}")
    sheet.set_footer("&R&P / &N")


def cell(row: int, place: int, *, fixed: bool = False) -> str:
    """A1 of a zero-based row and column."""
    return str(xl_rowcol_to_cell(row, place, row_abs=fixed, col_abs=fixed))


def span(sheet: str, place: int, first: int, last: int) -> str:
    """'任务'!$F$2:$F$40."""
    return f"'{sheet}'!{cell(first, place, fixed=True)}:{cell(last, place, fixed=True)}"


def yes_no(value: bool) -> str:
    return _("是") if value else ""
