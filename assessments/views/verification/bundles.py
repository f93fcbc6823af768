"""One evidence bundle: its page, the answer to a doubt, its expiry, and the end of its raw data."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.keeping import destroy_now, set_expiry
from assessments.actions.receiving import confirm_bundle
from assessments.models import Assessment, EvidenceBundle
from assessments.permissions import check_can_see_work
from assessments.queries.verification.bundle import bundle_page
from assessments.verification_permissions import check_can_destroy, check_can_set_expiry
from assessments.views.door import behind_the_door, find_assessment
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@behind_the_door
@require_GET
def bundle(request: HttpRequest, assessment: UUID, bundle: UUID) -> HttpResponse:
    """Everything about one bundle of the hospital, also an earlier revision. At most ten queries beside
    session, person and memberships."""
    found, held = _find(request, assessment, bundle)
    page = bundle_page(found, held, request.user)
    return render(request, "assessments/verification/bundle.html", {"page": page})


@behind_the_door
@require_POST
def bundle_confirm(request: HttpRequest, assessment: UUID, bundle: UUID) -> HttpResponse:
    """The doubt about a package is answered with yes; it is looked through once more."""
    found, held = _find(request, assessment, bundle)
    confirm_bundle(by=person_of(request), assessment=found, bundle=held)
    messages.success(request, _("已确认，文件正在继续检查。"))
    return redirect("verification", assessment=found.public_id)


@behind_the_door
@require_POST
def bundle_destroy(request: HttpRequest, assessment: UUID, bundle: UUID) -> HttpResponse:
    found, held = _find(request, assessment, bundle)
    check_can_destroy(request.user, held)
    try:
        destroy_now(
            by=person_of(request), assessment=found, bundle=held, reason=request.POST.get("reason", "")
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("原始数据已销毁；校验值和已有的核验结果都在。"))
    return redirect("bundle", assessment=found.public_id, bundle=held.public_id)


@behind_the_door
@require_POST
def bundle_expiry(request: HttpRequest, assessment: UUID, bundle: UUID) -> HttpResponse:
    """``expires_on`` empty: without an end."""
    found, held = _find(request, assessment, bundle)
    check_can_set_expiry(request.user, held)
    text = request.POST.get("expires_on", "").strip()
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        messages.error(request, _("请填写有效的日期，例如2027-06-30；留空则不设有效期。"))
    else:
        try:
            set_expiry(by=person_of(request), assessment=found, bundle=held, expires_on=day)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已保存有效期。"))
    return redirect("bundle", assessment=found.public_id, bundle=held.public_id)


def _find(request: HttpRequest, assessment: UUID, bundle: UUID) -> tuple[Assessment, EvidenceBundle]:
    """A bundle of the assessment's hospital that the person may see; two queries."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    held = (
        EvidenceBundle.objects.visible_to(request.user)
        .select_related("hospital", "uploaded_by", "destroyed_by")
        .filter(hospital=found.hospital, public_id=bundle)
        .first()
    )
    if held is None:
        raise Http404
    return found, held
