"""One case on the phone: how to find it, what to look at, what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessments.ledger_permissions import check_can_manage
from assessments.models import RehearsalCase
from assessments.permissions import allowed, reason
from assessments.queries.frame import AssessmentFrame, done_items, frame_of, said
from assessments.queries.rehearsals.entries import EntryLink, entries_of_cases
from assessments.queries.rehearsals.points import NOT_PASSED
from assessments.queries.results import card_of
from assessments.rehearsal_permissions import check_can_mark, check_can_remove_case
from engine.evidence.sampling import key_fields
from engine.rubric.values import Item
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric


@dataclass(frozen=True, slots=True)
class PhotoLine:
    public_id: str
    name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClauseChoice:
    level: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """``key_name``: what the key is, "检验申请号 / 检验项目代码"; ``looked_at``: the clauses it is about."""

    frame: AssessmentFrame
    rehearsal: int
    rehearsal_title: str
    case: int
    item: str
    item_name: str
    position: int
    of: int
    record_name: str
    key_name: str
    key: str
    file: str
    row: int | None
    happened_at: datetime | None
    department: str
    typed_by: str
    level: int
    looked_at: tuple[ClauseChoice, ...]
    outcome: str
    outcome_name: str
    clause: str
    note: str
    marked_by: str
    marked_at: datetime | None
    seen: str  # the moment of the mark as this page shows it
    photos: tuple[PhotoLine, ...]
    previous: int | None
    following: int | None
    entry: EntryLink | None  # of the ledger
    may_enter: bool  # did not pass, and stands in no ledger yet
    why_not_mark: str
    can_remove: bool
    problem: str


def case_page(
    case: RehearsalCase, user: Person, *, problem: str = "", note: str = "", clause: str = ""
) -> CasePage:
    """At most ten queries: frame (2), assignment, photos, ledger entry, the cases of the rehearsal, flags in
    force, and what the claimed card needs besides the frame (2 live, 1 frozen); ``case`` with everything above it loaded.

    Looked at are the clauses of the level the hospital claims for the item, the target at most. ``problem`` and what was typed come back when a mark was refused.
    """
    rehearsal = case.rehearsal
    assessment = rehearsal.assessment
    rubric = get_rubric(assessment.edition)
    item = rubric.by_code.get(case.item_code)
    record = get_catalogue().records.get(case.record)
    order = [
        (code, position, pk)
        for pk, code, position in rehearsal.cases.order_by().values_list("pk", "item_code", "position")
    ]
    order.sort(key=lambda one: (rehearsal.items.index(one[0]) if one[0] in rehearsal.items else 99, one[1]))
    at = next(place for place, one in enumerate(order) if one[2] == case.pk)
    assignment = assessment.assignments.filter(item_code=case.item_code).first()
    rows = {row.item_code: row for row in assessment.item_answers.all()}
    card = card_of(assessment, rubric=rubric, rows=rows.values())
    claimed = card.items[case.item_code].function_level if item else 0
    entry = entries_of_cases(assessment, case.pk).get(case.pk)
    clauses = _clauses(item, min(assessment.target_level, claimed or assessment.target_level))
    return CasePage(
        frame=frame_of(assessment, user, rubric, rows, done_items(assessment)),
        rehearsal=rehearsal.number,
        rehearsal_title=rehearsal.label,
        case=case.pk,
        item=case.item_code,
        item_name=said(item.name) if item else "",
        position=case.position,
        of=sum(code == case.item_code for code, _position, _pk in order),
        record_name=said(record.label) if record else "",
        key_name=" / ".join(said(record.fields[name].label) for name in key_fields(record)) if record else "",
        key=case.key,
        file=case.file,
        row=case.row,
        happened_at=case.happened_at,
        department=case.department,
        typed_by=case.added_by.name if case.added_by else "",
        level=clauses[0].level if clauses else 0,
        looked_at=clauses,
        outcome=case.outcome,
        outcome_name=case.get_outcome_display() if case.outcome else "",
        clause=clause or case.clause_code,
        note=note or case.note,
        marked_by=case.marked_by.name if case.marked_by else "",
        marked_at=case.marked_at,
        seen=case.marked_at.isoformat() if case.marked_at else "",
        photos=tuple(
            PhotoLine(str(photo.public_id), photo.original_name, photo.uploaded_by.name, photo.uploaded_at)
            for photo in case.photos.filter(removed_at__isnull=True).select_related("uploaded_by")
        ),
        previous=order[at - 1][2] if at else None,
        following=order[at + 1][2] if at + 1 < len(order) else None,
        entry=entry,
        may_enter=entry is None
        and case.outcome in NOT_PASSED
        and case.settled_at is None
        and allowed(check_can_manage, user, assessment),
        why_not_mark=reason(check_can_mark, user, rehearsal, case.item_code, assignment=assignment),
        can_remove=allowed(check_can_remove_case, user, case),
        problem=problem,
    )


def _clauses(item: Item | None, top: int) -> tuple[ClauseChoice, ...]:
    """Clauses of this level, or of the highest one below it that asks something."""
    if item is None:
        return ()
    asked = [entry for entry in item.asked_levels if entry.level <= top]
    if not asked:
        return ()
    entry = max(asked, key=lambda one: one.level)
    return tuple(
        ClauseChoice(entry.level, f"{item.code}.{entry.level}-{clause.n}", said(clause.text))
        for clause in entry.clauses
    )
