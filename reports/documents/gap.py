"""The gap report as a document: the values of the view model set in HTML for paper."""

from __future__ import annotations

from collections.abc import Mapping
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
from reports.checking.parcel import answers_digest, parcel_of
from reports.covers.colours import accent_style
from reports.covers.reading import OwnCover, own_cover
from reports.documents.finished import Finished
from reports.documents.gap_word import write_gap_word
from reports.documents.gap_workbook import write_gap_workbook
from reports.exhibits import exhibits_of
from reports.models import IssuedReport
from reports.pdf import Attached
from reports.queries import assigned_of
from reports.regional.benchmark import benchmark_of
from reports.standing import Standing, snapshot_standing, standing_of, with_evidence
from reports.view_models.report import GapReport, gap_report
from reports.view_models.verified.loops import LoopRow


class NothingToReport(RuntimeError):
    """There is neither a snapshot nor a draft this reader may see."""


@dataclass(frozen=True)
class Document:
    """HTML and style of a document; ``expected_pages`` only drives the progress bar; ``shots``: its screenshots, handed
    to the layout beside the page (pdf.SHOT)."""

    html: str
    css: str
    expected_pages: int
    shots: Mapping[str, bytes] | None = None
    attached: tuple[Attached, ...] = ()  # JSON that travels inside, for checking


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
    cover: OwnCover | None = None  # of the organisation whose people made the document
    seal: str = ""  # SHA-256 of the answers inside
    number: str = ""  # public id of the issued report

    @property
    def reference(self) -> str:
        return f"{self.report.identity.edition_key} · {self.report.identity.engine_version} · {self.report.identity.edition_hash}"


@cache
def paper_style() -> str:
    return (Path(settings.BASE_DIR) / "static" / "css" / "document.css").read_text(encoding="utf-8")


def gap_document(report: IssuedReport) -> Document | Finished:
    """The document of a requested report, in the language that is active.

    A report of a submission is made from its snapshot; departments and people are named only to
    readers from the hospital itself.
    """
    assessment = report.assessment
    if assessment is None:
        raise NothingToReport
    if report.snapshot is not None:
        standing: Standing | None = snapshot_standing(assessment, report.snapshot)
    else:
        standing = standing_of(assessment, submitted_only=is_only_overseen(assessment, report.requested_by))
    if standing is None:
        raise NothingToReport
    standing = with_evidence(assessment, standing, of=report.snapshot)
    inside = not is_only_overseen(assessment, report.requested_by)
    assigned = assigned_of(assessment) if inside else {}
    cover = own_cover(assessment.hospital, report.requested_by)
    told = gap_report(
        standing,
        report.target_level,
        assigned,
        inside=inside,
        exhibits=exhibits_of(assessment, report.requested_by),
        benchmark=benchmark_of(assessment, report.snapshot),
    )
    if report.form == IssuedReport.Form.WORD:
        return Finished(write_gap_word(told, cover))
    if report.form == IssuedReport.Form.WORKBOOK:
        return Finished(write_gap_workbook(told, cover))
    attached = parcel_of(
        standing,
        kind="gap",
        target=report.target_level,
        made_at=timezone.localtime(),
        reference=str(report.public_id),
    )
    return set_gap_report(told, cover, attached, number=str(report.public_id))


def set_gap_report(
    report: GapReport, cover: OwnCover | None = None, attached: tuple[Attached, ...] = (), *, number: str = ""
) -> Document:
    """HTML for paper from the view model; no query. ``attached``: what travels inside (``parcel_of``)."""
    pictures = report.verified.pictures if report.verified else ()
    page = GapPaper(
        report=report,
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        made_at=timezone.localtime(),
        gauge=draw(report.gauge),
        gate_strip=draw(report.gate_strip),
        points=draw(report.points),
        radar=draw(report.radar),
        heat_map=draw(report.heat_map),
        first=report.first,
        loops=tuple((one.row, draw(one.chart), one.chart.caption) for one in pictures),
        cover=cover,
        seal=answers_digest(attached),
        number=number,
    )
    return Document(
        html=render_to_string("reports/document/gap.html", {"page": page}),
        css=paper_style() + accent_style(cover),
        expected_pages=8
        + len(report.sections) // 2
        + len(report.items) // 20
        + (6 + len(pictures) // 2 if report.verified else 0),
        attached=attached,
    )
