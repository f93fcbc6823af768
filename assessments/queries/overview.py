"""The overview of one assessment: how far each role and person is, who is late, what to do next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from assessments.models import Assessment, Assignment, ItemAnswer
from assessments.permissions import (
    allowed,
    answers_everything,
    check_can_archive,
    check_can_assign,
    check_can_submit,
    check_can_withdraw,
    is_assigned,
)
from assessments.queries.answers import bases_of, compose
from assessments.queries.frame import AssessmentFrame, frame_of, said
from assessments.queries.happenings import Happening, SnapshotLine, snapshots_of, steps_of
from assessments.queries.next_steps import NextStep, next_steps
from assessments.queries.panels import CommentPanel, read_comments
from assessments.queries.progress import Share, clauses_by_item, is_late, missing_figures, together
from assessments.queries.results import Result, live_result, result_of
from assessments.queries.reviewing.line import ReviewLine, review_line_of
from assessments.queries.verification.span_chip import SpanChip, chip_of, last_check_of
from engine.rubric.values import Rubric
from hospitals.access import Person
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item in the list of its role. ``category``: basic or optional at the target level."""

    code: str
    name: str
    category: str
    confirmed: bool
    clauses: Share
    missing: int  # kinds of figures not entered
    function_level: int
    score: Decimal
    passes_target: bool
    person: str
    department: str
    due_on: date | None
    done: bool
    late: bool
    mine: bool
    talk: int


