"""Reviews: the queue, one with its items and marks, and the end of a step. Questions: review_questions.py."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.view import ApiView
from assessments.actions.lifecycle import locked_assessment
from assessments.actions.reviewing.closing import pass_step, return_to_hospital
from assessments.actions.reviewing.marking import mark_clause
from assessments.api.review_shapes import (
    AwardQuery,
    AwardSerializer,
    MarkBody,
    MarkedSerializer,
    OneReviewSerializer,
    PassBody,
    ReturnBody,
    ReviewClauseSerializer,
    ReviewItemSerializer,
    ReviewQuery,
    ReviewSerializer,
)
from assessments.models import Review
from assessments.queries.for_programs.reviews import (
    award_facts,
    clauses_of,
    find_awards,
    find_reviews,
    list_facts,
    whole_review,
)
from assessments.queries.reviewing.desk import Desk, desk_of, loaded
from assessments.queries.reviewing.page import review_page
from assessments.review_permissions import (
    check_can_close,
    check_can_return,
    check_can_review,
    check_can_see_work,
)

RELATED = ("assessment__hospital", "assessment__edition", "scheme__bureau", "snapshot")


class ReviewView(ApiView):
    scopes = {"GET": "reviews:read"}
    tag = "reviews"

    def desk(self, request: Request, public_id: UUID) -> Desk:
        """The review as the person stands before it. Six queries at most."""
        user = self.person(request)
        found = loaded(Review.objects.visible_to(user)).filter(public_id=public_id).first()
        if found is None:
            raise Http404
        return desk_of(found, user)

    def as_it_is(self, request: Request, desk: Desk) -> AbstractContextManager[Review]:
        """The review held, after If-Match was compared with what the person sees of it."""
        user = self.person(request)
        return self.held(
            request, desk.review, lambda now: whole_review(desk_of(now, user)).tag, related=RELATED
        )

    def told(self, request: Request, review: UUID) -> Response:
        whole = whole_review(self.desk(request, review))
        return self.one(request, whole, tag=whole.tag)


class Reviews(ReviewView):
    @operation("list_reviews", _("评审，最近的在前"), ReviewSerializer, many="page", filters=ReviewQuery)
    def get(self, request: Request) -> Response:
        """Three queries: the page, its steps in work, its questions."""
        wanted = {name: value for name, value in self.asked.items() if name not in ("limit", "cursor")}
        found = find_reviews(self.person(request), **wanted)
        return self.page(request, found, list_facts, ordering=("-opened_at", "-id"))


class OneReview(ReviewView):
    @operation(
        "read_review",
        _("一次评审：进度、意见与结论"),
        OneReviewSerializer,
        tagged=True,
        more=_("医院在作出结论之前看不到意见和评审人的姓名，问题署名为“评审方”。"),
    )
    def get(self, request: Request, review: UUID) -> Response:
        return self.told(request, review)


class Items(ReviewView):
    @operation(
        "list_review_items", _("逐项：申报、核验、表态与问题"), ReviewItemSerializer, many="list",
        more=_("仅评审方。"),
    )  # fmt: skip
    def get(self, request: Request, review: UUID) -> Response:
        desk = self.desk(request, review)
        check_can_see_work(desk)
        return self.every(request, review_page(desk).items)


class Clauses(ReviewView):
    @operation(
        "list_review_clauses", _("一个项目的条款：核验的结论与各方表态"), ReviewClauseSerializer, many="list",
        more=_("仅评审方。"),
    )  # fmt: skip
    def get(self, request: Request, review: UUID, item: str) -> Response:
        desk = self.desk(request, review)
        check_can_see_work(desk)
        found = clauses_of(desk, item)
        if found is None:
            raise Http404
        return self.every(request, found)


class Marks(ReviewView):
    scopes = {"POST": "reviews:write"}

    @operation(
        "mark_clause",
        _("对一个条款表态"),
        MarkedSerializer,
        body=MarkBody,
        also=(422,),
        more=_("同一人再次表态，以后一次为准。须先在页面上作无利益冲突声明。"),
    )
    def post(self, request: Request, review: UUID) -> Response:
        desk = self.desk(request, review)
        check_can_review(desk)
        given = self.read(request)
        with self.doing():
            made = mark_clause(by=self.person(request), review=desk.review, **given)
        return self.one(request, made)


class Pass(ReviewView):
    scopes = {"POST": "reviews:write"}

    @operation(
        "pass_review", _("通过正在办理的环节"), OneReviewSerializer, body=PassBody, tagged=True, match=True,
        also=(409,),
    )  # fmt: skip
    def post(self, request: Request, review: UUID) -> Response:
        desk = self.desk(request, review)
        check_can_close(desk)
        given = self.read(request)
        step = desk.active.pk if desk.active else None
        with self.as_it_is(request, desk) as now, self.doing(409):
            pass_step(by=self.person(request), review=now, step=step, **given)
        return self.told(request, review)


class ReturnReview(ReviewView):
    scopes = {"POST": "reviews:write"}

    @operation(
        "return_review", _("退回医院，评审结束"), OneReviewSerializer, body=ReturnBody, tagged=True, match=True,
        also=(409,),
    )  # fmt: skip
    def post(self, request: Request, review: UUID) -> Response:
        desk = self.desk(request, review)
        check_can_return(desk)
        given = self.read(request)
        step = desk.active.pk if desk.active else None
        with transaction.atomic():
            locked_assessment(desk.review.assessment)  # before the review, as every submission does
            with self.as_it_is(request, desk) as now, self.doing(409):
                return_to_hospital(by=self.person(request), review=now, step=step, **given)
        return self.told(request, review)


class Awards(ReviewView):
    @operation(
        "list_awards",
        _("评定结果，最近的年度在前"),
        AwardSerializer,
        many="page",
        filters=AwardQuery,
        more=_("医院看到本院已公布的结果。"),
    )
    def get(self, request: Request) -> Response:
        """One query."""
        wanted = {name: value for name, value in self.asked.items() if name not in ("limit", "cursor")}
        return self.page(
            request,
            find_awards(self.person(request), **wanted),
            lambda rows: [award_facts(row) for row in rows],
            ordering=("-year", "-id"),
        )
