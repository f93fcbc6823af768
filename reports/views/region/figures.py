"""Figures of a region: the first page, what groups are made up of, and how the years went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.views.door import behind_the_door
from reports.regional import reading
from reports.regional.counting import Tally
from reports.regional.reading import GROUPS, LENSES
from reports.regional.targets import targets_of
from reports.view_models.region.choice import Choice
from reports.view_models.region.distribution import distribution, distribution_by_group
from reports.view_models.region.groups import chosen_group, levels_of
from reports.view_models.region.overview import RegionOverview, distribution_chart, overview
from reports.view_models.region.trend import average_chart, made_up_chart, of_years, shares_chart, trend
from reports.views.reading import chart_response
from reports.views.region.choosing import choose, language

Tallies = Mapping[tuple[Any, ...], Tally]


MOST_CONSORTIA = 20  # on the page; all of them are on the page of consortia and in the file


def overview_of(choice: Choice, *, listed: int | None = None) -> RegionOverview:
    """Thirteen queries beside those of the choice, and one more where there are consortia: four groupings, the
    verified levels, cycles, hospitals, years, targets, consortia and their results, cities."""
    bureau, edition, year, top = choice.bureau, choice.edition, choice.year, choice.top
    results = reading.results_in(bureau, edition, year)
    targets = targets_of(bureau, edition, year)
    consortia = reading.consortia_of(bureau)
    members = frozenset().union(*consortia.values())
    return overview(
        choice,
        {group: reading.tallies_of(results, [group], top, targets.levels) for group in GROUPS},
        reading.levels_of(results, ["year"], "at_most", top).get((year,), (0,) * (top + 1)),
        reading.expected_in(bureau, year),
        of_years(_years(choice, targets.levels), top),
        targets,
        consortia,
        reading.rows_of(results.filter(hospital__in=members)) if members else [],
        reading.cities_in(bureau),
        language(),
        listed=listed,
    )


def _years(choice: Choice, targets: Mapping[str, int], *by: str) -> Tallies:
    """Every year measured by the targets of the chosen one. One query."""
    every = reading.results_in(choice.bureau, choice.edition)
    return reading.tallies_of(every, ["year", *by], choice.top, targets)


@behind_the_door
@require_GET
def region(request: HttpRequest) -> HttpResponse:
    choice = choose(request)
    if "figure" in request.GET:
        return chart_response(request, _chart_of_overview(choice, request.GET["figure"]))
    return render(
        request, "reports/region/overview.html", {"page": overview_of(choice, listed=MOST_CONSORTIA)}
    )


def _chart_of_overview(choice: Choice, key: str) -> Any:
    top = choice.top
    if key == "distribution":
        results = reading.results_in(choice.bureau, choice.edition, choice.year)
        claimed, at_most = (
            reading.levels_of(results, ["year"], lens, top).get((choice.year,), (0,) * (top + 1))
            for lens in ("claimed", "at_most")
        )
        return distribution_chart(claimed, at_most) if any(claimed) else None
    years = of_years(_years(choice, {}), top) if key == "trend" else {}
    return average_chart(years, top) if years else None


@behind_the_door
@require_GET
def region_distribution(request: HttpRequest) -> HttpResponse:
    """Two queries beside those of the choice."""
    choice = choose(request)
    by = chosen_group(request.GET.get("by", ""))
    lens = request.GET.get("lens", "")
    lens = lens if lens in LENSES else LENSES[0]
    results = reading.results_in(choice.bureau, choice.edition, choice.year)
    levels = reading.levels_of(results, [by], lens, choice.top)
    cities = reading.cities_in(choice.bureau)
    if "figure" in request.GET:
        taken = "as" in request.GET
        chart = distribution_by_group(choice, levels, by, lens, cities, suppress=taken)
        return chart_response(request, chart if request.GET["figure"] == "groups" else None)
    page = distribution(choice, levels, by, lens, cities)
    return render(request, "reports/region/distribution.html", {"page": page})


@behind_the_door
@require_GET
def region_trend(request: HttpRequest) -> HttpResponse:
    """Four queries beside those of the choice."""
    choice = choose(request)
    by = chosen_group(request.GET.get("by", ""))
    targets = targets_of(choice.bureau, choice.edition, choice.year)
    tallies = _years(choice, targets.levels, by)
    if "figure" in request.GET:
        return chart_response(request, _chart_of_trend(choice, tallies, request.GET["figure"]))
    results = reading.results_in(choice.bureau, choice.edition, choice.year)
    page = trend(
        choice,
        tallies,
        by,
        reading.tallies_of(results, ["grade"], choice.top, targets.levels),
        reading.cities_in(choice.bureau),
        targets.source.in_language(language()),
        language(),
    )
    return render(request, "reports/region/trend.html", {"page": page})


def _chart_of_trend(choice: Choice, tallies: Tallies, key: str) -> Any:
    years = of_years(tallies, choice.top)
    levels = levels_of(choice.top)
    if not years:
        return None
    if key == "trend":
        return average_chart(years, choice.top)
    if key == "shares" and levels:
        return shares_chart(years, levels)
    return made_up_chart(years) if key == "years" else None
