"""Bringing in a folder of screenshots: upload, report, choices, yes, no, and taking it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.folders import (
    choose_places,
    confirm_folder,
    drop_folder,
    receive_folder,
    undo_folder,
)
from assessments.folder_permissions import check_can_bring_folder, check_can_handle_folder
from assessments.models import FolderImport
from assessments.permissions import check_can_see_work
from assessments.queries.folders import folder_page, folders_page
from assessments.views.door import behind_the_door, find_assessment, plain, wants_part
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

SHOWN_LEFT = 5


@behind_the_door
@require_http_methods(["GET", "POST"])
def folders(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The folders brought in so far and the form. POST takes in a zip, from the form or the page's module."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    if request.method != "POST":
        return render(request, "assessments/folders/list.html", {"page": folders_page(found, request.user)})
    check_can_bring_folder(request.user, found)
    file = request.FILES.get("folder")
    try:
        batch = receive_folder(
            by=person_of(request),
            assessment=found,
            file=file if isinstance(file, UploadedFile) else None,
            name=request.POST.get("name", "") or (file.name or "" if file else ""),
        )
    except Refusal as refusal:
        if wants_part(request):
            return plain(str(refusal), 422)
        page = folders_page(found, request.user, refusal=str(refusal))
        return render(request, "assessments/folders/list.html", {"page": page}, status=422)
    address = reverse("folder", args=[found.public_id, batch.public_id])
    return JsonResponse({"address": address}) if wants_part(request) else redirect(address)


@behind_the_door
@require_GET
def folder(request: HttpRequest, assessment: UUID, folder: UUID) -> HttpResponse:
    """One folder; while a job works on it htmx asks again, and the page is loaded anew at the end."""
    batch = _find(request, assessment, folder)
    page = folder_page(
        batch, request.user, shown=request.GET.get("show", ""), page=request.GET.get("page", "1")
    )
    if not wants_part(request):
        return render(request, "assessments/folders/folder.html", {"page": page})
    answer = render(request, "assessments/folders/_progress.html", {"page": page})
    if not page.busy:
        answer["HX-Refresh"] = "true"
    return answer


@behind_the_door
@require_POST
def places(request: HttpRequest, assessment: UUID, folder: UUID) -> HttpResponse:
    """What a person chose on one page of the list; what was typed wrong is named beside the list."""
    batch = _find(request, assessment, folder)
    names = request.POST.getlist("folder_name")
    typed = request.POST.getlist("folder_place")
    chosen = choose_places(
        by=person_of(request),
        batch=batch,
        places=_numbered(request, "place:"),
        folders=dict(zip(names, typed, strict=False)),
        drop=_numbers(request, "drop"),
        restore=_numbers(request, "restore"),
        drop_unmatched=bool(request.POST.get("drop_unmatched")),
    )
    shown = request.POST.get("show", "")
    if chosen.problems:
        page = folder_page(
            _find(request, assessment, folder), request.user, shown=shown, problems=chosen.problems
        )
        return render(request, "assessments/folders/folder.html", {"page": page}, status=422)
    if chosen.changed:
        said = ngettext("已更新%(n)s个文件。", "已更新%(n)s个文件。", chosen.changed) % {"n": chosen.changed}
        messages.success(request, said)
    return redirect(f"{reverse('folder', args=[assessment, folder])}?show={shown}")


@behind_the_door
@require_POST
def confirm(request: HttpRequest, assessment: UUID, folder: UUID) -> HttpResponse:
    batch = _find(request, assessment, folder)
    check_can_handle_folder(request.user, batch)
    try:
        confirm_folder(by=person_of(request), batch=batch)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("folder", assessment=assessment, folder=folder)


@behind_the_door
@require_POST
def drop(request: HttpRequest, assessment: UUID, folder: UUID) -> HttpResponse:
    drop_folder(by=person_of(request), batch=_find(request, assessment, folder))
    messages.success(request, _("已放弃这批文件，上传的文件已删除，没有导入任何内容。"))
    return redirect("folders", assessment=assessment)


@behind_the_door
@require_POST
def undo(request: HttpRequest, assessment: UUID, folder: UUID) -> HttpResponse:
    undone = undo_folder(by=person_of(request), batch=_find(request, assessment, folder))
    said = ngettext("已撤销，移除了%(n)s个附件。", "已撤销，移除了%(n)s个附件。", undone.removed) % {
        "n": undone.removed
    }
    messages.success(request, said)
    if undone.left:
        names = "、".join(undone.left[:SHOWN_LEFT])
        messages.warning(
            request,
            _("%(n)s个附件已有评审结论，没有移除：%(names)s") % {"n": len(undone.left), "names": names},
        )
    return redirect("folder", assessment=assessment, folder=folder)


def _find(request: HttpRequest, assessment: UUID, public_id: UUID) -> FolderImport:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    batch = (
        FolderImport.objects.filter(assessment=found, public_id=public_id)
        .select_related("made_by", "confirmed_by", "undone_by")
        .first()
    )
    if batch is None:
        raise Http404
    batch.assessment = found
    return batch


def _numbered(request: HttpRequest, prefix: str) -> dict[int, str]:
    return {
        int(key.removeprefix(prefix)): str(value)
        for key, value in request.POST.items()
        if key.startswith(prefix) and _is_number(key.removeprefix(prefix))
    }


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(value) for value in request.POST.getlist(name) if _is_number(value)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 16
