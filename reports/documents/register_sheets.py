"""Sheets of the gap workbook that go beyond the card: the evidence register, and the hospital among its peers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from reports.documents.verified_sheet import Column
from reports.view_models.report.peers import PeerPart
from reports.view_models.report.register import ExhibitRegister


def exhibit_columns() -> list[Column]:
    return [
        Column(_("编号"), 8),
        Column(_("类型"), 12),
        Column(_("名称"), 40),
        Column(_("支持"), 24),
        Column(_("统计期"), 24),
        Column(_("交来的人"), 14),
        Column(_("日期"), 12),
        Column("SHA-256", 68),
        Column(_("评审"), 20),
        Column(_("说明"), 40),
    ]


def exhibit_rows(part: ExhibitRegister) -> Iterable[Sequence[Any]]:
    """Every line, however many paper takes."""
    for row in part.rows:
        yield (
            row.number, row.kind, row.name, row.places, row.window, row.by, row.at, row.sha256, row.review_words, row.note,
        )  # fmt: skip


def peer_lines(part: PeerPart | None) -> list[tuple[str, str]]:
    """What the summary sheet says."""
    if part is None:
        return []
    lines = [(_("与同类医院比较"), part.said), ("", part.group)]
    lines += [("", note) for note in part.notes]
    return lines + [(name, share) for name, share in part.levels]


def peer_columns() -> list[Column]:
    return [
        Column(_("项目"), 10),
        Column(_("名称"), 28),
        Column(_("本院"), 10, figure=True),
        Column(_("同类中位数"), 14, figure=True),
        Column(_("差"), 10, figure=True),
        Column(_("高于本院的同类"), 18, figure=True),
    ]


def peer_rows(part: PeerPart) -> Iterable[Sequence[Any]]:
    for item in part.items:
        yield item.code, item.name, item.own, item.middle, item.difference, item.better
