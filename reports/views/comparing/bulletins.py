"""Bulletins of a region: ask for one, follow it, fetch it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.views.door import behind_the_door
from hospitals import access
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from reports.actions import request_bulletin
from reports.models import IssuedReport
from reports.view_models.region.bulletins import bulletin_row, bulletins_page
from reports.views.region.choosing import choose


def _found(request: HttpRequest, public_id: UUID) -> IssuedReport:
    """404 for one of a bureau elsewhere. One query."""
    condition = access.beneath_bureaus_of(request.user, "bureau__")
    rows = IssuedReport.objects.filter(condition, kind=IssuedReport.Kind.BULLETIN)
    return get_object_or_404(rows.select_related("bureau", "edition", "requested_by"), public_id=public_id)


@behind_the_door
@require_GET
def bulletins(request: HttpRequest) -> HttpResponse:
    """Beside session, person and memberships: the choice (six), how many submitted, the bulletins."""
    choice = choose(request)
    rows = IssuedReport.objects.filter(kind=IssuedReport.Kind.BULLETIN, bureau=choice.bureau)
    page = bulletins_page(
        choice,
        rows.select_related("bureau", "edition", "requested_by")[:50],
        request.user,
        get_language() or "",
    )
    return render(request, "reports/region/bulletins.html", {"page": page})


@behind_the_door
@require_POST
def bulletin_ask(request: HttpRequest) -> HttpResponse:
    choice = choose(request)
    language = "en" if request.POST.get("language") == "en" else "zh-hans"
    try:
        request_bulletin(
            bureau=choice.bureau, edition=choice.edition, year=choice.year, language=language, by=person_of(request)
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已开始生成，完成后可在本页下载。"))
    return HttpResponseRedirect(f"{reverse('bulletins')}?{choice.query}")


@behind_the_door
@require_GET
def bulletin_progress(request: HttpRequest, report: UUID) -> HttpResponse:
    """One row of the list, asked for every second while the document is being made."""
    return render(request, "reports/region/bulletin_row.html", {"row": bulletin_row(_found(request, report))})


@behind_the_door
@require_GET
def bulletin_download(request: HttpRequest, report: UUID) -> FileResponse:
    found = _found(request, report)
    if found.state != IssuedReport.State.DONE or found.edition is None:
        raise Http404
    name = get_valid_filename(f"{found.owner.name}-{found.edition.key}-{found.year}-{found.language}.pdf")
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
