"""The roadmap as a workbook: plan, tasks, quarters, clauses, gaps, risks, and assumptions that formulas read."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from PIL import Image
from xlsxwriter.worksheet import Worksheet

from assessments.workbook import styles
from reports.covers.on_sheets import accent_of, disclaimer_lines, issuer_lines, logo_of
from reports.covers.reading import OwnCover
from reports.documents.roadmap_workbook import sheets
from reports.documents.roadmap_workbook.writing import Book, Formula, Value, cell, paper
from reports.view_models.gaps import GapRow
from reports.view_models.identity import Identity
from reports.view_models.roadmap import RoadmapView

LOGO_HEIGHT = 54  # pixels; the row above the title is as high


def write_roadmap_workbook(
    view: RoadmapView, identity: Identity, gaps: Sequence[GapRow] = (), cover: OwnCover | None = None
) -> bytes:
    """In the language that is active. Texts cannot be formulas, whatever somebody typed; the formulas are ours.
    ``cover``: logo, colour of the heads and texts of the organisation that hands it over."""
    book = Book(accent_of(cover, styles.HEAD_COLOUR))
    book.file.set_properties({"title": view.title, "author": "Zhiping", "comments": view.headline})
    places = sheets.places_of(view)
    _summary(book, view, identity, places, cover)
    if view.rows:
        sheets.write_plan(book, view, places)
        sheets.write_tasks(book, view, places)
        sheets.write_quarters(book, view, places)
        sheets.write_clauses(book, view)
    if gaps:
        sheets.write_gaps(book, view, gaps)
    if view.rows:
        sheets.write_risks(book, view)
    if view.sensitivity:
        sheets.write_sensitivity(book, view)
    sheets.write_assumptions(book, view, places)
    return book.close()


def _summary(
    book: Book, view: RoadmapView, identity: Identity, places: sheets.Places, cover: OwnCover | None
) -> None:
    sheet = book.file.add_worksheet(_("概要"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 4, 30)
    if logo := logo_of(cover):
        _width, height = Image.open(io.BytesIO(logo)).size
        sheet.set_row_pixels(0, LOGO_HEIGHT + 8)
        scale = LOGO_HEIGHT / height
        drawn = {"image_data": io.BytesIO(logo), "x_scale": scale, "y_scale": scale, "y_offset": 4}
        sheet.insert_image(0, 1, "logo.png", drawn)
    book.put(sheet, 1, 1, view.title, "title")
    sheet.set_row(1, 30)
    at = 3
    for label, text in (*((a, b) for a, b in issuer_lines(cover) if b), *_lines(view, identity)):
        at = _line(book, sheet, at, label, text)
    if view.rows:
        at += 1
        for place, words in enumerate(("", _("低估"), _("可能"), _("高估")), start=1):
            book.put(sheet, at, place, words, "head")
        end = len(view.rows) + 1
        for words, first, look, spanned in (
            (_("工作量（人周）"), 6, "effort", view.effort),
            (_("费用（元）"), 10, "money", view.cost),
        ):
            at += 1
            book.put(sheet, at, 1, words, "strong")
            for place, value in enumerate((spanned.low, spanned.likely, spanned.high)):
                formula = Formula(f"='{places.plan}'!{cell(end, first + place)}", value)
                book.put(sheet, at, 2 + place, formula, "effort" if look == "effort" else "money")
        hint = _("黄色单元格可以修改；工作量、费用和合计随之重新计算，方案的选择不变。")
        sheet.merge_range(at + 2, 1, at + 2, 4, hint, book.look("small"))
        at += 3
    for heading, texts in (
        (_("需要决定的事"), view.decisions),
        (_("达不到的条件"), tuple(f"{row.gate_words} {row.text}" for row in view.blocked)),
        (_("放宽办法"), tuple(f"{row.kind_words} {row.text}" for row in view.relaxations)),
        (_("声明"), (view.optimal_words, identity.disclaimer)),
    ):
        for number, text in enumerate(texts):
            at = _line(book, sheet, at, heading if number == 0 else "", text)
    for label, text in disclaimer_lines(cover):
        at = _line(book, sheet, at, label, text)
    paper(sheet, view.title)
    sheet.set_portrait()


def _lines(view: RoadmapView, identity: Identity) -> tuple[tuple[str, str], ...]:
    window = f"{identity.window[0]} — {identity.window[1]}" if identity.window else ""
    every = (
        (_("医疗机构"), identity.hospital),
        (_("自评"), identity.title),
        (_("标准"), f"{identity.edition} {identity.document_number}".strip()),
        (_("统计期"), window),
        (_("方案"), f"{view.objective_words}{_('，')}{view.status_words}"),
        (_("目标等级"), view.target_words),
        (_("整体级别"), f"{view.level_before_words} → {view.level_after_words}" if view.rows else ""),
        (_("总评分"), f"{view.total_before} → {view.total_after}" if view.rows else ""),
        (_("建设时间"), f"{view.start.words} – {view.finish_words}" if view.finish else ""),
        (_("结论"), view.headline),
        *(("", sentence) for sentence in view.summary),
        ("", view.ready_words),
        (_("核对"), f"{identity.edition_key} · {identity.engine_version} · {identity.edition_hash}"),
    )
    return tuple((label, text) for label, text in every if text)


def _line(book: Book, sheet: Worksheet, at: int, label: str, text: Value) -> int:
    book.put(sheet, at, 1, label, "strong")
    sheet.merge_range(at, 2, at, 4, "", book.look("text"))
    book.put(sheet, at, 2, text, "text")
    sheet.set_row(at, max(18.0, 14.5 * styles.lines_in(str(text), 90) + 4))
    return at + 1
