"""The evidence register: what was handed in, what it supports, its fingerprint, and what was decided about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from reports.exhibits import Exhibit, Review

MOST = 300  # lines on paper; the workbook has every one


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """``number`` is how the report refers to it; ``review`` a word of reports.exhibits.Review."""

    number: str
    kind: str
    name: str
    places: str
    window: str
    by: str
    at: str
    sha256: str
    review: str
    review_words: str
    note: str

    @property
    def handed_in(self) -> str:
        return f"{self.by} {self.at}".strip()


@dataclass(frozen=True, slots=True)
class ExhibitRegister:
    """``rows``: everything; ``shown``: as many as paper takes. Empty ``rows``: ``said`` says why."""

    said: str
    rows: tuple[ExhibitRow, ...]

    @property
    def shown(self) -> tuple[ExhibitRow, ...]:
        return self.rows[:MOST]

    @property
    def more(self) -> str:
        left = len(self.rows) - MOST
        if left <= 0:
            return ""
        return ngettext("另有%(n)s件，见本报告的Excel。", "另有%(n)s件，见本报告的Excel。", left) % {
            "n": left
        }


def exhibit_register(exhibits: Sequence[Exhibit] | None) -> ExhibitRegister:
    """``exhibits`` None: made from a file, which carries none. No query."""
    if exhibits is None:
        return ExhibitRegister(gettext("本报告按文件中的答案生成，文件不带证据。"), ())
    if not exhibits:
        return ExhibitRegister(gettext("还没有可以列出的证据：没有上传材料，也没有交数据。"), ())
    rows = tuple(_row(n, one) for n, one in enumerate(exhibits, start=1))
    counts = Counter(one.review for one in exhibits)
    parts = [f"{_review_words()[review]} {counts[review]}" for review in _review_words() if counts[review]]
    said = ngettext("共%(n)s件：%(parts)s。", "共%(n)s件：%(parts)s。", len(rows)) % {
        "n": len(rows),
        "parts": gettext("、").join(parts),
    }
    return ExhibitRegister(said, rows)


def _row(n: int, one: Exhibit) -> ExhibitRow:
    return ExhibitRow(
        number=f"E{n}",
        kind=_kind_words()[one.kind],
        name=gettext("第%(n)s次核验") % {"n": one.name} if one.kind == "run" else one.name,
        places=gettext("、").join(one.places) or gettext("整个自评"),
        window=f"{one.window[0]} – {one.window[1]}" if one.window else "",
        by=one.by,
        at=timezone.localtime(one.at).strftime("%Y-%m-%d"),
        sha256=one.sha256,
        review=one.review,
        review_words=_review_words()[one.review],
        note=_note(one),
    )


def _note(one: Exhibit) -> str:
    if one.destroyed_at is not None:
        day = timezone.localtime(one.destroyed_at).strftime("%Y-%m-%d")
        return gettext("原始数据已于%(day)s销毁，指纹保留") % {"day": day}
    if isinstance(one.note, str):
        return str(one.note)
    english = (get_language() or "").startswith("en")
    return str(one.note.get("en" if english else "zh", ""))


def _kind_words() -> Mapping[str, str]:
    return {
        "attachment": gettext("附件"),
        "bundle": gettext("证据包"),
        "extract": gettext("数据文件"),
        "run": gettext("核验"),
        "attestation": gettext("核验证明"),
        "package": gettext("上报包"),
    }


def _review_words() -> Mapping[Review, str]:
    return {
        "accepted": gettext("已采信"),
        "questioned": gettext("有疑问"),
        "rejected": gettext("不采信"),
        "not_looked_at": gettext("还没有人看过"),
        "by_machine": gettext("由程序重算，不需人评审"),
    }
