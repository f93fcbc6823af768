"""Proof material of an assessment: what is missing, as a page and a sheet, and the compendium to ask for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.models import Assessment
from assessments.permissions import is_staff_of
from assessments.proof_permissions import check_can_see_proofs
from assessments.queries.frame import read_frame
from assessments.queries.missing_material import Missing, find_missing
from assessments.queries.proofs import read_materials
from assessments.views.door import behind_the_door, find_assessment
from hospitals.refusals import Refusal
from reports.compendium.actions import request_compendium
from reports.documents.compendium.sheet import missing_sheet
from reports.documents.sheets import CONTENT_TYPES, as_workbook
from reports.standing import Standing, standing_of
from reports.view_models.compendium.missing import Wanted, in_order, matches, material_page


def _read(request: HttpRequest, assessment: UUID) -> tuple[Assessment, Standing, tuple[Missing, ...]]:
    found = find_assessment(request, assessment)
    check_can_see_proofs(request.user, found)
    standing = standing_of(found, submitted_only=not is_staff_of(request.user, found))
    if standing is None:
        raise Http404
    missing = find_missing(standing.rubric, standing.answers, read_materials(found), standing.target)
    return found, standing, missing


@require_GET
@behind_the_door
def material(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?scope= &kind= &department= &late=1 &page=``: the address keeps what is looked at.

    Beside session, person and memberships: the assessment (1), its standing (2 to 4), its material (5), its
    navigation (2, none for a bureau); the same for one clause and for all.
    """
    found, standing, missing = _read(request, assessment)
    page = material_page(
        standing.rubric,
        read_frame(found, request.user, standing.rubric),
        missing,
        Wanted.read(request.GET),
        number=request.GET.get("page", "1"),
        language=get_language() or "",
    )
    return render(request, "reports/material.html", {"page": page})


@require_GET
@behind_the_door
def material_export(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The same rows, under the same filters, as a workbook."""
    found, _standing, missing = _read(request, assessment)
    wanted, today = Wanted.read(request.GET), timezone.localdate()
    shown = in_order([one for one in missing if matches(one, wanted, today)])
    response = HttpResponse(
        as_workbook([missing_sheet(found, shown, today)]), content_type=CONTENT_TYPES["xlsx"]
    )
    name = f"{found.hospital.name}-{found.title}-{_('缺材料清单')}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@behind_the_door
def ask(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """A compendium, in the library when it is done."""
    found = find_assessment(request, assessment)
    check_can_see_proofs(request.user, found)
    try:
        request_compendium(
            assessment=found,
            language="en" if request.POST.get("language") == "en" else "zh-hans",
            form=request.POST.get("form", "docx"),
            scope=request.POST.get("scope", ""),
            by=request.user,  # type: ignore[arg-type]
        )
    except Refusal as reason:
        messages.error(request, str(reason))
        return redirect("material", assessment=assessment)
    messages.success(request, _("已开始生成，完成后可在本页下载。"))
    return redirect("reports", assessment=assessment)
