"""The desk of the checks: handing in data, starting and watching a run, saying what does not exist."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.receiving import Upload, receive_bundle, remove_bundle
from assessments.actions.running import cancel_run, request_run
from assessments.actions.supplying import declare_absence, withdraw_absence
from assessments.models import Assessment, EvidenceBundle, VerificationRun
from assessments.permissions import check_can_see_work
from assessments.queries.verification.desk import desk_page
from assessments.queries.verification.run import run_page
from assessments.views.door import back_to, behind_the_door, find_assessment, plain, wants_part
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@behind_the_door
@require_GET
def desk(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The whole page, or with htmx only the part that changes while something is under way."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    page = desk_page(found, request.user, settings.EXTRACT_KEEP_DAYS)
    if not wants_part(request):
        return render(request, "assessments/verification/desk.html", {"page": page})
    answer = render(request, "assessments/verification/_desk_state.html", {"page": page})
    if not page.busy:  # the buttons above change too
        answer["HX-Refresh"] = "true"
    return answer


@behind_the_door
@require_POST
def bundle_upload(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Files of one drop; ``paths`` names each with its folder, as the browser knows it."""
    found = find_assessment(request, assessment)
    files = request.FILES.getlist("files")
    paths = request.POST.getlist("paths")
    uploads = [
        Upload(name=paths[number] if number < len(paths) else (file.name or ""), file=file)
        for number, file in enumerate(files)
    ]
    replaced = request.POST.get("replaces", "")
    try:
        bundle = receive_bundle(
            by=person_of(request),
            assessment=found,
            uploads=uploads,
            title=request.POST.get("title", ""),
            clause=request.POST.get("clause", ""),
            run_after=bool(request.POST.get("run_after")),
            replaces=_find_replaced(request, found, replaced) if replaced else None,
        )
    except Refusal as refusal:
        if wants_part(request):
            return plain(str(refusal), 422)
        raise
    if wants_part(request):
        return JsonResponse(
            {
                "bundle": str(bundle.public_id),
                "sentence": _("已收到%(count)s个文件，正在检查。") % {"count": len(uploads)},
            }
        )
    return redirect("verification", assessment=found.public_id)


@behind_the_door
@require_POST
def bundle_remove(request: HttpRequest, assessment: UUID, bundle: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    remove_bundle(by=person_of(request), assessment=found, bundle=_find_bundle(request, found, bundle))
    return redirect("verification", assessment=found.public_id)


@behind_the_door
@require_POST
def run_start(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    run = request_run(by=person_of(request), assessment=found)
    return redirect("run", assessment=found.public_id, number=run.number)


@behind_the_door
@require_GET
def run(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    """One run; with htmx only its progress, and a reload of the page once it has ended."""
    found = find_assessment(request, assessment)
    held = _find_run(request, found, number)
    page = run_page(found, held, request.user)
    if not wants_part(request):
        return render(request, "assessments/verification/run.html", {"page": page})
    answer = render(request, "assessments/verification/_run_progress.html", {"page": page})
    if not page.busy:
        answer["HX-Refresh"] = "true"
    return answer


@behind_the_door
@require_POST
def run_cancel(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    found = find_assessment(request, assessment)
    cancel_run(by=person_of(request), run=_find_run(request, found, number))
    return redirect("run", assessment=found.public_id, number=number)


@behind_the_door
@require_POST
def absence_add(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    declare_absence(
        by=person_of(request),
        assessment=found,
        record=request.POST.get("record", ""),
        reason=request.POST.get("reason", ""),
    )
    return back_to(request, reverse("verification", args=[found.public_id]))


@behind_the_door
@require_POST
def absence_remove(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    withdraw_absence(by=person_of(request), assessment=found, record=request.POST.get("record", ""))
    return back_to(request, reverse("verification", args=[found.public_id]))


def _find_bundle(request: HttpRequest, assessment: Assessment, public_id: UUID) -> EvidenceBundle:
    found = (
        EvidenceBundle.objects.visible_to(request.user)
        .filter(uses__assessment=assessment, public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _find_replaced(request: HttpRequest, assessment: Assessment, text: str) -> EvidenceBundle:
    try:
        return _find_bundle(request, assessment, UUID(text))
    except ValueError as not_one:
        raise Http404 from not_one


def _find_run(request: HttpRequest, assessment: Assessment, number: int) -> VerificationRun:
    found = (
        VerificationRun.objects.visible_to(request.user)
        .select_related("requested_by", "mapping", "assessment__hospital")
        .filter(assessment=assessment, number=number)
        .first()
    )
    if found is None:
        raise Http404
    return found
