"""Screenshots on their way to becoming evidence. A draft is 404 to everybody but its maker."""

from __future__ import annotations

import json
from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.attaching import refuse_too_large
from assessments.actions.picturing import (
    begin_draft,
    give_up_draft,
    move_attachment,
    reopen_picture,
    save_picture,
)
from assessments.models import Assessment, PictureDraft
from assessments.permissions import check_can_attach, check_can_see_work
from assessments.queries.pictures import near_pictures, read_editor, read_proposals
from assessments.views.attachments import (
    SANDBOX,
    StopAtLimit,
    attachment_page_part,
    find_attachment,
)
from assessments.views.door import behind_the_door, find_assessment, plain, wants_part
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from rubrics.queries import get_rubric


@csrf_exempt  # the handlers must be set before anything reads the body; the inner view checks the token
def add(request: HttpRequest, assessment: UUID) -> HttpResponseBase:
    request.upload_handlers.insert(0, StopAtLimit(request))
    return _add(request, assessment)


@csrf_protect
@behind_the_door
@require_POST
def _add(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """A pasted or chosen screenshot becomes a draft; the answer says where its editor is."""
    found = find_assessment(request, assessment)
    item = request.POST.get("item", "")
    check_can_attach(request.user, found, item)
    given = request.FILES.get("file")
    try:
        if getattr(request, "upload_was_stopped", False):
            refuse_too_large(2**40)
        if not isinstance(given, UploadedFile):
            raise Refusal(_("没有选择文件。请选择后再上传。"))
        begun = begin_draft(
            by=person_of(request),
            assessment=found,
            file=given,
            name=given.name or "",
            item=item,
            clause=request.POST.get("clause", ""),
        )
    except Refusal as refusal:
        if wants_part(request):
            return plain(str(refusal), 422)
        messages.error(request, str(refusal))
        return _to_files(found, item, told=True)
    address = reverse("picture-draft", args=[found.public_id, begun.public_id])
    return JsonResponse({"address": address}, status=201) if wants_part(request) else redirect(address)


@never_cache
@behind_the_door
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, assessment: UUID, draft: UUID) -> HttpResponse:
    """The editor of one screenshot. POST burns what was marked and stores the picture."""
    row = _find(request, assessment, draft)
    check_can_attach(request.user, row.assessment, row.item_code)
    if request.method == "POST":
        return _save(request, row)
    item = get_rubric(row.assessment.edition).by_code[row.item_code]
    return render(request, "assessments/pictures/editor.html", {"page": read_editor(row, item)})


def _save(request: HttpRequest, row: PictureDraft) -> HttpResponse:
    try:
        kept = save_picture(
            by=person_of(request),
            draft=row,
            marks=_decoded(request.POST.get("marks", "")),
            caption=request.POST.get("caption", ""),
            clause=request.POST.get("clause", row.clause_code),
            unmasked=request.POST.get("unmasked") == "yes",
        )
    except Refusal as refusal:
        if wants_part(request):
            return plain(str(refusal), 422)
        messages.error(request, str(refusal))
        return redirect("picture-draft", row.assessment.public_id, row.public_id)
    masked = kept.masked or 0
    messages.success(
        request,
        ngettext(
            "截图已保存，共遮盖%(n)s处；未遮盖的原图已删除。",
            "截图已保存，共遮盖%(n)s处；未遮盖的原图已删除。",
            masked,
        )
        % {"n": masked},
    )
    alike = near_pictures(row.assessment, kept.look, but=kept.pk)
    for near in alike:
        messages.warning(request, near.sentence)
    answer = _to_files(row.assessment, row.item_code, told=bool(alike))
    return JsonResponse({"address": answer.url}) if wants_part(request) else answer


@behind_the_door
@require_GET
def file(request: HttpRequest, assessment: UUID, draft: UUID) -> FileResponse:
    """The unmasked picture, for its maker's editor alone; no cache keeps it."""
    row = _find(request, assessment, draft)
    try:
        response = FileResponse(row.file.open("rb"), content_type="image/png", filename="draft.png")
    except OSError as missing:
        raise Http404 from missing
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@never_cache
@behind_the_door
@require_GET
def proposals(request: HttpRequest, assessment: UUID, draft: UUID) -> JsonResponse:
    """What the reader found so far: ``{"state": waiting | read | failed, "boxes": […]}``."""
    return JsonResponse(asdict(read_proposals(_find(request, assessment, draft))))


@behind_the_door
@require_POST
def give_up(request: HttpRequest, assessment: UUID, draft: UUID) -> HttpResponse:
    row = _find(request, assessment, draft)
    give_up_draft(by=person_of(request), draft=row)
    messages.success(request, _("截图没有保存，已经删除。"))
    return _to_files(row.assessment, row.item_code)


@behind_the_door
@require_POST
def edit(request: HttpRequest, assessment: UUID, attachment: UUID) -> HttpResponse:
    """A stored picture opened in the editor again."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    begun = reopen_picture(by=person_of(request), attachment=find_attachment(found, attachment))
    return redirect("picture-draft", found.public_id, begun.public_id)


@behind_the_door
@require_POST
def move(request: HttpRequest, assessment: UUID, attachment: UUID) -> HttpResponse:
    """One place up or down among the files of its clause."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    row = find_attachment(found, attachment)
    move_attachment(by=person_of(request), attachment=row, up=request.POST.get("to") == "up")
    if wants_part(request):
        return attachment_page_part(request, found, row.item_code)
    return _to_files(found, row.item_code)


def _find(request: HttpRequest, assessment: UUID, draft: UUID) -> PictureDraft:
    found = find_assessment(request, assessment)
    rows = PictureDraft.objects.of_person(person_of(request)).filter(assessment=found, public_id=draft)
    row = rows.select_related("assessment__hospital", "assessment__edition", "replaces").first()
    if row is None:
        raise Http404
    return row


def _to_files(assessment: Assessment, item: str, *, told: bool = False) -> HttpResponseRedirect:
    """To the files of the item; to the top of its page where something is ``told`` that must not be missed."""
    if not item:
        return HttpResponseRedirect(reverse("assessment", args=[assessment.public_id]))
    where = reverse("item", args=[assessment.public_id, item])
    return HttpResponseRedirect(where if told else f"{where}#attachments-{item.replace('.', '-')}")


def _decoded(marks: str) -> object:
    try:
        return json.loads(marks)
    except (ValueError, RecursionError):
        return None
