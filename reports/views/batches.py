"""Pages on which reports of many hospitals are asked for, followed and taken."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.views.door import behind_the_door
from hospitals import access
from hospitals.access import Role
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.batches.actions import cancel_batch, check_can_take, retry_batch, start_batch, take_archive
from reports.batches.archive import archive_of, streamed
from reports.batches.choosing import candidates, cities_of, years_of
from reports.batches.reading import find_batch, lines_of, list_batches
from reports.batches.rights import check_can_make_batches
from reports.models import Batch
from reports.view_models.batches import BatchesPage, BatchPage, batch_page, batch_row, choosing_page
from reports.views.region.choosing import name_column
from reports.views.region.listed import filters_of
from rubrics.models import Edition
from rubrics.queries import get_rubric


@behind_the_door
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """One query beside session, person and memberships."""
    check_can_make_batches(request.user)
    page = BatchesPage(tuple(batch_row(*one) for one in list_batches(request.user)))
    return render(request, "reports/batches/list.html", {"page": page})


@behind_the_door
@require_http_methods(["GET", "POST"])
def batch_new(request: HttpRequest) -> HttpResponse:
    """Choosing: beside session, person and memberships the editions, the years, the cities and the hospitals."""
    user = person_of(request)
    check_can_make_batches(user)
    editions = sorted(Edition.objects.current(), key=lambda one: (one.status != "official", one.key))
    key = (request.POST or request.GET).get("edition", "")
    edition = next((one for one in editions if one.key == key), None if key else next(iter(editions), None))
    if edition is None:
        raise Http404
    years = years_of(user, edition)
    year = _number((request.POST or request.GET).get("year", "")) or (years[0] if years else 0)
    problem, chosen = "", frozenset[str]()
    languages = frozenset({"zh-hans"})
    given = {name: request.POST.get(name, "") for name in ("document", "target")}
    if request.method == "POST":
        chosen, languages = frozenset(request.POST.getlist("h")), frozenset(request.POST.getlist("language"))
        kind, _dash, form = given["document"].partition("-")
        try:
            made = start_batch(
                by=user,
                edition=edition,
                year=year,
                kind=kind,
                form=form,
                languages=sorted(languages),
                chosen=_ids(chosen),
                target_level=_number(given["target"]),
            )
        except Refusal as refusal:
            problem = str(refusal)
        else:
            return redirect("batch", batch=made.public_id)
    filters = filters_of(request)
    page = choosing_page(
        editions=tuple((one.key, one.title) for one in editions),
        edition=edition.key,
        top=get_rubric(edition).top_level,
        years=years,
        year=year,
        filters=filters,
        cities=cities_of(user),
        found=candidates(user, edition, year, filters, name=name_column()),
        plans=bool(access.organisations_where(user, [Role.CONSULTANT])),
        chosen=chosen,
        given=given,
        languages=languages,
        problem=problem,
    )
    return render(request, "reports/batches/new.html", {"page": page}, status=422 if problem else 200)


@behind_the_door
@require_GET
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Beside session, person and memberships: the batch, its lines, what the reader sees."""
    return render(request, "reports/batches/batch.html", {"page": _page(request, _found(request, batch))})


@behind_the_door
@require_GET
def batch_progress(request: HttpRequest, batch: UUID) -> HttpResponse:
    """The part of the page that moves, asked for while documents are being made."""
    return render(request, "reports/batches/_progress.html", {"page": _page(request, _found(request, batch))})


@behind_the_door
@require_POST
def batch_cancel(request: HttpRequest, batch: UUID) -> HttpResponse:
    found = _found(request, batch)
    try:
        cancel_batch(by=person_of(request), batch=found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已取消：正在生成的会完成，其余不再生成。"))
    return HttpResponseRedirect(_address(found))


@behind_the_door
@require_POST
def batch_retry(request: HttpRequest, batch: UUID) -> HttpResponse:
    found = _found(request, batch)
    try:
        line = _number(request.POST.get("line", "")) or None
        n = retry_batch(by=person_of(request), batch=found, line=line)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已重新开始生成%(n)s份报告。") % {"n": n})
    return HttpResponseRedirect(_address(found))


@behind_the_door
@require_GET
def batch_download(request: HttpRequest, batch: UUID) -> StreamingHttpResponse:
    """The archive, written while it is sent. A refusal answers 403 with its sentence."""
    found = _found(request, batch)
    lines = lines_of(found)
    take_archive(by=person_of(request), batch=found, lines=lines)
    archive = archive_of(found, lines)
    response = StreamingHttpResponse(streamed(archive), content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, archive.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _found(request: HttpRequest, public_id: UUID) -> Batch:
    found = find_batch(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Batch) -> BatchPage:
    lines, why = lines_of(found), ""
    try:
        check_can_take(person_of(request), lines)
    except Refusal as refusal:
        why = str(refusal)
    return batch_page(found, lines, own=found.made_by_id == request.user.pk, out_of_reach=why)


def _address(found: Batch) -> str:
    return str(redirect("batch", batch=found.public_id).url)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _ids(texts: frozenset[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in sorted(texts)]
    except ValueError as error:
        raise Http404 from error
