"""The hospitals of a region: filtered, ranked among their peers, page by page or as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.filetypes.judging import TYPES
from assessments.permissions import reason
from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.comparing.reading import assessments_of, names_of
from reports.models import YearlyResult
from reports.regional import reading
from reports.regional.counting import Row
from reports.regional.sharing import check_can_share_peers, share_peers, shares_peers
from reports.regional.sheet import as_csv, as_workbook
from reports.regional.targets import targets_of
from reports.view_models.region.choice import Choice
from reports.view_models.region.ranking import PER_PAGE, Filters, lines_of, ranking
from reports.views.reading import file_response
from reports.views.region.choosing import choose, name_column
from reports.views.region.figures import overview_of

LONGEST = 60
ORDER = ("-claimed", "-total", "hospital")


def filters_of(request: HttpRequest) -> Filters:
    given = {key: request.GET.get(key, "").replace("\x00", "").strip()[:LONGEST] for key in Filters.__slots__}
    return Filters(**given)


def _kept(choice: Choice, filters: Filters) -> QuerySet[YearlyResult, Any]:
    """Results the filters leave, best first. One query for the targets where they are asked for."""
    targets = targets_of(choice.bureau, choice.edition, choice.year).levels if filters.met else {}
    results = reading.results_in(choice.bureau, choice.edition, choice.year)
    return results.filter(filters.condition(targets, name_column())).order_by(*ORDER)


@behind_the_door
@require_GET
def region_ranking(request: HttpRequest) -> HttpResponse:
    """Six queries beside those of the choice, for thirty hospitals and for three thousand: how many, the page, the
    peers, names, addresses, cities; one more for targets."""
    choice = choose(request)
    filters = filters_of(request)
    page = Paginator(_kept(choice, filters).values_list(*reading.FIELDS), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [Row(*values) for values in page.object_list]
    hospitals = [row.hospital for row in rows]
    cities = reading.cities_in(choice.bureau)
    lines = lines_of(
        rows,
        reading.rows_of(reading.results_in(choice.bureau, choice.edition, choice.year)),
        names_of(choice.bureau, hospitals),
        cities,
        assessments_of(choice.edition, choice.year, hospitals),
    )
    shown = ranking(
        choice,
        page,
        lines,
        filters,
        cities,
        shares=shares_peers(choice.bureau),
        why_not_share=reason(check_can_share_peers, choice.bureau, request.user),
    )
    return render(request, "reports/region/ranking.html", {"page": shown})


@behind_the_door
@require_POST
def peers_share(request: HttpRequest) -> HttpResponse:
    """Turn sharing on or off for the bureau that is looked at."""
    choice = choose(request)
    shared = request.POST.get("shared") == "yes"
    try:
        share_peers(by=person_of(request), bureau=choice.bureau, shared=shared)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("今后生成的差距分析报告含同类数据。") if shared else _("今后生成的差距分析报告不含同类数据。"),
        )
    return HttpResponseRedirect(f"{reverse('region-ranking')}?{choice.query}")


@behind_the_door
@require_GET
def region_export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, and the groups; groups too small to leave the bureau are not told apart."""
    choice = choose(request)
    kept = [Row(*values) for values in _kept(choice, filters_of(request)).values_list(*reading.FIELDS)]
    rows = reading.rows_of(reading.results_in(choice.bureau, choice.edition, choice.year))
    lines = lines_of(kept, rows, names_of(choice.bureau), reading.cities_in(choice.bureau), {})
    name = f"{choice.bureau.label} {choice.edition.key} {choice.year}"
    if request.GET.get("format") == "csv":
        return file_response(as_csv(lines), "text/csv; charset=utf-8", f"{name}.csv")
    return file_response(as_workbook(overview_of(choice), lines), TYPES[".xlsx"], f"{name}.xlsx")
