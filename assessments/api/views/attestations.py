"""Attestations: what the checks on the hospital's own machine signed, sent in by a program."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import operation
from assessments.actions.attesting import LARGEST, receive_attestation
from assessments.api.evidence_shapes import AttestationQuery, AttestationSerializer
from assessments.api.formats import ATTESTATION
from assessments.api.views.documents import Documents
from assessments.models import Assessment
from assessments.queries.for_programs.evidence import attestation_facts, attestations_of
from assessments.verification_permissions import check_can_hand_in_attestation, check_can_receive_attestation
from hospitals.api.views import OrganisationView
from hospitals.models import Organisation


class AttestationView(OrganisationView):
    tag = "evidence"

    def hospital(self, request: Request, public_id: UUID) -> Organisation:
        """Only hospitals sign; to others there is no such address."""
        found = self.find(request, public_id)
        if found.kind != Organisation.Kind.HOSPITAL:
            raise Http404
        check_can_receive_attestation(self.person(request), found)
        return found


class Attestations(AttestationView):
    scopes = {"GET": "evidence:read", "POST": "evidence:write"}
    parser_classes = (Documents,)
    largest_body = LARGEST
    raw = b""

    @operation("list_attestations", _("收到的核验证明，最近的在前"), AttestationSerializer, many="page")
    def get(self, request: Request, organisation: UUID) -> Response:
        rows = attestations_of(self.hospital(request, organisation))
        return self.page(request, rows, attestation_facts, ordering=("-received_at", "-id"))

    @operation(
        "send_attestation",
        _("提交一份核验证明（zhiping-attestation/1）"),
        AttestationSerializer,
        status=201,
        body={"application/json": ATTESTATION},
        filters=AttestationQuery,
        once=True,
        also=(422,),
        headers={"Location": _("这份证明的地址")},
        more=_("签名与算术当场检查，结果见verdict；无效的也会留存。"),
    )
    def post(self, request: Request, organisation: UUID) -> Response:
        hospital = self.hospital(request, organisation)
        _document = request.data  # reads the body: what is no JSON object is refused here
        assessment = self._assessment(request, hospital)
        if assessment is not None:
            check_can_hand_in_attestation(self.person(request), assessment)
        with self.doing():
            received = receive_attestation(
                by=self.person(request), hospital=hospital, content=self.raw, assessment=assessment
            )
        (facts,) = attestation_facts([received])
        address = reverse("api-attestation", args=[hospital.public_id, received.public_id])
        return self.one(request, facts, headers={"Location": address})

    def _assessment(self, request: Request, hospital: Organisation) -> Assessment | None:
        wanted = self.asked.get("assessment")
        if wanted is None:
            return None
        visible = Assessment.objects.visible_to(request.user).select_related("hospital", "edition")
        return get_object_or_404(visible, hospital=hospital, public_id=wanted)


class OneAttestation(AttestationView):
    scopes = {"GET": "evidence:read"}

    @operation("read_attestation", _("一份核验证明的检查结果"), AttestationSerializer)
    def get(self, request: Request, organisation: UUID, attestation: UUID) -> Response:
        rows = attestations_of(self.hospital(request, organisation))
        (facts,) = attestation_facts([get_object_or_404(rows, public_id=attestation)])
        return self.one(request, facts)
