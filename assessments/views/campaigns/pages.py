"""The list of cycles, drawing one up, changing it, its board."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.actions.campaigns.drawing_up import change_campaign, start_campaign
from assessments.actions.campaigns.held import ChangedSince, seen_of
from assessments.campaign_forms import CampaignForm
from assessments.campaign_permissions import check_can_change, check_can_draw_up, sees_board
from assessments.filetypes.judging import TYPES
from assessments.models import Campaign
from assessments.queries.campaigns.board import board_page
from assessments.queries.campaigns.export import whole_board
from assessments.queries.campaigns.listing import campaigns_page
from assessments.views.campaigns.finding import (
    filters_in,
    find_campaign,
    find_overseen,
    to_board,
)
from assessments.views.door import behind_the_door, for_bureaus
from assessments.views.listing import page_number
from assessments.workbook.board import write_board
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from rubrics.models import Edition
from rubrics.queries import current_editions


@dataclass(frozen=True, slots=True)
class CampaignFormPage:
    """``campaign``: public id of the one that is changed, empty for a new one. ``fixed``: it was opened."""

    campaign: str
    title: str
    bureau: str
    fixed: bool
    seen: str
    editions: tuple[str, ...]
    back: str


@behind_the_door
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    page = campaigns_page(request.user, page=page_number(request))
    return render(request, "assessments/campaigns/list.html", {"page": page})


@behind_the_door
@require_http_methods(["GET", "POST"])
@for_bureaus
def campaign_start(request: HttpRequest) -> HttpResponse:
    """For a bureau: to hospitals the page does not exist, a reviewer is told whose work it is."""
    user = person_of(request)
    bureaus = check_can_draw_up(user)
    form = CampaignForm(
        editions_for(None),
        request.POST if request.method == "POST" else None,
        today=timezone.localdate(),
        bureaus=bureaus,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = start_campaign(by=user, bureau=form.bureau(), plan=form.plan())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已新建“%(title)s”。请邀请医院，再启动。") % {"title": made.title})
            return HttpResponseRedirect(to_board(made))
    page = CampaignFormPage(
        campaign="",
        title=pgettext("办理", "新建年度工作"),
        bureau=bureaus[0].label if len(bureaus) == 1 else "",
        fixed=False,
        seen="",
        editions=tuple(edition.title for edition in form.editions),
        back=reverse("campaigns"),
    )
    return _form(request, page, form)


@behind_the_door
@require_http_methods(["GET", "POST"])
def campaign_edit(request: HttpRequest, campaign: UUID) -> HttpResponse:
    user, found = person_of(request), find_overseen(request, campaign)
    check_can_change(user, found)
    form = CampaignForm(
        editions_for(found),
        request.POST if request.method == "POST" else None,
        today=timezone.localdate(),
        campaign=found,
    )
    status = 0
    if request.method == "POST" and form.is_valid():
        try:
            change_campaign(by=user, campaign=found, plan=form.plan(), seen=request.POST.get("seen", ""))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, ChangedSince) else 422
        else:
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(to_board(found))
    page = CampaignFormPage(
        campaign=str(found.public_id),
        title=found.title,
        bureau=found.bureau.label,
        fixed=found.state != Campaign.State.DRAFT,
        seen=seen_of(found),
        editions=tuple(edition.title for edition in form.editions),
        back=to_board(found),
    )
    return _form(request, page, form, status)


def editions_for(campaign: Campaign | None) -> list[Edition]:
    """Standards a cycle may use: the newest revisions but drafts, and the revisions it uses already."""
    used = (
        {row.edition.key: row.edition for row in campaign.rubrics.select_related("edition")}
        if campaign
        else {}
    )
    usable = (Edition.Status.OFFICIAL, Edition.Status.SUPPLEMENTARY)
    return [
        used.get(edition.key, edition)
        for edition in current_editions()
        if edition.status in usable or edition.key in used
    ]


def _form(request: HttpRequest, page: CampaignFormPage, form: CampaignForm, status: int = 0) -> HttpResponse:
    status = status or (422 if form.errors else 200)
    return render(request, "assessments/campaigns/form.html", {"page": page, "form": form}, status=status)


@behind_the_door
@require_GET
def campaign(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """The board for a bureau; a hospital is led to its own part."""
    found = find_campaign(request, campaign)
    if not sees_board(request.user, found):
        return HttpResponseRedirect(reverse("campaign-enter", args=[found.public_id]))
    page = board_page(request.user, found, filters_in(request), page=page_number(request))
    return render(request, "assessments/campaigns/board.html", {"page": page})


@behind_the_door
@require_GET
def campaign_export(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """What the filters show, whole."""
    found = find_overseen(request, campaign)
    content = write_board(whole_board(request.user, found, filters_in(request)))
    response = HttpResponse(content, content_type=TYPES[".xlsx"])
    name = f"{found.title} {timezone.localdate():%Y-%m-%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
