"""One case on the phone: the mark with its photos."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.attaching import refuse_too_large
from assessments.actions.rehearsing import add_photo, assignment_of, mark_case, remove_case, remove_photo
from assessments.models import RehearsalCase
from assessments.queries.rehearsals.case import case_page
from assessments.rehearsal_permissions import check_can_mark
from assessments.views.attachments import SANDBOX, StopAtLimit
from assessments.views.door import behind_the_door, plain, wants_part
from assessments.views.rehearsals.finding import find_case, find_photo
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

MOST_AT_ONCE = 6


@csrf_exempt  # the handlers must be set before anything reads the body; the inner view checks the token
def rehearsal_case(request: HttpRequest, assessment: UUID, number: int, case: int) -> HttpResponseBase:
    request.upload_handlers.insert(0, StopAtLimit(request))
    return _case(request, assessment, number, case)


@csrf_protect
@behind_the_door
@require_http_methods(["GET", "POST"])
def _case(request: HttpRequest, assessment: UUID, number: int, case: int) -> HttpResponse:
    """One case; POST records what was seen and goes on to the next one. Nine queries beside session,
    person and memberships."""
    held = find_case(request, assessment, number, case)
    if request.method == "GET":
        page = case_page(held, request.user)
        return render(request, "assessments/rehearsals/case.html", {"page": page})
    check_can_mark(
        request.user, held.rehearsal, held.item_code, assignment=assignment_of(held.rehearsal, held.item_code)
    )
    note, clause = request.POST.get("note", ""), request.POST.get("clause", "")
    try:
        mark_case(
            by=person_of(request),
            case=held,
            outcome=request.POST.get("outcome", ""),
            note=note,
            clause=clause,
            seen=_moment(request.POST.get("seen", "")),
        )
    except Refusal as refusal:
        if wants_part(request):
            return plain(str(refusal), 422)
        page = case_page(held, request.user, problem=str(refusal), note=note, clause=clause)
        return render(request, "assessments/rehearsals/case.html", {"page": page}, status=422)
    refused = _keep_photos(request, held)
    for sentence in refused:
        messages.error(request, _("结论已保存，照片没有：%(sentence)s") % {"sentence": sentence})
    target = reverse("rehearsal-case", args=[assessment, number, held.pk if refused else _next(held)])
    if wants_part(request):
        return JsonResponse({"next": target})
    return redirect(target)


def _keep_photos(request: HttpRequest, case: RehearsalCase) -> list[str]:
    """Photos sent with the mark; the sentences of those that were not taken."""
    refused: list[str] = []
    try:
        if getattr(request, "upload_was_stopped", False):
            refuse_too_large(settings.UPLOAD_MAX_BYTES + 1)
    except Refusal as refusal:
        return [str(refusal)]
    files: list[UploadedFile[bytes]] = request.FILES.getlist("photos")[:MOST_AT_ONCE]
    for file in files:
        try:
            add_photo(by=person_of(request), case=case, file=file, name=file.name or "")
        except Refusal as refusal:
            refused.append(str(refusal))
    return refused


def _next(case: RehearsalCase) -> int:
    """The next case nobody looked at: of this item, else of the items after it, else this one again."""
    rehearsal = case.rehearsal
    place = {code: at for at, code in enumerate(rehearsal.items)}
    here = (place.get(case.item_code, 0), case.position)
    left = sorted(
        (place.get(code, 0), position, pk)
        for pk, code, position in rehearsal.cases.filter(outcome="")
        .order_by()
        .values_list("pk", "item_code", "position")
    )
    after = [pk for at, position, pk in left if (at, position) > here]
    return after[0] if after else left[0][2] if left else case.pk


@behind_the_door
@require_POST
def rehearsal_case_remove(request: HttpRequest, assessment: UUID, number: int, case: int) -> HttpResponse:
    remove_case(by=person_of(request), case=find_case(request, assessment, number, case))
    messages.success(request, _("已移除这个手工录入的病例。"))
    return redirect("rehearsal", assessment=assessment, number=number)


@behind_the_door
@require_GET
def rehearsal_photo(
    request: HttpRequest, assessment: UUID, number: int, case: int, photo: UUID
) -> FileResponse:
    """The picture, for the page of its case; people of the hospital only."""
    row = find_photo(request, assessment, number, case, photo)
    try:
        opened = row.file.open("rb")
    except OSError as missing:
        raise Http404(_("附件文件不在存储中，请联系系统管理员。")) from missing
    response = FileResponse(opened, filename=row.original_name, content_type=row.content_type)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@behind_the_door
@require_POST
def rehearsal_photo_remove(
    request: HttpRequest, assessment: UUID, number: int, case: int, photo: UUID
) -> HttpResponse:
    remove_photo(by=person_of(request), photo=find_photo(request, assessment, number, case, photo))
    messages.success(request, _("照片已删除。"))
    return redirect("rehearsal-case", assessment=assessment, number=number, case=case)


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
