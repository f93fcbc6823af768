"""Questions of reviewers, and the threads both sides write into."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from assessments.actions.reviewing.asking import ask_hospital, close_question, write_into
from assessments.api.review_shapes import QuestionBody, QuestionSerializer, TextBody
from assessments.api.views.reviews import ReviewView
from assessments.models import ReviewQuestion
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.parts import question_lines
from assessments.review_permissions import check_can_close_question, check_can_review, check_can_write
from rubrics.queries import get_rubric


class QuestionView(ReviewView):
    def question(self, desk: Desk, number: int) -> ReviewQuestion:
        found: ReviewQuestion | None = desk.review.questions.filter(pk=number).first()
        if found is None:
            raise Http404
        return found

    def thread(self, request: Request, review: UUID, number: int) -> Response:
        desk = self.desk(request, review)
        lines = question_lines(desk, get_rubric(desk.review.assessment.edition))
        return self.one(request, next(line for line in lines if line.id == number))


class Questions(QuestionView):
    scopes = {"GET": "reviews:read", "POST": "reviews:write"}

    @operation("list_questions", _("问题与答复，待办的在前"), QuestionSerializer, many="list")
    def get(self, request: Request, review: UUID) -> Response:
        desk = self.desk(request, review)
        return self.every(request, question_lines(desk, get_rubric(desk.review.assessment.edition)))

    @operation(
        "ask_question",
        _("向医院提问"),
        QuestionSerializer,
        status=201,
        body=QuestionBody,
        once=True,
        also=(422,),
        more=_("item与clause都省略时，问题针对整份自评。"),
    )
    def post(self, request: Request, review: UUID) -> Response:
        desk = self.desk(request, review)
        check_can_review(desk)
        given = self.read(request)
        given["item"] = given["clause"][:5] or given["item"]
        with self.doing():
            made = ask_hospital(by=self.person(request), review=desk.review, **given)
        return self.thread(request, review, made.pk)


class Messages(QuestionView):
    scopes = {"POST": "reviews:write"}

    @operation(
        "write_message",
        _("医院答复，或评审方追问"),
        QuestionSerializer,
        status=201,
        body=TextBody,
        once=True,
        also=(422,),
    )
    def post(self, request: Request, review: UUID, number: int) -> Response:
        desk = self.desk(request, review)
        question = self.question(desk, number)
        check_can_write(desk, question)
        given = self.read(request)
        with self.doing():
            write_into(by=self.person(request), review=desk.review, question=question, **given)
        return self.thread(request, review, number)


class CloseQuestion(QuestionView):
    scopes = {"POST": "reviews:write"}

    @operation("close_question", _("关闭一个问题"), QuestionSerializer, also=(409,))
    def post(self, request: Request, review: UUID, number: int) -> Response:
        desk = self.desk(request, review)
        question = self.question(desk, number)
        check_can_close_question(desk, question)
        with self.doing(409):
            close_question(by=self.person(request), review=desk.review, question=question)
        return self.thread(request, review, number)
