"""What did not pass, for the department heads: on a page and as a workbook."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.rehearsing import assignment_of, reopen_case, settle_case
from assessments.filetypes.judging import TYPES
from assessments.models import Assessment
from assessments.permissions import check_can_see_work
from assessments.queries.rehearsals.points import point_lines, points_page
from assessments.rehearsal_permissions import check_can_settle
from assessments.views.door import back_to, behind_the_door, find_assessment
from assessments.views.rehearsals.finding import find_case
from assessments.workbook.points import write_points
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

SHOWN = ("open", "settled", "all")


@behind_the_door
@require_GET
def rehearsal_points(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?show=open|settled|all&rehearsal=2``. Seven queries beside session, person and memberships."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    page = points_page(found, request.user, show=_show(request), rehearsal=_rehearsal(request))
    return render(request, "assessments/rehearsals/points.html", {"page": page})


@behind_the_door
@require_GET
def rehearsal_points_export(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The same points as an Excel file, one row each."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    lines = point_lines(found, request.user, show=_show(request), rehearsal=_rehearsal(request))
    response = HttpResponse(write_points(found, lines), content_type=TYPES[".xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, _name(found)) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@behind_the_door
@require_POST
def rehearsal_case_settle(request: HttpRequest, assessment: UUID, number: int, case: int) -> HttpResponse:
    """Say that a point is put right, or with ``reopen`` that it is not."""
    held = find_case(request, assessment, number, case)
    check_can_settle(request.user, held, assignment=assignment_of(held.rehearsal, held.item_code))
    try:
        if request.POST.get("reopen"):
            reopen_case(by=person_of(request), case=held)
            messages.success(request, _("问题已重新打开。"))
        else:
            settle_case(by=person_of(request), case=held, how=request.POST.get("how", ""))
            messages.success(request, _("已标记解决；通过率仍按演练当时的结论。"))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return back_to(request, reverse("rehearsal-points", args=[assessment]))


def _show(request: HttpRequest) -> str:
    show = request.GET.get("show", "open")
    return show if show in SHOWN else "open"


def _rehearsal(request: HttpRequest) -> int | None:
    text = request.GET.get("rehearsal", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None


def _name(assessment: Assessment) -> str:
    day = timezone.localdate().isoformat()
    return _("演练待解决问题_%(hospital)s_%(day)s.xlsx") % {"hospital": assessment.hospital.label, "day": day}
