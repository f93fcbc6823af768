"""A person's deadlines for the own calendar: as a file, or from an address that a calendar program keeps fetching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.addresses import address_of
from accounts.api.rates import count, seconds_left
from assessments.actions.feeds import find_feed, make_feed, note_fetched, revoke_feed
from assessments.calendars import write_calendar
from assessments.models import CalendarFeed
from assessments.queries.deadlines import deadlines_of
from assessments.views.door import behind_the_door
from hospitals.access import Person
from hospitals.views.finding import person_of

A_MINUTE = 60  # fetches per network; a whole hospital may share one address


@dataclass(frozen=True, slots=True)
class FeedPage:
    """``made``: the address, in the answer to the form itself and nowhere else."""

    made_at: datetime | None
    used_at: datetime | None
    made: str = ""


@behind_the_door
@require_GET
def deadlines(request: HttpRequest) -> HttpResponse:
    """Only what the person may see and only while signed in."""
    response = _calendar(request, request.user)
    response["Content-Disposition"] = 'attachment; filename="zhiping-deadlines.ics"'
    return response


@login_not_required
@never_cache
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Read-only, without a session: who knows the address sees what its person may see now. 404 for a wrong one."""
    if count("calendar", address_of(request)) > A_MINUTE:
        return HttpResponse(status=429, headers={"Retry-After": str(seconds_left())})
    feed = find_feed(token)
    if feed is None:
        raise Http404
    note_fetched(feed)
    with translation.override(feed.language):
        return _calendar(request, feed.user)


@never_cache
@behind_the_door
@require_http_methods(["GET", "POST"])
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """The own address: whether there is one and when it was fetched; POST makes a new one. One query."""
    made = ""
    if request.method == "POST":
        token = make_feed(by=person_of(request), language=translation.get_language() or "zh-hans")
        made = f"{_address(request)}{reverse('calendar', args=[token])}"
    feed = CalendarFeed.objects.filter(user=person_of(request)).first()
    page = FeedPage(feed.made_at if feed else None, feed.used_at if feed else None, made)
    return render(request, "assessments/calendar_feed.html", {"page": page})


@behind_the_door
@require_POST
def calendar_revoke(request: HttpRequest) -> HttpResponse:
    revoke_feed(by=person_of(request))
    messages.success(request, _("订阅地址已停用，日历程序不再能取到您的期限。"))
    return redirect("calendar-feed")


def _calendar(request: HttpRequest, person: Person) -> HttpResponse:
    content = write_calendar(
        deadlines_of(person), name=_("智评：我的期限"), address=_address(request), now=timezone.now()
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _address(request: HttpRequest) -> str:
    return settings.PUBLIC_ADDRESS or f"{request.scheme}://{request.get_host()}"
