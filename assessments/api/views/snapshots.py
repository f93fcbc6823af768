"""What submitting froze: facts, the answers, and the cards of the four lenses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.tags import tag_of
from assessments.api.formats import ASSESSMENT_DOCUMENT, SCORECARD
from assessments.api.shapes import LensQuery, SnapshotSerializer
from assessments.api.views.finding import AssessmentView
from assessments.models import ScoreSnapshot
from assessments.queries.for_programs.assessments import snapshot_facts, snapshots_of
from assessments.verification_permissions import check_can_see_evidence


class SnapshotView(AssessmentView):
    scopes = {"GET": "assessments:read"}
    tag = "snapshots"

    def snapshot(self, request: Request, assessment: UUID, number: int) -> ScoreSnapshot:
        """Two queries. A snapshot never changes."""
        found = self.find(request, assessment)
        check_can_see_evidence(request.user, found)
        rows = snapshots_of(found) if not self.whole else found.snapshots.all()
        snapshot = rows.filter(number=number).first()
        if snapshot is None:
            raise Http404
        return snapshot

    whole = False  # whether the documents are wanted too


class Snapshots(AssessmentView):
    scopes = {"GET": "assessments:read"}
    tag = "snapshots"

    @operation("list_snapshots", _("历次提交，最近的在前"), SnapshotSerializer, many="page")
    def get(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_evidence(request.user, found)
        return self.page(
            request,
            snapshots_of(found),
            lambda rows: [snapshot_facts(row) for row in rows],
            ordering=("-number",),
        )


class OneSnapshot(SnapshotView):
    @operation("read_snapshot", _("一次提交"), SnapshotSerializer, tagged=True)
    def get(self, request: Request, assessment: UUID, number: int) -> Response:
        snapshot = self.snapshot(request, assessment, number)
        return self.one(request, snapshot_facts(snapshot), tag=tag_of(snapshot.public_id))


class SnapshotDocument(SnapshotView):
    whole = True

    @operation(
        "read_snapshot_document", _("zhiping-assessment/1：提交的答案"), ASSESSMENT_DOCUMENT, tagged=True
    )
    def get(self, request: Request, assessment: UUID, number: int) -> Response:
        snapshot = self.snapshot(request, assessment, number)
        return self.one(request, snapshot.answers, tag=tag_of(snapshot.public_id))


class SnapshotCard(SnapshotView):
    whole = True

    @operation(
        "read_snapshot_card",
        _("zhiping-scorecard/1：提交时的评分卡"),
        SCORECARD,
        filters=LensQuery,
        tagged=True,
        more=_("没有核验也没有结论时，只有claimed。"),
    )
    def get(self, request: Request, assessment: UUID, number: int) -> Response:
        snapshot = self.snapshot(request, assessment, number)
        lens = self.asked["lens"]
        card: Any = snapshot.card if lens == "claimed" else snapshot.verified.get(lens)
        if card is None:
            raise Http404
        return self.one(request, card, tag=tag_of(snapshot.public_id, lens))
