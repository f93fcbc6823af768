"""Bundles of data files: handed in, followed, taken back."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from accounts.api.parsing import Objects
from assessments.actions.receiving import Upload, confirm_bundle, receive_bundle, remove_bundle
from assessments.api.evidence_shapes import BundleSerializer, JobSerializer, NewBundleBody
from assessments.api.views.finding import AssessmentView
from assessments.models import Assessment, EvidenceBundle
from assessments.permissions import check_can_see_work
from assessments.queries.for_programs.evidence import bundle_facts, bundles_of
from assessments.queries.for_programs.jobs import job_of_bundle
from assessments.verification_permissions import check_can_remove_bundle, check_can_upload

ACCEPTED = {"Location": _("任务的地址"), "Retry-After": _("多少秒后再查看")}
AGAIN_IN = "2"


class EvidenceView(AssessmentView):
    tag = "evidence"

    def bundle(self, request: Request, assessment: Assessment, public_id: UUID) -> EvidenceBundle:
        return get_object_or_404(bundles_of(self.person(request), assessment), public_id=public_id)

    def accepted(self, request: Request, bundle: EvidenceBundle, assessment: Assessment) -> Response:
        where = {"Location": reverse("api-job", args=[bundle.public_id]), "Retry-After": AGAIN_IN}
        return self.one(request, job_of_bundle(bundle, assessment), headers=where)


class Bundles(EvidenceView):
    scopes = {"GET": "evidence:read", "POST": "evidence:write"}
    parser_classes = (MultiPartParser,)
    largest_body = settings.EXTRACT_MAX_BYTES

    @operation("list_bundles", _("自评的证据包，最新的在前"), BundleSerializer, many="page")
    def get(self, request: Request, assessment: UUID) -> Response:
        """Four queries: the assessment, the page, its files, where they are used."""
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        rows = bundles_of(self.person(request), found)
        return self.page(
            request,
            rows,
            lambda listed: [bundle_facts(row) for row in listed],
            ordering=("-uploaded_at", "-id"),
        )

    @operation(
        "upload_bundle",
        _("上传一个证据包"),
        JobSerializer,
        status=202,
        body={"multipart/form-data": NewBundleBody},
        once=True,
        also=(422,),
        headers=ACCEPTED,
        more=_("文件先经检查；进度见Location所指的任务。"),
    )
    def post(self, request: Request, assessment: UUID) -> Response:
        user, found = self.person(request), self.find(request, assessment)
        given = self.read(request)
        item = given["clause"][:5]
        assigned = found.assignments.filter(item_code=item).first() if item else None
        check_can_upload(user, found, item=item, assignment=assigned)
        paths = given.pop("paths", [])
        uploads = [
            Upload(name=paths[number] if number < len(paths) else file.name, file=file)
            for number, file in enumerate(given.pop("files"))
        ]
        replaced = given.pop("replaces", None)
        earlier = self.bundle(request, found, replaced) if replaced else None
        with self.doing():
            bundle = receive_bundle(by=user, assessment=found, uploads=uploads, replaces=earlier, **given)
        return self.accepted(request, bundle, found)


class OneBundle(EvidenceView):
    scopes = {"GET": "evidence:read", "DELETE": "evidence:write"}

    @operation("read_bundle", _("一个证据包"), BundleSerializer)
    def get(self, request: Request, assessment: UUID, bundle: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        return self.one(request, bundle_facts(self.bundle(request, found, bundle)))

    @operation(
        "remove_bundle",
        _("从自评中移除；不再使用时销毁原始数据"),
        status=204,
    )
    def delete(self, request: Request, assessment: UUID, bundle: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        held = self.bundle(request, found, bundle)
        check_can_remove_bundle(self.person(request), held)
        remove_bundle(by=self.person(request), assessment=found, bundle=held)
        return Response(status=204)


class ConfirmBundle(EvidenceView):
    scopes = {"POST": "evidence:write"}
    parser_classes = (Objects,)

    @operation(
        "confirm_bundle",
        _("对检查中提出的问题回答“是”"),
        JobSerializer,
        status=202,
        also=(409,),
        headers=ACCEPTED,
    )
    def post(self, request: Request, assessment: UUID, bundle: UUID) -> Response:
        found = self.find(request, assessment)
        check_can_see_work(request.user, found)
        held = self.bundle(request, found, bundle)
        check_can_remove_bundle(self.person(request), held)
        check_can_upload(self.person(request), found)
        with self.doing(409):
            confirm_bundle(by=self.person(request), assessment=found, bundle=held)
        held.refresh_from_db()
        return self.accepted(request, held, found)
