"""Facts beside the screenshots of a clause: read and written one place at a time."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assessments.actions.merging import Change, Merge
from assessments.actions.proving import save_proofs
from assessments.models import Assessment
from assessments.pages.proofs import ProofsOfItem, form_at, proof_page
from assessments.permissions import check_can_answer, check_can_see_work, reason
from assessments.queries.frame import read_frame
from assessments.views.door import back_to, behind_the_door, find_assessment, wants_part
from rubrics.queries import get_rubric


@require_http_methods(["GET", "POST"])
@behind_the_door
def proof(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """All places of an item as a page; ``?place=clauses.01.01.4-1`` one of them as a part of another page.

    Beside session, person, memberships and the assessment: clause facts, level facts, the assignment (one each), and
    the navigation of a whole page (2).
    """
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    if request.method == "POST":
        return _save(request, found, item)
    read = _read(request, found, item)
    if place := request.GET.get("place", ""):
        return _part(request, read, place)
    page = proof_page(read, read_frame(found, request.user, read.rubric))
    return render(request, "assessments/proofs/page.html", {"page": page})


def _save(request: HttpRequest, assessment: Assessment, item: str) -> HttpResponse:
    check_can_answer(request.user, assessment, item)
    place, typed = request.POST.get("place", "")[:40], {}
    changes = []
    for name, before in request.POST.items():
        if name.startswith("before_"):
            field = name.removeprefix("before_")
            typed[field] = request.POST.get(field, "")
            if typed[field] != before:
                changes.append(Change(f"{place}.{field}", before, typed[field]))
    merge = save_proofs(
        by=request.user,  # type: ignore[arg-type]
        assessment=assessment,
        item=item,
        changes=changes,
        spread=request.POST.getlist("spread"),
    )
    if wants_part(request):
        return _part(request, _read(request, assessment, item), place, merge, typed)
    here = reverse("proof", args=[assessment.public_id, item])
    if merge.status == 200:
        return back_to(request, here)
    form = form_at(_read(request, assessment, item), place, merge, typed)
    for one in form.fields:
        if one.problem:
            messages.error(request, f"{one.label} {one.problem}")
    return render(request, "assessments/proofs/one.html", {"form": form}, status=merge.status)


def _part(
    request: HttpRequest,
    read: ProofsOfItem,
    place: str,
    merge: Merge | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    try:
        form = form_at(read, place, merge, typed)
    except LookupError as unknown:
        raise Http404 from unknown
    return render(request, "assessments/proofs/_form.html", {"form": form})


def _read(request: HttpRequest, assessment: Assessment, item: str) -> ProofsOfItem:
    rubric = get_rubric(assessment.edition)
    if item not in rubric.by_code:
        raise Http404
    assignment = assessment.assignments.filter(item_code=item).select_related("department", "person").first()
    owner = ""
    if assignment is not None:
        parts = (
            assignment.department.label if assignment.department else "",
            str(assignment.person or ""),
        )
        owner = " ".join(part for part in parts if part)
    return ProofsOfItem(
        assessment=assessment,
        rubric=rubric,
        item=rubric.by_code[item],
        clauses={
            row.clause_code: row
            for row in assessment.clause_proofs.filter(item_code=item).select_related("updated_by")
        },
        levels={
            row.level: row
            for row in assessment.level_proofs.filter(item_code=item).select_related("updated_by")
        },
        owner=owner,
        why_not=reason(check_can_answer, request.user, assessment, item, assignment=assignment),
    )
