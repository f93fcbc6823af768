"""One item as it was verified, and what people decide about its evidence."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.actions.anchoring import set_anchor
from assessments.actions.deciding import accept_figure, take_decision, withdraw_decision
from assessments.actions.receiving import use_bundle
from assessments.models import Assessment, Attachment, EvidenceBundle
from assessments.queries.verification.item import item_evidence_page
from assessments.verification_permissions import (
    check_can_anchor,
    check_can_judge,
    check_can_open_attachment,
    check_can_see_evidence,
    check_can_upload,
)
from assessments.views.door import back_to, behind_the_door, find_assessment
from engine.scoring.answers import AnswersRefused
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of


@behind_the_door
@require_GET
def verification_item(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """Every clause with its verdict. At most eighteen queries for staff, whatever was handed in."""
    found = find_assessment(request, assessment)
    check_can_see_evidence(request.user, found)
    try:
        page = item_evidence_page(found, request.user, item)
    except AnswersRefused as refused:
        raise Refusal(refused.problems[0].message.in_language(get_language() or "")) from refused
    if page is None:
        raise Http404
    return render(request, "assessments/verification/item.html", {"page": page})


@behind_the_door
@require_POST
def decision_add(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """One decision from the form beside a clause or a level; a slip is said on the page it came from."""
    found = find_assessment(request, assessment)
    kind, item = request.POST.get("kind", ""), request.POST.get("item", "")
    check_can_judge(request.user, found, on_site=kind == "on_site")
    level, n = number_in(request, "level"), number_in(request, "n")
    try:
        take_decision(
            by=person_of(request),
            assessment=found,
            item=item,
            level=level or 0,
            clause_n=n,
            kind=kind,
            verdict=request.POST.get("verdict", ""),
            attachment=_material(request, found),
            reason=request.POST.get("reason", ""),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已记录结论。"))
    return _to_item(request, found, item, level, n)


@behind_the_door
@require_POST
def decision_withdraw(request: HttpRequest, assessment: UUID, decision: int) -> HttpResponse:
    found = find_assessment(request, assessment)
    row = found.evidence_decisions.filter(pk=decision).first()
    check_can_judge(request.user, found, on_site=row is not None and row.kind == "on_site")
    if row is None:
        raise Http404
    try:
        withdraw_decision(by=person_of(request), decision=row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤回结论。"))
    return _to_item(request, found, row.item_code, row.level, row.clause_n)


@behind_the_door
@require_POST
def figure_accept(request: HttpRequest, assessment: UUID, figure: int) -> HttpResponse:
    """A reviewer, or a colleague of the person who counted, takes a typed figure as true."""
    found = find_assessment(request, assessment)
    check_can_judge(request.user, found)
    row = found.supplied_figures.filter(pk=figure).first()
    if row is None:
        raise Http404
    try:
        accept_figure(by=person_of(request), figure=row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已采信规则%(rule)s的数字。") % {"rule": row.rule})
    return back_to(request, reverse("figures", args=[found.public_id]))


@behind_the_door
@require_POST
def anchor_set(request: HttpRequest, assessment: UUID, attachment: UUID) -> HttpResponse:
    """Which record a picture shows, and when."""
    found = find_assessment(request, assessment)
    row = (
        Attachment.objects.select_related("assessment__hospital")
        .filter(assessment=found, public_id=attachment)
        .first()
    )
    if row is None:
        raise Http404
    check_can_open_attachment(request.user, row)
    check_can_anchor(request.user, row)
    try:
        anchor = set_anchor(
            by=person_of(request),
            attachment=row,
            record=request.POST.get("record", ""),
            key=request.POST.get("key", ""),
            shown_at=moment_in(request.POST.get("shown_at", "")),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if anchor.alike is not None:
            messages.warning(
                request,
                _("已保存锚定。这张图与“%(name)s”相同或非常相近，请确认没有用错。")
                % {"name": anchor.alike.original_name},
            )
        elif anchor.found == anchor.Found.OUTSIDE:
            messages.warning(request, _("已保存锚定。截图时间不在统计时段内，不能作为本次自评的锚定材料。"))
        else:
            messages.success(request, _("已保存锚定，下一次核验会在数据中查这条记录。"))
    return _to_item(request, found, row.item_code, None, None)


@behind_the_door
@require_POST
def bundle_use(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """A bundle the hospital has already, handed in once more: here, or for one clause."""
    found = find_assessment(request, assessment)
    clause = request.POST.get("clause", "")
    item = clause[:5]
    assignment = found.assignments.filter(item_code=item).first() if item else None
    check_can_upload(request.user, found, item=item, assignment=assignment)
    try:
        wanted = UUID(request.POST.get("bundle", ""))
    except ValueError as error:
        raise Http404 from error
    bundle = EvidenceBundle.objects.visible_to(request.user).filter(public_id=wanted).first()
    if bundle is None:
        raise Http404
    try:
        use_bundle(by=person_of(request), assessment=found, bundle=bundle, clause=clause)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已使用证据包“%(title)s”。") % {"title": bundle.title})
    return back_to(request, reverse("verification", args=[found.public_id]))


def number_in(request: HttpRequest, name: str) -> int | None:
    """A small whole number of the form; None when there is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else None


def _material(request: HttpRequest, assessment: Assessment) -> Attachment | None:
    """The material chosen in the form, as far as the person may open it."""
    try:
        wanted = UUID(request.POST.get("attachment", ""))
    except ValueError:
        return None
    row = (
        Attachment.objects.kept()
        .select_related("assessment__hospital")
        .filter(assessment=assessment, public_id=wanted)
        .first()
    )
    if row is not None:
        check_can_open_attachment(request.user, row)
    return row


def moment_in(text: str) -> datetime | None:
    """A time as the browser's field gives it, in the zone of the person."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        return None
    if moment is None:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _to_item(
    request: HttpRequest, assessment: Assessment, item: str, level: int | None, n: int | None
) -> HttpResponse:
    """Back to the clause the form stood beside."""
    try:
        place = reverse("verification-item", args=[assessment.public_id, item])
    except NoReverseMatch:  # a code that is no part of an address
        return back_to(request, reverse("verification", args=[assessment.public_id]))
    anchor = f"#c-{item}.{level}-{n}" if level and n else f"#level-{level}" if level else ""
    return back_to(request, f"{place}{anchor}")
