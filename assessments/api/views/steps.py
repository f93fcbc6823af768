"""The life cycle: what stands against a submission, and every step of it. Each step names the state it was
decided on (If-Match)."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.problems import Problem
from assessments.actions.lifecycle import (
    NotReady,
    accept_assessment,
    archive_assessment,
    return_assessment,
    submit_assessment,
    withdraw_assessment,
)
from assessments.api.shapes import (
    AssessmentSerializer,
    ReadinessSerializer,
    ReasonBody,
    SnapshotSerializer,
    SubmitBody,
)
from assessments.api.views.finding import AssessmentView
from assessments.models import Assessment
from assessments.permissions import (
    check_can_archive,
    check_can_decide,
    check_can_see_work,
    check_can_submit,
    check_can_withdraw,
)
from assessments.queries.for_programs.assessments import readiness_facts, snapshot_facts, snapshots_of
from assessments.queries.readiness import fingerprint_of, readiness_of


class Readiness(AssessmentView):
    scopes = {"GET": "assessments:read"}

    @operation("read_readiness", _("提交之前还缺什么"), ReadinessSerializer, tagged=True)
    def get(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        tag = self.state(request, found)  # before the list is read: a change in between shows
        return self.one(request, readiness_facts(readiness_of(found)), tag=tag)


class StepView(AssessmentView):
    def moved(self, request: Request, found: Assessment) -> Response:
        found.refresh_from_db(fields=["status", "submitted_at"])
        return self.told(request, found)


class Submit(StepView):
    scopes = {"POST": "assessments:submit"}

    @operation(
        "submit_assessment",
        _("提交自评，冻结为一个快照"),
        SnapshotSerializer,
        status=201,
        body=SubmitBody,
        match=True,
        also=(409,),
        headers={"Location": _("快照的地址")},
        more=_(
            "If-Match为读取自评或readiness时的ETag：此后有新的修改则回答412。有矛盾或未接受的缺漏时回答409。"
        ),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_submit(self.person(request), found)
        given = self.read(request)
        with self.as_it_is(request, found) as now:
            try:
                snapshot = submit_assessment(
                    by=self.person(request), assessment=now, seen=fingerprint_of(now), **given
                )
            except NotReady as why:
                raise Problem(409, str(why)) from why
        address = reverse("api-snapshot", args=[found.public_id, snapshot.number])
        facts = snapshot_facts(snapshots_of(found).get(pk=snapshot.pk))
        return self.one(request, facts, headers={"Location": address})


class Withdraw(StepView):
    scopes = {"POST": "assessments:submit"}

    @operation(
        "withdraw_assessment",
        _("撤回提交"),
        AssessmentSerializer,
        body=ReasonBody,
        tagged=True,
        match=True,
        also=(422,),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_withdraw(self.person(request), found)
        given = self.read(request)
        with self.as_it_is(request, found) as now, self.doing():
            withdraw_assessment(by=self.person(request), assessment=now, **given)
        return self.moved(request, found)


class Archive(StepView):
    scopes = {"POST": "assessments:submit"}

    @operation(
        "archive_assessment",
        _("归档"),
        AssessmentSerializer,
        body=ReasonBody,
        tagged=True,
        match=True,
        also=(422,),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_archive(self.person(request), found)
        given = self.read(request)
        with self.as_it_is(request, found) as now, self.doing():
            archive_assessment(by=self.person(request), assessment=now, **given)
        return self.moved(request, found)


class Return(StepView):
    scopes = {"POST": "reviews:write"}

    @operation(
        "return_assessment",
        _("退回，须写明理由"),
        AssessmentSerializer,
        body=ReasonBody,
        tagged=True,
        match=True,
        also=(422,),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_decide(self.person(request), found)
        given = self.read(request)
        with self.as_it_is(request, found) as now, self.doing():
            return_assessment(by=self.person(request), assessment=now, **given)
        return self.moved(request, found)


class Accept(StepView):
    scopes = {"POST": "reviews:write"}

    @operation(
        "accept_assessment",
        _("接收"),
        AssessmentSerializer,
        body=ReasonBody,
        tagged=True,
        match=True,
        also=(422,),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_decide(self.person(request), found)
        given = self.read(request)
        with self.as_it_is(request, found) as now, self.doing():
            accept_assessment(by=self.person(request), assessment=now, **given)
        return self.moved(request, found)
