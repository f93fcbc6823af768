"""The result of an assessment as it stands for the reader: card and gaps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.problems import Problem
from assessments.api.formats import GAPS, SCORECARD
from assessments.api.shapes import LensQuery
from assessments.api.views.finding import AssessmentView
from engine.scoring.card_json import card_to_json
from engine.scoring.gap import UnknownTarget, find_gaps, gaps_to_json
from reports.api.shapes import GapsQuery
from reports.permissions import check_can_read_result
from reports.standing import Standing, evidence_of, standing_for, with_evidence

SNAPSHOT = "Zhiping-Snapshot"


class ResultView(AssessmentView):
    scopes = {"GET": "assessments:read"}
    tag = "results"

    def standing(self, request: Request, public_id: UUID, *, evidence: bool = False) -> Standing:
        found = self.find(request, public_id)
        check_can_read_result(request.user, found)
        standing = standing_for(request.user, found)
        if standing is None:
            raise Http404
        return with_evidence(found, standing) if evidence else standing

    def marked(self, request: Request, standing: Standing, document: Any) -> Response:
        """Which submission it is of; "live": of the answers as they are now."""
        number = str(standing.frozen.number) if standing.frozen else "live"
        return self.one(request, document, headers={SNAPSHOT: number})


_MARK = {SNAPSHOT: _("依据第几次提交；live为填报中的内容")}


class Card(ResultView):
    @operation(
        "read_card",
        _("zhiping-scorecard/1：填报中的按现在的答案计算，已提交的按最近一次提交"),
        SCORECARD,
        filters=LensQuery,
        headers=_MARK,
    )
    def get(self, request: Request, assessment: UUID) -> Response:
        lens = self.asked["lens"]
        standing = self.standing(request, assessment, evidence=lens != "claimed")
        card = standing.card if lens == "claimed" else evidence_of(standing).lenses.cards[lens]
        return self.marked(request, standing, card_to_json(card))


class Gaps(ResultView):
    @operation(
        "read_gaps",
        _("zhiping-gaps/1：距目标等级还缺什么"),
        GAPS,
        filters=GapsQuery,
        headers=_MARK,
        also=(422,),
    )
    def get(self, request: Request, assessment: UUID) -> Response:
        standing = self.standing(request, assessment)
        target = self.asked.get("target", standing.target)
        try:
            gaps = find_gaps(standing.rubric, standing.answers, target)
        except UnknownTarget as unknown:
            raise Problem(422, unknown.message.in_language(get_language() or "zh-hans")) from unknown
        return self.marked(request, standing, gaps_to_json(gaps))
