"""PDF production: seconds, pages a second, and the share of time outside WeasyPrint's own layout.

Makes the gap report of the demo hospital for growing targets and repeats its sections until it has at least
forty pages, in both languages, in one run. "Outside" is everything but ``HTML.render`` and ``write_pdf``: reading
the standing, gaps, charts, templates. Then the roadmap of a hospital that has nothing yet, to level 5 of the record
standard: near sixty pages. CPU seconds stand beside wall seconds. Recorded peer figures are in docs/performance.md.

    python bench/bench_documents.py
"""

from __future__ import annotations

import io
import json
import logging
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from django.utils import translation  # noqa: E402

from assessments.demo.answers import reach  # noqa: E402
from assessments.demo.weak_spots import near_level_four  # noqa: E402
from assessments.documents import library  # noqa: E402
from engine.roadmap.plan import make_plan  # noqa: E402
from engine.roadmap.quarters import Quarter  # noqa: E402
from engine.scoring.answers import Answers  # noqa: E402
from engine.scoring.score import score  # noqa: E402
from reports.documents.gap import set_gap_report  # noqa: E402
from reports.documents.roadmap import set_roadmap  # noqa: E402
from reports.pdf import write_pdf  # noqa: E402
from reports.standing import file_standing  # noqa: E402
from reports.view_models.identity import identity_of  # noqa: E402
from reports.view_models.report import gap_report  # noqa: E402
from reports.view_models.roadmap import roadmap_view  # noqa: E402
from rubrics.queries import get_assumptions  # noqa: E402

PAGES = 40
logging.getLogger("weasyprint").setLevel(logging.ERROR)  # sections are repeated, and their anchors with them


def measure(language: str) -> dict[str, object]:
    rubric = library()["emr-2018"]
    drawn = near_level_four(rubric, reach(rubric, 4, beds=1200, seed="main"))
    card = score(rubric, drawn.answers)
    with translation.override(language):
        started = time.perf_counter()
        report = gap_report(file_standing(rubric, drawn.answers, card, target=5), 5)
        document = set_gap_report(report)
        outside = time.perf_counter() - started
        started = time.perf_counter()
        pages = write_pdf(document.html, io.BytesIO(), css=document.css).pages
        layout = time.perf_counter() - started
        while pages < PAGES:
            report = replace(report, sections=report.sections + report.sections[: len(report.sections) // 2])
            started = time.perf_counter()
            document = set_gap_report(report)
            outside = time.perf_counter() - started
            started = time.perf_counter()
            pages = write_pdf(document.html, io.BytesIO(), css=document.css).pages
            layout = time.perf_counter() - started
    return {
        "language": language,
        "pages": pages,
        "seconds": round(outside + layout, 2),
        "seconds_for_40_pages": round((outside + layout) * PAGES / pages, 2),
        "pages_per_second": round(pages / (outside + layout), 1),
        "share_outside_layout": round(outside / (outside + layout), 3),
    }


def measure_roadmap(language: str) -> dict[str, object]:
    rubric, assumptions = library()["emr-2018"], get_assumptions()
    answers = Answers(rubric=rubric.id, items={}, hospital={"name": "Example Hospital"})
    plan = make_plan(
        rubric, answers, 5, "cheapest", assumptions=assumptions, start=Quarter(2027, 1), beds=1200
    )
    identity = identity_of(file_standing(rubric, answers, score(rubric, answers), target=5))
    with translation.override(language):
        started, worked = time.perf_counter(), time.process_time()
        view = roadmap_view(rubric, plan, assumptions=assumptions, answers=answers, beds=1200)
        document = set_roadmap(view, identity)
        pages = write_pdf(document.html, io.BytesIO(), css=document.css).pages
    return {
        "language": language,
        "pages": pages,
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(time.process_time() - worked, 2),
    }


def main() -> None:
    results = [measure(language) for language in ("zh-hans", "en")]
    for result in results:
        print(
            f"{result['language']:8} {result['pages']} pages in {result['seconds']} s, 40 pages {result['seconds_for_40_pages']} s, "
            f"outside layout {result['share_outside_layout']:.1%}"
        )
    roadmaps = [measure_roadmap(language) for language in ("zh-hans", "en")]
    for result in roadmaps:
        print(
            f"{result['language']:8} roadmap, {result['pages']} pages in {result['seconds']} s, {result['cpu_seconds']} s of CPU"
        )
    print(json.dumps({"bench": "documents", "results": results, "roadmaps": roadmaps}))


if __name__ == "__main__":
    main()
