"""Long work: what the person asked for, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.view import ApiView
from accounts.models import ApiToken
from accounts.scopes import ANY
from assessments.api.evidence_shapes import JobSerializer
from assessments.api.views.evidence import AGAIN_IN
from reports.for_programs import find_job, list_jobs


class JobView(ApiView):
    """Any key asks; it sees the jobs of what it may read."""

    scopes = {"GET": ANY}
    tag = "jobs"

    def key_scopes(self, request: Request) -> Sequence[str] | None:
        return request.auth.scopes if isinstance(request.auth, ApiToken) else None


class Jobs(JobView):
    @operation("list_jobs", _("本人发起的任务，最近的50个"), JobSerializer, many="list")
    def get(self, request: Request) -> Response:
        return self.every(request, list_jobs(self.person(request), self.key_scopes(request)))


class OneJob(JobView):
    @operation(
        "read_job",
        _("一个任务的进度；完成后result是结果的地址"),
        JobSerializer,
        headers={"Retry-After": _("未完成时：多少秒后再查看")},
    )
    def get(self, request: Request, job: UUID) -> Response:
        found = find_job(self.person(request), job, self.key_scopes(request))
        if found is None:
            raise Http404
        return self.one(request, found, headers={"Retry-After": AGAIN_IN} if found.under_way else {})
