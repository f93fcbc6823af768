"""The library of documents: ask for one, follow it, fetch it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import get_valid_filename
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.models import AdoptedPlan, Assessment
from assessments.planning_permissions import check_can_see_planning
from assessments.queries.frame import read_frame
from assessments.queries.planning.adopted import plans_of
from assessments.views.door import behind_the_door, find_assessment
from hospitals.refusals import Refusal
from reports.actions import check_can_request, request_report, request_roadmap
from reports.models import IssuedReport
from reports.queries import visible_report, visible_reports
from reports.view_models.library import RowPage, library_page, report_row
from rubrics.queries import get_rubric


def _report(request: HttpRequest, assessment: UUID, report: UUID) -> tuple[Assessment, IssuedReport]:
    owner = find_assessment(request, assessment)
    found = visible_report(owner, request.user, report)
    if found is None:
        raise Http404
    return owner, found


@require_GET
@behind_the_door
def library(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Every document of one assessment. Beside session, person and memberships: the assessment (1),
    the flags in force (1), its navigation (2, none for a bureau), the documents (1)."""
    found = find_assessment(request, assessment)
    frame = read_frame(found, request.user, get_rubric(found.edition))
    reports = visible_reports(found, request.user)
    page = library_page(found, frame, request.user, reports, get_language() or "")
    return render(request, "reports/library.html", {"page": page})


@require_POST
@behind_the_door
def ask(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_request(found, request.user)
    try:
        target = int(request.POST.get("target", ""))
    except ValueError:
        target = 0
    language = "en" if request.POST.get("language") == "en" else "zh-hans"
    try:
        form = request.POST.get("form", "pdf")
        request_report(assessment=found, language=language, target_level=target, form=form, by=request.user)  # type: ignore[arg-type]
    except Refusal as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("已开始生成，完成后可在本页下载。"))
    return redirect("reports", assessment=assessment)


@require_POST
@behind_the_door
def ask_roadmap(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The plan in the making, or the adopted one that ``plan`` names, as a document: in the library when it is done."""
    found = find_assessment(request, assessment)
    check_can_see_planning(request.user, found)
    adopted = _adopted(found, request.POST.get("plan", ""))
    language = "en" if request.POST.get("language") == "en" else "zh-hans"
    try:
        form = request.POST.get("form", "pdf")
        request_roadmap(
            assessment=found,
            language=language,
            form=form,
            by=request.user,  # type: ignore[arg-type]
            adopted=adopted,
        )
    except Refusal as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("已开始生成，完成后可在本页下载。"))
    return redirect("reports", assessment=adopted.assessment.public_id if adopted else assessment)


def _adopted(assessment: Assessment, number: str) -> AdoptedPlan | None:
    """None: no plan was named. Raises Http404 for one that is not this hospital's, or of another standard."""
    if not number:
        return None
    try:
        return (
            plans_of(assessment)
            .select_related("assessment__hospital", "assessment__edition")
            .get(public_id=number)
        )
    except (AdoptedPlan.DoesNotExist, ValidationError) as error:
        raise Http404 from error


@require_GET
@behind_the_door
def progress(request: HttpRequest, assessment: UUID, report: UUID) -> HttpResponse:
    """One row of the library, asked for every second while the document is being made."""
    owner, found = _report(request, assessment, report)
    page = RowPage(str(owner.public_id), report_row(found))
    return render(
        request, "reports/library_row.html", {"page": page, "row": page.row, "public_id": page.public_id}
    )


@require_GET
@behind_the_door
def download(request: HttpRequest, assessment: UUID, report: UUID) -> FileResponse:
    owner, found = _report(request, assessment, report)
    if found.state != IssuedReport.State.DONE:
        raise Http404
    name = get_valid_filename(
        f"{owner.hospital.name}-{owner.title}-{found.get_kind_display()}-{found.target_level}-{found.language}.{found.form}"
    )
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type=found.media_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
