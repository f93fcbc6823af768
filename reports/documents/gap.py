"""The gap report as a document: the values of the view model set in HTML for paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from reports.actions import is_only_overseen
from reports.charts.svg import draw
from reports.models import IssuedReport
from reports.queries import assigned_of
from reports.standing import Standing, snapshot_standing, standing_of, with_evidence
from reports.view_models.report import GapReport, gap_report
from reports.view_models.verified.loops import LoopRow


class NothingToReport(RuntimeError):
    """There is neither a snapshot nor a draft this reader may see."""


@dataclass(frozen=True)
class Document:
    """HTML and style of a document; ``expected_pages`` only drives the progress bar."""

    html: str
    css: str
    expected_pages: int


@dataclass(frozen=True)
class GapPaper:
    """Context ``page`` of reports/document/gap.html: the report, its charts as SVG text, when it was made."""

    report: GapReport
    language: str
    made_at: datetime
    gauge: str
    gate_strip: str
    points: str
    radar: str
    heat_map: str
    first: tuple[object, ...]  # suggested gaps for the director's page, at most eight
    loops: tuple[tuple[LoopRow, str, str], ...]  # closed loops: words, drawing, caption

    @property
    def reference(self) -> str:
        return f"{self.report.identity.edition_key} · {self.report.identity.engine_version} · {self.report.identity.edition_hash}"


@cache
def paper_style() -> str:
    return (Path(settings.BASE_DIR) / "static" / "css" / "document.css").read_text(encoding="utf-8")


def gap_document(report: IssuedReport) -> Document:
    """The document of a requested report, in the language that is active.

    A report of a submission is made from its snapshot; departments and people are named only to
    readers from the hospital itself.
    """
    assessment = report.assessment
    if report.snapshot is not None:
        standing: Standing | None = snapshot_standing(assessment, report.snapshot)
    else:
        standing = standing_of(assessment, submitted_only=is_only_overseen(assessment, report.requested_by))
    if standing is None:
        raise NothingToReport
    standing = with_evidence(assessment, standing, of=report.snapshot)
    inside = not is_only_overseen(assessment, report.requested_by)
    assigned = assigned_of(assessment) if inside else {}
    return set_gap_report(gap_report(standing, report.target_level, assigned, inside=inside))


def set_gap_report(report: GapReport) -> Document:
    """HTML for paper from the view model; no query."""
    pictures = report.verified.pictures if report.verified else ()
    suggested = [gap for gap in report.needed if gap.suggested]
    page = GapPaper(
        report=report,
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        made_at=timezone.localtime(),
        gauge=draw(report.gauge),
        gate_strip=draw(report.gate_strip),
        points=draw(report.points),
        radar=draw(report.radar),
        heat_map=draw(report.heat_map),
        first=tuple((suggested or list(report.needed))[:8]),
        loops=tuple((one.row, draw(one.chart), one.chart.caption) for one in pictures),
    )
    return Document(
        html=render_to_string("reports/document/gap.html", {"page": page}),
        css=paper_style(),
        expected_pages=8
        + len(report.sections) // 2
        + len(report.items) // 20
        + (6 + len(pictures) // 2 if report.verified else 0),
    )
