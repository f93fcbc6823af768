"""A hospital's own workbook: upload, say which column is what, preview, write, take back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.actions.importing import ChangedSince
from assessments.actions.importing_older import Written, apply_older_workbook, undo_older_workbook
from assessments.models import Assessment, OldWorkbookImport
from assessments.permissions import check_can_import, check_can_see_work
from assessments.views.door import behind_the_door, find_assessment
from assessments.views.workbook import choices_of
from assessments.workbook.examining import Examination, examine
from assessments.workbook.kept import KEPT_FOR, expired, forget, keep, open_kept
from assessments.workbook.older.columns import LABELS, columns_of, squeeze
from assessments.workbook.older.page import ColumnMapping, choose_sheet, lay_out_mapping, older_page
from assessments.workbook.older.rows import Mapped, Taken, take_rows
from assessments.workbook.older.sheets import Sheet, open_any
from assessments.workbook.opening import LARGEST, MOST_COLUMNS, WorkbookRefused
from assessments.workbook.preview import lay_out_preview
from assessments.workbook.words import STATES
from hospitals.views.finding import person_of
from rubrics.queries import get_rubric

SALT = "assessments.older-workbook"
PAGE = "assessments/older_workbook.html"
SHOWN = 5


@behind_the_door
@require_http_methods(["GET", "POST"])
def older(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """The form and the imports so far; POST of a file: its columns and what they are taken for."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    if request.method != "POST":
        return render(request, PAGE, {"page": older_page(found, request.user)})
    check_can_import(request.user, found)
    file = request.FILES.get("workbook")
    try:
        if not isinstance(file, UploadedFile):
            raise WorkbookRefused(_("没有选择文件。请选择一个Excel工作簿（.xlsx）。"))
        if (file.size or 0) > LARGEST:
            raise WorkbookRefused(_("文件超过%(n)sMB。请删去插入的图片后再试。") % {"n": LARGEST // 2**20})
        kept = keep(file, person_of(request).pk)
        told = {"name": kept.name, "sha256": kept.sha256, "file": str(file.name)[:200]}
        return _ask(request, found, told)
    except WorkbookRefused as refused:
        return _refused(request, found, str(refused))


@behind_the_door
@require_POST
def older_map(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """What a person said about sheet, columns and words: the columns again, or the preview."""
    found = find_assessment(request, assessment)
    check_can_import(request.user, found)
    try:
        told = _told(request, found)
        if "columns" in told:  # from the preview: rows whose likely clause somebody confirmed
            told["accepted"] = [n for row in request.POST.getlist("accept") if (n := _number(row))]
            return _preview(request, found, told)
        asked = _number(request.POST.get("head", ""))
        if request.POST.get("look"):
            return _ask(request, found, told, request.POST.get("sheet", ""), asked)
        sheets = _sheets(told)
        sheet = choose_sheet(sheets, request.POST.get("sheet", ""))
        columns, problem = _columns(request)
        if problem:
            return _ask(request, found, told, sheet.title, asked, problem)
        headings = {one.number: squeeze(one.heading) for one in columns_of(sheet, asked)}
        told |= {
            "sheet": sheet.title,
            "head": asked,
            "columns": columns,
            "headings": {headings[n]: field for field, n in columns.items() if n in headings},
            "states": _states(request),
            "accepted": [],
        }
        return _preview(request, found, told)
    except WorkbookRefused as refused:
        return _refused(request, found, str(refused))


@behind_the_door
@require_POST
def older_apply(request: HttpRequest, assessment: UUID) -> HttpResponse:
    """Writes what the preview showed; when it is no longer so, shows it again and writes nothing."""
    found = find_assessment(request, assessment)
    check_can_import(request.user, found)
    try:
        told = _told(request, found)
        if "digest" not in told:
            raise WorkbookRefused(expired())
        taken = _taken(found, told)
        written = apply_older_workbook(
            by=person_of(request),
            assessment=found,
            taken=taken,
            seen=told["digest"],
            file=told["file"],
            sha256=told["sha256"],
            choices=choices_of(request),
            otherwise="mine" if request.POST.get("all") == "mine" else "theirs",
            columns=told["headings"],
            states=told["states"],
        )
    except WorkbookRefused as refused:
        return _refused(request, found, str(refused))
    except ChangedSince as changed:
        return _show(request, found, told, taken, changed.examination, stale=True)
    forget(told["name"])
    _say(request, written)
    return redirect("older-workbook", assessment=found.public_id)


@behind_the_door
@require_POST
def older_undo(request: HttpRequest, assessment: UUID, imported: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    held = OldWorkbookImport.objects.filter(assessment=found, public_id=imported).first()
    if held is None:
        raise Http404
    undone = undo_older_workbook(by=person_of(request), imported=held)
    said = ngettext("已撤销，恢复了%(n)s处。", "已撤销，恢复了%(n)s处。", undone.restored)
    messages.success(request, said % {"n": undone.restored})
    if undone.left:
        names = "、".join(undone.left[:SHOWN])
        messages.warning(
            request,
            _("%(n)s处没有恢复，因为之后又有人改过，或原来的科室、人员已不在：%(names)s")
            % {"n": len(undone.left), "names": names},
        )
    return redirect("older-workbook", assessment=found.public_id)


def _ask(
    request: HttpRequest,
    assessment: Assessment,
    told: dict[str, Any],
    title: str = "",
    head: int = 0,
    problem: str = "",
) -> HttpResponse:
    sheets = _sheets(told)
    mapping: ColumnMapping = lay_out_mapping(
        assessment,
        sheets,
        choose_sheet(sheets, title),
        token=_token(request, assessment, told),
        file=told["file"],
        head=head,
        problem=problem,
    )
    page = older_page(assessment, request.user, mapping=mapping)
    return render(request, PAGE, {"page": page}, status=422 if problem else 200)


def _preview(request: HttpRequest, assessment: Assessment, told: dict[str, Any]) -> HttpResponse:
    taken = _taken(assessment, told)
    examination = examine(assessment, person_of(request), taken.filled, other=True)
    return _show(request, assessment, told, taken, examination)


def _show(
    request: HttpRequest,
    assessment: Assessment,
    told: dict[str, Any],
    taken: Taken,
    examination: Examination,
    *,
    stale: bool = False,
) -> HttpResponse:
    token = _token(request, assessment, {**told, "digest": examination.digest})
    preview = lay_out_preview(
        examination, taken.filled, file=told["file"], token=token, other=False, stale=stale
    )
    page = older_page(assessment, request.user, preview=preview, taken=taken)
    return render(request, PAGE, {"page": page}, status=409 if stale else 200)


def _refused(request: HttpRequest, assessment: Assessment, refusal: str) -> HttpResponse:
    return render(request, PAGE, {"page": older_page(assessment, request.user, refusal=refusal)}, status=422)


def _sheets(told: dict[str, Any]) -> tuple[Sheet, ...]:
    with open_kept(told["name"]) as file:
        return open_any(file)  # type: ignore[arg-type]


def _taken(assessment: Assessment, told: dict[str, Any]) -> Taken:
    sheet = choose_sheet(_sheets(told), told["sheet"])
    notes = dict(assessment.item_answers.exclude(note="").values_list("item_code", "note"))
    mapped = Mapped(sheet.title, told["head"], told["columns"], told["states"])
    return take_rows(sheet, mapped, get_rubric(assessment.edition), notes=notes, accepted=told["accepted"])


def _columns(request: HttpRequest) -> tuple[dict[str, int], str]:
    """Field -> column as chosen, or why the choice cannot be used."""
    columns: dict[str, int] = {}
    for key, field in request.POST.items():
        number = _number(key.removeprefix("column:"))
        if not key.startswith("column:") or not 0 < number <= MOST_COLUMNS or not field:
            continue
        if field not in LABELS:
            continue
        if field in columns:
            return {}, _("有两列都选了“%(field)s”，请只选一列。") % {"field": LABELS[field]}
        columns[str(field)] = number
    if not {"code", "item", "text"} & set(columns):
        return {}, _("请至少指出哪一列是条款编号、项目或条款内容。")
    if len(set(columns) - {"code", "item", "level", "clause", "text"}) == 0:
        return {}, _("请至少指出一列要导入的内容，例如现场状态。")
    return columns, ""


def _number(text: str) -> int:
    """0 for what is no number, or none that fits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _states(request: HttpRequest) -> dict[str, str]:
    words = zip(request.POST.getlist("word"), request.POST.getlist("state"), strict=False)
    return {squeeze(word): state for word, state in words if state in STATES}


def _token(request: HttpRequest, assessment: Assessment, told: dict[str, Any]) -> str:
    whole = {**told, "person": request.user.pk, "assessment": str(assessment.public_id)}
    return signing.dumps(whole, salt=SALT, compress=True)


def _told(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What the token says. Raises WorkbookRefused when it is old, altered, or somebody else's."""
    try:
        told: dict[str, Any] = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature as bad:
        raise WorkbookRefused(expired()) from bad
    if (told["person"], told["assessment"]) != (request.user.pk, str(assessment.public_id)):
        raise WorkbookRefused(expired())
    return told


def _say(request: HttpRequest, written: Written) -> None:
    count = written.applied.written
    said = ngettext("已从工作簿写入%(n)s处。", "已从工作簿写入%(n)s处。", count) % {"n": count}
    messages.success(request, said)
    if written.assigned:
        told = ngettext("%(n)s个项目按工作簿分配。", "%(n)s个项目按工作簿分配。", written.assigned)
        messages.success(request, told % {"n": written.assigned})
    for item, typed, why in written.unmatched[:SHOWN]:
        messages.warning(request, " ".join(part for part in (item, typed, why) if part))
    more = len(written.unmatched) - SHOWN
    if more > 0:
        messages.warning(request, _("另有%(n)s处部门、人员或期限没有对应上。") % {"n": more})
