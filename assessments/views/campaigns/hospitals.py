"""One hospital of a cycle: a later last day, or that it is not expected; and inviting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.campaigns.held import ChangedSince
from assessments.actions.campaigns.inviting import Invited, invite_hospitals
from assessments.actions.campaigns.permitting import end_late, permit_late, take_out
from assessments.campaign_permissions import (
    check_can_invite,
    check_can_permit_late,
    check_can_take_out,
    plain_day,
)
from assessments.campaigns.examining import digest_of, examine
from assessments.campaigns.reading import (
    InviteRow,
    ListRefused,
    chosen_rows,
    read_lines,
    read_sheet,
)
from assessments.models import Campaign, CampaignZone
from assessments.queries.campaigns.invitation import InvitePage, hospitals_in, invite_page
from assessments.queries.campaigns.one import participation_page
from assessments.views.campaigns.finding import (
    day_in,
    find_overseen,
    find_participation,
    finish,
    text_in,
    to_board,
    zone_in,
)
from assessments.views.door import behind_the_door
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

SALT = "assessments.campaigns.invite"
PREVIEW_LASTS = 6 * 3600
LONGEST_CHOICE = 10_000  # boxes of one form


@behind_the_door
@require_GET
def participation(request: HttpRequest, campaign: UUID, participation: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    row = find_participation(request, found, participation)
    page = participation_page(request.user, found, row)
    return render(request, "assessments/campaigns/hospital.html", {"page": page})


def _to_hospital(campaign: Campaign, row: Any) -> str:
    return reverse("participation", args=[campaign.public_id, row.public_id])


@behind_the_door
@require_POST
def participation_late(request: HttpRequest, campaign: UUID, participation: UUID) -> HttpResponse:
    """A later last day for this hospital; with ``revoke`` the permission ends."""
    found = find_overseen(request, campaign)
    row = find_participation(request, found, participation)
    check_can_permit_late(request.user, row)

    def act() -> str:
        user, reason = person_of(request), text_in(request, "reason")
        if "revoke" in request.POST:
            end_late(by=user, participation=row, reason=reason)
            return _("已撤销补报准许，并通知医院。")
        until = day_in(request, "until")
        permit_late(by=user, participation=row, until=until, reason=reason)
        return _("已准予%(hospital)s补报至%(until)s，并通知医院。") % {
            "hospital": row.hospital.label,
            "until": plain_day(until),
        }

    return finish(request, act, otherwise=_to_hospital(found, row))


@behind_the_door
@require_POST
def participation_withdraw(request: HttpRequest, campaign: UUID, participation: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    row = find_participation(request, found, participation)
    check_can_take_out(request.user, row)

    def act() -> str:
        take_out(by=person_of(request), participation=row, reason=text_in(request, "reason"))
        return _("已把%(hospital)s移出参评名单。") % {"hospital": row.hospital.label}

    return finish(request, act, otherwise=_to_hospital(found, row))


# -- inviting


@behind_the_door
@require_http_methods(["GET", "POST"])
def campaign_invite(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """GET offers three ways; POST reads a list and shows what inviting it would do."""
    found = find_overseen(request, campaign)
    check_can_invite(request.user, found)
    if request.method == "GET":
        return _page(request, invite_page(request.user, found, branch=request.GET.get("branch", "")[:36]))
    try:
        rows, source = _read(request, found)
        zone = zone_in(request, found)
    except (ListRefused, Refusal) as refused:
        page = invite_page(request.user, found, problem=str(refused), text=text_in(request, "text")[:100_000])
        return _page(request, page, 422)
    return _page(request, _preview(request, found, rows, zone, source))


def _read(request: HttpRequest, campaign: Campaign) -> tuple[tuple[InviteRow, ...], str]:
    """The rows of whichever way was chosen, and how the way is called."""
    how = text_in(request, "how")
    if how == "sheet":
        file = request.FILES.get("file")
        if file is None:
            raise ListRefused(_("请选择名单文件（.xlsx）。"))
        return read_sheet(file.file), (file.name or "")[:120]
    if how == "lines":
        return read_lines(text_in(request, "text")), _("粘贴的名单")
    chosen = hospitals_in(
        campaign,
        branches=_ids(request.POST.getlist("branch")),
        grades=request.POST.getlist("grade")[:20],
        hospitals=_ids(request.POST.getlist("hospital")),
    )
    if not chosen:
        raise ListRefused(_("没有选中医院。请勾选地市、等级或单个医院。"))
    return chosen_rows(chosen), _("按机构选择")


def _ids(texts: Sequence[str]) -> list[str]:
    found = []
    for text in texts[:LONGEST_CHOICE]:
        try:
            found.append(str(UUID(text)))
        except ValueError:
            continue
    return found


def _preview(
    request: HttpRequest,
    campaign: Campaign,
    rows: tuple[InviteRow, ...],
    zone: CampaignZone | None,
    source: str,
    problem: str = "",
) -> InvitePage:
    examined = examine(campaign, rows, zone)
    token = signing.dumps(
        [
            str(campaign.public_id),
            zone.pk if zone else 0,
            source,
            [asdict(row) for row in rows],
        ],
        salt=SALT,
        compress=True,
    )
    return replace(
        invite_page(request.user, campaign, problem=problem),
        rows=examined,
        source=source,
        zone=str(zone.pk) if zone else "",
        zone_name=zone.name if zone else "",
        seen=digest_of(examined),
        token=token,
    )


@behind_the_door
@require_POST
def campaign_invite_apply(request: HttpRequest, campaign: UUID) -> HttpResponse:
    found = find_overseen(request, campaign)
    check_can_invite(request.user, found)
    try:
        meant, zone_number, source, plain = signing.loads(
            text_in(request, "token"), salt=SALT, max_age=PREVIEW_LASTS
        )
    except signing.BadSignature:
        meant, zone_number, source, plain = "", 0, "", []
    if meant != str(found.public_id):
        problem = _("预览已过期，没有邀请。请重新选择。")
        return _page(request, invite_page(request.user, found, problem=problem), 422)
    rows = tuple(InviteRow(**{**one, "problems": tuple(one["problems"])}) for one in plain)
    zone = found.zones.filter(pk=zone_number).first()
    try:
        if zone_number and zone is None:
            raise ChangedSince(_("预览时选的分批已被删除，没有邀请。请核对最新的预览再确认。"))
        done = invite_hospitals(
            by=person_of(request),
            campaign=found,
            rows=rows,
            zone=zone,
            seen=text_in(request, "seen"),
            source=source,
        )
    except ChangedSince as changed:
        return _page(request, _preview(request, found, rows, zone, source, str(changed)), 409)
    except Refusal as refusal:
        return _page(request, _preview(request, found, rows, zone, source, str(refusal)), 422)
    messages.success(request, _said(done))
    return HttpResponseRedirect(to_board(found))


def _said(done: Invited) -> str:
    sentences = [
        _("已邀请%(new)s家医院。") % {"new": done.new + done.again},
        _("%(moved)s家调整了分批。") % {"moved": done.moved} if done.moved else "",
        _("%(same)s家已在名单中。") % {"same": done.same} if done.same else "",
        _("%(left)s行有问题，没有邀请。") % {"left": done.left_out} if done.left_out else "",
    ]
    return "".join(sentence for sentence in sentences if sentence)


def _page(request: HttpRequest, page: InvitePage, status: int = 200) -> HttpResponse:
    return render(request, "assessments/campaigns/invite.html", {"page": page}, status=status)
