"""Schemes of a bureau: who reviews which level in which year."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.actions.reviewing.schemes import Stage, save_scheme
from assessments.models import ReviewScheme
from assessments.queries.reviewing.schemes import (
    MOST_STAGES,
    StageRow,
    Typed,
    filled,
    scheme_page,
    schemes_page,
)
from assessments.review_permissions import check_can_edit_schemes, check_can_see_schemes
from assessments.views.door import behind_the_door
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from hospitals.views.finding import find_organisation, person_of
from rubrics.models import Edition

BUREAUS = (Organisation.Kind.PROVINCE, Organisation.Kind.CITY)


def find_bureau(request: HttpRequest, organisation: UUID) -> Organisation:
    """A bureau the person sees; a hospital has no schemes."""
    found = find_organisation(request, organisation)
    if found.kind not in BUREAUS:
        raise Http404
    check_can_see_schemes(request.user, found)
    return found


def _find_scheme(bureau: Organisation, pk: int) -> ReviewScheme:
    found = (
        ReviewScheme.objects.filter(bureau=bureau, pk=pk)
        .select_related("edition")
        .prefetch_related("stages")
        .first()
    )
    if found is None:
        raise Http404
    return found


@behind_the_door
@require_GET
def review_schemes(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Three queries beside session, person and memberships."""
    bureau = find_bureau(request, organisation)
    page = schemes_page(bureau, request.user)
    return render(request, "assessments/reviewing/schemes.html", {"page": page})


@behind_the_door
@require_http_methods(["GET", "POST"])
def review_scheme_add(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """A new scheme; ``?like=<number>`` begins with another one, a year on."""
    bureau = find_bureau(request, organisation)
    check_can_edit_schemes(request.user, bureau)
    like = request.GET.get("like", "")
    model = (
        _find_scheme(bureau, int(like)) if like.isascii() and like.isdecimal() and len(like) < 10 else None
    )
    if request.method == "POST":
        return _save(request, bureau, None)
    page = scheme_page(bureau, request.user, like=model)
    return render(request, "assessments/reviewing/scheme.html", {"page": page})


@behind_the_door
@require_http_methods(["GET", "POST"])
def review_scheme(request: HttpRequest, organisation: UUID, scheme: int) -> HttpResponse:
    bureau = find_bureau(request, organisation)
    found = _find_scheme(bureau, scheme)
    if request.method == "POST":
        check_can_edit_schemes(request.user, bureau)
        return _save(request, bureau, found)
    page = scheme_page(bureau, request.user, scheme=found)
    return render(request, "assessments/reviewing/scheme.html", {"page": page})


def _save(request: HttpRequest, bureau: Organisation, scheme: ReviewScheme | None) -> HttpResponse:
    typed = _typed(request)
    try:
        edition = _edition(typed.edition, scheme)
        save_scheme(
            by=person_of(request),
            bureau=bureau,
            edition=edition,
            year=_number(typed.year, _("请填写四位年度。")),
            notice_days=_number(typed.notice_days, _("请填写公示天数。")),
            valid_months=_number(typed.valid_months, "") if typed.valid_months else None,
            recheck_months=_number(typed.recheck_months, "") if typed.recheck_months else None,
            stages=[_stage(n, row) for n, row in enumerate(filled(typed.stages), start=1)],
            scheme=scheme,
        )
    except Refusal as refusal:
        page = scheme_page(bureau, request.user, scheme=scheme, typed=typed, problem=str(refusal))
        return render(request, "assessments/reviewing/scheme.html", {"page": page}, status=422)
    messages.success(request, _("评审流程已保存。此后的提交按它评审，已开始的评审不受影响。"))
    return HttpResponseRedirect(reverse("review-schemes", args=[bureau.public_id]))


def _edition(key: str, scheme: ReviewScheme | None) -> Edition:
    """The current revision; a scheme keeps the one it was made for as long as the standard is the same."""
    if scheme is not None and scheme.edition.key == key:
        return scheme.edition
    found = Edition.objects.current().filter(key=key).first()
    if found is None:
        raise Refusal(_("请选择标准。"))
    return found


def _typed(request: HttpRequest) -> Typed:
    """What was typed; every row of stages carries its own number, so that an empty field stays in place."""

    def text(name: str) -> str:
        return request.POST.get(name, "").replace("\x00", "").strip()[:40]

    rows = [
        StageRow(
            kind=text(f"kind-{n}"),
            from_level=text(f"from-{n}"),
            to_level=text(f"to-{n}"),
            days=text(f"days-{n}"),
            reviewers=text(f"reviewers-{n}") or "1",
            site_visit=bool(request.POST.get(f"site_visit-{n}")),
        )
        for n in range(MOST_STAGES + 1)
    ]
    return Typed(
        edition=text("edition"),
        year=text("year"),
        notice_days=text("notice_days"),
        valid_months=text("valid_months"),
        recheck_months=text("recheck_months"),
        stages=filled(rows),
    )


def _stage(n: int, row: StageRow) -> Stage:
    sentence = _("第%(n)s个环节：级别、天数和人数请填数字。") % {"n": n}
    return Stage(
        kind=row.kind,
        from_level=_number(row.from_level, sentence),
        to_level=_number(row.to_level, sentence),
        days=_number(row.days, sentence),
        reviewers=_number(row.reviewers, sentence),
        site_visit=row.site_visit,
    )


def _number(text: str, sentence: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 6:
        return int(text)
    raise Refusal(sentence or _("有效月数与复核间隔为1至120个月；不规定就留空。"))
