"""A hospital's own workbook written into an assessment at once, and taken back until submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.answers import draft_changes
from assessments.actions.assigning import assign_items
from assessments.actions.basis import BasisDraft, draft_basis
from assessments.actions.importing import Applied, apply_workbook
from assessments.actions.merging import Change
from assessments.actions.overall import OverallDraft, draft_overall
from assessments.models import Assessment, Assignment, ItemAnswer, OldWorkbookImport, OldWorkbookWords
from assessments.permissions import allowed, check_can_assign, check_can_import
from assessments.trail import record_work
from assessments.workbook.content import BASES, OVERALL, split
from assessments.workbook.differences import Side
from assessments.workbook.older.rows import Taken, day_of
from assessments.workbook.stored import Stored, read_stored, writable_by
from hospitals.models import Department, Membership, Organisation
from hospitals.refusals import Refusal

MOST_KEPT_WORDS = 300


@dataclass(frozen=True, slots=True)
class Written:
    """``assigned``: items whose department, person or day changed. ``unmatched``: (item, what was written,
    why it was not taken)."""

    imported: OldWorkbookImport
    applied: Applied
    assigned: int
    unmatched: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """``left``: fields and items that somebody has changed since, and items whose department or person is there no
    more, as they are named in the page."""

    restored: int
    left: tuple[str, ...]


@transaction.atomic
def apply_older_workbook(
    *,
    by: User,
    assessment: Assessment,
    taken: Taken,
    seen: str | None,
    file: str,
    sha256: str = "",
    choices: Mapping[str, Side] | None = None,
    otherwise: Side = "theirs",
    columns: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
) -> Written:
    """Write what the preview showed, assign what names match, and keep what was replaced.

    ``columns``, ``states``: the words of the workbook and what they were taken for, proposed again next
    time. Raises Refusal, and ChangedSince when the differences are no longer those of the preview;
    then nothing is written.
    """
    before = read_stored(assessment).values
    applied = apply_workbook(
        by=by,
        assessment=assessment,
        filled=taken.filled,
        seen=seen,
        file=file,
        sha256=sha256,
        other=True,
        choices=choices,
        otherwise=otherwise,
    )
    after = read_stored(assessment).values
    changed = [
        {"item": split(name)[0], "path": split(name)[1], "before": before.get(name), "after": after.get(name)}
        for name in taken.filled.values
        if before.get(name) != after.get(name)
    ]
    assigned, unmatched = _assign(by, assessment, taken.assigned)
    imported = OldWorkbookImport.objects.create(
        assessment=assessment, file=file[:200], sha256=sha256, by=by, changed=changed, assigned=assigned
    )
    _keep_words(assessment.hospital, by, columns or {}, states or {})
    record_work(
        verb="workbook.old-imported",
        by=by,
        assessment=assessment,
        facts={
            "file": file[:200],
            "sha256": sha256,
            "count": len(changed),
            "items": sorted({str(one["item"]) for one in (*changed, *assigned)}),
        },
    )
    return Written(imported, applied, len(assigned), tuple(unmatched))


def check_can_undo_older(user: User, imported: OldWorkbookImport) -> None:
    """Whoever imported it, or who answers every item and may import; while the assessment is open."""
    check_can_import(user, imported.assessment)
    if imported.undone_at is not None:
        raise Refusal(_("这次导入已经撤销。"))
    if imported.by_id != user.pk and not allowed(check_can_assign, user, imported.assessment):
        raise Refusal(_("这次导入由导入人或本院质控负责人撤销。"))


@transaction.atomic
def undo_older_workbook(*, by: User, imported: OldWorkbookImport) -> Undone:
    """Put back what the import replaced, field by field; what somebody has changed since is left and named.

    Raises Refusal with one sentence.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=imported.assessment_id)
    )
    held = OldWorkbookImport.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    held.assessment = locked
    check_can_undo_older(by, held)
    left = _restore_fields(by, locked, held)
    left += _restore_assignments(by, locked, held)
    held.undone_by, held.undone_at, held.left = by, timezone.now(), left
    held.save(update_fields=["undone_by", "undone_at", "left"])
    restored = len(held.changed) + len(held.assigned) - len(left)
    record_work(
        verb="workbook.old-undone",
        by=by,
        assessment=locked,
        facts={"file": held.file, "sha256": held.sha256, "count": restored, "left": len(left)},
    )
    return Undone(restored, tuple(left))


