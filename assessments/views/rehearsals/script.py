"""The script for the visit: all items, one item to write, an Excel file, and the day itself by the clock."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from assessments.actions.rehearsing import StepConflict, StepTyped, save_script
from assessments.filetypes.judging import TYPES
from assessments.permissions import check_can_see_work
from assessments.queries.rehearsals.script import day_page, script_item_page, script_page
from assessments.rehearsal_permissions import check_can_script
from assessments.views.door import behind_the_door, find_assessment
from assessments.views.rehearsals.finding import find_rehearsal
from assessments.workbook.script import write_script
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@behind_the_door
@require_GET
def rehearsal_script(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Items that claim something up to the target. Nine queries beside session, person and memberships."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    page = script_page(found, request.user)
    return render(request, "assessments/rehearsals/script.html", {"page": page})


@behind_the_door
@require_GET
def rehearsal_script_export(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """One row a clause, to be printed and carried."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    day = timezone.localdate().isoformat()
    name = _("现场演示脚本_%(hospital)s_%(day)s.xlsx") % {"hospital": found.hospital.label, "day": day}
    response = HttpResponse(
        write_script(found, script_page(found, request.user).items), content_type=TYPES[".xlsx"]
    )
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@behind_the_door
@require_http_methods(["GET", "POST"])
def rehearsal_script_item(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """The steps of one item; POST stores them. What somebody else changed meanwhile comes back beside what was typed,
    and what cannot be stored with a sentence; nothing typed is lost."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    conflicts, problem, typed, status = list[StepConflict](), "", list[StepTyped](), 200
    if request.method == "POST":
        row = found.assignments.filter(item_code=item).first()
        check_can_script(request.user, found, item, assignment=row)
        typed = _typed(request)
        try:
            stored, conflicts = save_script(by=person_of(request), assessment=found, item=item, rows=typed)
        except Refusal as refusal:
            problem, status = str(refusal), 422
        else:
            if stored:
                messages.success(
                    request,
                    ngettext("已保存%(n)s条脚本。", "已保存%(n)s条脚本。", stored) % {"n": stored},
                )
            if not conflicts:
                return redirect("rehearsal-script-item", assessment=assessment, item=item)
            status = 409
    page = script_item_page(
        found,
        request.user,
        item,
        conflicts=conflicts,
        problem=problem,
        typed={one.clause: one for one in typed} if problem else None,
    )
    if page is None:
        raise Http404
    return render(request, "assessments/rehearsals/script_item.html", {"page": page}, status=status)


@behind_the_door
@require_GET
def rehearsal_day(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    """The steps of a rehearsal's items in order with a clock; the clock lives in the browser alone."""
    held = find_rehearsal(request, assessment, number)
    page = day_page(held, request.user)
    return render(request, "assessments/rehearsals/day.html", {"page": page})


def _typed(request: HttpRequest) -> list[StepTyped]:
    """Rows of the form: fields are named by the clause's code."""
    given = request.POST
    return [
        StepTyped(
            clause=clause,
            speaker=given.get(f"speaker-{clause}", ""),
            patient=given.get(f"patient-{clause}", ""),
            expected=given.get(f"expected-{clause}", ""),
            minutes=given.get(f"minutes-{clause}", ""),
            version=_number(given.get(f"version-{clause}", "")),
        )
        for clause in dict.fromkeys(given.getlist("clause"))
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
