"""The gap report as a workbook: summary, gates, gaps, items, from the values of the page and the PDF."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from accounts.templatetags.display import level_name, state_name
from assessments.workbook import styles, words
from assessments.workbook.cells import put_text
from assessments.workbook.writing import paper
from reports.covers.on_sheets import accent_of, disclaimer_lines, issuer_lines, logo_of
from reports.covers.reading import OwnCover
from reports.documents.register_sheets import (
    exhibit_columns,
    exhibit_rows,
    peer_columns,
    peer_lines,
    peer_rows,
)
from reports.documents.verified_sheet import Column, verified_columns, verified_lines, verified_rows
from reports.view_models.gaps import GapRow
from reports.view_models.report import GapReport

LOGO_HEIGHT = 54  # pixels; the row above the title is as high


def write_gap_workbook(report: GapReport, cover: OwnCover | None = None) -> bytes:
    """In the language that is active. Every cell is text or a level: nothing in it can be a formula. ``cover``: logo,
    colour of the heads and texts of the organisation that hands it over."""
    book = Workbook()
    summary = book.active
    assert isinstance(summary, Worksheet)
    brush = styles.Brush()
    behind = PatternFill("solid", start_color=accent_of(cover, styles.HEAD_COLOUR))
    head = styles.Look(styles.HEAD, behind, styles.MIDDLE)
    _summary(summary, report, cover)
    _table(book.create_sheet(_("达标条件")), brush, _gate_columns(), _gate_rows(report), report, head)
    _table(book.create_sheet(_("差距")), brush, _gap_columns(), _gap_rows(report), report, head)
    _table(book.create_sheet(_("项目")), brush, _item_columns(), _item_rows(report), report, head)
    if report.verified is not None:
        _table(
            book.create_sheet(_("核验")),
            brush,
            verified_columns(),
            verified_rows(report.verified),
            report,
            head,
        )
    if report.exhibits.rows:
        _table(
            book.create_sheet(_("证据登记册")),
            brush,
            exhibit_columns(),
            exhibit_rows(report.exhibits),
            report,
            head,
        )
    if report.peers and report.peers.items:
        _table(book.create_sheet(_("同类比较")), brush, peer_columns(), peer_rows(report.peers), report, head)
    book.properties.creator = "Zhiping"
    book.properties.title = report.title
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _summary(target: Worksheet, report: GapReport, cover: OwnCover | None) -> None:
    identity = report.identity
    target.title = _("概要")
    target.sheet_view.showGridLines = False
    for letter, width in (("A", 3), ("B", 18), ("C", 96)):
        target.column_dimensions[letter].width = width
    window = f"{identity.window[0]} — {identity.window[1]}" if identity.window else ""
    lines: list[tuple[str, str]] = [
        *issuer_lines(cover),
        (_("医疗机构"), identity.hospital),
        (_("自评"), identity.title),
        (_("标准"), f"{identity.edition} {identity.document_number}".strip()),
        (_("统计期"), window),
        (_("目标等级"), level_name(report.target)),
        (_("自评等级"), level_name(report.level)),
        (_("总评分"), report.total),
        *verified_lines(report),
        *((_("门面") if n == 0 else "", sentence) for n, sentence in enumerate(report.facade.said)),
        (_("证据登记册"), report.exhibits.said),
        *peer_lines(report.peers),
        *((_("结论") if n == 0 else "", sentence) for n, sentence in enumerate(report.summary)),
        *((_("稳健性") if n == 0 else "", sentence) for n, sentence in enumerate(report.robustness)),
        *((_("界限") if n == 0 else "", sentence) for n, sentence in enumerate(report.borderline)),
        *((_("矛盾数据") if n == 0 else "", sentence) for n, sentence in enumerate(report.problems)),
        *(
            (_("未确认的总体要求") if n == 0 else "", f"{level_name(row.level)} {row.text}")
            for n, row in enumerate(report.overall)
        ),
        *((paragraph.heading, paragraph.text) for paragraph in report.method),
        (_("来源"), identity.source_words),
        (_("声明"), identity.disclaimer),
        *disclaimer_lines(cover),
        (_("核对"), f"{identity.edition_key} · {identity.engine_version} · {identity.edition_hash}"),
    ]
    if logo := logo_of(cover):
        picture = Image(io.BytesIO(logo))
        picture.width, picture.height = round(picture.width * LOGO_HEIGHT / picture.height), LOGO_HEIGHT
        target.row_dimensions[1].height = LOGO_HEIGHT * 0.75 + 6
        target.add_image(picture, "B1")
    put_text(target.cell(2, 2), report.title)
    target.cell(2, 2).font = styles.TITLE
    target.row_dimensions[2].height = 30
    row = 4
    for label, text in lines:
        if not text:
            continue
        left, right = target.cell(row, 2), target.cell(row, 3)
        put_text(left, label)
        put_text(right, text)
        left.font, right.font, left.alignment, right.alignment = (
            styles.STRONG,
            styles.BODY,
            styles.WRAP,
            styles.WRAP,
        )
        target.row_dimensions[row].height = max(
            18.0, 14.5 * max(styles.lines_in(text, 96), styles.lines_in(label, 18)) + 4
        )
        row += 1
    paper(target, report.title)
    target.page_setup.orientation = "portrait"


def _table(
    target: Worksheet,
    brush: styles.Brush,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    report: GapReport,
    head: styles.Look,
) -> None:
    for n, column in enumerate(columns, start=1):
        cell = target.cell(1, n)
        brush.paint(cell, head)
        put_text(cell, column.heading)
        target.column_dimensions[get_column_letter(n)].width = column.width
    last = 1
    for last, values in enumerate(rows, start=2):
        height = 1
        for n, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
            cell = target.cell(last, n)
            brush.paint(cell, _look(column, value))
            text = level_name(value) if isinstance(value, int) else str(value)
            put_text(cell, text)
            height = max(height, styles.lines_in(text, column.width))
        target.row_dimensions[last].height = min(400.0, max(18.0, 14.5 * height + 4))
    target.freeze_panes = "B2"
    target.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    target.print_title_rows = "1:1"
    paper(target, f"{report.title}  {target.title}")


def _look(column: Column, value: Any) -> styles.Look:
    if isinstance(value, int):
        step = min(value, len(styles.LEVELS) - 1)
        return styles.Look(styles.LEVEL_FONTS[step], styles.LEVEL_FILLS[step], styles.MIDDLE)
    return styles.Look(styles.BODY, None, styles.RIGHT if column.figure else styles.WRAP)


def _category(category: str | None, confirmed: bool) -> str:
    if not category:
        return ""
    word = _("基本项") if category == "basic" else _("选择项")
    return f"{words.SIGNS[category]} {word}{'' if confirmed else _('（待核对）')}"


def _gate_columns() -> list[Column]:
    return [
        Column(_("级别"), 9),
        Column(_("条件"), 12),
        Column(_("现有/需要"), 14, figure=True),
        Column(_("结论"), 12),
        Column(_("条件说明"), 46),
        Column(_("未达标的项目"), 90),
    ]


def _gate_rows(report: GapReport) -> Iterable[Sequence[Any]]:
    for level in report.levels:
        for gate in level.gates:
            failing = "\n".join(f"{one.code} {one.name}{_('：')}{one.first.sentence}" for one in gate.failing)
            verdict = _("满足") if gate.holds else _("未满足")
            said = "\n".join(part for part in (gate.sentence, gate.borderline) if part)
            yield level.level, gate.name, gate.figures, verdict, said, failing


def _gap_columns() -> list[Column]:
    return [
        Column(_("项目"), 10),
        Column(_("名称"), 20),
        Column(_("工作角色"), 14),
        Column(_("级别"), 8),
        Column(_("类别"), 12),
        Column(_("解决后"), 22),
        Column(_("建议先做"), 9),
        Column(_("增加分数"), 10, figure=True),
        Column(_("有效应用比例"), 14, figure=True),
        Column(_("数据质量指数"), 14, figure=True),
        Column(_("缺少的条款"), 60),
        Column(_("怎样补齐"), 60),
        Column(_("责任科室"), 14),
        Column(_("责任人"), 12),
    ]


def _gap_rows(report: GapReport) -> Iterable[Sequence[Any]]:
    for gap in (*report.needed, *report.reserve):
        yield _gap_row(gap)


def _gap_row(gap: GapRow) -> Sequence[Any]:
    clauses = "\n".join(f"{one.code} [{state_name(one.state)}] {one.text}" for one in gap.clauses)
    return (
        gap.code,
        gap.name,
        gap.role_name,
        gap.level,
        _category(gap.category, gap.confirmed),
        gap.unlocks_words,
        _("是") if gap.suggested else "",
        gap.gain,
        gap.application,
        gap.data_quality,
        clauses,
        "\n".join(sentence for _key, sentence in gap.steps),
        gap.assigned.department,
        gap.assigned.person,
    )


def _item_columns() -> list[Column]:
    return [
        Column(_("项目"), 10),
        Column(_("名称"), 26),
        Column(_("工作角色"), 16),
        Column(_("目标等级的类别"), 16),
        Column(_("功能等级"), 10),
        Column(_("计分级别"), 10),
        Column(_("得分"), 9, figure=True),
        Column(_("有效应用比例"), 13, figure=True),
        Column(_("数据质量指数"), 13, figure=True),
        Column(_("达标级别"), 14),
        Column(_("达到目标"), 10),
        Column(_("未达到的原因"), 60),
    ]


def _item_rows(report: GapReport) -> Iterable[Sequence[Any]]:
    for item in report.items:
        yield (
            item.code,
            item.name,
            item.role_name,
            _category(item.category, item.category_confirmed),
            item.function_level,
            item.scored_level,
            item.score,
            item.application,
            item.data_quality,
            item.passes_words,
            _("是") if item.passes_target else _("否"),
            item.reason,
        )
