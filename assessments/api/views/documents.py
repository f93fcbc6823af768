"""An assessment as a zhiping-assessment/1 document, taken out and brought in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.parsing import Objects
from accounts.api.problems import Problem
from assessments.actions.importing import apply_workbook
from assessments.api.formats import ASSESSMENT_DOCUMENT
from assessments.api.shapes import TakenSerializer
from assessments.api.views.finding import AssessmentView
from assessments.permissions import check_can_import, check_can_see_work, is_staff_of
from assessments.queries.answers import answers_of
from assessments.queries.results import newest_answers
from assessments.workbook.from_document import filled_from_document
from assessments.workbook.opening import WorkbookRefused
from engine.scoring.formats import FormatError, answers_to_json, parse_document
from rubrics.queries import get_rubric


class Documents(Objects):
    """Documents of a published format: read by the engine's own rules, with what was sent kept for its digest."""

    def read(self, raw: bytes, context: Mapping[str, Any]) -> Any:
        context["view"].raw = raw
        try:
            return parse_document(raw.decode("utf-8-sig"))
        except UnicodeDecodeError as wrong:
            raise Problem(400, str(wrong)) from wrong
        except FormatError as wrong:
            raise Problem(400, wrong.in_language(get_language() or "zh-hans")) from wrong


@dataclass(frozen=True, slots=True)
class NotTaken:
    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Taken:
    written: int
    refused: tuple[NotTaken, ...]


class Document(AssessmentView):
    scopes = {"GET": "assessments:read", "PATCH": "assessments:write"}
    parser_classes = (Documents,)
    raw = b""

    @operation(
        "read_document",
        _("zhiping-assessment/1：本院得到现在的答案，卫健委得到最近一次提交的答案"),
        ASSESSMENT_DOCUMENT,
        tagged=True,
    )
    def get(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        if is_staff_of(request.user, found):
            tag = self.state(request, found)  # before the answers: a change in between shows
            rubric = get_rubric(found.edition)
            document: Any = answers_to_json(rubric, answers_of(found, rubric=rubric))
            return self.one(request, document, tag=tag)
        return self.one(request, newest_answers(found), tag=self.state(request, found))

    @operation(
        "merge_document",
        _("写入一份zhiping-assessment/1中的答案"),
        TakenSerializer,
        body={"application/json": ASSESSMENT_DOCUMENT},
        tagged=True,
        match=True,
        also=(422,),
        more=_(
            "文件中没有写的位置保持不变；not_answered不会清除已有的答案。一次全部写入，不能采用的位置逐一说明。"
        ),
    )
    def patch(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        check_can_import(request.user, found)
        data = dict(request.data)
        with self.as_it_is(request, found) as now:
            try:
                applied = apply_workbook(
                    by=self.person(request),
                    assessment=now,
                    filled=filled_from_document(now, data),
                    seen=None,
                    file="zhiping-assessment/1",
                    sha256=hashlib.sha256(self.raw).hexdigest(),
                    other=True,
                )
            except FormatError as wrong:
                raise Problem(422, wrong.in_language(get_language() or "zh-hans")) from wrong
            except WorkbookRefused as refused:
                raise Problem(422, str(refused)) from refused
        taken = Taken(applied.written, tuple(NotTaken(one.field, one.sentence) for one in applied.refused))
        return self.one(request, taken, tag=self.state(request, found))
