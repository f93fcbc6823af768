"""The table of items with who answers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from assessments.models import Assessment, Assignment
from assessments.permissions import allowed, check_can_assign, check_can_mark_done
from assessments.queries.frame import AssessmentFrame, frame_of, said
from assessments.queries.panels import Mentionable
from assessments.queries.progress import Share, clauses_by_item, is_late
from hospitals.access import Person
from hospitals.models import Membership
from rubrics.queries import get_rubric

ANSWERING = (
    Membership.Role.CONTRIBUTOR,
    Membership.Role.QUALITY_LEAD,
    Membership.Role.DATA_ENGINEER,
    Membership.Role.CONSULTANT,
)


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    code: str
    name: str
    role: str
    clauses: Share
    department: str
    person: str
    due_on: date | None
    done: bool
    late: bool
    can_mark: bool


#: what the tabs above the table let through
_FILTERS: dict[str, Callable[[AssignmentLine], bool]] = {
    "unassigned": lambda line: not line.department and not line.person,
    "late": lambda line: line.late,
    "open": lambda line: not line.done and (bool(line.department) or bool(line.person)),
    "done": lambda line: line.done,
}


@dataclass(frozen=True, slots=True)
class AssignmentGroup:
    """The items of one role that the filter lets through; ``of``: how many it has in all."""

    code: str
    name: str
    of: int
    lines: tuple[AssignmentLine, ...]


@dataclass(frozen=True, slots=True)
class DepartmentChoice:
    public_id: str
    label: str


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    frame: AssessmentFrame
    groups: tuple[AssignmentGroup, ...]
    departments: tuple[DepartmentChoice, ...]
    people: tuple[Mentionable, ...]
    show: str
    who: str
    shown: int
    counts: dict[str, int]
    can_assign: bool
    organisation_name: str
    search_edition: str
    organisation: str


def assignment_page(assessment: Assessment, user: Person, *, show: str = "", who: str = "") -> AssignmentPage:
    """Five queries: flags in force, item rows, assignments with people, departments, members.

    ``show``: unassigned | late | open | done; ``who``: public id of a person or department.
    """
    rubric = get_rubric(assessment.edition)
    rows = {row.item_code: row for row in assessment.item_answers.defer("note")}
    assignments = {
        row.item_code: row for row in assessment.assignments.select_related("department", "person")
    }
    shares = clauses_by_item(rubric, rows, assessment.target_level)
    today = timezone.localdate()
    lines = {
        item.code: _line(assessment, user, item.code, said(item.name), item.role, shares, assignments, today)
        for item in rubric.items
    }
    done = frozenset(code for code, row in assignments.items() if row.done_at is not None)
    show = show if show in _FILTERS else ""
    wanted = [
        code
        for code, line in lines.items()
        if (not show or _FILTERS[show](line)) and (not who or _is(assignments.get(code), who))
    ]
    groups = tuple(
        AssignmentGroup(
            role.code,
            said(role.name),
            sum(1 for _item in rubric.items_of(role.code)),
            tuple(lines[item.code] for item in rubric.items_of(role.code) if item.code in wanted),
        )
        for role in rubric.roles
    )
    can_assign = allowed(check_can_assign, user, assessment)
    return AssignmentPage(
        frame=frame_of(assessment, user, rubric, rows, done),
        groups=tuple(group for group in groups if group.lines),
        departments=tuple(
            DepartmentChoice(str(department.public_id), department.label)
            for department in assessment.hospital.departments.filter(closed_at__isnull=True)
        ),
        people=people_who_answer(assessment),
        show=show,
        who=who,
        shown=len(wanted),
        counts={name: sum(1 for line in lines.values() if test(line)) for name, test in _FILTERS.items()},
        can_assign=can_assign,
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
        organisation=str(assessment.hospital.public_id),
    )


def people_who_answer(assessment: Assessment) -> tuple[Mentionable, ...]:
    """Members of the hospital an item can be given to, by name. One query."""
    memberships = (
        Membership.objects.in_force()
        .filter(organisation_id=assessment.hospital_id, role__in=ANSWERING, user__is_active=True)
        .select_related("user", "department")
        .order_by("user__name", "pk")
    )
    found: dict[str, Mentionable] = {}
    for membership in memberships:
        key = str(membership.user.public_id)
        department = membership.department.label if membership.department else ""
        if key not in found or (department and not found[key].department):
            found[key] = Mentionable(key, membership.user.get_full_name(), department)
    return tuple(found.values())


def _is(assignment: Assignment | None, who: str) -> bool:
    if assignment is None:
        return False
    person = str(assignment.person.public_id) if assignment.person else ""
    department = str(assignment.department.public_id) if assignment.department else ""
    return who in (person, department)


def _line(
    assessment: Assessment,
    user: Person,
    code: str,
    name: str,
    role: str,
    shares: dict[str, Share],
    assignments: dict[str, Assignment],
    today: date,
) -> AssignmentLine:
    row = assignments.get(code)
    return AssignmentLine(
        code=code,
        name=name,
        role=role,
        clauses=shares[code],
        department=row.department.label if row and row.department else "",
        person=str(row.person) if row and row.person else "",
        due_on=row.due_on if row else None,
        done=bool(row and row.done_at),
        late=assessment.is_open and is_late(row, shares[code], today, assessment.due_on),
        can_mark=allowed(check_can_mark_done, user, assessment, code, assignment=row),
    )
