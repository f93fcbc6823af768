"""A review, a question, a visit that the person may see; else 404. And how a step ends: with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from assessments.models import Review, ReviewAssignment
from assessments.queries.reviewing.desk import Desk, desk_of, loaded
from assessments.views.door import back_to
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


def find_desk(request: HttpRequest, review: UUID) -> Desk:
    """The review with the person's part in it. Six queries at most.

    404 where the person may not see it; but a reviewer whose page is still open from before the role was
    taken away is told so.
    """
    user = person_of(request)
    found = loaded(Review.objects.visible_to(user)).filter(public_id=review).first()
    if found is not None:
        return desk_of(found, user)
    if (
        request.method != "GET"
        and ReviewAssignment.objects.filter(person=user, step__review__public_id=review).exists()
    ):
        raise Refusal(_("您已不再承担这项评审，没有保存；先前记录的内容都在。"))
    raise Http404


def finish(
    request: HttpRequest, desk: Desk, act: Callable[[], object], done: str, *, anchor: str = ""
) -> HttpResponse:
    """Do it, say so, and go back to where the form stood; a slip is said there too."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return back_to(request, reverse("review", args=[desk.review.public_id]) + anchor)


def to_review(desk: Desk, anchor: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("review", args=[desk.review.public_id]) + anchor)


def number_in(request: HttpRequest, name: str) -> int | None:
    """A whole number of the form; None when there is none."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def day_in(request: HttpRequest, name: str) -> date | None:
    try:
        return parse_date(request.POST.get(name, "").strip())
    except ValueError:
        return None


def text_in(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")
