"""The list of the ledger, what could be put into it, many entries at once, the workbook."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.ledger import assign_entries, enter_by_hand, enter_proposals
from assessments.filetypes.judging import TYPES
from assessments.ledger_permissions import check_can_manage
from assessments.queries.ledger.entering import Typed, new_entry_page, proposals_page
from assessments.queries.ledger.export import ledger_rows
from assessments.queries.ledger.listing import ledger_page
from assessments.views.door import back_to, behind_the_door
from assessments.views.ledger.finding import (
    chosen_day,
    chosen_department,
    chosen_person,
    filter_of,
    find_ledger,
)
from assessments.workbook.ledger import write_ledger
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@behind_the_door
@require_GET
def ledger(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """``?show=undone|late|handed_in|ended|all|mine&source=&department=&person=&q=&page=``. Eleven queries beside
    session, person and memberships, for any number of entries."""
    found = find_ledger(request, assessment)
    page = ledger_page(found, request.user, filter_of(request), page=_page(request))
    return render(request, "assessments/ledger/list.html", {"page": page})


@behind_the_door
@require_http_methods(["GET", "POST"])
def ledger_proposals(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """What the product found and the ledger has not yet; POST puts in what is ticked."""
    found = find_ledger(request, assessment)
    check_can_manage(request.user, found)
    problem = ""
    if request.method == "POST":
        try:
            made = enter_proposals(
                by=person_of(request),
                assessment=found,
                keys=request.POST.getlist("items"),
                due_on=chosen_day(request.POST.get("due_on", "")),
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(
                request,
                ngettext("已记入台账%(n)s个事项。", "已记入台账%(n)s个事项。", len(made)) % {"n": len(made)},
            )
            return redirect("ledger", assessment=assessment)
    ticked = frozenset(request.POST.getlist("items")) if problem else None
    page = proposals_page(
        found, request.user, ticked=ticked, due_on=request.POST.get("due_on", ""), problem=problem
    )
    return render(
        request, "assessments/ledger/proposals.html", {"page": page}, status=422 if problem else 200
    )


@behind_the_door
@require_http_methods(["GET", "POST"])
def ledger_new(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """An entry typed by hand; a slip keeps everything that was typed."""
    found = find_ledger(request, assessment)
    check_can_manage(request.user, found)
    asked = request.POST if request.method == "POST" else request.GET
    typed = Typed(*(asked.get(name, "") for name in Typed.NAMES))
    if request.method == "GET":
        page = new_entry_page(found, request.user, typed)
        return render(request, "assessments/ledger/new.html", {"page": page})
    try:
        entry = enter_by_hand(
            by=person_of(request),
            assessment=found,
            wrong=typed.wrong,
            item=typed.clause.strip()[:5] or typed.item,
            clause=typed.clause.strip(),
            department=chosen_department(found, typed.department),
            person=chosen_person(typed.person),
            due_on=chosen_day(typed.due_on),
        )
    except Refusal as refusal:
        page = new_entry_page(found, request.user, typed, problem=str(refusal))
        return render(request, "assessments/ledger/new.html", {"page": page}, status=422)
    messages.success(request, _("已记入台账第%(n)s号。") % {"n": entry.number})
    return redirect("ledger-entry", assessment=assessment, number=entry.number)


@behind_the_door
@require_POST
def ledger_assign(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Department, person and due date for everything that is ticked; what is left empty stays as it is."""
    found = find_ledger(request, assessment)
    check_can_manage(request.user, found)
    try:
        changed = assign_entries(
            by=person_of(request),
            assessment=found,
            numbers=[number for one in request.POST.getlist("items") if (number := _number(one))],
            department=chosen_department(found, request.POST.get("department", "")),
            person=chosen_person(request.POST.get("person", "")),
            due_on=chosen_day(request.POST.get("due_on", "")),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            ngettext("已更新%(n)s个事项。", "已更新%(n)s个事项。", changed) % {"n": changed}
            if changed
            else _("所选事项已经是这样，没有改动。"),
        )
    return back_to(request, reverse("ledger", args=[assessment]))


@behind_the_door
@require_GET
def ledger_export(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """What the filter lets through, all pages, as an Excel file."""
    found = find_ledger(request, assessment)
    rows = ledger_rows(found, request.user, filter_of(request))
    name = _("整改台账_%(hospital)s_%(day)s.xlsx") % {
        "hospital": found.hospital.label,
        "day": timezone.localdate().isoformat(),
    }
    response = HttpResponse(write_ledger(found, rows), content_type=TYPES[".xlsx"])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest) -> int:
    return _number(request.GET.get("page", "")) or 1


def _number(text: str) -> int:
    """0 for what is no number, or none that fits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
