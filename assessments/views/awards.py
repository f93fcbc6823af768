"""Official results: taken in from a table, and held against self-assessed and verified levels."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.importing_awards import ChangedSince, digest_of, import_awards
from assessments.awards.examining import ExaminedRow, examine
from assessments.awards.reading import AwardRow, read_awards
from assessments.filetypes.judging import TYPES
from assessments.permissions import check_can_compare_awards, check_can_import_awards
from assessments.queries.awards import awards_page, compared_whole
from assessments.views.door import behind_the_door, for_bureaus
from assessments.workbook.compared import write_compared
from assessments.workbook.opening import WorkbookRefused
from hospitals.views.finding import person_of

SALT = "assessments.awards"
LONGEST_SEARCH = 60
PREVIEW_LASTS = 6 * 3600


@dataclass(frozen=True, slots=True)
class AwardsImportPage:
    """``token``: the rows as read, signed, so that what was looked at is what is written."""

    problem: str = ""
    file: str = ""
    rows: tuple[ExaminedRow, ...] = ()
    seen: str = ""
    token: str = ""

    def count(self, kind: str) -> int:
        return sum(row.kind == kind for row in self.rows)

    @property
    def new(self) -> int:
        return self.count("new")

    @property
    def changed(self) -> int:
        return self.count("changed")

    @property
    def same(self) -> int:
        return self.count("same")

    @property
    def problems(self) -> int:
        return self.count("problem")

    @property
    def shown(self) -> tuple[ExaminedRow, ...]:
        """What somebody has to look at first: problems, then corrections, then the rest."""
        order = {"problem": 0, "changed": 1, "new": 2, "same": 3}
        return tuple(sorted(self.rows, key=lambda row: order[row.kind]))[:300]


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0


@behind_the_door
@require_GET
@for_bureaus
def awards(request: HttpRequest) -> HttpResponse:
    check_can_compare_awards(request.user)
    page = awards_page(
        request.user,
        edition=request.GET.get("edition", ""),
        year=_year(request),
        show=request.GET.get("show", ""),
        search=request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        page=request.GET.get("page"),
    )
    return render(request, "assessments/awards/list.html", {"page": page})


@behind_the_door
@require_GET
@for_bureaus
def awards_export(request: HttpRequest) -> HttpResponse:
    check_can_compare_awards(request.user)
    year = _year(request) or timezone.localdate().year
    edition = request.GET.get("edition", "")
    title = _("%(year)s年度结果对照") % {"year": year}
    content = write_compared(
        compared_whole(request.user, edition=edition, year=year), f"{title} · {edition[:40]}"
    )
    response = HttpResponse(content, content_type=TYPES[".xlsx"])
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"{title}.xlsx") or "attachment"
    )
    return response


@behind_the_door
@require_http_methods(["GET", "POST"])
@for_bureaus
def awards_import(request: HttpRequest) -> HttpResponse:
    check_can_import_awards(request.user)
    if request.method == "GET":
        return _import_page(request, AwardsImportPage())
    file = request.FILES.get("list")
    if file is None:
        return _import_page(request, AwardsImportPage(problem=_("请选择结果名单（.xlsx）。")), 422)
    try:
        rows = read_awards(file.file)
    except WorkbookRefused as refused:
        return _import_page(request, AwardsImportPage(problem=str(refused), file=file.name or ""), 422)
    return _import_page(request, _preview(request, rows, file.name or ""))


def _preview(
    request: HttpRequest, rows: tuple[AwardRow, ...], file: str, problem: str = ""
) -> AwardsImportPage:
    examined = examine(request.user, rows)
    token = signing.dumps([file, [asdict(row) for row in rows]], salt=SALT, compress=True)
    return AwardsImportPage(problem, file, examined, digest_of(examined), token)


@behind_the_door
@require_POST
@for_bureaus
def awards_apply(request: HttpRequest) -> HttpResponse:
    check_can_import_awards(request.user)
    try:
        file, plain = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=PREVIEW_LASTS)
    except signing.BadSignature:
        gone = AwardsImportPage(problem=_("预览已过期，没有导入。请重新选择文件。"))
        return _import_page(request, gone, 422)
    rows = tuple(_row(one) for one in plain)
    try:
        done = import_awards(by=person_of(request), rows=rows, seen=request.POST.get("seen", ""), file=file)
    except ChangedSince as changed:
        return _import_page(request, _preview(request, rows, file, str(changed)), 409)
    messages.success(
        request,
        _("已导入：新增%(new)s条，更正%(changed)s条；%(same)s条没有变化，%(left)s条有问题未导入。")
        % {"new": done.new, "changed": done.changed, "same": done.same, "left": done.left_out},
    )
    return HttpResponseRedirect(reverse("awards"))


def _row(plain: dict[str, Any]) -> AwardRow:
    return AwardRow(**{**plain, "problems": tuple(plain["problems"])})


def _import_page(request: HttpRequest, page: AwardsImportPage, status: int = 200) -> HttpResponse:
    return render(request, "assessments/awards/import.html", {"page": page}, status=status)
