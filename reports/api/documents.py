"""The library of documents: ask for one, follow it, fetch it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from assessments.api.evidence_shapes import JobSerializer
from assessments.api.views.evidence import ACCEPTED, AGAIN_IN
from assessments.api.views.finding import AssessmentView
from assessments.models import Assessment
from reports.actions import check_can_request, request_report
from reports.api.shapes import NewReportBody, ReportSerializer
from reports.for_programs import find_reports, job_of_report, report_facts
from reports.models import IssuedReport


class Pdf(BaseRenderer):
    """Only so that a client may say it wants one; the file goes out as it is."""

    media_type = "application/pdf"
    format = "pdf"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return JSONRenderer().render(data)


class ReportView(AssessmentView):
    tag = "reports"

    def report(self, request: Request, assessment: Assessment, public_id: UUID) -> IssuedReport:
        return get_object_or_404(find_reports(self.person(request), assessment), public_id=public_id)


class Reports(ReportView):
    scopes = {"GET": "reports:read", "POST": "reports:write"}

    @operation("list_reports", _("报告，最新的在前"), ReportSerializer, many="page")
    def get(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        return self.page(
            request,
            find_reports(self.person(request), found),
            lambda rows: [report_facts(row, found) for row in rows],
            ordering=("-requested_at", "-id"),
        )

    @operation(
        "request_report",
        _("生成差距分析报告（PDF）"),
        JobSerializer,
        status=202,
        body=NewReportBody,
        once=True,
        also=(422,),
        headers=ACCEPTED,
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_request(found, self.person(request))
        given = self.read(request)
        with self.doing():
            report = request_report(assessment=found, by=self.person(request), **given)
        where = {"Location": reverse("api-job", args=[report.public_id]), "Retry-After": AGAIN_IN}
        return self.one(request, job_of_report(report), headers=where)


class OneReport(ReportView):
    scopes = {"GET": "reports:read"}

    @operation("read_report", _("一份报告"), ReportSerializer)
    def get(self, request: Request, assessment: UUID, report: UUID) -> Response:
        found = self.find(request, assessment)
        return self.one(request, report_facts(self.report(request, found, report), found))


class ReportFile(ReportView):
    scopes = {"GET": "reports:read"}
    renderer_classes = (JSONRenderer, Pdf)

    @operation("download_report", _("报告的PDF文件"), OpenApiTypes.BINARY, media="application/pdf")
    def get(self, request: Request, assessment: UUID, report: UUID) -> FileResponse:
        found = self.find(request, assessment)
        held = self.report(request, found, report)
        if held.state != IssuedReport.State.DONE:
            raise Http404
        name = get_valid_filename(
            f"{found.hospital.name}-{found.title}-{held.target_level}-{held.language}.{held.form}"
        )
        return FileResponse(
            held.file.open("rb"), as_attachment=True, filename=name, content_type=held.media_type
        )
