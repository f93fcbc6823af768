"""The list of rehearsals, planning one, one of them, its end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.rehearsing import add_case, close_rehearsal, plan_rehearsal
from assessments.permissions import check_can_see_work
from assessments.queries.rehearsals.listing import Typed, plan_page, rehearsals_page
from assessments.queries.rehearsals.rehearsal import rehearsal_page
from assessments.rehearsal_permissions import check_can_add_case, check_can_plan
from assessments.views.door import behind_the_door, find_assessment, wants_part
from assessments.views.rehearsals.finding import find_rehearsal
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@behind_the_door
@require_GET
def rehearsals(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Every rehearsal with how it came out. Six queries beside session, person and memberships."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    page = rehearsals_page(found, request.user)
    return render(request, "assessments/rehearsals/list.html", {"page": page})


@behind_the_door
@require_http_methods(["GET", "POST"])
def rehearsal_plan(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The form with a proposal; POST starts the rehearsal, or says what is wrong beside what was typed."""
    found = find_assessment(request, assessment)
    check_can_plan(request.user, found)
    if request.method == "GET":
        return render(request, "assessments/rehearsals/plan.html", {"page": plan_page(found, request.user)})
    typed = Typed(
        title=request.POST.get("title", ""),
        held_on=request.POST.get("held_on", ""),
        per_item=request.POST.get("per_item", ""),
        seed=request.POST.get("seed", ""),
        items=frozenset(request.POST.getlist("items")),
        by_hand=bool(request.POST.get("by_hand")),
    )
    try:
        held_on = _day(typed.held_on)
        if held_on is None:
            raise Refusal(_("请填写演练日期。"))
        made = plan_rehearsal(
            by=person_of(request),
            assessment=found,
            items=sorted(typed.items or ()),
            per_item=_number(typed.per_item),
            held_on=held_on,
            title=typed.title,
            seed=typed.seed,
            by_hand=typed.by_hand,
        )
    except Refusal as refusal:
        page = plan_page(found, request.user, typed=typed, problem=str(refusal))
        return render(request, "assessments/rehearsals/plan.html", {"page": page}, status=422)
    return redirect("rehearsal", assessment=found.public_id, number=made.number)


@behind_the_door
@require_GET
def rehearsal(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    """One rehearsal; while its cases are drawn htmx asks again, and the page is loaded anew at the end.
    Six queries beside session, person and memberships."""
    held = find_rehearsal(request, assessment, number)
    page = rehearsal_page(held, request.user)
    if not wants_part(request):
        return render(request, "assessments/rehearsals/rehearsal.html", {"page": page})
    answer = render(request, "assessments/rehearsals/_drawing.html", {"page": page})
    if not page.drawing:
        answer["HX-Refresh"] = "true"
    return answer


@behind_the_door
@require_POST
def rehearsal_close(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    held = find_rehearsal(request, assessment, number)
    close_rehearsal(by=person_of(request), rehearsal=held)
    messages.success(request, _("演练已结束，结论不再变动；没通过的病例列在待解决问题里。"))
    return redirect("rehearsal", assessment=assessment, number=number)


@behind_the_door
@require_POST
def rehearsal_case_add(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    """A case typed by hand; then straight to it, because somebody stands in front of the screen."""
    held = find_rehearsal(request, assessment, number)
    check_can_add_case(request.user, held)
    try:
        case = add_case(
            by=person_of(request),
            rehearsal=held,
            item=request.POST.get("item", ""),
            key=request.POST.get("key", ""),
            department=request.POST.get("department", ""),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("rehearsal", assessment=assessment, number=number)
    return redirect("rehearsal-case", assessment=assessment, number=number, case=case.pk)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _day(text: str) -> date | None:
    try:
        return parse_date(text.strip())
    except ValueError:
        return None
