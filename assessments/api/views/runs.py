"""Runs of the checks, what they found, and what people decided about it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.problems import Problem
from accounts.tags import tag_of
from assessments.actions.running import cancel_run, request_run
from assessments.api.evidence_shapes import JobSerializer, RunSerializer
from assessments.api.formats import DECISIONS, FINDINGS
from assessments.api.views.evidence import ACCEPTED, AGAIN_IN
from assessments.api.views.finding import AssessmentView
from assessments.models import Assessment, VerificationRun
from assessments.permissions import check_can_see_work
from assessments.queries.for_programs.evidence import decisions_for, findings_of, run_facts, runs_of
from assessments.queries.for_programs.jobs import job_of_run
from assessments.verification_permissions import check_can_cancel, check_can_run, check_can_see_evidence


class RunView(AssessmentView):
    tag = "evidence"

    def run(self, request: Request, assessment: Assessment, number: int) -> VerificationRun:
        found = runs_of(self.person(request), assessment).filter(number=number).first()
        if found is None:
            raise Http404
        return found


class Runs(RunView):
    scopes = {"GET": "evidence:read", "POST": "evidence:write"}

    @operation("list_runs", _("核验，最近的在前"), RunSerializer, many="page")
    def get(self, request: Request, assessment: UUID) -> Response:
        """Three queries: the assessment, the page, its bundles."""
        found = self.find(request, assessment)
        check_can_see_evidence(request.user, found)
        return self.page(
            request,
            runs_of(self.person(request), found),
            lambda rows: [run_facts(row) for row in rows],
            ordering=("-number",),
        )

    @operation(
        "start_run",
        _("发起核验"),
        JobSerializer,
        status=202,
        once=True,
        headers=ACCEPTED,
        more=_("已有一次在进行时，得到的就是那一次。"),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_run(self.person(request), found)
        with self.doing(409):
            run = request_run(by=self.person(request), assessment=found)
        where = {"Location": reverse("api-job", args=[run.public_id]), "Retry-After": AGAIN_IN}
        return self.one(request, job_of_run(run), headers=where)


class OneRun(RunView):
    scopes = {"GET": "evidence:read"}

    @operation("read_run", _("一次核验"), RunSerializer)
    def get(self, request: Request, assessment: UUID, number: int) -> Response:
        found = self.find(request, assessment)
        check_can_see_evidence(request.user, found)
        return self.one(request, run_facts(self.run(request, found, number)))


class CancelRun(RunView):
    scopes = {"POST": "evidence:write"}

    @operation("cancel_run", _("取消核验"), RunSerializer)
    def post(self, request: Request, assessment: UUID, number: int) -> Response:
        found = self.find(request, assessment)
        run = self.run(request, found, number)
        check_can_cancel(self.person(request), run)
        cancel_run(by=self.person(request), run=run)
        return self.one(request, run_facts(self.run(request, found, number)))


class Findings(RunView):
    scopes = {"GET": "evidence:read"}

    @operation(
        "read_findings",
        _("zhiping-findings/1：逐条规则的计数与结论"),
        FINDINGS,
        tagged=True,
        also=(409,),
        more=_("仅本院成员：院外看到的小计数不显示，整份文件因此不出本院。"),
    )
    def get(self, request: Request, assessment: UUID, number: int) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        run = self.run(request, found, number)
        if run.state != VerificationRun.State.DONE:
            raise Problem(409, gettext("这次核验还没有完成。"))
        tag = tag_of(run.digest, found.edition_id)
        return self.one(request, findings_of(found, run), tag=tag)


class Decisions(RunView):
    scopes = {"GET": "evidence:read"}

    @operation("read_decisions", _("zhiping-decisions/1：有效的证据结论"), DECISIONS)
    def get(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_evidence(request.user, found)
        return self.one(request, decisions_for(self.person(request), found))
