"""Signing: the page, the three signatures, taking one back, the scan and the rule of the hospital."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.attaching import refuse_too_large
from assessments.actions.signing import (
    ChangedSinceOpened,
    add_scan,
    approve,
    confirm_items,
    consolidate,
    reopen_changed,
    require_signing,
    withdraw_signature,
)
from assessments.models import Assessment, SealedScan, Signature
from assessments.permissions import is_staff_of
from assessments.queries.signing.page import signing_page
from assessments.signing_permissions import (
    check_can_approve,
    check_can_confirm,
    check_can_consolidate,
    check_can_seal,
    check_can_set_rule,
    check_can_withdraw_signature,
    may_read_round,
)
from assessments.views.attachments import SANDBOX, StopAtLimit
from assessments.views.door import behind_the_door, find_assessment
from hospitals.models import Department
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

LONGEST_PRINTS = 20_000


@behind_the_door
@require_GET
def signing(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = _find(request, assessment)
    return render(request, "assessments/signing/page.html", {"page": signing_page(found, request.user)})


@behind_the_door
@require_POST
def signing_confirm(request: HttpRequest, assessment: UUID, department: UUID) -> HttpResponse:
    found = _find(request, assessment)
    whose = Department.objects.filter(organisation=found.hospital_id, public_id=department).first()
    if whose is None:
        raise Http404
    check_can_confirm(request.user, found, whose)
    return _signed(
        request,
        found,
        lambda seen, prints: confirm_items(
            by=person_of(request), assessment=found, department=whose, seen=seen, prints=prints
        ),
    )


@behind_the_door
@require_POST
def signing_consolidate(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = _find(request, assessment)
    check_can_consolidate(request.user, found)
    return _signed(
        request,
        found,
        lambda seen, prints: consolidate(by=person_of(request), assessment=found, seen=seen, prints=prints),
    )


@behind_the_door
@require_POST
def signing_approve(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The password is asked again: it is the director's own hand. Wrong ones count like those of signing in."""
    found = _find(request, assessment)
    check_can_approve(request.user, found)
    person = person_of(request)

    def sign(seen: str, prints: dict[str, str]) -> Signature:
        password = request.POST.get("password", "")
        if authenticate(request, username=person.get_username(), password=password) != person:
            raise Refusal(_("密码不正确，没有批准。请重新输入；连续多次失败后需要等待一段时间。"))
        return approve(by=person, assessment=found, seen=seen, prints=prints)

    return _signed(request, found, sign)


@behind_the_door
@require_POST
def signing_withdraw(request: HttpRequest, assessment: UUID, signature: UUID) -> HttpResponse:
    found = _find(request, assessment)
    row = (
        Signature.objects.select_related("round__assessment__hospital", "department")
        .filter(round__assessment=found, public_id=signature)
        .first()
    )
    if row is None:
        raise Http404
    check_can_withdraw_signature(request.user, row)
    try:
        withdraw_signature(by=person_of(request), signature=row, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return _refused(request, found, refusal)
    messages.success(request, _("签署已撤回，其上的签署也需要重新进行；签署人会收到通知。"))
    return _back(found)


@behind_the_door
@require_POST
def signing_rule(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = _find(request, assessment)
    required = request.POST.get("required") == "yes"
    check_can_set_rule(request.user, found.hospital, required)
    require_signing(by=person_of(request), hospital=found.hospital, required=required)
    messages.success(request, _("今后须签署完成才能提交。") if required else _("今后不签署也可以提交。"))
    return _back(found)


@csrf_exempt  # the handlers must be set before anything reads the body; the inner view checks the token
def signing_scan_add(request: HttpRequest, assessment: UUID) -> HttpResponseBase:
    request.upload_handlers.insert(0, StopAtLimit(request))
    return _scan_add(request, assessment)


@csrf_protect
@behind_the_door
@require_POST
def _scan_add(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = _find(request, assessment)
    check_can_seal(request.user, found)
    file = request.FILES.get("file")
    try:
        if getattr(request, "upload_was_stopped", False):
            refuse_too_large(settings.UPLOAD_MAX_BYTES + 1)
        if file is None:
            raise Refusal(_("没有选择文件。请选择后再上传。"))
        add_scan(by=person_of(request), assessment=found, file=file, name=file.name or "")
    except Refusal as refusal:
        return _refused(request, found, refusal)
    messages.success(request, _("盖章扫描件已保存，这一轮签署完成。"))
    return _back(found)


@behind_the_door
@require_GET
def signing_scan(request: HttpRequest, assessment: UUID, scan: UUID) -> FileResponse:
    """For the hospital's staff, and for whoever may read the submission it belongs to."""
    found = find_assessment(request, assessment)
    row = (
        SealedScan.objects.select_related("round__assessment__hospital")
        .filter(round__assessment=found, public_id=scan)
        .first()
    )
    if row is None or not may_read_round(request.user, row.round):
        raise Http404
    try:
        opened = row.file.open("rb")
    except OSError as missing:
        raise Http404(_("附件文件不在存储中，请联系系统管理员。")) from missing
    response = FileResponse(
        opened, as_attachment=True, filename=row.original_name, content_type=row.content_type
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _find(request: HttpRequest, assessment: UUID) -> Assessment:
    """The hospital's own: to a bureau the address does not exist."""
    found = find_assessment(request, assessment)
    if not is_staff_of(request.user, found):
        raise Http404
    return found


def _signed(
    request: HttpRequest, assessment: Assessment, sign: Callable[[str, dict[str, str]], Signature]
) -> HttpResponse:
    """What changed meanwhile is made void first, whatever becomes of this signature."""
    reopen_changed(by=None, assessment=assessment)
    try:
        sign(request.POST.get("seen", ""), _prints(request.POST.get("prints", "")))
    except Refusal as refusal:
        return _refused(request, assessment, refusal)
    messages.success(request, _("已签署。答案如有改动，签署会失效并通知您。"))
    return _back(assessment)


def _prints(text: str) -> dict[str, str]:
    """Only for words: what is no such mapping says nothing."""
    try:
        found = json.loads(text[:LONGEST_PRINTS]) if text else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, str)}


def _refused(request: HttpRequest, assessment: Assessment, refusal: Refusal) -> HttpResponse:
    page = signing_page(assessment, request.user, problem=str(refusal))
    status = 409 if isinstance(refusal, ChangedSinceOpened) else 422
    return render(request, "assessments/signing/page.html", {"page": page}, status=status)


def _back(assessment: Assessment) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("signing", args=[assessment.public_id]))
