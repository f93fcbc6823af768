"""Questions of reviewers and the threads about them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assessments.actions.reviewing.asking import ask_hospital, close_question, write_into
from assessments.models import ReviewQuestion
from assessments.queries.reviewing.desk import Desk
from assessments.review_permissions import check_can_close_question, check_can_review, check_can_write
from assessments.views.door import behind_the_door
from assessments.views.reviewing.finding import day_in, find_desk, finish, text_in
from hospitals.views.finding import person_of


def find_question(desk: Desk, question: int) -> ReviewQuestion:
    row = desk.review.questions.filter(pk=question).first()
    if row is None:
        raise Http404
    return row


@behind_the_door
@require_POST
def review_question_ask(request: HttpRequest, review: UUID) -> HttpResponse:
    desk = find_desk(request, review)
    check_can_review(desk)
    clause = text_in(request, "clause")
    return finish(
        request,
        desk,
        lambda: ask_hospital(
            by=person_of(request),
            review=desk.review,
            text=text_in(request, "text"),
            item=clause[:5] or text_in(request, "item"),
            clause=clause,
            due_on=day_in(request, "due_on"),
        ),
        _("已向医院提问；医院看到的是评审方，不是您的姓名。"),
        anchor="#questions",
    )


@behind_the_door
@require_POST
def review_question_answer(request: HttpRequest, review: UUID, question: int) -> HttpResponse:
    """The hospital's answer, or a further word of a reviewer."""
    desk = find_desk(request, review)
    row = find_question(desk, question)
    check_can_write(desk, row)
    return finish(
        request,
        desk,
        lambda: write_into(
            by=person_of(request), review=desk.review, question=row, text=text_in(request, "text")
        ),
        _("答复已提交。") if desk.staff else _("已发送。"),
        anchor=f"#q-{row.pk}",
    )


@behind_the_door
@require_POST
def review_question_close(request: HttpRequest, review: UUID, question: int) -> HttpResponse:
    desk = find_desk(request, review)
    row = find_question(desk, question)
    check_can_close_question(desk, row)
    return finish(
        request,
        desk,
        lambda: close_question(by=person_of(request), review=desk.review, question=row),
        _("问题已关闭。"),
        anchor="#questions",
    )
