"""The questionnaire as a workbook: handed out, taken back with a preview, written after a yes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.importing import Applied, ChangedSince, apply_workbook
from assessments.filetypes.judging import TYPES
from assessments.models import Assessment
from assessments.permissions import check_can_import, check_can_see_work, is_staff_of
from assessments.queries.answers import answers_of
from assessments.queries.results import newest_snapshots
from assessments.views.attachments import StopAtLimit
from assessments.views.door import behind_the_door, find_assessment
from assessments.workbook.differences import Side
from assessments.workbook.examining import Examination, OtherAssessment, examine, rubric_for
from assessments.workbook.kept import KEPT_FOR, Kept, expired, forget, keep, open_kept
from assessments.workbook.naming import file_name
from assessments.workbook.opening import LARGEST, WorkbookRefused
from assessments.workbook.preview import import_page, lay_out_preview
from assessments.workbook.reading import Filled, read_workbook
from assessments.workbook.stored import content_of
from assessments.workbook.writing import write_workbook
from engine.scoring.formats import answers_to_json
from rubrics.queries import get_rubric

SALT = "assessments.workbook"
LANGUAGES = {"zh": "zh-hans", "en": "en"}


@require_GET
@behind_the_door
def export(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The workbook in the language asked for (``?language=zh|en``), else the reader's own.
    Nine queries: session, person, memberships, assessment, and the five of its content."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    language = LANGUAGES.get(request.GET.get("language", ""), translation.get_language() or "zh-hans")
    with translation.override(language):
        content = content_of(found, request.user, language)  # type: ignore[arg-type]
        response = HttpResponse(write_workbook(content), content_type=TYPES[".xlsx"])
        return _as_file(response, file_name(content, "xlsx"))


@require_GET
@behind_the_door
def as_json(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """zhiping-assessment/1: for staff the answers as they are, for a bureau those last submitted."""
    found = find_assessment(request, assessment)
    if is_staff_of(request.user, found):
        rubric = get_rubric(found.edition)
        document: Any = answers_to_json(rubric, answers_of(found, rubric=rubric))
    else:
        document = newest_snapshots([found])[found.pk].answers
    text = json.dumps(document, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    return _as_file(response, f"{found.edition.key}-{str(found.public_id)[:8]}.json")


@csrf_exempt  # the handler must be set before anything reads the body; the inner view checks the token
@require_http_methods(["GET", "HEAD", "POST"])
def importing(request: HttpRequest, assessment: UUID) -> HttpResponseBase:
    if request.method == "POST":
        request.upload_handlers.insert(0, StopAtLimit(request))
    return _importing(request, assessment)


@csrf_protect
@behind_the_door
def _importing(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """GET: the form. POST of a file, or of the token of one refused as another assessment's: the preview."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    if request.method != "POST":
        return render(request, "assessments/workbook.html", {"page": import_page(found, request.user)})
    check_can_import(request.user, found)
    if request.POST.get("token"):
        try:
            reading = _reading(request, found)
        except WorkbookRefused as refused:
            return _refused(request, found, str(refused))
        return _preview(request, found, Kept(reading["name"], reading["sha256"]), reading["file"], other=True)
    try:
        file = _uploaded(request)
        kept = keep(file, request.user.pk)  # type: ignore[arg-type]
    except WorkbookRefused as refused:
        return _refused(request, found, str(refused))
    return _preview(request, found, kept, str(file.name)[:200], other=False)


