"""Who reviews a step: giving it, taking it back, the declaration, more time."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from assessments.actions.reviewing.assigning import (
    assign_reviewer,
    declare_no_conflict,
    end_assignment,
    extend_step,
)
from assessments.models import ReviewAssignment
from assessments.review_permissions import check_can_assign, check_can_declare
from assessments.views.door import behind_the_door
from assessments.views.reviewing.finding import (
    day_in,
    find_desk,
    finish,
    number_in,
    text_in,
    to_review,
)
from hospitals.views.finding import person_of


@behind_the_door
@require_POST
def review_assign(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_assign(desk)
    try:
        person = User.objects.filter(public_id=UUID(text_in(request, "person"))).first()
    except ValueError:
        person = None
    if person is None:
        messages.error(request, _("请先选择评审人。"))
        return to_review(desk, "#people")
    return finish(
        request,
        desk,
        lambda: assign_reviewer(
            by=person_of(request), review=desk.review, person=person, step=number_in(request, "step")
        ),
        _("已分配给%(name)s。") % {"name": person.name},
        anchor="#people",
    )


@behind_the_door
@require_POST
def review_unassign(request: HttpRequest, review: UUID, assignment: int) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_assign(desk)
    row = (
        ReviewAssignment.objects.select_related("person")
        .filter(pk=assignment, step__review=desk.review)
        .first()
    )
    if row is None:
        raise Http404
    return finish(
        request,
        desk,
        lambda: end_assignment(
            by=person_of(request), review=desk.review, assignment=row, reason=text_in(request, "reason")
        ),
        _("%(name)s不再评审这一环节，已记录的内容都保留。") % {"name": row.person.name},
        anchor="#people",
    )


@behind_the_door
@require_POST
def review_declare(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_declare(desk)
    return finish(
        request,
        desk,
        lambda: declare_no_conflict(by=person_of(request), review=desk.review),
        _("已记录声明，可以开始评审。"),
    )


@behind_the_door
@require_POST
def review_extend(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_assign(desk)
    due_on = day_in(request, "due_on")
    if due_on is None:
        messages.error(request, _("请填写新的期限。"))
        return to_review(desk)
    return finish(
        request,
        desk,
        lambda: extend_step(
            by=person_of(request),
            review=desk.review,
            due_on=due_on,
            reason=text_in(request, "reason"),
            step=number_in(request, "step"),
        ),
        _("期限已改为%(day)s。") % {"day": due_on.isoformat()},
    )
