"""A hospital takes part."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.actions.campaigns.entering import enter_with, start_in_campaign
from assessments.campaign_permissions import check_can_enter
from assessments.models import Assessment, Campaign, CampaignRubric, Participation
from assessments.queries.campaigns.own import enter_page, participations_in
from assessments.views.campaigns.finding import find_campaign, text_in
from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@behind_the_door
@require_http_methods(["GET", "POST"])
def campaign_enter(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """``?hospital=…`` for somebody with several hospitals in the cycle. A bureau has no part: 404."""
    found = find_campaign(request, campaign)
    parts = participations_in(person_of(request), found)
    row = _chosen(request, parts)
    if found.state == Campaign.State.DRAFT:
        raise Http404
    if request.method == "POST":
        check_can_enter(request.user, row)
        rubric = _rubric(request, found)
        try:
            return _take_part(request, row, rubric)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        here = reverse("campaign-enter", args=[found.public_id])
        return HttpResponseRedirect(f"{here}?hospital={row.hospital.public_id}")
    page = enter_page(request.user, row, [one.hospital for one in parts if one.pk != row.pk])
    return render(request, "assessments/campaigns/enter.html", {"page": page})


def _take_part(request: HttpRequest, row: Participation, rubric: CampaignRubric) -> HttpResponse:
    user = person_of(request)
    if text_in(request, "how") == "existing":
        kept = _own(request, row, text_in(request, "assessment"))
        if kept is None:
            raise Refusal(_("请选择一份自评。"))
        enter_with(by=user, participation=row, rubric=rubric, assessment=kept)
        messages.success(request, _("已用“%(title)s”参评。") % {"title": kept.title})
        return HttpResponseRedirect(reverse("assessment", args=[kept.public_id]))
    made = start_in_campaign(
        by=user, participation=row, rubric=rubric, copy_from=_own(request, row, text_in(request, "copy_from"))
    )
    messages.success(
        request, _("已发起“%(title)s”并参评。请先分工，再填写统计口径。") % {"title": made.title}
    )
    return HttpResponseRedirect(reverse("assessment", args=[made.public_id]))


def _chosen(request: HttpRequest, parts: list[Participation]) -> Participation:
    wanted = request.POST.get("hospital") or request.GET.get("hospital")
    for row in parts:
        if not wanted or str(row.hospital.public_id) == wanted:
            return row
    raise Http404


def _rubric(request: HttpRequest, campaign: Campaign) -> CampaignRubric:
    text = text_in(request, "rubric")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404
    found = campaign.rubrics.select_related("edition").filter(pk=int(text)).first()
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, row: Participation, text: str) -> Assessment | None:
    """An assessment of the hospital that a form names; None when it names none or one that is not there."""
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    return (
        Assessment.objects.visible_to(request.user)
        .filter(hospital=row.hospital, public_id=public_id)
        .select_related("edition")
        .first()
    )
