"""Site visits: planning with a sample, what was seen clause by clause, the end."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.reviewing.visiting import add_to_visit, decide_on_site, finish_visit, plan_visit
from assessments.models import SiteVisit
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.visit import visit_page
from assessments.review_permissions import check_can_review, check_can_see_work
from assessments.views.door import back_to, behind_the_door
from assessments.views.reviewing.finding import day_in, find_desk, number_in, text_in, to_review
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


def find_visit(desk: Desk, visit: int) -> SiteVisit:
    row = desk.review.visits.select_related("made_by").filter(pk=visit).first()
    if row is None:
        raise Http404
    return row


@behind_the_door
@require_POST
def site_visit_add(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_review(desk)
    visited_on = day_in(request, "visited_on")
    try:
        if visited_on is None:
            raise Refusal(_("请填写现场核查日期。"))
        made = plan_visit(
            by=person_of(request),
            review=desk.review,
            visited_on=visited_on,
            members=text_in(request, "members"),
            drawn_from=text_in(request, "drawn_from"),
            size=number_in(request, "size") or 0,
            seed=text_in(request, "seed"),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return to_review(desk, "#visits")
    return HttpResponseRedirect(reverse("site-visit", args=[review, made.pk]))


@behind_the_door
@require_GET
def site_visit(request: HttpRequest, review: UUID, visit: int) -> HttpResponse:
    """Eleven queries at most beside session, person and memberships."""
    desk = find_desk(request, review)
    check_can_see_work(desk)
    page = visit_page(desk, find_visit(desk, visit))
    return render(request, "assessments/reviewing/visit.html", {"page": page})


@behind_the_door
@require_POST
def site_visit_clause_add(request: HttpRequest, review: UUID, visit: int) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_review(desk)
    held = find_visit(desk, visit)
    try:
        item = add_to_visit(
            by=person_of(request), review=desk.review, visit=held, clause=text_in(request, "clause")
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _to_visit(request, desk, held)
    return _to_visit(request, desk, held, f"#c-{item.clause_code}")


@behind_the_door
@require_POST
def site_visit_decide(request: HttpRequest, review: UUID, visit: int, clause: int) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_review(desk)
    held = find_visit(desk, visit)
    item = held.items.filter(pk=clause).first()
    if item is None:
        raise Http404
    try:
        decide_on_site(
            by=person_of(request),
            review=desk.review,
            visit=held,
            item=item,
            verdict=text_in(request, "verdict"),
            reason=text_in(request, "reason"),
            seen=_moment(text_in(request, "seen")),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _to_visit(request, desk, held, f"#c-{item.clause_code}")


@behind_the_door
@require_POST
def site_visit_finish(request: HttpRequest, review: UUID, visit: int) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_review(desk)
    held = find_visit(desk, visit)
    try:
        finish_visit(by=person_of(request), review=desk.review, visit=held, note=text_in(request, "note"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _to_visit(request, desk, held)
    messages.success(request, _("现场核查已结束，结论已计入核验结果。"))
    return to_review(desk, "#visits")


def _to_visit(request: HttpRequest, desk: Desk, visit: SiteVisit, anchor: str = "") -> HttpResponse:
    return back_to(request, reverse("site-visit", args=[desk.review.public_id, visit.pk]) + anchor)


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
