"""Zones of a cycle: parts of its hospitals with dates of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.campaigns.zones import add_zone, assign_zone, change_zone, remove_zone
from assessments.campaign_forms import ZoneForm
from assessments.campaign_permissions import check_can_change
from assessments.models import Campaign
from assessments.queries.campaigns.board import head_of
from assessments.queries.campaigns.remindable import hospitals_by_zone, numbers_of
from assessments.queries.campaigns.shown import CampaignHead
from assessments.views.campaigns.finding import find_overseen, find_zone, finish, to_board, zone_in
from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@dataclass(frozen=True, slots=True)
class ZoneRow:
    number: int
    name: str
    hospitals: int
    form: ZoneForm


@dataclass(frozen=True, slots=True)
class ZonesPage:
    """``fixed``: the cycle was opened, dates of zones move by extending alone."""

    campaign: CampaignHead
    rows: tuple[ZoneRow, ...]
    without: int
    fixed: bool
    form: ZoneForm


@behind_the_door
@require_GET
def campaign_zones(request: HttpRequest, campaign: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    return render(request, "assessments/campaigns/zones.html", {"page": _zones(request, found)})


def _zones(request: HttpRequest, campaign: Campaign) -> ZonesPage:
    """Two queries: zones, and hospitals in each."""
    counts = hospitals_by_zone(campaign)
    fixed = campaign.state != Campaign.State.DRAFT
    return ZonesPage(
        campaign=head_of(request.user, campaign),
        rows=tuple(
            ZoneRow(zone.pk, zone.name, counts.get(zone.pk, 0), ZoneForm.of(zone, fixed=fixed))
            for zone in campaign.zones.all()
        ),
        without=counts.get(None, 0),
        fixed=fixed,
        form=ZoneForm(prefix="new"),
    )


def _to_zones(campaign: Campaign) -> str:
    return reverse("campaign-zones", args=[campaign.public_id])


def _read(form: ZoneForm) -> dict[str, Any]:
    if not form.is_valid():
        raise Refusal(" ".join(str(text) for texts in form.errors.values() for text in texts))
    return dict(form.cleaned_data)


@behind_the_door
@require_POST
def campaign_zone_add(request: HttpRequest, campaign: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_can_change(request.user, found)

    def act() -> str:
        data = _read(ZoneForm(request.POST, prefix="new"))
        zone = add_zone(by=person_of(request), campaign=found, **data)
        return _("已新增分批“%(name)s”。") % {"name": zone.name}

    return finish(request, act, otherwise=_to_zones(found))


@behind_the_door
@require_POST
def campaign_zone(request: HttpRequest, campaign: UUID, zone: int) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_can_change(request.user, found)
    row = find_zone(found, zone)

    def act() -> str:
        form = ZoneForm.of(row, fixed=found.state != Campaign.State.DRAFT, data=request.POST)
        change_zone(by=person_of(request), campaign=found, zone=row, **_read(form))
        return _("已保存。")

    return finish(request, act, otherwise=_to_zones(found))


@behind_the_door
@require_POST
def campaign_zone_remove(request: HttpRequest, campaign: UUID, zone: int) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_can_change(request.user, found)
    row = find_zone(found, zone)

    def act() -> str:
        remove_zone(by=person_of(request), campaign=found, zone=row)
        return _("已删除分批“%(name)s”。") % {"name": row.name}

    return finish(request, act, otherwise=_to_zones(found))


@behind_the_door
@require_POST
def campaign_zone_assign(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Hospitals chosen on the board go into a zone, or into none."""
    found = find_overseen(request, campaign)
    check_can_change(request.user, found)

    def act() -> str:
        zone = zone_in(request, found)
        moved = assign_zone(
            by=person_of(request),
            campaign=found,
            zone=zone,
            hospitals=numbers_of(found, request.POST.getlist("p")),
        )
        name = zone.name if zone else _("不分批")
        return ngettext("已把%(n)s家医院调到“%(zone)s”。", "已把%(n)s家医院调到“%(zone)s”。", moved) % {
            "n": moved,
            "zone": name,
        }

    return finish(request, act, otherwise=to_board(found))
