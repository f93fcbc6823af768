"""Standards: editions, what they ask, and the clauses of an item."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.view import ApiView
from accounts.scopes import ANY
from rubrics.api.shapes import EditionSerializer, ItemSerializer, RubricSerializer
from rubrics.queries.for_programs import list_editions, read_item, read_rubric


class Rubrics(ApiView):
    scopes = {"GET": ANY}
    tag = "rubrics"

    @operation("list_rubrics", _("各标准的最新修订"), EditionSerializer, many="list")
    def get(self, request: Request) -> Response:
        return self.every(request, list_editions())


class OneRubric(ApiView):
    scopes = {"GET": ANY}
    tag = "rubrics"

    @operation("read_rubric", _("一个标准：等级、达标条件、项目与统计口径"), RubricSerializer, tagged=True)
    def get(self, request: Request, edition: str) -> Response:
        found = read_rubric(edition)
        if found is None:
            raise Http404
        return self.one(request, found, tag=found.tag)


class RubricItem(ApiView):
    scopes = {"GET": ANY}
    tag = "rubrics"

    @operation("read_rubric_item", _("一个项目的各级条款"), ItemSerializer, tagged=True)
    def get(self, request: Request, edition: str, item: str) -> Response:
        found = read_item(edition, item)
        if found is None:
            raise Http404
        return self.one(request, found, tag=found.tag)