def _restore_fields(by: User, assessment: Assessment, held: OldWorkbookImport) -> list[str]:
    stored = read_stored(assessment)
    may = writable_by(by, assessment, stored)
    by_item: dict[str, list[Mapping[str, Any]]] = {}
    for one in held.changed:
        by_item.setdefault(one["item"], []).append(one)
    left: list[str] = []
    bases = stored.bases
    for item, ones in sorted(by_item.items(), key=lambda pair: pair[0] != BASES):  # items divide by the bases
        if not may(item):
            left += [f"{item}/{one['path']}" for one in ones]
            continue
        changes = [Change(one["path"], _value(one, "after"), _value(one, "before")) for one in ones]
        if item in (BASES, OVERALL):
            named = [replace(one, path=f"{item}.{one.path}") for one in changes]
            whole = _draft_whole(stored, assessment, item, named)
            if whole.facts:
                whole.save(by)
                verb = "basis.changed" if item == BASES else "overall.answered"
                record_work(verb=verb, by=by, assessment=assessment, facts={"changes": whole.facts})
            if isinstance(whole, BasisDraft):
                bases = {key: row.value for key, row in whole.rows.items() if row.value is not None}
            left += [f"{item}/{one.path.partition('.')[2]}" for one in whole.conflicts]
            left += [f"{item}/{path.partition('.')[2]}" for path, _sentence in whole.problems]
            continue
        row = stored.rows.get(item) or ItemAnswer(assessment=assessment, item_code=item)
        draft = draft_changes(stored.rubric, assessment, row, bases, changes)
        if facts := draft.facts:
            draft.save(by)
            record_work(
                verb="item.answered", by=by, assessment=assessment, item=item, facts={"changes": facts}
            )
        left += [f"{item}/{one.path}" for one in draft.conflicts]
        left += [f"{item}/{path}" for path, _sentence in draft.problems]
    return left


def _draft_whole(
    stored: Stored, assessment: Assessment, place: str, changes: list[Change]
) -> BasisDraft | OverallDraft:
    """Changes of the statistical basis or of the overall requirements, which belong to no item."""
    if place == BASES:
        return draft_basis(stored.rubric, assessment, stored.figures, changes)
    return draft_overall(assessment, stored.overall, changes)


def _value(one: Mapping[str, Any], side: str) -> Any:
    value = one[side]
    if value is None:
        states = str(one["path"]).startswith("clauses.") or one["item"] == OVERALL
        return "not_answered" if states else ""
    return value


def _restore_assignments(by: User, assessment: Assessment, held: OldWorkbookImport) -> list[str]:
    rows = {row.item_code: row for row in assessment.assignments.all()}
    left = []
    for one in held.assigned:
        item = one["item"]
        if _as_kept(rows.get(item)) != one["after"] or not allowed(check_can_assign, by, assessment):
            left.append(item)
            continue
        before = one["before"]
        try:
            assign_items(
                by=by,
                assessment=assessment,
                items=[item],
                department=Department.objects.filter(pk=before["department"]).first(),
                person=User.objects.filter(pk=before["person"]).first(),
                due_on=date.fromisoformat(before["due"]) if before["due"] else None,
            )
        except Refusal:  # whose it was has left, or the department was closed
            left.append(item)
    return left


def _assign(
    by: User, assessment: Assessment, wanted: Mapping[str, Mapping[str, str]]
) -> tuple[list[dict[str, Any]], list[tuple[str, str, str]]]:
    """Departments and people by their exact names, days as written; what matches nobody is listed."""
    if not wanted:
        return [], []
    if not allowed(check_can_assign, by, assessment):
        return [], [("", "", _("责任部门、责任人和期限由本院质控负责人分配，没有写入。"))]
    departments = {
        row.name: row
        for row in Department.objects.filter(organisation=assessment.hospital, closed_at__isnull=True)
    }
    people: dict[str, list[User]] = {}
    members = Membership.objects.in_force().filter(organisation=assessment.hospital).select_related("user")
    for user in {membership.user for membership in members}:
        people.setdefault(user.get_full_name(), []).append(user)
    rows = {row.item_code: row for row in assessment.assignments.all()}
    assigned: list[dict[str, Any]] = []
    unmatched: list[tuple[str, str, str]] = []
    for item, said in sorted(wanted.items()):
        fields: dict[str, Any] = {}
        if name := said.get("department"):
            if name in departments:
                fields["department"] = departments[name]
            else:
                unmatched.append((item, name, _("本院没有这个名称的科室。")))
        if name := said.get("person"):
            if len(people.get(name, [])) == 1:
                fields["person"] = people[name][0]
            else:
                unmatched.append((item, name, _("本院成员里没有这个姓名，或有多人同名。")))
        if text := said.get("due"):
            if (day := day_of(text)) is not None:
                fields["due_on"] = day
            else:
                unmatched.append((item, text, _("没有认出这个日期，请写成2026-11-30的形式。")))
        before = _as_kept(rows.get(item))
        try:
            with transaction.atomic():
                changed = assign_items(by=by, assessment=assessment, items=[item], **fields) if fields else 0
        except Refusal as refusal:
            unmatched.append((item, "、".join(said.values()), str(refusal)))
            continue
        if changed:
            now = assessment.assignments.filter(item_code=item).first()
            assigned.append({"item": item, "before": before, "after": _as_kept(now)})
    return assigned, unmatched


def _as_kept(row: Assignment | None) -> dict[str, Any]:
    return {
        "department": row.department_id if row else None,
        "person": row.person_id if row else None,
        "due": row.due_on.isoformat() if row and row.due_on else "",
    }


def _keep_words(
    hospital: Organisation, by: User, columns: Mapping[str, str], states: Mapping[str, str]
) -> None:
    if not columns and not states:
        return
    kept, _new = OldWorkbookWords.objects.get_or_create(hospital=hospital, defaults={"kept_by": by})
    kept.columns = dict(list({**kept.columns, **columns}.items())[-MOST_KEPT_WORDS:])
    kept.values = dict(list({**kept.values, **states}.items())[-MOST_KEPT_WORDS:])
    kept.kept_by, kept.kept_at = by, timezone.now()
    kept.save()
