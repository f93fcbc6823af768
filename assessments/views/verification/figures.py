"""Counts first: numerator and denominator per rule, typed with their SQL and proof."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.actions.supplying import supply_figure
from assessments.models import Assessment, Attachment
from assessments.queries.verification.figures import Typed, figures_page, item_of
from assessments.verification_permissions import check_can_see_evidence, check_can_supply
from assessments.views.door import back_to, behind_the_door, find_assessment
from assessments.views.verification.items import moment_in
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

LARGEST = 10**15


@behind_the_door
@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The rules of one item (``?item=``) with what was counted and what people supplied; POST keeps one figure."""
    found = find_assessment(request, assessment)
    check_can_see_evidence(request.user, found)
    if request.method == "GET":
        page = figures_page(found, request.user, request.GET.get("item", ""))
        return render(request, "assessments/verification/figures.html", {"page": page})
    check_can_supply(request.user, found)
    rule = request.POST.get("rule", "")
    item = item_of(found, rule)
    try:
        supply_figure(
            by=person_of(request),
            assessment=found,
            rule=rule,
            numerator=_count(request, "numerator"),
            denominator=_count(request, "denominator"),
            sql_text=request.POST.get("sql_text", ""),
            database_name=request.POST.get("database_name", ""),
            run_at=moment_in(request.POST.get("run_at", "")),
            proof=_proof(request, found),
        )
    except Refusal as refusal:  # what was typed stays on the page
        page = figures_page(found, request.user, item, _typed(request, rule, str(refusal)))
        if not item:
            messages.error(request, str(refusal))
        return render(request, "assessments/verification/figures.html", {"page": page}, status=422)
    messages.success(request, _("已保存规则%(rule)s的数字，下一次核验时计入。") % {"rule": rule})
    return back_to(request, f"{reverse('figures', args=[found.public_id])}?item={item}#{rule}")


def _count(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "").replace(",", "").replace("，", "").strip()
    if not text.isascii() or not text.isdecimal() or int(text) > LARGEST:
        raise Refusal(_("分子和分母应为整数，例如1280。"))
    return int(text)


def _proof(request: HttpRequest, assessment: Assessment) -> Attachment | None:
    try:
        wanted = UUID(request.POST.get("proof", ""))
    except ValueError:
        return None
    return Attachment.objects.kept().filter(assessment=assessment, public_id=wanted).first()


def _typed(request: HttpRequest, rule: str, problem: str) -> Typed:
    def said(name: str) -> str:
        return request.POST.get(name, "")

    return Typed(
        rule=rule,
        numerator=said("numerator"),
        denominator=said("denominator"),
        sql_text=said("sql_text"),
        database_name=said("database_name"),
        run_at=said("run_at"),
        proof=said("proof"),
        problem=problem,
    )
