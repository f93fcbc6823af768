"""An assessment beside an earlier one of the same hospital under the same standard."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.models import Assessment
from assessments.queries.frame import read_frame
from assessments.views.door import behind_the_door
from reports.standing import others_of, previous_of, standing_for
from reports.view_models.comparison import comparison_chart, comparison_page
from reports.views.reading import addresses_for, chart_response, read


@behind_the_door
@require_GET
def comparison(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?with=`` the other assessment; without it the previous one under the same standard.

    Beside session, person and memberships: the assessment (1), both standings (2 to 4 each), the
    navigation (2, none for a bureau) and the hospital's other assessments (1).
    """
    found, now = read(request, assessment)
    others = others_of(request.user, found)
    other = _chosen(request, others) or previous_of(found, others)
    same = other is not None and other.edition.key == found.edition.key
    earlier = standing_for(request.user, other) if other is not None and same else None
    addresses = addresses_for(request, found, now)
    if "figure" in request.GET:
        if earlier is None:
            raise Http404
        return chart_response(
            request,
            comparison_chart(now, earlier, request.GET["figure"], address=addresses.items.__getitem__),
        )
    frame = read_frame(found, request.user, now.rubric)
    page = comparison_page(found, now, frame, others, other, earlier, addresses)
    return render(request, "reports/comparison.html", {"page": page})


def _chosen(request: HttpRequest, others: tuple[Assessment, ...]) -> Assessment | None:
    """404 for one that does not exist or is another hospital's."""
    text = request.GET.get("with", "")
    if not text:
        return None
    found = next((other for other in others if str(other.public_id) == text), None)
    if found is None:
        raise Http404
    return found
