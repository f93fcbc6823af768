"""Saying something, and marking it settled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments.actions.talking import add_comment, resolve_comment
from assessments.models import Assessment
from assessments.permissions import check_can_comment, check_can_see_work
from assessments.queries.panels import read_comments
from assessments.views.door import back_to, behind_the_door, find_assessment, plain, wants_part
from hospitals.refusals import Refusal


@behind_the_door
@require_POST
def add(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_comment(request.user, found)
    item = request.POST.get("item", "")
    try:
        add_comment(
            by=request.user,  # type: ignore[arg-type]
            assessment=found,
            text=request.POST.get("text", ""),
            item=item,
            clause=request.POST.get("clause", ""),
            mentions=request.POST.getlist("mentions"),
        )
    except Refusal as refusal:
        if wants_part(request):
            return plain(str(refusal), 422)
        messages.error(request, str(refusal))
        return back_to(request, reverse("assessment", args=[found.public_id]))
    return _answer(request, found, item)


@behind_the_door
@require_POST
def resolve(request: HttpRequest, assessment: UUID, comment: int) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    row = (
        found.comments.select_related("assessment__hospital", "assessment__edition")
        .filter(pk=comment)
        .first()
    )
    if row is None:
        raise Http404
    resolve_comment(
        by=request.user,  # type: ignore[arg-type]
        comment=row,
        resolved=request.POST.get("resolved", "yes") != "no",
    )
    return _answer(request, found, row.item_code)


def _answer(request: HttpRequest, assessment: Assessment, item: str) -> HttpResponse:
    if wants_part(request):
        return render(
            request,
            "assessments/_comments.html",
            {"panel": read_comments(assessment, request.user, item=item)},
        )
    return back_to(request, reverse("assessment", args=[assessment.public_id]))
