"""The questionnaire page of one item."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assessments.pages.answer_json import item_json
from assessments.pages.item import lay_out
from assessments.pages.standing import standing_of
from assessments.permissions import check_can_answer, check_can_see_work, reason
from assessments.queries.item import read_item
from assessments.views.door import behind_the_door, find_assessment


@behind_the_door
@require_GET
def item(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """The level ladder. Thirteen queries (fourteen with comments), for any assessment and any number of
    hospitals: session, person, memberships, assessment, and those of read_item."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    read = read_item(found, request.user, item)
    if read is None:
        raise Http404
    now = read.now
    why_not = reason(check_can_answer, request.user, found, item, assignment=read.assignment)
    page = lay_out(
        read,
        can_answer=not why_not,
        why_not=why_not,
        standing=standing_of(now.rubric, now.item, now.given, read.card.items[item]),
        script={
            **item_json(found, now),
            "address": reverse("api-answers", args=[found.public_id, item]),
            "pages": reverse("item", args=[found.public_id, item]),
            "sign_in": f"{reverse('sign-in')}?next={request.get_full_path()}",
            "assessment": str(found.public_id),
            "person": str(request.user.public_id),  # type: ignore[union-attr]
            "item_code": item,
            "can_answer": not why_not,
        },
    )
    return render(request, "assessments/item/page.html", {"page": page})
