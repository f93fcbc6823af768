"""What did not pass in rehearsals and is still open, by the department that has to put it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Assessment, Assignment, RehearsalCase
from assessments.permissions import allowed
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.rehearsals.entries import EntryLink, entries_of_cases
from assessments.rehearsal_permissions import check_can_settle
from engine.evidence.catalogue.values import Catalogue
from engine.rubric.values import Rubric
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric

Outcome = RehearsalCase.Outcome
NOT_PASSED = (Outcome.FAILED, Outcome.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class PointLine:
    """One case that did not pass. ``department`` has to put it right; ``seen_in`` is the record's own."""

    case: int
    rehearsal: int
    rehearsal_title: str
    held_on: date
    item: str
    item_name: str
    position: int
    record_name: str
    key: str
    happened_at: datetime | None
    seen_in: str
    department: str
    person: str
    outcome: str
    outcome_name: str
    clause: str
    note: str
    photos: int
    by: str
    at: datetime | None
    settled_how: str
    settled_by: str
    settled_at: datetime | None
    can_settle: bool
    entry: EntryLink | None  # of the ledger


@dataclass(frozen=True, slots=True)
class PointGroup:
    """Points of one department; an empty name: the item is assigned to nobody."""

    department: str
    points: tuple[PointLine, ...]


@dataclass(frozen=True, slots=True)
class PointsPage:
    frame: AssessmentFrame
    groups: tuple[PointGroup, ...]
    show: str  # open | settled | all
    counts: Mapping[str, int]
    rehearsal: int | None  # only of this one
    rehearsals: tuple[tuple[int, str], ...]
    tabs: tuple[tuple[str, str], ...]  # value of ``show``, word


def not_passed(assessment: Assessment) -> QuerySet[RehearsalCase]:
    return RehearsalCase.objects.filter(rehearsal__assessment=assessment, outcome__in=NOT_PASSED)


def open_points(assessment: Assessment) -> QuerySet[RehearsalCase]:
    return not_passed(assessment).filter(settled_at__isnull=True)


def points_page(
    assessment: Assessment, user: Person, *, show: str = "open", rehearsal: int | None = None
) -> PointsPage:
    """Seven queries: frame (2), assignments, points, ledger entries, counts, rehearsals."""
    rows = not_passed(assessment)
    if rehearsal is not None:
        rows = rows.filter(rehearsal__number=rehearsal)
    counted = rows.aggregate(
        open=Count("pk", filter=Q(settled_at__isnull=True)),
        settled=Count("pk", filter=Q(settled_at__isnull=False)),
    )
    groups: dict[str, list[PointLine]] = {}
    for line in point_lines(assessment, user, show=show, rehearsal=rehearsal):
        groups.setdefault(line.department, []).append(line)
    return PointsPage(
        frame=read_frame(assessment, user, get_rubric(assessment.edition)),
        groups=tuple(
            PointGroup(name, tuple(groups[name]))
            for name in sorted(groups, key=lambda name: (not name, name))
        ),
        show=show,
        counts={**counted, "all": counted["open"] + counted["settled"]},
        rehearsal=rehearsal,
        rehearsals=tuple((one.number, one.label) for one in assessment.rehearsals.all()),
        tabs=(("open", _("待解决")), ("settled", _("已解决")), ("all", _("全部"))),
    )


def point_lines(
    assessment: Assessment, user: Person, *, show: str = "open", rehearsal: int | None = None
) -> list[PointLine]:
    """Points in the order of the standard. Three queries."""
    rows = not_passed(assessment)
    if rehearsal is not None:
        rows = rows.filter(rehearsal__number=rehearsal)
    if show != "all":
        rows = rows.filter(settled_at__isnull=show == "open")
    rubric, catalogue = get_rubric(assessment.edition), get_catalogue()
    assignments = {
        row.item_code: row for row in assessment.assignments.select_related("department", "person")
    }
    found = (
        rows.select_related("rehearsal", "marked_by", "settled_by")
        .annotate(photo_count=Count("photos", filter=Q(photos__removed_at__isnull=True)))
        .order_by("item_code", "-rehearsal__number", "position")
    )
    entries = entries_of_cases(assessment)
    lines = []
    for case in found:
        case.rehearsal.assessment = assessment
        lines.append(
            _line(case, user, rubric, catalogue, assignments.get(case.item_code), entries.get(case.pk))
        )
    return lines


def _line(
    case: RehearsalCase,
    user: Person,
    rubric: Rubric,
    catalogue: Catalogue,
    assignment: Assignment | None,
    entry: EntryLink | None,
) -> PointLine:
    item = rubric.by_code.get(case.item_code)
    record = catalogue.records.get(case.record)
    department = assignment.department.label if assignment and assignment.department else ""
    return PointLine(
        case=case.pk,
        rehearsal=case.rehearsal.number,
        rehearsal_title=case.rehearsal.label,
        held_on=case.rehearsal.held_on,
        item=case.item_code,
        item_name=said(item.name) if item else "",
        position=case.position,
        record_name=said(record.label) if record else "",
        key=case.key,
        happened_at=case.happened_at,
        seen_in=case.department,
        department=department,
        person=assignment.person.name if assignment and assignment.person else "",
        outcome=case.outcome,
        outcome_name=case.get_outcome_display(),
        clause=case.clause_code,
        note=case.note,
        photos=getattr(case, "photo_count", 0),
        by=case.marked_by.name if case.marked_by else "",
        at=case.marked_at,
        settled_how=case.settled_how,
        settled_by=case.settled_by.name if case.settled_by else "",
        settled_at=case.settled_at,
        can_settle=allowed(check_can_settle, user, case, assignment=assignment),
        entry=entry,
    )
