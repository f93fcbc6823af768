"""A report as Word: real styles, headings that make a contents list, numbered captions, tables that can be edited.

Fonts are named, not embedded: an office has the usual ones, and Word falls back by itself where it has not.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import get_language, gettext
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from assessments.workbook.content import clean
from reports.charts.exported import exported
from reports.charts.flow import Flow
from reports.charts.spec import AnyChart
from reports.covers.reading import OwnCover

EAST, LATIN = "Microsoft YaHei", "Calibri"
INK, MUTED, TEAL = RGBColor(0x14, 0x25, 0x2C), RGBColor(0x46, 0x5A, 0x63), RGBColor(0x00, 0x69, 0x80)
HEAD_FILL, TOTAL_FILL = "E4ECEE", "EEF3F4"
ROOM = Mm(174)  # A4 less 18 mm on both sides
#: style -> (points, bold, colour, space before, space after)
STYLES: dict[str, tuple[float, bool, RGBColor, float, float]] = {
    "Normal": (10.5, False, INK, 0, 5),
    "Title": (22, True, INK, 0, 10),
    "Subtitle": (14, False, TEAL, 40, 6),
    "Heading 1": (16, True, TEAL, 18, 8),
    "Heading 2": (13, True, INK, 12, 5),
    "Heading 3": (11, True, INK, 9, 3),
    "Caption": (9, False, MUTED, 3, 6),
    "List Bullet": (10.5, False, INK, 0, 3),
    "List Number": (10.5, False, INK, 0, 3),
    "Zhiping Table": (9, False, INK, 0, 0),
    "Zhiping Small": (9, False, MUTED, 0, 3),
    "Zhiping Lead": (13, True, INK, 2, 8),
}
Side = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class WordColumn:
    """``share`` of the width of the page; figures are set to the right."""

    heading: str
    share: float
    figures: bool = False


class WordPaper:
    """One document under way, in the language that is active."""

    def __init__(self, *, title: str, author: str, head: str) -> None:
        self.document = Document()
        properties = self.document.core_properties
        properties.title, properties.author = title, author or "Zhiping"
        properties.language = get_language() or "zh-hans"
        properties.comments = ""
        self._page(head)
        self._styles()
        self._cell_style = self.document.styles["Zhiping Table"].style_id
        self._numbers = {"figure": 0, "table": 0}

    def content(self) -> bytes:
        buffer = io.BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()

    # -- texts ---------------------------------------------------------------------------------

    def heading(self, text: str, level: int = 1, *, new_page: bool = False) -> None:
        made = self.document.add_paragraph(clean(text), style=f"Heading {level}")
        made.paragraph_format.page_break_before = new_page

    def text(self, text: str, style: str = "Normal", *, bold: bool = False) -> Paragraph:
        paragraph = self.document.add_paragraph(style=style)
        paragraph.add_run(clean(text)).bold = bold or None
        return paragraph

    def labelled(self, label: str, text: str) -> None:
        """A label in bold, and what it says."""
        paragraph = self.text(f"{label}{gettext('：')}", bold=True)
        paragraph.add_run(clean(text))

    def bullets(self, texts: Sequence[str], *, numbered: bool = False) -> None:
        for text in texts:
            self.text(text, "List Number" if numbered else "List Bullet")

    def contents(self, headings: Sequence[tuple[int, str]]) -> None:
        """A contents list Word keeps up to date; until it does, the headings stand there without pages."""
        first = self.document.add_paragraph(style="Normal")
        _field_part(first, "begin", dirty=True)
        _field_code(first, 'TOC \\o "1-2" \\h \\z \\u')
        _field_part(first, "separate")
        last = first
        for number, (level, words) in enumerate(headings):
            line = first if number == 0 else self.document.add_paragraph(style="Normal")
            line.paragraph_format.left_indent = Mm(6 * (level - 1))
            line.add_run(clean(words))
            last = line
        _field_part(last, "end")

    # -- tables and pictures -------------------------------------------------------------------

    def table(
        self,
        columns: Sequence[WordColumn],
        rows: Sequence[Sequence[str]],
        *,
        caption: str = "",
        total: bool = False,
        least_height: float | None = None,
    ) -> None:
        """``total``: the last row holds sums; ``least_height`` in millimetres, for tables people write into."""
        if caption:
            self._caption("table", caption).paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=1, cols=len(columns), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _light(table)
        heads = [column.heading for column in columns]
        self._row(table.rows[0], columns, heads, fill=HEAD_FILL, bold=True)
        _flag(table.rows[0]._tr, "w:tblHeader")
        for number, texts in enumerate(rows):
            last = total and number == len(rows) - 1
            row = table.add_row()
            if least_height:
                row.height = Mm(least_height)
            self._row(row, columns, texts, fill=TOTAL_FILL if last else "", bold=last)
        for column, wanted in zip(table.columns, columns, strict=True):
            column.width = Emu(int(ROOM * wanted.share))
        self.document.add_paragraph(style="Zhiping Small")

    def _row(
        self, row: Any, columns: Sequence[WordColumn], texts: Sequence[str], *, fill: str, bold: bool
    ) -> None:
        _flag(row._tr, "w:cantSplit")
        for cell, column, text in zip(row.cells, columns, texts, strict=True):
            cell.width = Emu(int(ROOM * column.share))
            paragraph = cell.paragraphs[0]
            paragraph._p.style = (
                self._cell_style
            )  # by its id: looking a style up costs more than writing the cell
            paragraph.add_run(clean(text)).bold = bold or None
            if column.figures:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if fill:
                shade = OxmlElement("w:shd")
                for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
                    shade.set(qn(f"w:{name}"), value)
                cell._tc.get_or_add_tcPr().append(shade)

    def chart(self, chart: AnyChart | Flow | None, *, width: float = 174, about: str = "") -> None:
        """The chart as a picture with its caption beneath; ``width`` in millimetres; ``about`` leads the caption."""
        if chart is None:
            return
        paragraph = self.document.add_paragraph(style="Normal")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        picture = io.BytesIO(exported(chart, "png").content)
        shape = paragraph.add_run().add_picture(picture, width=Mm(width))
        most = Mm(225)
        if shape.height > most:
            shape.width, shape.height = Emu(int(shape.width * most / shape.height)), most
        shape._inline.docPr.set("descr", clean(f"{chart.title}{gettext('：')}{chart.alt}"))
        shape._inline.docPr.set("title", clean(chart.title))
        words = f"{about}{gettext('：')}{chart.caption}" if about else chart.caption
        self._caption("figure", words).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def foreword(self, cover: OwnCover | None) -> None:
        self._standing(gettext("前言"), cover.foreword if cover else ())

    def own_disclaimer(self, cover: OwnCover | None) -> None:
        """Beside the product's own, which always stands."""
        if cover and cover.disclaimer:
            name = cover.issuer
            title = gettext("%(name)s的声明") % {"name": name} if name else gettext("本单位的声明")
            self._standing(title, cover.disclaimer)

    def _standing(self, title: str, texts: Sequence[str]) -> None:
        if texts:
            self.heading(title, new_page=True)
            for text in texts:
                self.text(text)

    def logo(self, cover: OwnCover | None) -> None:
        """The logo, and from here on the organisation's colour in headings."""
        if cover and cover.accent:
            for name in ("Subtitle", "Heading 1"):
                self.document.styles[name].font.color.rgb = RGBColor.from_string(cover.accent[1:].upper())
        if cover and cover.logo:
            content = base64.b64decode(cover.logo.partition(",")[2])
            run = self.document.add_paragraph(style="Normal").add_run()
            run.add_picture(io.BytesIO(content), height=Mm(18))

    def _caption(self, kind: Literal["figure", "table"], words: str) -> Paragraph:
        """Figure 3. words: the number is a field, so that a figure put in between renumbers the rest."""
        self._numbers[kind] += 1
        label = gettext("图") if kind == "figure" else gettext("表")
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.add_run(f"{label} ").bold = True
        _field_part(paragraph, "begin")
        _field_code(paragraph, f"SEQ {label} \\* ARABIC")
        _field_part(paragraph, "separate")
        paragraph.add_run(str(self._numbers[kind])).bold = True
        _field_part(paragraph, "end")
        paragraph.add_run(f"　{clean(words)}")
        return paragraph

    # -- page and styles -----------------------------------------------------------------------

    def _page(self, head: str) -> None:
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(18)
        page.top_margin, page.bottom_margin = Mm(24), Mm(20)
        page.different_first_page_header_footer = True
        line = page.header.paragraphs[0]
        line.add_run(clean(head)).font.size = Pt(8)
        foot = page.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for number, code in enumerate(("PAGE", "NUMPAGES")):
            if number:
                foot.add_run(" / ")
            _field_part(foot, "begin")
            _field_code(foot, code)
            _field_part(foot, "end")

    def _styles(self) -> None:
        styles = self.document.styles
        for name, (size, bold, colour, before, after) in STYLES.items():
            if name.startswith("Zhiping"):
                styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
            style = styles[name]
            style.font.name, style.font.size = LATIN, Pt(size)
            style.font.bold, style.font.italic, style.font.color.rgb = bold, False, colour
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(kind), None)
            fonts.set(qn("w:eastAsia"), EAST)
            shape = style.paragraph_format
            shape.space_before, shape.space_after = Pt(before), Pt(after)
            shape.line_spacing = 1.15 if name.startswith(("Zhiping Table", "Title")) else 1.3
            if name.startswith("Heading"):
                shape.keep_with_next = True
            for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
                style.element.get_or_add_pPr().remove(border)  # Word's own Title has a line beneath


def _light(table: Any) -> None:
    """Thin pale lines instead of the black ones of the style."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "C3CFD3")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _flag(row: Any, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))


def _field_part(paragraph: Paragraph, kind: str, *, dirty: bool = False) -> None:
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    if dirty:
        part.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(part)


def _field_code(paragraph: Paragraph, code: str) -> None:
    part = OxmlElement("w:instrText")
    part.set(qn("xml:space"), "preserve")
    part.text = f" {code} "
    paragraph.add_run()._r.append(part)
