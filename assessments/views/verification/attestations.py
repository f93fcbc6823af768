"""Signing keys of a hospital and the attestations that came in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.attesting import LARGEST, receive_attestation, register_key, revoke_key
from assessments.models import Assessment, Attestation, AttestationKey
from assessments.queries.verification.attestations import attestation_page, attestations_page, keys_page
from assessments.verification_permissions import (
    check_can_manage_keys,
    check_can_receive_attestation,
    check_can_see_keys,
)
from assessments.views.door import behind_the_door
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from hospitals.views.finding import find_organisation, person_of


def _hospital(request: HttpRequest, public_id: UUID) -> Organisation:
    """Only hospitals sign; to others there is no such page."""
    found = find_organisation(request, public_id)
    if found.kind != Organisation.Kind.HOSPITAL:
        raise Http404
    return found


@behind_the_door
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """The hospital's keys; POST registers one, or with ``replaces`` the one that takes over."""
    hospital = _hospital(request, organisation)
    check_can_see_keys(request.user, hospital)
    if request.method == "GET":
        return render(
            request, "assessments/verification/keys.html", {"page": keys_page(hospital, request.user)}
        )
    check_can_manage_keys(request.user, hospital)
    pem, label = request.POST.get("pem", ""), request.POST.get("label", "")
    replaced = request.POST.get("replaces", "")
    try:
        made = register_key(
            by=person_of(request),
            hospital=hospital,
            pem=pem,
            label=label,
            replaces=_key(hospital, replaced) if replaced else None,
        )
    except Refusal as refusal:
        typed = (label, "" if "PRIVATE KEY" in pem else pem)  # a private key is not sent back
        page = keys_page(hospital, request.user, typed=typed, problem=str(refusal))
        return render(request, "assessments/verification/keys.html", {"page": page}, status=422)
    messages.success(request, _("已登记公钥%(name)s。") % {"name": made.fingerprint[:16]})
    return redirect("attestation-keys", organisation=hospital.public_id)


@behind_the_door
@require_POST
def key_revoke(request: HttpRequest, organisation: UUID, key: int) -> HttpResponse:
    hospital = _hospital(request, organisation)
    check_can_manage_keys(request.user, hospital)
    try:
        revoke_key(by=person_of(request), key=_key(hospital, str(key)), reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已吊销密钥。之后收到用它签名的证明都不接受。"))
    return redirect("attestation-keys", organisation=hospital.public_id)


@behind_the_door
@require_http_methods(["GET", "POST"])
def attestations(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """What came in, newest first; POST takes in one file and shows its verdict."""
    hospital = _hospital(request, organisation)
    check_can_receive_attestation(request.user, hospital)
    problem = ""
    if request.method == "POST":
        try:
            received = _receive(request, hospital)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            return redirect("attestation", organisation=hospital.public_id, attestation=received.public_id)
    page = attestations_page(hospital, request.user, problem=problem)
    return render(
        request, "assessments/verification/attestations.html", {"page": page}, status=422 if problem else 200
    )


def _receive(request: HttpRequest, hospital: Organisation) -> Attestation:
    file = request.FILES.get("attestation")
    if file is None:
        raise Refusal(_("请选择核验证明文件（JSON）。"))
    if (file.size or 0) > LARGEST:
        raise Refusal(_("文件超过%(most)s MB，不是核验证明。") % {"most": LARGEST // 2**20})
    return receive_attestation(
        by=person_of(request),
        hospital=hospital,
        content=file.read(),
        assessment=_assessment(request, hospital),
    )


def _assessment(request: HttpRequest, hospital: Organisation) -> Assessment | None:
    try:
        wanted = UUID(request.POST.get("assessment", ""))
    except ValueError:
        return None
    return (
        Assessment.objects.visible_to(request.user)
        .select_related("hospital", "edition")
        .filter(hospital=hospital, public_id=wanted)
        .first()
    )


@behind_the_door
@require_GET
def attestation(request: HttpRequest, organisation: UUID, attestation: UUID) -> HttpResponse:
    hospital = _hospital(request, organisation)
    check_can_receive_attestation(request.user, hospital)
    row = (
        hospital.attestations.select_related("received_by", "run", "assessment", "key")
        .filter(public_id=attestation)
        .first()
    )
    if row is None:
        raise Http404
    page = attestation_page(hospital, request.user, row)
    return render(request, "assessments/verification/attestation.html", {"page": page})


def _key(hospital: Organisation, number: str) -> AttestationKey:
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else 0
    found = AttestationKey.objects.filter(hospital=hospital, pk=wanted).first()
    if found is None:
        raise Http404
    return found
