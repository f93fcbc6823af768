"""Confirming the official flags from the official annex: read, shown, and only then stored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from rubrics import queries
from rubrics.actions import FlagsRefused, confirm_flags
from rubrics.flags import flags_from_json, flags_to_json
from rubrics.models import Confirmation
from rubrics.official_annex import Annex, AnnexRefused, DocumentRefused, read_annex
from rubrics.pages.flags import ImportPage, lay_out_preview
from rubrics.views.flags import check_may_confirm, stamp_of
from rubrics.views.opening import Opened, open_edition, why_not_confirm

SALT = "rubrics.official-annex"
KEPT_FOR = 2 * 60 * 60  # seconds between reading a document and confirming it


@login_required
@require_http_methods(["GET", "POST"])
def rubric_flags_import(request: HttpRequest, edition: str) -> HttpResponse:
    """GET: the form. POST of a file: what it would change. POST of the signed reading: confirmed."""
    opened = open_edition(edition)
    if request.method == "GET":
        return answer(request, opened)
    check_may_confirm(request, opened)
    if token := request.POST.get("reading"):
        return confirm_reading(request, opened, token)
    file = request.FILES.get("document")
    if not isinstance(file, UploadedFile) or not file.name:
        return answer(request, opened, refusal=_("请先选择一份Word文档（.docx）。"))
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        return answer(request, opened, document=file.name, refusal=too_large())
    try:
        annex = read_annex(file.read(), opened.rubric, at_most=settings.UPLOAD_MAX_BYTES)
    except DocumentRefused as refused:
        return answer(request, opened, document=file.name, refusal=str(refused))
    except AnnexRefused as refused:
        return answer(request, opened, document=file.name, problems=refused.problems)
    preview = lay_out_preview(
        opened.rubric,
        queries.rubric_under(opened.edition, None),
        annex,
        document=file.name,
        token=signed(request, opened, annex, file.name),
    )
    return answer(request, opened, document=file.name, preview=preview)


def confirm_reading(request: HttpRequest, opened: Opened, token: str) -> HttpResponse:
    try:
        reading = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return answer(request, opened, refusal=_("这次读取已过期，没有作任何改动。请重新选择文档。"))
    if reading["person"] != request.user.pk or reading["stamp"] != stamp_of(opened):
        sentence = _("读取之后标准或确认结果已有变化，没有作任何改动。请重新选择文档，再核对一次。")
        return answer(request, opened, refusal=sentence)
    try:
        confirm_flags(
            edition=opened.edition,
            flags=flags_from_json(reading["flags"]),
            by=request.user,  # type: ignore[arg-type]
            source=Confirmation.Source.ANNEX,
            document_name=reading["document"],
            document_sha256=reading["sha256"],
            wordings=reading["wordings"],
        )
    except FlagsRefused as refused:
        return answer(request, opened, refusal=" ".join(refused.sentences))
    count = len(reading["wordings"])
    sentence = ngettext(
        "已按官方附件确认基本项与选择项，并采用%(n)s条官方原文。",
        "已按官方附件确认基本项与选择项，并采用%(n)s条官方原文。",
        count,
    )
    messages.success(request, sentence % {"n": count})
    return redirect("rubric-flags", edition=opened.heading.address)


def signed(request: HttpRequest, opened: Opened, annex: Annex, document: str) -> str:
    """What was read travels with the form: nothing is kept on the server that nobody may confirm."""
    reading = {
        "person": request.user.pk,
        "stamp": stamp_of(opened),
        "document": document[:200],
        "sha256": annex.sha256,
        "flags": flags_to_json(annex.flags),
        "wordings": annex.wordings,
    }
    return signing.dumps(reading, salt=SALT, compress=True)


def too_large() -> str:
    return _("文件超过%(n)sMB的上限。") % {"n": settings.UPLOAD_MAX_BYTES // 1024 // 1024}


def answer(request: HttpRequest, opened: Opened, **said: Any) -> HttpResponse:
    page = ImportPage(
        edition=opened.heading,
        why_not=why_not_confirm(request.user),
        nothing_to_confirm=opened.heading.flags.kind == "proved",
        most_megabytes=settings.UPLOAD_MAX_BYTES // 1024 // 1024,
        **said,
    )
    status = 400 if page.refusal or page.problems else 200
    return render(request, "rubrics/import.html", {"page": page}, status=status)
