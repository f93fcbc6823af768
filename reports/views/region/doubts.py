"""Hospitals of a region to look at again, with the reasons."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.views.door import behind_the_door
from reports.comparing.reading import assessments_of, names_of
from reports.regional import reading
from reports.regional.doubts import doubts_of
from reports.view_models.region.doubts import doubts_page, doubts_sheets, lines_of, ordered
from reports.views.region.choosing import choose
from reports.views.region.tables import table_response, wants_table


@behind_the_door
@require_GET
def region_doubts(request: HttpRequest) -> HttpResponse:
    """Four queries beside those of the choice, however many hospitals there are."""
    choice = choose(request)
    looked = reading.looked_at(choice.bureau, choice.edition, choice.year)
    found = doubts_of(looked)
    if wants_table(request):
        kept = ordered(found, request.GET.get("kind", ""))
        lines = lines_of(kept, looked, found, names_of(choice.bureau, kept), {})
        return table_response(request, choice, _("疑点"), doubts_sheets(lines))
    page = doubts_page(
        choice,
        looked,
        found,
        request.GET.get("kind", ""),
        lambda hospitals: names_of(choice.bureau, hospitals),
        lambda hospitals: assessments_of(choice.edition, choice.year, hospitals),
        request.GET.get("page"),
    )
    return render(request, "reports/region/doubts.html", {"page": page})
