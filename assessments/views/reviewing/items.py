"""An item of a review clause by clause, and the marks."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.reviewing.marking import agree_with_rest, mark_clause
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.item_page import ClauseReview, clause_review, review_item_page
from assessments.review_permissions import check_can_review, check_can_see_work
from assessments.views.door import back_to, behind_the_door, plain, wants_part
from assessments.views.reviewing.finding import find_desk, number_in, text_in
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@dataclass(frozen=True, slots=True)
class MarkPart:
    """The part of a page that a mark changes."""

    review: str
    clause: ClauseReview
    step: int | None


@behind_the_door
@require_GET
def review_item(request: HttpRequest, review: UUID, item: str) -> HttpResponse:
    """Eighteen queries at most beside session, person and memberships."""
    desk = find_desk(request, review)
    check_can_see_work(desk)
    page = review_item_page(desk, item)
    if page is None:
        raise Http404
    return render(request, "assessments/reviewing/item.html", {"page": page})


@behind_the_door
@require_POST
def review_mark(request: HttpRequest, review: UUID) -> HttpResponse:
    """One clause, or with ``rest`` every claimed clause of the item that is not marked yet."""
    desk = find_desk(request, review)
    check_can_review(desk)
    item, clause = text_in(request, "item"), text_in(request, "clause")
    step = number_in(request, "step")
    try:
        if item:
            n = agree_with_rest(by=person_of(request), review=desk.review, item=item[:5], step=step)
            messages.success(request, ngettext("已同意其余%(n)s条。", "已同意其余%(n)s条。", n) % {"n": n})
        else:
            mark_clause(
                by=person_of(request),
                review=desk.review,
                clause=clause,
                mark=text_in(request, "mark"),
                reason=text_in(request, "reason"),
                step=step,
            )
    except Refusal as refusal:
        if wants_part(request):
            return plain(str(refusal), 422)
        messages.error(request, str(refusal))
        return _to_item(request, desk, item or clause[:5], clause)
    if wants_part(request) and clause:
        part = MarkPart(str(desk.review.public_id), clause_review(desk, clause), step)
        parts = {"page": part, "review": part.review, "clause": part.clause, "step": part.step}
        return render(request, "assessments/reviewing/_mark.html", parts)
    if clause:
        messages.success(request, _("已记录。"))
    return _to_item(request, desk, item or clause[:5], clause)


def _to_item(request: HttpRequest, desk: Desk, item: str, clause: str) -> HttpResponse:
    try:
        place = reverse("review-item", args=[desk.review.public_id, item])
    except NoReverseMatch:  # a code that is no part of an address
        return back_to(request, reverse("review", args=[desk.review.public_id]))
    return back_to(request, place + (f"#c-{clause}" if clause else ""))
