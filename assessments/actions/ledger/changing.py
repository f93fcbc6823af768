"""Changing what an entry says and whose it is, one by one and many at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.ledger.entering import level_of, tell_assigned
from assessments.actions.ledger.held import held_entry, record_entry, refuse_outsiders, save_change, typed
from assessments.ledger_permissions import check_can_manage, check_can_work
from assessments.models import Assessment, LedgerEntry
from assessments.places import refuse_unknown_place
from assessments.trail import record_work
from hospitals.models import Department
from hospitals.refusals import Refusal

#: what a form may change, as attributes of the entry
FIELDS = ("wrong", "item_code", "clause_code", "department", "person", "due_on")
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: what stands there now, and what was typed. Nothing was written."""

    field: str
    theirs: Any
    yours: Any


class EntryChanged(Refusal):
    """Somebody else changed the same fields after the page was opened."""

    def __init__(self, sentence: str, clashes: tuple[Clash, ...]) -> None:
        super().__init__(sentence)
        self.clashes = clashes


@transaction.atomic
def change_entry(
    *, by: User, entry: LedgerEntry, seen: Mapping[str, Any], wanted: Mapping[str, Any]
) -> LedgerEntry:
    """Write the fields of ``wanted`` that differ from ``seen``, what the page showed when it was opened.

    Fields that only somebody else changed stay as they are now. A field both changed differently raises EntryChanged
    with both values, and nothing is written. Raises Refusal for no words, unknown places, people from outside.
    """
    held = held_entry(entry)
    check_can_manage(by, held.assessment)
    check_can_work(by, held)
    asked = {name: _cleaned(name, wanted[name]) for name in FIELDS if name in wanted}
    mine = {name: value for name, value in asked.items() if value != _cleaned(name, seen.get(name))}
    clashes = tuple(
        Clash(name, getattr(held, name), value)
        for name, value in mine.items()
        if getattr(held, name) != _cleaned(name, seen.get(name)) and getattr(held, name) != value
    )
    if clashes:
        who = held.changed_by.get_full_name() if held.changed_by else ""
        raise EntryChanged(
            _("%(name)s刚刚改过同样的内容。没有写入，您填的还在；请对照后再保存。") % {"name": who}, clashes
        )
    changed = [name for name, value in mine.items() if getattr(held, name) != value]
    if not changed:
        return held
    before_person = held.person_id
    for name in changed:
        setattr(held, name, mine[name])
    if not held.wrong:
        raise Refusal(_("请写明存在的问题。"))
    if {"item_code", "clause_code"} & set(changed):
        refuse_unknown_place(held.assessment, held.item_code, held.clause_code)
        held.level = level_of(held.clause_code) if held.clause_code else None
        changed.append("level")
    refuse_outsiders(
        held.assessment,
        held.department if "department" in changed else None,
        held.person if "person" in changed else None,
    )
    save_change(held, by, changed)
    record_entry(held, by, "ledger.changed", {"fields": changed, **_whose(held, changed)})
    if held.person_id != before_person:
        tell_assigned(held.assessment, by, [held])
    return held


@transaction.atomic
def assign_entries(
    *,
    by: User,
    assessment: Assessment,
    numbers: Collection[int],
    department: Department | None = None,
    person: User | None = None,
    due_on: date | None = None,
) -> int:
    """Give many open entries a department, a person, a due date: what is None stays as it is. One event for all.

    Returns how many changed. Raises Refusal when nothing is ticked or nothing is to be set.
    """
    check_can_manage(by, assessment)
    if not numbers:
        raise Refusal(_("请先勾选事项。"))
    if department is None and person is None and due_on is None:
        raise Refusal(_("请选择要设置的科室、责任人或期限。"))
    refuse_outsiders(assessment, department, person)
    wanted = {
        name: value
        for name, value in (("department", department), ("person", person), ("due_on", due_on))
        if value is not None
    }
    held = list(
        LedgerEntry.objects.select_for_update(of=("self",))
        .select_related("department", "person")
        .undone()
        .filter(assessment=assessment, number__in=list(numbers)[:MOST_AT_ONCE])
    )
    changed, given = [], []
    now = timezone.now()
    for entry in held:
        if all(getattr(entry, name) == value for name, value in wanted.items()):
            continue
        if person is not None and entry.person_id != person.pk:
            given.append(entry)
        for name, value in wanted.items():
            setattr(entry, name, value)
        entry.version += 1
        entry.changed_by, entry.changed_at = by, now
        changed.append(entry)
    if not changed:
        return 0
    LedgerEntry.objects.bulk_update(changed, [*wanted, "version", "changed_by", "changed_at"], batch_size=200)
    record_work(
        verb="ledger.assigned",
        by=by,
        assessment=assessment,
        facts={
            "entries": [entry.number for entry in changed],
            "count": len(changed),
            **_whose(changed[0], list(wanted)),
        },
    )
    tell_assigned(assessment, by, given)
    return len(changed)


def _cleaned(name: str, value: Any) -> Any:
    return typed(value or "") if name in ("wrong", "item_code", "clause_code") else value


def _whose(entry: LedgerEntry, changed: Collection[str]) -> dict[str, object]:
    facts: dict[str, object] = {}
    if "department" in changed:
        facts["department"] = entry.department.name if entry.department else ""
    if "person" in changed:
        facts["person"] = entry.person.get_full_name() if entry.person else ""
    if "due_on" in changed:
        facts["due_on"] = entry.due_on.isoformat() if entry.due_on else ""
    return facts
