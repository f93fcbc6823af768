"""A compendium as Word: one evidence sheet per clause under its code, screenshots in order, lines to sign on."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table
from docx.text.paragraph import Paragraph

from assessments.workbook.content import clean
from reports.covers.reading import OwnCover
from reports.documents.compendium.pictures import drawn_anew
from reports.documents.word import ROOM, WordColumn, WordPaper
from reports.view_models.compendium.values import (
    ClauseSheet,
    Compendium,
    Fact,
    ItemSheet,
    LevelSheet,
    OtherFile,
    Picture,
    Query,
    RoleSheet,
)
from reports.view_models.identity import Identity

LABEL, TEXT = 0.2, 0.8
TALLEST = 150.0  # millimetres of a screenshot: the sheet above stays on the same page
AMBER = RGBColor(0x8A, 0x53, 0x00)
LABEL_FILL, CODE_FILL = "EEF3F4", "F5F7F8"
Step = Callable[[], None]


def write_compendium_word(
    view: Compendium,
    roles: Sequence[RoleSheet],
    identity: Identity,
    *,
    scope: str,
    cover: OwnCover | None = None,
    step: Step | None = None,
) -> bytes:
    """A .docx file of these roles in the language that is active. ``step`` is called for every picture drawn."""
    paper = WordPaper(
        title=f"{view.title} {scope}",
        author=cover.issuer if cover and cover.issuer else identity.hospital,
        head=f"{identity.hospital} · {view.title} · {scope}",
    )
    _code_style(paper)
    _cover(paper, view, identity, scope, cover)
    paper.heading(_("目录"), new_page=True)
    contents: list[tuple[int, str]] = []
    for role in roles:
        for item in role.items:
            contents.append((1, f"{item.code} {item.name}"))
            contents += [(2, _level_heading(level)) for level in item.levels]
    paper.contents(contents)
    for role in roles:
        for item in role.items:
            _item(paper, view, item, step)
    return paper.content()


def _cover(
    paper: WordPaper, view: Compendium, identity: Identity, scope: str, cover: OwnCover | None
) -> None:
    paper.logo(cover)
    paper.text((cover and cover.title) or view.title, "Subtitle")
    paper.text(identity.edition, "Title")
    if cover and cover.subtitle:
        paper.text(cover.subtitle, "Zhiping Small")
    paper.text(identity.hospital, "Zhiping Lead")
    paper.text(scope, "Title")
    for label, text in cover_facts(view, identity):
        if text:
            paper.labelled(label, text)
    if cover and cover.issuer:
        paper.labelled(_("编制单位"), cover.issuer)
    for line in cover.contact if cover else ():
        paper.text(line, "Zhiping Small")
    if identity.live:
        paper.text(_("草稿"), bold=True)
    for text in notes(view, identity):
        paper.text(text, "Zhiping Small")


def cover_facts(view: Compendium, identity: Identity) -> tuple[tuple[str, str], ...]:
    """What stands on the cover, for Word and PDF."""
    window = f"{identity.window[0]} – {identity.window[1]}" if identity.window else ""
    return (
        (_("自评"), identity.title),
        (_("文号"), identity.document_number),
        (_("统计期"), window),
        (_("目标等级"), view.target_words),
        (_("依据"), identity.source_words),
        (_("生成时间"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
    )


def notes(view: Compendium, identity: Identity) -> tuple[str, ...]:
    """How to read it: what a missing mark says, whose wording the clauses are."""
    wording = (
        _("条款为标准原文；标注“非原文”的为本系统改写。")
        if view.official_wording
        else _("条款为本系统改写（非原文），以标准原文为准。")
    )
    return (
        _("标注【缺】的材料尚未提供，本汇编不作推断。图号为条款编号加顺序号，如01.01.4-1-1。"),
        wording,
        f"{identity.disclaimer} {identity.status_note}".strip(),
    )


def _level_heading(level: LevelSheet) -> str:
    return "　".join(part for part in (f"{level.code}　{level.words}", level.category) if part)


def _item(paper: WordPaper, view: Compendium, item: ItemSheet, step: Step | None) -> None:
    paper.heading(f"{item.code} {item.name}", new_page=True)
    _facts(paper, item.about)
    if item.no_such_service:
        paper.labelled(_("无此项业务"), item.no_such_service)
    for level in item.levels:
        _level(paper, level, step)
    if item.pictures or item.files:
        paper.heading(_("%(code)s 整个项目的材料") % {"code": item.code}, 2)
        _pictures(paper, item.pictures, step)
        _other(paper, item.files)
    _signatures(paper, view, item)


def _level(paper: WordPaper, level: LevelSheet, step: Step | None) -> None:
    paper.heading(_level_heading(level), 2)
    if level.no_requirement:
        paper.text(_("本级无要求，自然符合"), "Zhiping Small")
    _facts(paper, level.figures)
    for query in level.queries:
        _query(paper, query)
    for clause in level.clauses:
        _clause(paper, clause, step)


def _clause(paper: WordPaper, clause: ClauseSheet, step: Step | None) -> None:
    paper.heading(f"{clause.code}　{clause.claim_words}", 3)
    text = paper.text(clause.text)
    text.paragraph_format.keep_with_next = bool(clause.facts)
    if not clause.official:
        text.add_run(f"　{_('（非原文）')}").font.size = Pt(8.5)
    _facts(paper, clause.facts)
    _pictures(paper, clause.pictures, step)
    _other(paper, clause.files)
    _lacks(paper, clause.lacks)


def _lacks(paper: WordPaper, lacks: Sequence[str]) -> None:
    if lacks:
        run = paper.text("").add_run(f"{_('缺：')}{_('、').join(lacks)}")
        run.bold, run.font.color.rgb = True, AMBER


def _facts(paper: WordPaper, facts: Sequence[Fact]) -> None:
    """Label and text side by side; what is missing stands out in print too, by its mark."""
    if not facts:
        return
    table = _grid(paper, len(facts))
    for row, fact in zip(table.rows, facts, strict=True):
        label, text = row.cells
        _cell(paper, label.paragraphs[0], fact.label).bold = True
        _shade(label._tc, LABEL_FILL)
        run = _cell(paper, text.paragraphs[0], fact.text)
        for cell in (label, text):  # a sheet of facts is not torn apart, nor off its screenshot
            cell.paragraphs[0].paragraph_format.keep_with_next = True
        if fact.missing:
            run.bold, run.font.color.rgb = True, AMBER
        for cell, share in ((label, LABEL), (text, TEXT)):
            cell.width = Emu(int(ROOM * share))
    paper.text("", "Zhiping Small")


def _grid(paper: WordPaper, rows: int) -> Table:
    table = paper.document.add_table(rows=rows, cols=2, style="Table Grid")
    table.autofit = False
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "C3CFD3")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)
    for column, share in zip(table.columns, (LABEL, TEXT), strict=True):
        column.width = Emu(int(ROOM * share))
    return table  # type: ignore[no-any-return]


def _cell(paper: WordPaper, paragraph: Paragraph, text: str):  # type: ignore[no-untyped-def]
    paragraph.style = paper.document.styles["Zhiping Table"]
    return paragraph.add_run(clean(text))


def _shade(cell: object, fill: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    cell.get_or_add_tcPr().append(shade)  # type: ignore[attr-defined]


def _query(paper: WordPaper, query: Query) -> None:
    facts = "　".join(
        f"{label}{_('：')}{text}"
        for label, text in (
            (_("数据库"), query.database),
            (_("执行时间"), query.run_at),
            (_("责任人"), query.owner),
        )
        if text
    )
    line = paper.text(query.heading, bold=True)
    line.paragraph_format.keep_with_next = True
    if facts:
        line.add_run(f"　{clean(facts)}").font.size = Pt(9)
    if query.see:
        paper.text(_("统计SQL同%(level)s。") % {"level": query.see}, "Zhiping Small")
    elif query.text:
        paper.document.add_paragraph(clean(query.text), style="Zhiping Code")
    else:
        _lacks(paper, (_("统计SQL与执行时间"),))


def _code_style(paper: WordPaper) -> None:
    style = paper.document.styles.add_style("Zhiping Code", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = paper.document.styles["Normal"]
    style.font.name, style.font.size = "Consolas", Pt(8)
    style.paragraph_format.line_spacing = 1.1
    style.paragraph_format.left_indent = style.paragraph_format.right_indent = Mm(2)
    _shade_style(style)


def _shade_style(style: object) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", CODE_FILL)):
        shade.set(qn(f"w:{name}"), value)
    style.element.get_or_add_pPr().append(shade)  # type: ignore[attr-defined]


def _pictures(paper: WordPaper, pictures: Sequence[Picture], step: Step | None) -> None:
    for picture in pictures:
        caption = f"{_('图')} {picture.number}　{picture.caption}"
        shot = drawn_anew(picture.source)
        if step is not None:
            step()
        if shot is None:
            _lacks(paper, (_("%(caption)s（文件无法读取）") % {"caption": caption},))
            continue
        holder = paper.document.add_paragraph(style="Normal")
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.keep_with_next = True
        width, _height = shot.fitted(ROOM / Mm(1), TALLEST)
        shape = holder.add_run().add_picture(io.BytesIO(shot.content), width=Mm(width))
        shape._inline.docPr.set("descr", clean(caption))
        below = paper.text(caption, "Caption")
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _other(paper: WordPaper, files: Sequence[OtherFile]) -> None:
    for file in files:
        words = f"{file.name}　{file.caption}" if file.caption else file.name
        paper.text(f"{_('附件')}{_('：')}{words}　SHA-256 {file.sha256[:16]}…", "Zhiping Small")


def _signatures(paper: WordPaper, view: Compendium, item: ItemSheet) -> None:
    line = paper.text(_("以上%(code)s的材料真实、与系统实际情况一致。") % {"code": item.code})
    line.paragraph_format.keep_with_next = True
    share = 1 / len(view.signers)
    paper.table(
        [WordColumn(duty, share) for duty in view.signers],
        [[f"{_('签字：')}\n\n{_('日期：')}"] * len(view.signers)],
        least_height=18,
    )
