"""One rehearsal: the sample, how it came out per item and overall, and how to draw it again."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from assessments.models import Rehearsal, RehearsalCase
from assessments.permissions import reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.rehearsals.entries import EntryLink, closable_by
from assessments.queries.rehearsals.tallies import Tally, tally
from assessments.rehearsal_permissions import check_can_add_case, check_can_close
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric


@dataclass(frozen=True, slots=True)
class CaseLine:
    id: int
    position: int
    record_name: str
    key: str
    happened_at: datetime | None
    department: str
    typed: bool
    outcome: str
    outcome_name: str
    note: str
    photos: int


@dataclass(frozen=True, slots=True)
class DrawnFrom:
    record: str
    name: str
    of: int
    drawn: int


@dataclass(frozen=True, slots=True)
class ItemSample:
    code: str
    name: str
    department: str
    person: str
    tally: Tally
    cases: tuple[CaseLine, ...]
    drawn_from: tuple[DrawnFrom, ...]
    next_case: int | None  # the first nobody looked at


@dataclass(frozen=True, slots=True)
class RehearsalPage:
    """``why_not_…``: the sentence that a person without the right reads instead of the control."""

    frame: AssessmentFrame
    number: int
    title: str
    held_on: date
    state: str
    state_name: str
    seed: str
    per_item: int
    run: int | None
    run_digest: str
    problem: str
    by: str
    at: datetime
    closed_by: str
    closed_at: datetime | None
    tally: Tally
    items: tuple[ItemSample, ...]
    open_points: int
    next_case: int | None
    closable: tuple[EntryLink, ...]  # open entries of the ledger that this rehearsal is a proof for
    why_not_close: str
    why_not_add: str

    @property
    def drawing(self) -> bool:
        return self.state == Rehearsal.State.DRAWING


def rehearsal_page(rehearsal: Rehearsal, user: Person) -> RehearsalPage:
    """Four queries, five once it has ended: frame (2), assignments, cases, ledger entries; ``rehearsal`` with assessment, hospital, edition, run and people loaded."""
    assessment = rehearsal.assessment
    rubric, catalogue = get_rubric(assessment.edition), get_catalogue()
    by_item: dict[str, list[RehearsalCase]] = defaultdict(list)
    for case in rehearsal.cases.annotate(
        photo_count=Count("photos", filter=Q(photos__removed_at__isnull=True))
    ):
        by_item[case.item_code].append(case)
    drawn: dict[str, list[DrawnFrom]] = defaultdict(list)
    for one in rehearsal.drawn_from:
        record = catalogue.records.get(one["record"])
        name = said(record.label) if record else one["record"]
        drawn[one["item"]].append(DrawnFrom(one["record"], name, one["rows"], one["drawn"]))
    assignments = {
        row.item_code: row for row in assessment.assignments.select_related("department", "person")
    }
    items = []
    for code in rehearsal.items:
        item, assignment = rubric.by_code.get(code), assignments.get(code)
        cases = by_item[code]
        items.append(
            ItemSample(
                code=code,
                name=said(item.name) if item else "",
                department=assignment.department.label if assignment and assignment.department else "",
                person=assignment.person.name if assignment and assignment.person else "",
                tally=tally(Counter(case.outcome for case in cases)),
                cases=tuple(_case_line(case) for case in cases),
                drawn_from=tuple(drawn[code]),
                next_case=next((case.pk for case in cases if not case.outcome), None),
            )
        )
    passed = [one.code for one in items if one.cases and one.tally.passed == len(one.cases)]
    everything = [case for cases in by_item.values() for case in cases]
    going_on = rehearsal.state == Rehearsal.State.OPEN
    return RehearsalPage(
        frame=read_frame(assessment, user, rubric),
        number=rehearsal.number,
        title=rehearsal.label,
        held_on=rehearsal.held_on,
        state=rehearsal.state,
        state_name=rehearsal.get_state_display(),
        seed=rehearsal.seed,
        per_item=rehearsal.per_item,
        run=rehearsal.run.number if rehearsal.run else None,
        run_digest=rehearsal.run.digest if rehearsal.run else "",
        problem=rehearsal.problem,
        by=rehearsal.made_by.name,
        at=rehearsal.made_at,
        closed_by=rehearsal.closed_by.name if rehearsal.closed_by else "",
        closed_at=rehearsal.closed_at,
        tally=tally(Counter(case.outcome for case in everything)),
        items=tuple(items),
        open_points=sum(
            case.outcome not in ("", RehearsalCase.Outcome.PASSED) and case.settled_at is None
            for case in everything
        ),
        next_case=next((one.next_case for one in items if one.next_case), None) if going_on else None,
        closable=closable_by(rehearsal, passed),
        why_not_close=reason(check_can_close, user, rehearsal),
        why_not_add=reason(check_can_add_case, user, rehearsal),
    )


def _case_line(case: RehearsalCase) -> CaseLine:
    record = get_catalogue().records.get(case.record)
    return CaseLine(
        id=case.pk,
        position=case.position,
        record_name=said(record.label) if record else "",
        key=case.key,
        happened_at=case.happened_at,
        department=case.department,
        typed=case.added_by_id is not None,
        outcome=case.outcome,
        outcome_name=case.get_outcome_display() if case.outcome else "",
        note=case.note,
        photos=getattr(case, "photo_count", 0),
    )
