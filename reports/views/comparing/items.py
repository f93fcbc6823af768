"""Hospitals by items, and what the region finds hard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.views.door import behind_the_door
from reports.comparing import reading
from reports.comparing.difficulty import passing
from reports.comparing.funding import common_gaps
from reports.comparing.gaps import level_waiting
from reports.regional.reading import cities_in
from reports.regional.targets import targets_of
from reports.view_models.region import difficulty, heatmap
from reports.view_models.region.narrowing import narrowed, narrowing
from reports.views.comparing.around import (
    figure_of,
    filters_of,
    links_of,
    number_in,
    query_of,
    read,
)
from reports.views.region.tables import table_response, wants_table


@behind_the_door
@require_GET
def region_heatmap(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), rows, names, cities, and the links of one block; one more for
    targets."""
    around = read(request)
    choice, rubric = around.choice, around.rubric
    names, cities = reading.names_of(choice.bureau), cities_in(choice.bureau)
    filters, order = filters_of(request), request.GET.get("order", "level")
    targets = targets_of(choice.bureau, choice.edition, choice.year).levels if filters.met else {}
    rows = heatmap.ordered(narrowed(around.rows, filters, names, targets), order, names)
    if "figure" in request.GET:
        return figure_of(request, {"heat": heatmap.heat_chart(choice, rubric, rows, names)})
    if wants_table(request):
        return table_response(request, around.choice, _("热力图"), heatmap.heat_sheets(rubric, rows, names))
    text = request.GET.get("from", "")
    start = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
    shown = rows[start : start + heatmap.BLOCK]
    links = {
        pk: reverse("assessment", args=[key])
        for pk, key in links_of(choice, [row.hospital for row in shown]).items()
    }
    block = heatmap.block(rows, start, names, cities, links)
    if text:
        return JsonResponse(block)
    page = heatmap.RegionHeatMap(
        choice=choice,
        narrowing=narrowing(filters, cities, choice.top),
        order=order,
        orders=tuple(heatmap.orders().items()),
        columns=heatmap.columns_of(rubric),
        total=len(rows),
        of=len(around.rows),
        first=block,
        address=f"?{query_of(request)}",
        levels=tuple(range(choice.top + 1)),
        drawn=min(heatmap.DRAWN, len(rows)),
        words=heatmap.words(),
    )
    return render(request, "reports/region/heatmap.html", {"page": page})


@behind_the_door
@require_GET
def region_difficulty(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), rows, and the gaps of hospitals right below a level."""
    around = read(request)
    choice, rubric = around.choice, around.rubric
    usual = level_waiting([row.claimed for row in around.rows], choice.top) if around.rows else 1
    level = number_in(request, "level", range(1, choice.top + 1), usual)
    found = passing(around.rows, [item.code for item in rubric.items], choice.top)
    needs, uncounted = reading.needs_of(choice.bureau, choice.edition, choice.year, level)
    gaps = common_gaps(needs)
    if "figure" in request.GET:
        charts = {
            "passing": difficulty.passing_chart(rubric, found),
            "funding": difficulty.funding_chart(rubric, gaps, level, len(needs)),
        }
        return figure_of(request, charts)
    if wants_table(request):
        sheets = difficulty.difficulty_sheets(choice, rubric, found, gaps, level, len(needs))
        return table_response(request, around.choice, _("项目难度"), sheets)
    page = difficulty.difficulty_page(
        choice, rubric, found, level, gaps, len(needs), uncounted, query_of(request)
    )
    return render(request, "reports/region/difficulty.html", {"page": page})
