"""The library of documents: ask for one, follow it, fetch it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.models import Assessment
from hospitals.refusals import Refusal
from reports.actions import check_can_request, request_report
from reports.models import IssuedReport
from reports.queries import visible_report, visible_reports
from reports.view_models.library import library_page, report_row


def _assessment(request: HttpRequest, assessment: UUID) -> Assessment:
    found = Assessment.objects.visible_to(request.user).select_related("hospital", "edition")
    return get_object_or_404(found, public_id=assessment)


def _report(request: HttpRequest, assessment: UUID, report: UUID) -> tuple[Assessment, IssuedReport]:
    owner = _assessment(request, assessment)
    found = visible_report(owner, request.user, report)
    if found is None:
        raise Http404
    return owner, found


@login_required
@require_GET
def library(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Every document of one assessment. Queries: session, person, memberships, assessment, documents."""
    found = _assessment(request, assessment)
    page = library_page(found, request.user, visible_reports(found, request.user), request.LANGUAGE_CODE)  # type: ignore[attr-defined]
    return render(request, "reports/library.html", {"page": page})


@login_required
@require_POST
def ask(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = _assessment(request, assessment)
    check_can_request(found, request.user)
    try:
        target = int(request.POST.get("target", ""))
    except ValueError:
        target = 0
    language = "en" if request.POST.get("language") == "en" else "zh-hans"
    try:
        request_report(assessment=found, language=language, target_level=target, by=request.user)  # type: ignore[arg-type]
    except Refusal as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("已开始生成，完成后可在本页下载。"))
    return redirect("reports", assessment=assessment)


@login_required
@require_GET
def progress(request: HttpRequest, assessment: UUID, report: UUID) -> HttpResponse:
    """One row of the library, asked for every second while the document is being made."""
    owner, found = _report(request, assessment, report)
    page = library_page(owner, request.user, (found,), request.LANGUAGE_CODE)  # type: ignore[attr-defined]
    return render(request, "reports/library_row.html", {"page": page, "row": report_row(found)})


@login_required
@require_GET
def download(request: HttpRequest, assessment: UUID, report: UUID) -> FileResponse:
    owner, found = _report(request, assessment, report)
    if found.state != IssuedReport.State.DONE:
        raise Http404
    name = get_valid_filename(
        f"{owner.hospital.name}-{owner.title}-{found.target_level}-{found.language}.pdf"
    )
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
