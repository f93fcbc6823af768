"""Claimed against verified, the inflation index with the visit list, and the dual track."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.comparing import reading
from reports.comparing.asking import LONGEST, answer_question, ask_hospitals
from reports.comparing.dual_track import EMR, SERVICE, Position, named, positions
from reports.comparing.grid import grid_of
from reports.comparing.inflation import funnel
from reports.comparing.visits import choose as choose_visits
from reports.models import DualTrackQuestion
from reports.regional.doubts import LEAST_COVERAGE
from reports.regional.reading import cities_in
from reports.view_models.region import dual_track, inflation, scatter
from reports.view_models.region.choice import Choice
from reports.views.comparing.around import (
    figure_of,
    links_of,
    number_in,
    query_of,
    read,
)
from reports.views.region.choosing import choose
from reports.views.region.tables import table_response, wants_table
from rubrics.models import Edition
from rubrics.queries import get_rubric


@behind_the_door
@require_GET
def region_scatter(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), rows, names, links."""
    around = read(request)
    names = reading.names_of(around.choice.bureau)
    if "figure" in request.GET:
        return figure_of(request, {"totals": scatter.scatter_chart(around.rows, names)})
    if wants_table(request):
        return table_response(
            request, around.choice, _("自评与核验"), scatter.scatter_sheets(around.rows, names)
        )
    shown = [row.hospital for row in scatter.furthest(around.rows)[: scatter.SHOWN]]
    page = scatter.scatter_page(
        around.choice, around.rows, names, links_of(around.choice, shown), query_of(request)
    )
    return render(request, "reports/region/scatter.html", {"page": page})


@behind_the_door
@require_GET
def region_inflation(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), rows, names, cities, hospitals visited, links."""
    around = read(request)
    choice, rubric = around.choice, around.rubric
    names, cities = reading.names_of(choice.bureau), cities_in(choice.bureau)
    grid = grid_of(around.rows, len(rubric.items))
    found = funnel(inflation.counted_of(grid))
    if "figure" in request.GET:
        return figure_of(request, {"funnel": inflation.funnel_chart(grid, found, names)})
    chosen = (
        number_in(request, "visits", inflation.CHOICES_OF_VISITS, 10),
        number_in(request, "items", inflation.CHOICES_OF_ITEMS, 8),
    )
    visited = reading.visited_in(choice.bureau, choice.edition, choice.year)
    visits = choose_visits(grid, visits=chosen[0], items=chosen[1], without=visited)
    if wants_table(request):
        sheets = inflation.inflation_sheets(rubric, grid, found, visits, names, cities)
        return table_response(request, around.choice, _("虚高与到院"), sheets)
    page = inflation.inflation_page(
        choice,
        rubric,
        grid,
        found,
        visits,
        len(visited),
        chosen,
        names,
        cities,
        lambda hospitals: links_of(choice, hospitals),
        request.GET.get("page"),
        query_of(request),
    )
    return render(request, "reports/region/inflation.html", {"page": page})


def _tracks(choice: Choice) -> tuple[int, tuple[Position, ...]]:
    """How many hospitals are on both tracks, and where those stand that were checked far enough. Three queries."""
    editions = {edition.key: edition for edition in Edition.objects.current().filter(key__in=[EMR, SERVICE])}
    if len(editions) < 2:
        return 0, ()
    emr, service = (
        reading.compared_rows(choice.bureau, editions[key], choice.year, get_rubric(editions[key]))
        for key in (EMR, SERVICE)
    )
    both = {row.hospital for row in emr} & {row.hospital for row in service}
    return len(both), positions(emr, service, LEAST_COVERAGE)


@behind_the_door
@require_GET
def region_dual_track(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), editions, rows of both, questions, names of those
    that may be named, links."""
    choice = choose(request)
    both, found = _tracks(choice)
    questions = {
        pk: reading.question_of(row) for pk, row in reading.questions_of(choice.bureau, choice.year).items()
    }
    today = timezone.localdate()
    who = named(found, questions, today)
    tellable = [pk for pk, question in questions.items() if question.may_be_named(today)]
    names = reading.names_of(choice.bureau, tellable)
    if "figure" in request.GET:
        return figure_of(
            request, {"dual-track": dual_track.dual_track_chart(found, who, names, LEAST_COVERAGE)}
        )
    if wants_table(request):
        sheets = dual_track.dual_track_sheets(
            dual_track.dual_track_chart(found, who, names, LEAST_COVERAGE),
            dual_track.answer_lines(found, questions, names, {}, today),
        )
        return table_response(request, choice, _("双轨对照"), sheets)
    page = dual_track.dual_track_page(
        choice,
        both,
        found,
        questions,
        who,
        names,
        links_of(choice, tellable),
        today,
        dual_track.refusal_of(request.user, choice.bureau),
        LEAST_COVERAGE,
        query_of(request),
    )
    return render(request, "reports/region/dual_track.html", {"page": page})


@behind_the_door
@require_POST
def region_dual_track_ask(request: HttpRequest) -> HttpResponse:
    """Which bureau and year is in the address, as on the page."""
    choice = choose(request)
    _both, found = _tracks(choice)
    try:
        asked = ask_hospitals(by=person_of(request), bureau=choice.bureau, year=choice.year, positions=found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, ngettext("已向%(n)s家医院发出询问。", "已向%(n)s家医院发出询问。", asked) % {"n": asked}
        )
    return HttpResponseRedirect(f"{reverse('region-dual-track')}?{choice.query}")


@behind_the_door
@require_http_methods(["GET", "POST"])
def dual_track_answer(request: HttpRequest, question: UUID) -> HttpResponse:
    """The hospital's own page: what it is asked, and its answer. To everybody else there is none."""
    found = get_object_or_404(
        DualTrackQuestion.objects.visible_to(request.user).select_related(
            "hospital", "bureau", "answered_by"
        ),
        public_id=question,
    )
    if request.method == "POST":
        try:
            answer_question(by=person_of(request), question=found, answer=request.POST.get("answer", ""))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已提交说明，卫生健康行政部门可以看到。"))
            return HttpResponseRedirect(reverse("dual-track-answer", args=[question]))
    page = dual_track.question_page(found, timezone.localdate(), LONGEST)
    return render(request, "reports/region/question.html", {"page": page})
