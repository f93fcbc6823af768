"""A person's own open entries: on the first page, and as days in a calendar."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, LedgerEntry
from assessments.queries.frame import said
from engine.rubric.values import Rubric
from hospitals import access
from hospitals.access import Person

MOST_ENTRIES = 12


@dataclass(frozen=True, slots=True)
class MyEntry:
    url: str
    hospital: str
    number: int
    code: str
    name: str
    wrong: str
    department: str
    state_name: str
    due_on: date | None
    days_left: int | None

    @property
    def days_over(self) -> int:
        return max(0, -(self.days_left or 0))


def open_entries(user: Person, hospitals: Collection[int], *, most: int = MOST_ENTRIES) -> list[LedgerEntry]:
    """Open entries of the person, and those of the person's departments that are nobody's by name; most pressing first.

    One query.
    """
    mine = Q(person_id=user.pk)
    for membership in access.memberships_of(user):
        if membership.department_id is not None and membership.organisation_id in hospitals:
            mine |= Q(department_id=membership.department_id, person_id__isnull=True)
    found = (
        LedgerEntry.objects.undone()
        .filter(mine, assessment__hospital_id__in=hospitals)
        .exclude(assessment__status=Assessment.Status.ARCHIVED)
        .exclude(state=LedgerEntry.State.HANDED_IN)
        .select_related("assessment__hospital", "assessment__edition", "department")
        .order_by(F("due_on").asc(nulls_last=True), "number")
    )
    return list(found[:most])


def entries_on_home(entries: Collection[LedgerEntry], rubrics: Mapping[int, Rubric]) -> tuple[MyEntry, ...]:
    """No query: rubrics by number of the edition."""
    today = timezone.localdate()
    found = []
    for entry in entries:
        assessment = entry.assessment
        item = rubrics[assessment.edition_id].by_code.get(entry.item_code)
        found.append(
            MyEntry(
                url=reverse("ledger-entry", args=[assessment.public_id, entry.number]),
                hospital=assessment.hospital.label,
                number=entry.number,
                code=entry.item_code,
                name=said(item.name) if item else "",
                wrong=entry.wrong,
                department=entry.department.label if entry.department else "",
                state_name=entry.get_state_display(),
                due_on=entry.due_on,
                days_left=(entry.due_on - today).days if entry.due_on else None,
            )
        )
    return tuple(found)
