"""Official-document drafts as Word, in the proportions of GB/T 9704-2012: A4 with a type area of 156 x 225 mm,
22 lines of 28 characters, title in size 2, text in size 3, page numbers between dashes.

Fonts are named, not embedded: an office has the usual ones, and Word falls back by itself where it has not.
"""

from __future__ import annotations

import io

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from reports.view_models.official import DraftTable, OfficialDraft, day_in_words

#: style -> (East Asian font, size in points): sizes 2, 3, 3, 4 of Chinese type
FONTS = {
    "Title": ("方正小标宋简体", 22),
    "Heading 1": ("黑体", 16),
    "Normal": ("仿宋_GB2312", 16),
    "Zhiping Table": ("仿宋_GB2312", 12),
    "Caption": ("黑体", 14),
}
LATIN = "Times New Roman"
LINE = Pt(28.95)  # 225 mm over 22 lines
TABLE_LINE = Pt(18)


def write_official(draft: OfficialDraft) -> bytes:
    """The draft as a .docx file with real styles."""
    document = Document()
    _prepare(document, draft.wide)
    properties = document.core_properties
    properties.title, properties.author = draft.title, draft.signed
    properties.language = get_language() or "zh-hans"
    if not draft.final:
        document.add_paragraph(_("代拟稿"), style="Zhiping Table")
    document.add_paragraph(draft.title, style="Title")
    if draft.to:
        _plain(document.add_paragraph(draft.to))
    for section in draft.sections:
        if section.heading:
            document.add_paragraph(section.heading, style="Heading 1")
        for text in section.paragraphs:
            document.add_paragraph(text)
        if section.table:
            _table(document, section.table)
    document.add_paragraph()
    for text in (draft.signed, day_in_words(draft.day)):
        signed = document.add_paragraph(text)
        _plain(signed).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        signed.paragraph_format.right_indent = Pt(32 if text == draft.signed else 64)
        signed.paragraph_format.keep_together = True
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _prepare(document: WordDocument, wide: bool) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = (Mm(297), Mm(210)) if wide else (Mm(210), Mm(297))
    page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    page.top_margin, page.bottom_margin = Mm(37 if not wide else 28), Mm(35 if not wide else 26)
    page.left_margin, page.right_margin = Mm(28 if not wide else 25), Mm(26 if not wide else 25)
    document.styles.add_style("Zhiping Table", WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    for name, (font, size) in FONTS.items():
        style = document.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        style.font.bold = style.font.italic = False
        style.font.color.rgb = None
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        fonts.set(qn("w:eastAsia"), font)
        shape = style.paragraph_format
        shape.space_before = shape.space_after = Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    for name in ("Normal", "Heading 1"):  # 28 characters of size 3 on 156 mm stand a quarter point closer
        closer = OxmlElement("w:spacing")
        closer.set(qn("w:val"), "-5")
        document.styles[name].element.get_or_add_rPr().append(closer)
    _unruled(document.styles["Title"])
    document.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Title"].paragraph_format.line_spacing = Pt(35)
    document.styles["Title"].paragraph_format.space_after = LINE
    document.styles["Normal"].paragraph_format.first_line_indent = Pt(32)  # two characters
    document.styles["Heading 1"].paragraph_format.first_line_indent = Pt(32)
    document.styles["Heading 1"].paragraph_format.keep_with_next = True
    for name in ("Title", "Caption", "Zhiping Table"):
        document.styles[name].paragraph_format.first_line_indent = Pt(0)
    document.styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Caption"].paragraph_format.keep_with_next = True
    document.styles["Zhiping Table"].paragraph_format.line_spacing = TABLE_LINE
    _number_pages(page.footer.paragraphs[0])


def _unruled(style: object) -> None:
    """Word's own Title has a line beneath."""
    properties = style.element.get_or_add_pPr()  # type: ignore[attr-defined]
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _plain(paragraph: Paragraph) -> Paragraph:
    paragraph.paragraph_format.first_line_indent = Pt(0)
    return paragraph


def _number_pages(paragraph: Paragraph) -> None:
    """— 1 — in the middle."""
    _plain(paragraph).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("— ", "", " —"):
        run = paragraph.add_run(text)
        run.font.size = Pt(14)
        if text:
            continue
        for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = words
            run._r.append(part)


def _table(document: WordDocument, given: DraftTable) -> None:
    if given.caption:
        document.add_paragraph(given.caption, style="Caption")
    page = document.sections[0]
    room = int(page.page_width or 0) - int(page.left_margin or 0) - int(page.right_margin or 0)
    table = document.add_table(rows=1, cols=len(given.headings), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _repeat(table.rows[0]._tr)
    for column, width in zip(table.columns, given.widths, strict=True):
        column.width = Emu(int(room * width))
    for texts, row in ((given.headings, table.rows[0]), *((texts, table.add_row()) for texts in given.rows)):
        for cell, text, width in zip(row.cells, texts, given.widths, strict=True):
            cell.width = Emu(int(room * width))
            paragraph = cell.paragraphs[0]
            paragraph.style = document.styles["Zhiping Table"]
            run = paragraph.add_run(text)
            if texts is given.headings:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                run.bold = True


def _repeat(row: object) -> None:
    """The first row stands on every page again."""
    properties = row.get_or_add_trPr()  # type: ignore[attr-defined]
    properties.append(OxmlElement("w:tblHeader"))
