"""Who answers what."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from assessments.actions.assigning import KEEP, Keep, assign_items, mark_done, undo_done
from assessments.models import Assessment
from assessments.permissions import check_can_assign, check_can_see_work
from assessments.queries.assigning import assignment_page
from assessments.views.door import back_to, behind_the_door, find_assessment
from hospitals.models import Department
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

UNCHANGED, CLEARED = "keep", ""


@behind_the_door
@require_http_methods(["GET", "POST"])
def assignments(request: HttpRequest, assessment: UUID) -> HttpResponse:
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    status = 200
    if request.method == "POST":
        check_can_assign(request.user, found)
        try:
            changed = _assign(request, found)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            status = 422
        else:
            messages.success(
                request, ngettext("已分配%(n)s个项目。", "已分配%(n)s个项目。", changed) % {"n": changed}
            )
            return HttpResponseRedirect(request.get_full_path())
    page = assignment_page(
        found, request.user, show=request.GET.get("show", ""), who=request.GET.get("who", "")
    )
    return render(request, "assessments/assignments.html", {"page": page}, status=status)


def _assign(request: HttpRequest, assessment: Assessment) -> int:
    items = request.POST.getlist("items")
    if role := request.POST.get("role"):
        items = [*items, *(item.code for item in get_rubric(assessment.edition).items_of(role))]
    return assign_items(
        by=request.user,  # type: ignore[arg-type]
        assessment=assessment,
        items=items,
        department=_department(request, assessment),
        person=_person(request),
        due_on=_due(request),
    )


def _department(request: HttpRequest, assessment: Assessment) -> Department | Keep | None:
    chosen = request.POST.get("department", UNCHANGED)
    if chosen in (UNCHANGED, CLEARED):
        return KEEP if chosen == UNCHANGED else None
    found = assessment.hospital.departments.filter(public_id=_uuid(chosen)).first()
    if found is None:
        raise Refusal(_("所选科室不存在，可能刚被停用。请重新选择。"))
    return found


def _person(request: HttpRequest) -> User | Keep | None:
    chosen = request.POST.get("person", UNCHANGED)
    if chosen in (UNCHANGED, CLEARED):
        return KEEP if chosen == UNCHANGED else None
    found = User.objects.filter(public_id=_uuid(chosen)).first()
    if found is None:
        raise Refusal(_("所选人员不存在。请重新选择。"))
    return found


def _uuid(text: str) -> UUID:
    """The id in the text; one that nobody has where there is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _due(request: HttpRequest) -> date | Keep | None:
    if request.POST.get("clear_due"):
        return None
    typed = request.POST.get("due_on", "").strip()
    if not typed:
        return KEEP
    try:
        return date.fromisoformat(typed)
    except ValueError as wrong:
        raise Refusal(
            _("“%(typed)s”不是日期。请按 2026-10-31 的形式填写。") % {"typed": typed[:20]}
        ) from wrong


@behind_the_door
@require_POST
def done(request: HttpRequest, assessment: UUID, item: str) -> HttpResponse:
    """Mark an item as ready for the quality office, or (``done=no``) open it again."""
    found = find_assessment(request, assessment)
    check_can_see_work(request.user, found)
    act = undo_done if request.POST.get("done") == "no" else mark_done
    act(by=request.user, assessment=found, item=item)  # type: ignore[arg-type]
    words = (
        _("项目%(item)s已取消完成标记。")
        if act is undo_done
        else _("项目%(item)s已标记完成，质控办可以核对。")
    )
    messages.success(request, words % {"item": item})
    return back_to(request, reverse("item", args=[found.public_id, item]))
