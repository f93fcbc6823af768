"""What an assessment took over from an earlier one, and confirming it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.carrying import confirm_carried
from assessments.models import Carrying
from assessments.pages.carried import carried_page
from assessments.permissions import check_can_see_work
from assessments.views.door import back_to, behind_the_door, find_assessment
from rubrics.queries import get_rubric


@require_GET
@behind_the_door
def carried(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """404 for an assessment that was started from nothing; one copied before this was kept shows no counts."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    carrying = Carrying.objects.filter(assessment=found).first()
    if carrying is None:
        if found.copied_from_id is None:
            raise Http404
        carrying = Carrying(assessment=found, answers="draft")
    return render(request, "assessments/carried.html", {"page": carried_page(found, carrying, request.user)})


@require_POST
@behind_the_door
def confirm(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """``place``: one of the item's; empty: all of them."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    if item not in get_rubric(found.edition).by_code:
        raise Http404
    place = request.POST.get("place", "")[:12]
    done = confirm_carried(
        by=request.user,  # type: ignore[arg-type]
        assessment=found,
        item=item,
        place=place,
    )
    messages.success(
        request,
        ngettext("已确认%(n)s处沿用的材料。", "已确认%(n)s处沿用的材料。", len(done)) % {"n": len(done)},
    )
    anchor = f"#c-{place}" if "-" in place else ""
    return back_to(request, reverse("item", args=[found.public_id, item]) + anchor)
