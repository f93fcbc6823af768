"""Opening, extending, ending, opening again, and reminding."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.actions.campaigns.reminding import LONGEST_TEXT, remind_hospitals
from assessments.actions.campaigns.steering import (
    close_campaign,
    extend_campaign,
    open_campaign,
    reopen_campaign,
)
from assessments.campaign_permissions import (
    check_can_open,
    check_can_remind,
    check_can_reopen,
    check_is_going_on,
)
from assessments.models import Campaign
from assessments.queries.campaigns.remindable import RemindPage, numbers_of, remind_page
from assessments.views.campaigns.finding import (
    day_in,
    filters_in,
    find_overseen,
    finish,
    text_in,
    to_board,
    zone_in,
)
from assessments.views.door import behind_the_door
from hospitals.views.finding import person_of


def told(n: int, sentence: str) -> str:
    """The sentence, and how many hospitals were told."""
    more = ngettext("已通知%(n)s家医院。", "已通知%(n)s家医院。", n) % {"n": n}
    return f"{sentence}{more}" if n else sentence


@behind_the_door
@require_POST
def campaign_open(request: HttpRequest, campaign: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_can_open(request.user, found)

    def act() -> str:
        n = open_campaign(by=person_of(request), campaign=found, seen=text_in(request, "seen"))
        return told(n, _("已启动。"))

    return finish(request, act, otherwise=to_board(found))


@behind_the_door
@require_POST
def campaign_close(request: HttpRequest, campaign: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_is_going_on(request.user, found)

    def act() -> str:
        n = close_campaign(
            by=person_of(request),
            campaign=found,
            reason=text_in(request, "reason"),
            seen=text_in(request, "seen"),
        )
        return told(n, _("已结束。"))

    return finish(request, act, otherwise=to_board(found))


@behind_the_door
@require_POST
def campaign_extend(request: HttpRequest, campaign: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_is_going_on(request.user, found)

    def act() -> str:
        n = extend_campaign(
            by=person_of(request),
            campaign=found,
            zone=zone_in(request, found),
            closes_on=day_in(request, "closes_on"),
            reason=text_in(request, "reason"),
            seen=text_in(request, "seen"),
        )
        return told(n, _("已延长填报时间。"))

    return finish(request, act, otherwise=to_board(found))


@behind_the_door
@require_POST
def campaign_reopen(request: HttpRequest, campaign: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_can_reopen(request.user, found)

    def act() -> str:
        n = reopen_campaign(
            by=person_of(request),
            campaign=found,
            closes_on=day_in(request, "closes_on"),
            reason=text_in(request, "reason"),
            seen=text_in(request, "seen"),
        )
        return told(n, _("已重新开放。"))

    return finish(request, act, otherwise=to_board(found))


# -- reminding


@behind_the_door
@require_http_methods(["GET", "POST"])
def campaign_remind(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """GET and a POST with chosen hospitals show who would be reminded; a POST with ``send`` reminds them."""
    user, found = person_of(request), find_overseen(request, campaign)
    check_can_remind(user, found)
    if request.method == "POST" and "send" in request.POST:
        return finish(request, lambda: _remind(request, found), otherwise=to_board(found))
    chosen = request.POST.getlist("p") if request.method == "POST" else None
    page: RemindPage = remind_page(user, found, filters_in(request), chosen=chosen)
    return render(request, "assessments/campaigns/remind.html", {"page": page, "longest": LONGEST_TEXT})


def _remind(request: HttpRequest, campaign: Campaign) -> str:
    done = remind_hospitals(
        by=person_of(request),
        campaign=campaign,
        hospitals=numbers_of(campaign, request.POST.getlist("p")),
        text=text_in(request, "text"),
    )
    sentences = [
        _("已催报%(hospitals)s家医院，通知%(people)s人。")
        % {"hospitals": done.hospitals, "people": done.people}
    ]
    if done.silent:
        sentences.append(
            _("其中%(n)s家没有可通知的人，请先在“机构”中为它们设质控负责人。") % {"n": done.silent}
        )
    if done.paused:
        sentences.append(_("%(n)s家一小时内刚刚催报过，没有重复发送。") % {"n": done.paused})
    return "".join(sentences)
