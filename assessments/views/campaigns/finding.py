"""A cycle, a zone, a hospital of it that the person may see; else 404. And how a step ends: with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from assessments.campaign_permissions import sees_board
from assessments.models import Campaign, CampaignZone
from assessments.queries.campaigns.one import find_row
from assessments.queries.campaigns.shown import Filters
from assessments.views.door import back_to
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


def find_campaign(request: HttpRequest, public_id: UUID) -> Campaign:
    """With its bureau. One query."""
    found = (
        Campaign.objects.visible_to(request.user).select_related("bureau").filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def find_overseen(request: HttpRequest, public_id: UUID) -> Campaign:
    """For pages of a bureau: to a hospital that takes part they do not exist."""
    found = find_campaign(request, public_id)
    if not sees_board(request.user, found):
        raise Http404
    return found


def find_zone(campaign: Campaign, number: int) -> CampaignZone:
    found = campaign.zones.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def find_participation(request: HttpRequest, campaign: Campaign, public_id: UUID) -> Any:
    found = find_row(person_of(request), campaign, public_id)
    if found is None:
        raise Http404
    return found


def zone_in(request: HttpRequest, campaign: Campaign, name: str = "zone") -> CampaignZone | None:
    """The zone a form names; None for none. One query when it names one."""
    text = request.POST.get(name, "")
    if not text or text == "-":
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Refusal(_("没有这个分批。页面可能已过期，请刷新后查看。"))
    found = campaign.zones.filter(pk=int(text)).first()
    if found is None:
        raise Refusal(_("这个分批已被删除。页面可能已过期，请刷新后查看。"))
    return found


def day_in(request: HttpRequest, name: str) -> date:
    """A day a form brings; a Refusal says when there is none."""
    try:
        found = parse_date(request.POST.get(name, ""))
    except ValueError:
        found = None
    if found is None:
        raise Refusal(_("请填写日期，例如2026-12-18。"))
    return found


def text_in(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "")


def filters_in(request: HttpRequest) -> Filters:
    return Filters(
        **{name: request.GET.get(name, "")[:60] for name in ("city", "grade", "zone", "state", "search")}
    )


def to_board(campaign: Campaign) -> str:
    return reverse("campaign", args=[campaign.public_id])


def finish(request: HttpRequest, act: Callable[[], str], *, otherwise: str, anchor: str = "") -> HttpResponse:
    """Do it, say what it did, and go back to where the form stood; a slip is said there too."""
    try:
        done = act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    answer = back_to(request, otherwise)
    if anchor:
        answer = HttpResponseRedirect(f"{answer.url}#{anchor}")
    return answer