@dataclass(frozen=True, slots=True)
class RoleLine:
    code: str
    name: str
    clauses: Share
    late: int
    passing: int
    items: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person or department with what is assigned there; the last line (empty name) is nobody's."""

    name: str
    department: str
    items: int
    done: int
    clauses: Share
    late: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview page shows to staff.

    ``mine``: items of the reader, which a contributor sees first. ``problems``: contradictions that
    the reader can solve.
    """

    frame: AssessmentFrame
    level: int
    span: SpanChip
    total: Decimal
    top: int
    live: bool
    min_total: int
    days_left: int | None
    roles: tuple[RoleLine, ...]
    people: tuple[PersonLine, ...]
    mine: tuple[ItemLine, ...]
    steps: tuple[NextStep, ...]
    late: int
    done: int
    items: int
    problems: tuple[str, ...]
    recent: tuple[Happening, ...]
    snapshots: tuple[SnapshotLine, ...]
    comments: CommentPanel
    copied_from: str
    can_assign: bool
    can_submit: bool
    can_withdraw: bool
    can_archive: bool
    review: ReviewLine | None
    organisation: str  # public id, for the page where people are invited
    organisation_name: str
    search_edition: str

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


def overview_of(assessment: Assessment, user: Person) -> Overview:
    """Nineteen queries at most, the same for an empty and a full assessment.

    Flags in force, item rows, base figures, overall confirmations, assignments with their people,
    open comments counted per item, comments on the whole with mentions and members, steps of the life cycle, snapshots, the predecessor's title, and
    the newest snapshot's card where the assessment is not open, the last check where it is; the newest
    review (3) and whether one is in course, once something was submitted.
    """
    rubric = get_rubric(assessment.edition)
    rows = {row.item_code: row for row in assessment.item_answers.all()}
    bases = bases_of(assessment)
    overall = list(assessment.overall_answers.all())
    assignments = {
        row.item_code: row for row in assessment.assignments.select_related("department", "person")
    }
    result = (
        live_result(rubric, compose(rubric, assessment, rows.values(), bases, overall))
        if assessment.is_open
        else result_of(assessment)
    )
    today = timezone.localdate()
    shares = clauses_by_item(rubric, rows, assessment.target_level)
    read = _Read(assessment, user, rubric, rows, bases, shares, assignments, result, _open_talk(assessment))
    lines = {item.code: _item_line(read, item.code, today) for item in rubric.items}
    problems = [
        problem
        for problem in result.problems
        if answers_everything(user, assessment) or (problem.item in lines and lines[problem.item].mine)
    ]
    done = frozenset(code for code, row in assignments.items() if row.done_at is not None)
    frame = frame_of(assessment, user, rubric, rows, done)
    open_overall = sum(
        len(level.overall) for level in rubric.levels if 0 < level.level <= assessment.target_level
    ) - sum(1 for row in overall if row.state != "not_answered" and 0 < row.level <= assessment.target_level)
    gate = rubric.gate_at[assessment.target_level]
    return Overview(
        frame=frame,
        level=result.card.level,
        span=chip_of(result.snapshot, last_check_of(assessment)),
        total=result.card.total,
        top=rubric.top_level,
        live=result.live,
        min_total=gate.min_total,
        days_left=(assessment.due_on - today).days if assessment.due_on else None,
        roles=tuple(
            _role_line(role.code, said(role.name), [lines[item.code] for item in rubric.items_of(role.code)])
            for role in rubric.roles
        ),
        people=_people(lines.values(), assignments),
        mine=tuple(line for line in lines.values() if line.mine),
        steps=next_steps(
            assessment,
            user,
            lines=tuple(lines.values()),
            rubric=rubric,
            bases=bases,
            problems=len(problems),
            open_overall=open_overall,
            assignments=assignments,
        ),
        late=sum(line.late for line in lines.values()),
        done=len(done),
        items=len(lines),
        problems=tuple(said(problem.message) for problem in problems),
        recent=steps_of(assessment),
        snapshots=snapshots_of(assessment),
        comments=read_comments(assessment, user),
        copied_from=assessment.copied_from.title
        if assessment.copied_from_id and assessment.copied_from
        else "",
        can_assign=allowed(check_can_assign, user, assessment),
        can_submit=allowed(check_can_submit, user, assessment),
        can_withdraw=allowed(check_can_withdraw, user, assessment),
        can_archive=allowed(check_can_archive, user, assessment),
        review=review_line_of(assessment) if assessment.submitted_at else None,
        organisation=str(assessment.hospital.public_id),
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
    )


def _open_talk(assessment: Assessment) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for code in assessment.comments.filter(resolved_at__isnull=True).values_list("item_code", flat=True):
        counts[code] += 1
    return counts


@dataclass(frozen=True, slots=True)
class _Read:
    assessment: Assessment
    user: Person
    rubric: Rubric
    rows: Mapping[str, ItemAnswer]
    bases: Mapping[str, int]
    shares: Mapping[str, Share]
    assignments: Mapping[str, Assignment]
    result: Result
    talk: Mapping[str, int]


def _item_line(read: _Read, code: str, today: date) -> ItemLine:
    assessment, rubric = read.assessment, read.rubric
    item = rubric.by_code[code]
    target = item.by_level.get(assessment.target_level)
    assignment = read.assignments.get(code)
    scored = read.result.card.items[code]
    share = read.shares[code]
    return ItemLine(
        code=code,
        name=said(item.name),
        category=(target.category or "") if target else "",
        confirmed=target.category_confirmed if target else True,
        clauses=share,
        missing=len(missing_figures(rubric, item, read.rows.get(code), read.bases, assessment.target_level)),
        function_level=scored.function_level,
        score=scored.score,
        passes_target=assessment.target_level in scored.passes,
        person=str(assignment.person) if assignment and assignment.person else "",
        department=assignment.department.label if assignment and assignment.department else "",
        due_on=assignment.due_on if assignment else None,
        done=bool(assignment and assignment.done_at),
        late=assessment.is_open and is_late(assignment, share, today, assessment.due_on),
        mine=is_assigned(read.user, assessment, assignment),
        talk=read.talk.get(code, 0),
    )


def _role_line(code: str, name: str, items: Sequence[ItemLine]) -> RoleLine:
    return RoleLine(
        code=code,
        name=name,
        clauses=together(item.clauses for item in items),
        late=sum(item.late for item in items),
        passing=sum(item.passes_target for item in items),
        items=tuple(items),
    )


def _people(lines: Iterable[ItemLine], assignments: Mapping[str, Assignment]) -> tuple[PersonLine, ...]:
    groups: dict[tuple[str, str], list[ItemLine]] = defaultdict(list)
    for line in lines:
        groups[line.person, line.department if not line.person else ""].append(line)
    found = [
        PersonLine(
            name=person or department,
            department=_department_of(items) if person else "",
            items=len(items),
            done=sum(item.done for item in items),
            clauses=together(item.clauses for item in items),
            late=sum(item.late for item in items),
        )
        for (person, department), items in groups.items()
    ]
    return tuple(sorted(found, key=lambda line: (not line.name, -line.late, -line.clauses.open, line.name)))


def _department_of(items: Sequence[ItemLine]) -> str:
    departments = {item.department for item in items if item.department}
    return departments.pop() if len(departments) == 1 else ""
