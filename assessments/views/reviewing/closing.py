"""A reviewer's opinion, and the end of a step."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.actions.reviewing.closing import give_opinion, pass_step, return_to_hospital
from assessments.review_permissions import check_can_close, check_can_review
from assessments.views.door import behind_the_door
from assessments.views.reviewing.finding import find_desk, finish, number_in, text_in
from hospitals.views.finding import person_of


@behind_the_door
@require_POST
def review_opinion(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_review(desk)
    return finish(
        request,
        desk,
        lambda: give_opinion(
            by=person_of(request),
            review=desk.review,
            opinion=text_in(request, "opinion"),
            step=number_in(request, "step"),
        ),
        _("您的意见已提交，环节办结前可以再改。"),
    )


@behind_the_door
@require_POST
def review_pass(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_close(desk)
    return finish(
        request,
        desk,
        lambda: pass_step(
            by=person_of(request),
            review=desk.review,
            opinion=text_in(request, "opinion"),
            level=number_in(request, "level"),
            step=number_in(request, "step"),
        ),
        _("这一环节已通过。"),
    )


@behind_the_door
@require_POST
def review_return(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_close(desk)
    return finish(
        request,
        desk,
        lambda: return_to_hospital(
            by=person_of(request),
            review=desk.review,
            reason=text_in(request, "reason"),
            step=number_in(request, "step"),
        ),
        _("已退回，医院会看到理由和存疑的条款，改好后再次提交。"),
    )
