"""Files: taken in with a limit that stops the stream, handed out only after a check."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.attaching import add_attachment, refuse_too_large, remove_attachment
from assessments.models import Assessment, Attachment
from assessments.permissions import check_can_attach, check_can_see_work
from assessments.queries.panels import read_attachments
from assessments.queries.pictures import near_pictures
from assessments.verification_permissions import check_can_open_attachment
from assessments.views.door import back_to, behind_the_door, find_assessment, plain, wants_part
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

MOST_AT_ONCE = 20
#: A file of ours is never a page: no script, no form, no frame, whatever it says it is.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox; frame-ancestors 'none'"


class StopAtLimit(FileUploadHandler):
    """Ends the upload as soon as a file is over the limit, instead of keeping gigabytes first."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            self.request.upload_was_stopped = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@csrf_exempt  # the handlers must be set before anything reads the body; the inner view checks the token
def add(request: HttpRequest, assessment: UUID) -> HttpResponseBase:
    request.upload_handlers.insert(0, StopAtLimit(request))
    return _add(request, assessment)


@csrf_protect
@behind_the_door
@require_POST
def _add(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    item, base = request.POST.get("item", ""), request.POST.get("base", "")
    check_can_attach(request.user, found, "" if base else item)
    files = request.FILES.getlist("file")[:MOST_AT_ONCE]
    refusals: list[str] = []
    kept: list[Attachment] = []
    try:
        if getattr(request, "upload_was_stopped", False):
            refuse_too_large(settings.UPLOAD_MAX_BYTES + 1)
        if not files:
            raise Refusal(_("没有选择文件。请选择后再上传。"))
    except Refusal as refusal:
        refusals.append(str(refusal))
        files = []
    for file in files:
        try:
            kept.append(_keep(request, found, file, item, base))
        except Refusal as refusal:
            named = _("%(name)s：%(sentence)s") % {"name": file.name, "sentence": refusal}
            refusals.append(named if len(files) > 1 else str(refusal))
    alike = [near.sentence for row in kept for near in near_pictures(found, row.look, but=row.pk)]
    if wants_part(request):
        if refusals:
            return plain(" ".join(refusals), 422)
        return attachment_page_part(request, found, item, base, status=201, warnings=alike)
    for sentence in refusals:
        messages.error(request, sentence)
    for sentence in alike:
        messages.warning(request, sentence)
    if len(files) > len(refusals):
        messages.success(request, _("已保存%(n)s个附件。") % {"n": len(files) - len(refusals)})
    return back_to(request, reverse("assessment", args=[found.public_id]))


def _keep(
    request: HttpRequest, assessment: Assessment, file: UploadedFile[bytes], item: str, base: str
) -> Attachment:
    return add_attachment(
        by=request.user,  # type: ignore[arg-type]
        assessment=assessment,
        file=file,
        name=file.name or "",
        item=item,
        clause=request.POST.get("clause", ""),
        base=base,
        caption=request.POST.get("caption", ""),
    )


def attachment_page_part(
    request: HttpRequest,
    assessment: Assessment,
    item: str,
    base: str = "",
    *,
    status: int = 200,
    warnings: Sequence[str] = (),
) -> HttpResponse:
    """The files at one place as the page's module puts them in; ``warnings`` are said beside them."""
    known = get_rubric(assessment.edition).by_code.get(item) if item else None
    panel = read_attachments(assessment, request.user, item=known, base=base)
    return render(
        request, "assessments/_attachments.html", {"panel": panel, "warnings": warnings}, status=status
    )


@behind_the_door
@require_POST
def remove(request: HttpRequest, assessment: UUID, attachment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    row = find_attachment(found, attachment, removed_too=True)
    base = found.base_figures.filter(proof=row).values_list("key", flat=True).first() or ""
    remove_attachment(by=request.user, attachment=row)  # type: ignore[arg-type]
    if wants_part(request):
        return attachment_page_part(request, found, row.item_code, base)
    messages.success(request, _("已移除附件“%(name)s”。") % {"name": row.original_name})
    return back_to(request, reverse("assessment", args=[found.public_id]))


@behind_the_door
@require_GET
def download(request: HttpRequest, assessment: UUID, attachment: UUID) -> FileResponse:
    """The file as an attachment; pictures may be shown in the page with ``?inline=1``."""
    found = find_assessment(request, assessment)
    row = find_attachment(found, attachment)
    check_can_open_attachment(request.user, row)
    inline = request.GET.get("inline") == "1" and row.content_type.startswith("image/")
    try:
        opened = row.file.open("rb")
    except OSError as missing:
        raise Http404(_("附件文件不在存储中，请联系系统管理员。")) from missing
    response = FileResponse(
        opened, as_attachment=not inline, filename=row.original_name, content_type=row.content_type
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def find_attachment(assessment: Assessment, public_id: UUID, *, removed_too: bool = False) -> Attachment:
    rows = Attachment.objects.filter(assessment=assessment, public_id=public_id)
    row = (rows if removed_too else rows.kept()).select_related("assessment__hospital").first()
    if row is None:
        raise Http404
    return row
