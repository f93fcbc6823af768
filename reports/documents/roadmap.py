"""The roadmap as a document: the values of its view set in HTML for paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext

from reports.charts.spec import AnyChart
from reports.charts.svg import draw
from reports.checking.parcel import answers_digest
from reports.covers.colours import accent_style
from reports.covers.reading import OwnCover
from reports.documents.gap import Document, paper_style
from reports.pdf import Attached
from reports.view_models.identity import Identity
from reports.view_models.roadmap import RoadmapView

Heading = tuple[str, str]  # anchor and words


@dataclass(frozen=True)
class RoadmapPaper:
    """Context ``page`` of reports/document/roadmap.html: the view, whose it is, its charts as SVG text, when it was
    made. ``contents``: anchor, words, and the headings below; ``duties``: who signs."""

    view: RoadmapView
    identity: Identity
    language: str
    made_at: datetime
    contents: tuple[tuple[str, str, tuple[Heading, ...]], ...]
    duties: tuple[str, ...]
    gantt: str
    cost_curve: str
    climb: str
    load: str
    cover: OwnCover | None = None
    seal: str = ""  # SHA-256 of the answers inside
    number: str = ""  # public id of the issued report

    @property
    def reference(self) -> str:
        who = self.identity
        return f"{who.edition_key} · {who.engine_version} · {who.edition_hash}"


@cache
def roadmap_style() -> str:
    own = Path(settings.BASE_DIR) / "static" / "css" / "document-roadmap.css"
    return f"{paper_style()}\n{own.read_text(encoding='utf-8')}"


def set_roadmap(
    view: RoadmapView,
    identity: Identity,
    cover: OwnCover | None = None,
    attached: tuple[Attached, ...] = (),
    *,
    number: str = "",
) -> Document:
    """HTML for paper from the view model; no query. ``attached``: what travels inside (``parcel_of``)."""
    page = RoadmapPaper(
        view=view,
        identity=identity,
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        made_at=timezone.localtime(),
        contents=contents_of(view),
        duties=signing_duties(),
        gantt=_drawn(view.gantt),
        cost_curve=_drawn(view.cost_curve),
        climb=_drawn(view.climb),
        load=_drawn(view.load),
        cover=cover,
        seal=answers_digest(attached),
        number=number,
    )
    return Document(
        html=render_to_string("reports/document/roadmap.html", {"page": page}),
        css=roadmap_style() + accent_style(cover),
        expected_pages=8 + len(view.rows) // 3 + len(view.tasks) // 35,
        attached=attached,
    )


def _drawn(chart: AnyChart | None) -> str:
    return draw(chart) if chart else ""


def contents_of(view: RoadmapView) -> tuple[tuple[str, str, tuple[Heading, ...]], ...]:
    """The chapters in their order; Word has the same."""
    chapters: list[tuple[str, str, tuple[Heading, ...]]] = [("decision", gettext("供决策的一页"), ())]
    if view.rows:
        chapters += [
            ("plan", gettext("方案总表"), ()),
            ("pictures", gettext("进度、费用与人力"), ()),
            (
                "phases",
                gettext("分期建设内容"),
                tuple((f"phase-{phase.key}", phase.title) for phase in view.phases),
            ),
            ("order", gettext("先后关系与任务"), ()),
            ("risks", gettext("风险与应对"), ()),
        ]
    chapters.append(("assumptions", gettext("假设与约束"), ()))
    if view.sensitivity:
        chapters.append(("sensitivity", gettext("敏感性"), ()))
    return (
        *chapters,
        ("signatures", gettext("审批签署"), ()),
        ("notes", gettext("说明与声明"), ()),
    )


def signing_duties() -> tuple[str, ...]:
    return (
        gettext("编制（信息部门）"),
        gettext("审核（质控部门）"),
        gettext("会签（财务部门）"),
        gettext("分管院领导"),
        gettext("院长"),
    )
