"""What the views of results share: the door, the standing, and charts as figures."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import content_disposition_header

from assessments.models import Assessment
from assessments.permissions import is_staff_of
from engine.rubric.values import Rubric
from reports.charts.exported import FORMS, exported
from reports.charts.plotly_figure import figure
from reports.charts.spec import AnyChart
from reports.permissions import check_can_read_result
from reports.standing import Standing, standing_for
from reports.view_models.identity import Addresses


def read(request: HttpRequest, public_id: UUID) -> tuple[Assessment, Standing]:
    """The assessment and what this person may see of it; 404 where there is nothing to see."""
    visible = Assessment.objects.visible_to(request.user).select_related("hospital", "edition")
    assessment = get_object_or_404(visible, public_id=public_id)
    check_can_read_result(request.user, assessment)
    standing = standing_for(request.user, assessment)
    if standing is None:
        raise Http404
    return assessment, standing


def addresses_for(request: HttpRequest, assessment: Assessment, standing: Standing) -> Addresses:
    """Where the links of a result page lead for this person."""
    return addresses_of(assessment, standing.rubric, inside=is_staff_of(request.user, assessment))


def addresses_of(assessment: Assessment, rubric: Rubric, *, inside: bool) -> Addresses:
    """An item is looked at on its questionnaire page by staff, in the rubric library by a bureau."""
    slug, public_id = assessment.edition.slug, assessment.public_id
    codes = [item.code for item in rubric.items]
    if inside:
        items = {code: reverse("item", args=[public_id, code]) for code in codes}
    else:
        items = {code: reverse("rubric-item", args=[slug, code]) for code in codes}
    return Addresses(
        items=items,
        why=reverse("explanation", args=[public_id, "-"]).removesuffix("-/"),
        clauses=reverse("rubric-clause", args=[slug, "-"]).removesuffix("-/"),
    )


def target_of(request: HttpRequest, standing: Standing) -> int:
    """The level asked for in the address, else the assessment's own target."""
    text = request.GET.get("target") or request.POST.get("target") or ""
    level = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else standing.target
    return level if level in standing.rubric.gate_at else standing.target


def chart_response(request: HttpRequest, chart: AnyChart | None) -> HttpResponse:
    """One chart of a page: the Plotly figure, or with ``?as=`` the picture or its table as a file."""
    if chart is None:
        raise Http404
    form = request.GET.get("as", "")
    if not form:
        return JsonResponse(figure(chart))
    chosen = next((one for one in FORMS if one == form), None)
    if chosen is None:
        raise Http404
    made = exported(chart, chosen)
    return file_response(made.content, made.content_type, f"{chart.title}.{chosen}")


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def figure_response(chart: AnyChart | None) -> JsonResponse:
    """The Plotly figure of one chart of a page."""
    if chart is None:
        raise Http404
    return JsonResponse(figure(chart))
