"""Workbooks of several departments at once: uploaded together, previewed as one, written after a yes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.actions.importing import ChangedSince
from assessments.actions.merging_workbooks import Merged, look_at_merge, merge_workbooks
from assessments.models import Assessment
from assessments.permissions import check_can_import, check_can_see_work
from assessments.views.door import behind_the_door, find_assessment
from assessments.views.workbook import choices_of, say_applied
from assessments.workbook.examining import OtherAssessment, from_elsewhere, rubric_for
from assessments.workbook.joining import FEWEST, MOST, Part
from assessments.workbook.kept import KEPT_FOR, MOST_OF_ONE, expired, forget, keep, open_kept
from assessments.workbook.merge_page import RefusedFile, merge_page
from assessments.workbook.opening import LARGEST, WorkbookRefused
from assessments.workbook.reading import read_workbook
from hospitals.views.finding import person_of

SALT = "assessments.merge"
PAGE = "assessments/workbook_merge.html"


@behind_the_door
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The form and the imports so far; POST of files: the preview of what they change together."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    if request.method != "POST":
        return render(request, PAGE, {"page": merge_page(found, request.user)})
    check_can_import(request.user, found)
    files = [file for file in request.FILES.getlist("workbooks") if isinstance(file, UploadedFile)]
    if not FEWEST <= len(files) <= MOST:
        why = _("请一次选择%(fewest)s至%(most)s个工作簿，现在是%(n)s个。")
        return _refused(request, found, why % {"fewest": FEWEST, "most": MOST, "n": len(files)})
    parts, told, refused = _take(request, found, files)
    if not parts:
        return _refused(request, found, _("没有一个文件可用，没有写入任何内容。"), refused)
    return _show(request, found, parts, told, refused)


@behind_the_door
@require_POST
def merge_apply(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Writes what the preview showed; when it is no longer so, shows it again and writes nothing."""
    found = find_assessment(request, assessment)
    check_can_import(request.user, found)
    try:
        told = _told(request, found)
        parts = [_read(found, one["name"], one["file"], one["sha256"]) for one in told["files"]]
        applied = merge_workbooks(
            by=person_of(request),
            assessment=found,
            parts=parts,
            seen=told["digest"],
            clashes=_clashes(request),
            choices=choices_of(request),
            otherwise="mine" if request.POST.get("all") == "mine" else "theirs",
        )
    except WorkbookRefused as refused:
        return _refused(request, found, str(refused))
    except ChangedSince:
        return _show(request, found, parts, told["files"], [], stale=True)
    for one in told["files"]:
        forget(one["name"])
    say_applied(request, applied)
    return redirect("workbook-merge", found.public_id)


def _take(
    request: HttpRequest, assessment: Assessment, files: list[UploadedFile[bytes]]
) -> tuple[list[Part], list[dict[str, str]], list[RefusedFile]]:
    """Every file by itself: one that cannot be used is named with its reason and holds nobody up."""
    parts: list[Part] = []
    told: list[dict[str, str]] = []
    refused: list[RefusedFile] = []
    for file in files:
        name = _free(str(file.name)[:100], [part.file for part in parts])
        try:
            if (file.size or 0) > LARGEST:
                raise WorkbookRefused(
                    _("文件超过%(n)sMB。请删去插入的图片后再试。") % {"n": LARGEST // 2**20}
                )
            kept = keep(file, person_of(request).pk, most=MOST + MOST_OF_ONE)
            twin = next((part.file for part in parts if part.sha256 == kept.sha256), "")
            if twin:
                forget(kept.name)
                raise WorkbookRefused(_("与“%(file)s”内容完全相同，只用一份。") % {"file": twin})
            try:
                part = _read(assessment, kept.name, name, kept.sha256)
            except WorkbookRefused:
                forget(kept.name)
                raise
        except WorkbookRefused as why:
            refused.append(RefusedFile(name, str(why)))
            continue
        parts.append(part)
        told.append({"name": kept.name, "sha256": kept.sha256, "file": name})
    return parts, told, refused


def _free(name: str, taken: list[str]) -> str:
    """Two departments may call their file the same."""
    n, free = 1, name
    while free in taken:
        n += 1
        free = f"{name} ({n})"
    return free


def _read(assessment: Assessment, kept: str, name: str, sha256: str) -> Part:
    with open_kept(kept) as file:
        filled = read_workbook(file, rubric_for(assessment))[1]  # type: ignore[arg-type]
    if filled.passport.assessment != str(assessment.public_id):
        raise OtherAssessment(from_elsewhere(filled.passport))
    return Part(name, sha256, filled)


def _show(
    request: HttpRequest,
    assessment: Assessment,
    parts: list[Part],
    told: list[dict[str, str]],
    refused: list[RefusedFile],
    *,
    stale: bool = False,
) -> HttpResponse:
    merged: Merged = look_at_merge(assessment=assessment, user=person_of(request), parts=parts)
    whole = {
        "person": request.user.pk,
        "assessment": str(assessment.public_id),
        "files": told,
        "digest": merged.digest,
    }
    token = signing.dumps(whole, salt=SALT, compress=True)
    page = merge_page(
        assessment, request.user, merged=merged, parts=parts, refused=refused, token=token, stale=stale
    )
    return render(request, PAGE, {"page": page}, status=409 if stale else 200)


def _refused(
    request: HttpRequest, assessment: Assessment, refusal: str, refused: list[RefusedFile] | None = None
) -> HttpResponse:
    page = merge_page(assessment, request.user, refusal=refusal, refused=refused or [])
    return render(request, PAGE, {"page": page}, status=422)


def _told(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What the token says. Raises WorkbookRefused when it is old, altered, or somebody else's."""
    try:
        told: dict[str, Any] = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature as bad:
        raise WorkbookRefused(expired()) from bad
    if (told["person"], told["assessment"]) != (request.user.pk, str(assessment.public_id)):
        raise WorkbookRefused(expired())
    return told


def _clashes(request: HttpRequest) -> dict[str, int]:
    """Field -> number of the value chosen; what is left at "neither" is not there."""
    return {
        key.removeprefix("clash:"): int(str(value))
        for key, value in request.POST.items()
        if key.startswith("clash:")
        and isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) < 3
    }
