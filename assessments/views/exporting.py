"""Submissions as a table in the columns of a national platform, and the templates that say which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.actions.export_templates import keep_template, remove_template
from assessments.exporting.columns import SPECS, Column, built_in, rows_of
from assessments.exporting.filling import table, write_into, write_plain
from assessments.exporting.own import LARGEST, LONGEST_HEADING, OwnTemplate, read_template
from assessments.filetypes.judging import TYPES
from assessments.models import ExportTemplate
from assessments.permissions import (
    check_can_export_table,
    check_can_keep_template,
    organisations_with_templates,
)
from assessments.queries.exporting import (
    chosen_template,
    columns_of,
    current_rubrics,
    exports_page,
    submissions_for,
    template_page,
    usable_by,
)
from assessments.views.door import behind_the_door
from assessments.workbook.opening import WorkbookRefused
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of
from rubrics.models import Edition


@behind_the_door
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    check_can_export_table(request.user)
    return render(request, "assessments/exports/list.html", {"page": exports_page(request.user)})


@behind_the_door
@require_GET
def export_run(request: HttpRequest) -> HttpResponse:
    """The file; where there is nothing to export, the page with the reason."""
    check_can_export_table(request.user)
    chosen = chosen_template(request.user, request.GET.get("template", ""))
    if chosen is None:
        raise Http404
    template, columns = chosen
    edition = get_object_or_404(Edition.objects.current(), key=request.GET.get("edition", ""))
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
    rows = rows_of(columns)
    try:
        found = submissions_for(
            request.user, edition, year, _uuid(request.GET.get("city", "")), columns=columns
        )
    except Refusal as refusal:
        page = exports_page(request.user, str(refusal))
        return render(request, "assessments/exports/list.html", {"page": page}, status=422)
    lines = table(columns, found, by_item=rows == "items")
    if template is not None and template.workbook:
        content = write_into(bytes(template.workbook), template.sheet, template.head_row, lines)
    else:
        content = write_plain(columns, lines)
    name = template.name if template else _("上报表")
    response = HttpResponse(content, content_type=TYPES[".xlsx"])
    file = f"{name} {edition.key} {year}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, file) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _uuid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError as error:
        raise Http404 from error


@behind_the_door
@require_http_methods(["GET", "POST"])
def export_template_new(request: HttpRequest) -> HttpResponse:
    check_can_keep_template(request.user)
    like = request.GET.get("like", "")
    return _form(request, None, built_in(like if like in SPECS else "items"))


@behind_the_door
@require_http_methods(["GET", "POST"])
def export_template(request: HttpRequest, template: UUID) -> HttpResponse:
    found = _found(request, template)
    check_can_keep_template(request.user, found.organisation)
    return _form(request, found, columns_of(found))


@behind_the_door
@require_POST
def export_template_remove(request: HttpRequest, template: UUID) -> HttpResponse:
    found = _found(request, template)
    remove_template(by=person_of(request), template=found)
    messages.success(request, _("已删除模板“%(name)s”。") % {"name": found.name})
    return HttpResponseRedirect(reverse("exports"))


def _found(request: HttpRequest, public_id: UUID) -> ExportTemplate:
    return get_object_or_404(usable_by(request.user).defer(None), public_id=public_id)


def _form(request: HttpRequest, found: ExportTemplate | None, columns: tuple[Column, ...]) -> HttpResponse:
    user, problem, name = person_of(request), "", ""
    rubrics: Any = current_rubrics()
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            own, workbook, file = _uploaded(request, rubrics)
            columns = own.columns if own else _typed(request.POST)
            made = keep_template(
                by=user,
                organisation=found.organisation if found else _owner(request),
                name=name,
                columns=columns,
                rubrics=rubrics,
                template=found,
                own=own,
                workbook=workbook,
                workbook_name=file,
            )
        except (Refusal, WorkbookRefused) as refusal:
            problem = str(refusal)
        else:
            blank = sum(not one["key"] for one in made.columns)
            messages.success(
                request,
                _("模板“%(name)s”已保存：%(n)s列，其中%(blank)s列本系统不认识，导出时留空。")
                % {"name": made.name, "n": len(made.columns), "blank": blank},
            )
            return HttpResponseRedirect(reverse("exports"))
    page = template_page(user, found, columns, name=name, problem=problem)
    return render(
        request, "assessments/exports/template.html", {"page": page}, status=422 if problem else 200
    )


def _owner(request: HttpRequest) -> Organisation:
    """The organisation chosen in the form; the only one where there is no choice."""
    own = organisations_with_templates(request.user)
    wanted = request.POST.get("owner", "")
    if not wanted:
        return own[0]
    for one in own:
        if str(one.public_id) == wanted:
            return one
    raise Refusal(_("请选择模板属于哪个单位。"))


def _uploaded(request: HttpRequest, rubrics: Any) -> tuple[OwnTemplate | None, bytes | None, str]:
    file = request.FILES.get("workbook")
    if file is None:
        return None, None, ""
    if (file.size or 0) > LARGEST:
        raise Refusal(
            _("模板文件超过%(most)s MB。请删去图片和示例数据后再上传。") % {"most": LARGEST // 2**20}
        )
    own = read_template(file, rubrics)
    file.seek(0)
    return own, file.read(), (file.name or "")[:120]


def _typed(given: Mapping[str, str]) -> tuple[Column, ...]:
    """Lines of the form with a number, in the order of their numbers; equal numbers in the order of the page."""
    placed = []
    for at in range(1, 201):
        key, text = given.get(f"key-{at}", ""), given.get(f"place-{at}", "").strip()
        if not key or not text:
            continue
        if not (text.isascii() and text.isdecimal() and len(text) < 4):
            raise Refusal(_("“%(text)s”不是顺序号。请填写1、2、3……，不要的列留空。") % {"text": text[:10]})
        heading = given.get(f"heading-{at}", "").replace("\x00", "").strip()[:LONGEST_HEADING]
        placed.append((int(text), at, Column(key, heading or key)))
    return tuple(column for _place, _at, column in sorted(placed, key=lambda one: one[:2]))
