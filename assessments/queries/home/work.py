"""What waits for the person by name: items to answer, comments to read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from assessments.models import Assessment, Assignment, Comment, ItemAnswer
from assessments.queries.frame import said
from assessments.queries.progress import Share, clauses_of
from engine.rubric.values import Rubric
from hospitals import access
from hospitals.access import Person

MOST_ITEMS = 12
MOST_MENTIONS = 6


@dataclass(frozen=True, slots=True)
class MyItem:
    public_id: str
    assessment: str
    hospital: str
    code: str
    name: str
    department: str
    clauses: Share
    due_on: date | None
    days_left: int | None

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True, slots=True)
class Mention:
    public_id: str
    assessment: str
    item: str
    clause: str
    by: str
    text: str
    at: datetime


def open_assignments(user: Person, hospitals: Collection[int], *, most: int = MOST_ITEMS) -> list[Assignment]:
    """Items of the person and of the person's departments that are not marked done; most pressing first."""
    mine = Q(person_id=user.pk)
    for membership in access.memberships_of(user):
        if membership.department_id is not None and membership.organisation_id in hospitals:
            mine |= Q(department_id=membership.department_id)
    found = (
        Assignment.objects.filter(
            mine,
            assessment__hospital_id__in=hospitals,
            assessment__status__in=Assessment.OPEN,
            done_at__isnull=True,
        )
        .select_related("assessment__hospital", "assessment__edition", "department")
        .order_by(F("due_on").asc(nulls_last=True), "assessment_id", "item_code")
    )
    return list(found[:most])


def items_for(
    assignments: Sequence[Assignment], rubrics: Mapping[int, Rubric], today: date
) -> tuple[MyItem, ...]:
    """One query: the rows of exactly these items."""
    wanted = Q(pk__in=[])
    for row in assignments:
        wanted |= Q(assessment_id=row.assessment_id, item_code=row.item_code)
    rows = {
        (row.assessment_id, row.item_code): row for row in ItemAnswer.objects.filter(wanted).defer("note")
    }
    found = []
    for row in assignments:
        assessment = row.assessment
        item = rubrics[assessment.edition_id].by_code.get(row.item_code)
        if item is None:
            continue
        due = row.due_on or assessment.due_on
        found.append(
            MyItem(
                public_id=str(assessment.public_id),
                assessment=assessment.title,
                hospital=assessment.hospital.label,
                code=item.code,
                name=said(item.name),
                department=row.department.label if row.department else "",
                clauses=clauses_of(item, rows.get((assessment.pk, item.code)), assessment.target_level),
                due_on=due,
                days_left=(due - today).days if due else None,
            )
        )
    return tuple(found)


def mentions_of(user: Person, hospitals: Collection[int]) -> tuple[Mention, ...]:
    """One query. What is resolved is gone from here."""
    found = (
        Comment.objects.filter(
            mentions=user.pk, resolved_at__isnull=True, assessment__hospital_id__in=hospitals
        )
        .exclude(author_id=user.pk)
        .select_related("author", "assessment")
        .order_by("-at", "-id")[:MOST_MENTIONS]
    )
    return tuple(
        Mention(
            public_id=str(comment.assessment.public_id),
            assessment=comment.assessment.title,
            item=comment.item_code,
            clause=comment.clause_code,
            by=str(comment.author),
            text=comment.text,
            at=comment.at,
        )
        for comment in found
    )
