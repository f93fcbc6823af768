"""The bulletin of a region as a document: read once, suppressed, set in HTML for paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from reports.charts.svg import draw
from reports.comparing import reading as comparing
from reports.comparing.claims import Claims
from reports.comparing.difficulty import passing
from reports.comparing.funding import common_gaps
from reports.comparing.gaps import level_waiting
from reports.comparing.grid import grid_of
from reports.covers.reading import OwnCover, cover_of
from reports.documents.gap import Document, NothingToReport, paper_style
from reports.models import IssuedReport
from reports.regional import reading
from reports.regional.counting import added, figures
from reports.regional.reading import GROUPS
from reports.regional.targets import targets_of
from reports.view_models.region.bulletin import Bulletin, bulletin, enough
from reports.view_models.region.groups import table_of
from reports.view_models.region.trend import of_years
from rubrics.queries import get_rubric

PAGES = 8  # about: drives the progress bar alone


@dataclass(frozen=True)
class BulletinPaper:
    """Context ``page`` of reports/document/bulletin.html: the bulletin, its charts as SVG text, when it was made, the
    cover of the bureau."""

    bulletin: Bulletin
    language: str
    made_at: datetime
    distribution: str
    trend: str
    passing: str
    cover: OwnCover | None = None


def bulletin_document(report: IssuedReport) -> Document:
    """In the language that is active. Raises NothingToReport where there are too few hospitals by now."""
    found = bulletin_of(report)
    bureau = report.bureau
    return set_bulletin(found, cover_of(bureau, about=bureau) if bureau else None)


def bulletin_of(report: IssuedReport) -> Bulletin:
    """About a dozen queries, however many hospitals there are."""
    bureau, edition, year = report.bureau, report.edition, report.year
    if bureau is None or edition is None or year is None:
        raise NothingToReport
    rubric, language = get_rubric(edition), get_language() or "zh-hans"
    top = rubric.top_level
    targets = targets_of(bureau, edition, year)
    results = reading.results_in(bureau, edition, year)
    tallies = {group: reading.tallies_of(results, [group], top, targets.levels) for group in GROUPS}
    expected = reading.expected_in(bureau, year)
    whole = figures(added(tallies["grade"].values(), top), expected.hospitals)
    if not enough(whole.n):
        raise NothingToReport
    cities = reading.cities_in(bureau)
    every = reading.tallies_of(reading.results_in(bureau, edition), ["year"], top, targets.levels)
    rows = comparing.compared_rows(bureau, edition, year, rubric)
    level = level_waiting([row.claimed for row in rows], top)
    needs, _uncounted = comparing.needs_of(bureau, edition, year, level)
    return bulletin(
        bureau=bureau.label,
        edition=edition.title,
        rubric=rubric,
        year=year,
        whole=whole,
        at_most=reading.levels_of(results, ["year"], "at_most", top).get((year,), (0,) * (top + 1)),
        years=of_years(every, top),
        tables=[table_of(group, tallies[group], expected, cities, top) for group in GROUPS],
        targets=targets.source.in_language(language),
        passing=passing(rows, [item.code for item in rubric.items], top),
        fund_level=level,
        gaps=common_gaps(needs),
        waiting=len(needs),
        claims=sum(grid_of(rows, len(rubric.items)).by_hospital, Claims()),
        confirmed=edition.content_hash,
    )


def set_bulletin(found: Bulletin, cover: OwnCover | None = None) -> Document:
    """HTML for paper from the view model; no query."""
    page = BulletinPaper(
        bulletin=found,
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        made_at=timezone.localtime(),
        distribution=draw(found.distribution),
        trend=draw(found.trend) if found.trend else "",
        passing=draw(found.passing) if found.passing else "",
        cover=cover,
    )
    return Document(
        html=render_to_string("reports/document/bulletin.html", {"page": page}),
        css=paper_style(),
        expected_pages=PAGES,
    )
