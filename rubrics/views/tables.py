"""Data-quality tables of further years: read, compared, and only then approved."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from engine.evidence.yearly_table import TableRow, compare, rows_of
from hospitals.refusals import Refusal
from rubrics import queries
from rubrics.actions import approve_table
from rubrics.pages.tables import Preview, TablesPage, groups_of, known_tables
from rubrics.permissions import check_can_confirm_flags
from rubrics.quality_table import Problem, TableRefused, read_table, write_table
from rubrics.views.opening import Opened, open_edition, why_not_confirm

SALT = "rubrics.quality-table"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_FOR = 2 * 60 * 60  # seconds between reading a file and approving it


@login_required
@require_http_methods(["GET", "POST"])
def figures_import(request: HttpRequest, edition: str) -> HttpResponse:
    """GET: the tables in force. POST of a file: what it changes. POST of the signed reading: approved."""
    opened = open_edition(edition)
    if opened.rubric.data_quality_table_year is None:
        raise Http404
    if request.method == "GET":
        return answer(request, opened)
    try:
        check_can_confirm_flags(request.user)
    except Refusal as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    if token := request.POST.get("reading"):
        return approve(request, opened, token)
    file, year = request.FILES.get("table"), request.POST.get("year", "")
    if not isinstance(file, UploadedFile) or not file.name:
        return answer(request, opened, refusal=_("请先选择Excel工作簿（.xlsx）。"))
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        return answer(request, opened, refusal=_("请填四位年份。"))
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        return answer(request, opened, refusal=_("文件超过%(n)sMB的上限。") % {"n": limit})
    content = file.read()
    try:
        rows = read_table(content, opened.rubric, at_most=settings.UPLOAD_MAX_BYTES)
    except TableRefused as refused:
        return answer(request, opened, problems=refused.problems)
    compared = compare(queries.get_catalogue(), opened.rubric.id, rows, int(year))
    reading = {
        "person": request.user.pk,
        "year": int(year),
        "document": file.name[:200],
        "sha256": hashlib.sha256(content).hexdigest(),
        "rows": [asdict(row) for row in rows],
        "catalogue": queries.get_catalogue().content_hash,
    }
    token = signing.dumps(reading, salt=SALT, compress=True)
    preview = Preview(int(year), len(rows), file.name, groups_of(compared, queries.get_catalogue()), token)
    return answer(request, opened, preview=preview)


@login_required
@require_GET
def figures_export(request: HttpRequest, edition: str, year: int) -> HttpResponse:
    """The table of a year as the Excel file that the page reads back."""
    opened = open_edition(edition)
    catalogue = None
    if opened.rubric.data_quality_table_year is not None:
        catalogue = queries.catalogue_of_year(opened.edition.key, year)
    if catalogue is None:
        raise Http404
    content = write_table(opened.rubric, rows_of(catalogue, opened.edition.key), year)
    response = HttpResponse(content, content_type=XLSX)
    name = _("数据质量评分表_%(edition)s_%(year)s.xlsx") % {"edition": opened.edition.key, "year": year}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def approve(request: HttpRequest, opened: Opened, token: str) -> HttpResponse:
    stale = _("这次读取已过期，没有作任何改动。请重新选择文件。")
    try:
        reading = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return answer(request, opened, refusal=stale)
    catalogue = queries.get_catalogue()
    if reading["person"] != request.user.pk or reading["catalogue"] != catalogue.content_hash:
        return answer(request, opened, refusal=stale)
    try:
        approve_table(
            by=request.user,  # type: ignore[arg-type]
            edition=opened.edition,
            catalogue=catalogue,
            year=reading["year"],
            rows=tuple(TableRow(**row) for row in reading["rows"]),
            document_name=reading["document"],
            document_sha256=reading["sha256"],
        )
    except Refusal as refusal:
        return answer(request, opened, refusal=str(refusal))
    messages.success(
        request,
        _("%(year)s年的数据质量评分表已启用，已有的核验结果可以按它重新查看。") % {"year": reading["year"]},
    )
    return redirect("figures-import", edition=opened.heading.address)


def answer(
    request: HttpRequest,
    opened: Opened,
    *,
    refusal: str = "",
    problems: tuple[Problem, ...] = (),
    preview: Preview | None = None,
) -> HttpResponse:
    own: Any = opened.rubric.data_quality_table_year
    page = TablesPage(
        edition=opened.heading,
        tables=known_tables(
            own,
            len(rows_of(queries.get_catalogue(), opened.edition.key)),
            queries.tables_of(opened.edition.key),
        ),
        why_not=why_not_confirm(request.user),
        refusal=refusal,
        problems=problems,
        preview=preview,
        year=request.POST.get("year", "")[:4],
    )
    return render(request, "rubrics/tables.html", {"page": page}, status=400 if refusal or problems else 200)
