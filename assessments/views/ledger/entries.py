"""One entry: reading it, changing what it says, and its steps up to the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from assessments.actions.ledger import (
    EntryChanged,
    EntryMoved,
    add_measure,
    begin_entry,
    change_entry,
    close_entry,
    hand_back_entry,
    hand_in_entry,
    reopen_entry,
    withdraw_entry,
)
from assessments.ledger_permissions import check_can_manage
from assessments.models import LedgerEntry
from assessments.queries.ledger.entry import ClashLine, EntryForm, entry_page, form_of
from assessments.views.door import behind_the_door
from assessments.views.ledger.finding import chosen_day, chosen_department, chosen_person, find_entry
from hospitals.models import Department
from hospitals.refusals import Refusal
from hospitals.views.finding import person_of

FORM = ("wrong", "item", "clause", "department", "person", "due_on")


@behind_the_door
@require_http_methods(["GET", "POST"])
def ledger_entry(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    """POST changes what it says. 409: two people changed the same, both values are shown and nothing is lost."""
    entry = find_entry(request, assessment, number)
    if request.method == "GET":
        page = entry_page(entry, request.user)
        return render(request, "assessments/ledger/entry.html", {"page": page})
    check_can_manage(request.user, entry.assessment)
    typed = {name: request.POST.get(name, "") for name in FORM}
    seen = {name: request.POST.get(f"seen_{name}", "") for name in FORM}
    try:
        change_entry(
            by=person_of(request), entry=entry, seen=_values(entry, seen), wanted=_values(entry, typed)
        )
    except Refusal as refusal:
        now = find_entry(request, assessment, number)
        clashes: tuple[ClashLine, ...] = ()
        if isinstance(refusal, EntryChanged):
            seen = dict(form_of(now).seen)  # what is saved next was written knowing this
            clashes = tuple(
                ClashLine(_label(one.field), _in_words(one.theirs), _in_words(one.yours))
                for one in refusal.clashes
            )
        form = EntryForm(**typed, seen=seen)
        page = entry_page(now, request.user, problem=str(refusal), clashes=clashes, form=form)
        return render(
            request, "assessments/ledger/entry.html", {"page": page}, status=409 if clashes else 422
        )
    messages.success(request, _("已保存。"))
    return redirect("ledger-entry", assessment=assessment, number=number)


@behind_the_door
@require_POST
def ledger_step(request: HttpRequest, assessment: UUID, number: int) -> HttpResponse:
    """``step``: measure | begin | hand_in | hand_back | close | withdraw | reopen. A refusal keeps what was typed."""
    entry = find_entry(request, assessment, number)
    name = request.POST.get("step", "")
    try:
        _take_step(request, entry, name)
    except Refusal as refusal:
        page = entry_page(
            find_entry(request, assessment, number),
            request.user,
            problem=str(refusal),
            kept={"step": name, "text": request.POST.get("text", ""), "why": request.POST.get("why", "")},
        )
        status = 409 if isinstance(refusal, EntryMoved) else 422
        return render(request, "assessments/ledger/entry.html", {"page": page}, status=status)
    return redirect("ledger-entry", assessment=assessment, number=number)


def _take_step(request: HttpRequest, entry: LedgerEntry, name: str) -> None:
    by, why, seen = person_of(request), request.POST.get("why", ""), request.POST.get("seen", "")
    if name == "measure":
        add_measure(
            by=by,
            entry=entry,
            text=request.POST.get("text", ""),
            day=chosen_day(request.POST.get("day", "")),
        )
        messages.success(request, _("已记下这条措施。"))
    elif name == "begin":
        begin_entry(by=by, entry=entry, seen=seen)
        messages.success(request, _("已开始整改。"))
    elif name == "close":
        close_entry(by=by, entry=entry, proof=request.POST.get("proof", ""), why=why, seen=seen)
        messages.success(request, _("已销号。"))
    elif name in _WITH_REASON:
        action, said = _WITH_REASON[name]
        action(by=by, entry=entry, why=why, seen=seen)
        messages.success(request, said())
    else:
        raise Refusal(_("没有这种操作。页面可能已过期，请刷新后再试。"))


_WITH_REASON: Mapping[str, tuple[Callable[..., object], Callable[[], str]]] = {
    "hand_in": (hand_in_entry, lambda: _("已提交销号，等质控负责人确认。")),
    "hand_back": (hand_back_entry, lambda: _("已退回继续整改。")),
    "withdraw": (withdraw_entry, lambda: _("已撤销。")),
    "reopen": (reopen_entry, lambda: _("已重新打开。")),
}


def _values(entry: LedgerEntry, typed: Mapping[str, str]) -> dict[str, Any]:
    """Text of a form as values of the entry's fields."""
    clause = typed["clause"].strip()
    return {
        "wrong": typed["wrong"],
        "item_code": clause[:5] or typed["item"],
        "clause_code": clause,
        "department": chosen_department(entry.assessment, typed["department"]),
        "person": chosen_person(typed["person"]),
        "due_on": chosen_day(typed["due_on"]),
    }


def _label(field: str) -> str:
    return {
        "wrong": _("存在问题"),
        "item_code": _("项目"),
        "clause_code": _("条款"),
        "department": _("责任科室"),
        "person": _("责任人"),
        "due_on": _("完成期限"),
    }[field]


def _in_words(value: object) -> str:
    if isinstance(value, Department):
        return value.label
    if isinstance(value, User):
        return value.get_full_name()
    return str(value) if value else _("（空）")
