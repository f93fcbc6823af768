"""Confirming the official flags by the tick grid, and withdrawing a confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hospitals.refusals import Refusal
from rubrics import queries
from rubrics.actions import FlagsRefused, confirm_flags, withdraw_confirmation
from rubrics.flags import Flags, flags_of
from rubrics.pages.flags import FlagsPage, flags_from_ticks, lay_out_flags
from rubrics.permissions import check_can_confirm_flags, check_has_flags_to_confirm
from rubrics.views.opening import Opened, open_edition, why_not_confirm


@login_required
@require_http_methods(["GET", "POST"])
def rubric_flags(request: HttpRequest, edition: str) -> HttpResponse:
    """The grid. Anybody may look; whoever may confirm for the installation also ticks."""
    opened = open_edition(edition)
    if request.method == "GET":
        page = page_of(request, opened, flags_of(opened.rubric))
        return render(request, "rubrics/flags.html", {"page": page})
    check_may_confirm(request, opened)
    library = queries.rubric_under(opened.edition, None)
    flags = flags_from_ticks(library, request.POST.getlist("basic"))
    refusals = refusals_before_confirming(request, opened)
    if not refusals:
        try:
            confirm_flags(edition=opened.edition, flags=flags, by=request.user)  # type: ignore[arg-type]
        except FlagsRefused as refused:
            refusals = refused.sentences
        else:
            messages.success(request, _("已确认基本项与选择项，评分即刻按此计算。"))
            return redirect("rubric-flags", edition=opened.heading.address)
    known = {code: flags.get(code, {}) for code in library.by_code}
    page = page_of(request, opened, known, refusals)
    return render(request, "rubrics/flags.html", {"page": page}, status=400)


@login_required
@require_POST
def rubric_flags_withdraw(request: HttpRequest, edition: str) -> HttpResponse:
    opened = open_edition(edition)
    check_may_confirm(request, opened)
    reason = request.POST.get("reason", "").strip()[:500]
    if withdraw_confirmation(edition=opened.edition, by=request.user, reason=reason):  # type: ignore[arg-type]
        messages.success(request, _("已撤销确认，恢复为暂定标志。"))
    else:
        messages.info(request, _("没有生效中的确认，无需撤销。"))
    return redirect("rubric-flags", edition=opened.heading.address)


def check_may_confirm(request: HttpRequest, opened: Opened) -> None:
    try:
        check_can_confirm_flags(request.user)
        check_has_flags_to_confirm(opened.rubric, opened.confirmation)
    except Refusal as refusal:
        raise PermissionDenied(str(refusal)) from refusal


def refusals_before_confirming(request: HttpRequest, opened: Opened) -> tuple[str, ...]:
    """A stale tab must not overwrite what somebody else confirmed; a tick says the work was done."""
    if request.POST.get("stamp") != stamp_of(opened):
        return (_("本页打开之后，已有人更新了确认结果。您的勾选仍在下方，请对照最新结果后再提交。"),)
    if request.POST.get("checked") != "yes":
        return (_("请先勾选“已按官方附件3逐格核对”。您的勾选仍在下方。"),)
    return ()


def stamp_of(opened: Opened) -> str:
    return f"{opened.edition.content_hash[:16]}-{opened.confirmation.pk if opened.confirmation else 0}"


def page_of(request: HttpRequest, opened: Opened, flags: Flags, refusals: tuple[str, ...] = ()) -> FlagsPage:
    return lay_out_flags(
        opened.heading,
        queries.rubric_under(opened.edition, None),
        flags,
        why_not=why_not_confirm(request.user),
        stamp=stamp_of(opened),
        refusals=refusals,
    )