@require_POST
@behind_the_door
def apply(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Writes what the preview showed; when it is no longer so, shows it again and writes nothing."""
    found = find_assessment(request, assessment)
    check_can_import(request.user, found)
    try:
        reading = _reading(request, found)
        filled = _read(found, reading["name"])
        applied = apply_workbook(
            by=request.user,  # type: ignore[arg-type]
            assessment=found,
            filled=filled,
            seen=reading["digest"],
            file=reading["file"],
            sha256=reading["sha256"],
            other=reading["other"],
            choices=choices_of(request),
            otherwise="mine" if request.POST.get("all") == "mine" else "theirs",
        )
    except WorkbookRefused as refused:
        return _refused(request, found, str(refused))
    except ChangedSince as changed:
        kept = Kept(reading["name"], reading["sha256"])
        return _show(
            request,
            found,
            changed.examination,
            filled,
            kept,
            reading["file"],
            other=reading["other"],
            stale=True,
        )
    forget(reading["name"])
    say_applied(request, applied)
    return HttpResponseRedirect(reverse("assessment", args=[found.public_id]))


def _uploaded(request: HttpRequest) -> UploadedFile[bytes]:
    too_large = _("文件超过%(n)sMB，不是从本系统导出的工作簿。请删去插入的图片后再试。") % {
        "n": LARGEST // 1024 // 1024
    }
    if getattr(request, "upload_was_stopped", False):
        raise WorkbookRefused(too_large)
    file = request.FILES.get("workbook")
    if not isinstance(file, UploadedFile) or not file.name:
        raise WorkbookRefused(_("没有选择文件。请选择从本系统导出、填写后保存的工作簿。"))
    if (file.size or 0) > LARGEST:
        raise WorkbookRefused(too_large)
    return file


def _read(assessment: Assessment, name: str) -> Filled:
    with open_kept(name) as file:
        return read_workbook(file, rubric_for(assessment))[1]  # type: ignore[arg-type]


def _preview(
    request: HttpRequest, assessment: Assessment, kept: Kept, file: str, *, other: bool
) -> HttpResponse:
    try:
        filled = _read(assessment, kept.name)
        examination = examine(assessment, request.user, filled, other=other)  # type: ignore[arg-type]
    except OtherAssessment as elsewhere:
        offer = _token(request, assessment, kept, file, digest="", other=True)
        return _refused(request, assessment, str(elsewhere), file=file, offer=offer)
    except WorkbookRefused as refused:
        forget(kept.name)
        return _refused(request, assessment, str(refused), file=file)
    return _show(request, assessment, examination, filled, kept, file, other=other)


def _show(
    request: HttpRequest,
    assessment: Assessment,
    examination: Examination,
    filled: Filled,
    kept: Kept,
    file: str,
    *,
    other: bool,
    stale: bool = False,
) -> HttpResponse:
    token = _token(request, assessment, kept, file, digest=examination.digest, other=other)
    preview = lay_out_preview(examination, filled, file=file, token=token, other=other, stale=stale)
    page = import_page(assessment, request.user, stored=examination.stored, file=file, preview=preview)
    return render(request, "assessments/workbook.html", {"page": page}, status=409 if stale else 200)


def _refused(
    request: HttpRequest, assessment: Assessment, refusal: str, *, file: str = "", offer: str = ""
) -> HttpResponse:
    page = import_page(assessment, request.user, refusal=refusal, file=file, offer=offer)
    return render(request, "assessments/workbook.html", {"page": page}, status=422)


def _token(
    request: HttpRequest, assessment: Assessment, kept: Kept, file: str, *, digest: str, other: bool
) -> str:
    reading = {
        "person": request.user.pk,
        "assessment": str(assessment.public_id),
        "name": kept.name,
        "sha256": kept.sha256,
        "file": file,
        "digest": digest,
        "other": other,
    }
    return signing.dumps(reading, salt=SALT, compress=True)


def _reading(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What the token says. Raises WorkbookRefused when it is old, altered, or somebody else's."""
    try:
        reading: dict[str, Any] = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature as bad:
        raise WorkbookRefused(expired()) from bad
    if (reading["person"], reading["assessment"]) != (request.user.pk, str(assessment.public_id)):
        raise WorkbookRefused(expired())
    return reading


def choices_of(request: HttpRequest) -> dict[str, Side]:
    """What was decided about each conflict, by field."""
    if request.POST.get("all") in ("mine", "theirs"):
        return {}
    return {
        key.removeprefix("choice:"): "mine"
        for key, value in request.POST.items()
        if key.startswith("choice:") and value == "mine"
    }


def say_applied(request: HttpRequest, applied: Applied) -> None:
    if applied.written:
        said = ngettext("已从工作簿写入%(n)s处。", "已从工作簿写入%(n)s处。", applied.written) % {
            "n": applied.written
        }
        messages.success(request, said)
    else:
        messages.info(request, _("没有写入任何内容：工作簿与系统中的内容相同，或您选择了保留系统中的值。"))
    if applied.left:
        kept = ngettext("%(n)s处保留了系统中的值。", "%(n)s处保留了系统中的值。", applied.left) % {
            "n": applied.left
        }
        messages.info(request, kept)
    if applied.refused:
        first = applied.refused[0]
        said = ngettext(
            "%(n)s处没有写入，首先是%(address)s：%(sentence)s",
            "%(n)s处没有写入，首先是%(address)s：%(sentence)s",
            len(applied.refused),
        )
        messages.warning(
            request, said % {"n": len(applied.refused), "address": first.address, "sentence": first.sentence}
        )


def _as_file(response: HttpResponse, name: str) -> HttpResponse:
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
