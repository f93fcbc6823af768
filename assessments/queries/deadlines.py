"""A person's deadlines: open entries of ledgers, items to answer, tasks of plans. For a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.queries.frame import said
from assessments.queries.home.work import open_assignments
from assessments.queries.ledger.mine import open_entries
from assessments.queries.planning.adopted import open_tasks
from hospitals import access
from hospitals.access import Person
from rubrics.queries import get_rubrics

MOST = 500  # of each kind


@dataclass(frozen=True, slots=True)
class Deadline:
    """``uid`` stays the same as long as the thing does, so that a calendar moves it and does not double it."""

    uid: str
    day: date
    title: str
    text: str
    path: str


def deadlines_of(user: Person) -> tuple[Deadline, ...]:
    """What is open and has a date, earliest first. Three queries and the editions."""
    hospitals = {one.pk for one in access.organisations_where(user, access.HOSPITAL_STAFF)}
    if not hospitals:
        return ()
    entries = open_entries(user, hospitals, most=MOST)
    assignments = open_assignments(user, hospitals, most=MOST)
    tasks = open_tasks(user, hospitals, most=MOST)
    editions = {
        one.edition_id: one.edition
        for one in [
            *(row.assessment for row in assignments),
            *(task.plan.assessment for task in tasks),
        ]
    }
    rubrics = get_rubrics(editions.values()) if editions else {}
    found = [
        Deadline(
            f"ledger-{entry.public_id}",
            entry.due_on,
            _("整改第%(n)s号：%(wrong)s") % {"n": entry.number, "wrong": entry.wrong[:40]},
            f"{entry.assessment.hospital.label} · {entry.assessment.title}",
            reverse("ledger-entry", args=[entry.assessment.public_id, entry.number]),
        )
        for entry in entries
        if entry.due_on
    ]
    for row in assignments:
        item = rubrics[row.assessment.edition_id].by_code.get(row.item_code)
        if (due := row.due_on or row.assessment.due_on) and item is not None:
            found.append(
                Deadline(
                    f"item-{row.assessment.public_id}-{row.item_code}",
                    due,
                    _("填报%(code)s %(name)s") % {"code": row.item_code, "name": said(item.name)},
                    f"{row.assessment.hospital.label} · {row.assessment.title}",
                    reverse("item", args=[row.assessment.public_id, row.item_code]),
                )
            )
    for task in tasks:
        assessment = task.plan.assessment
        item = rubrics[assessment.edition_id].by_code.get(task.item_code)
        name = said(item.name) if item else ""
        found.append(
            Deadline(
                f"task-{task.public_id}",
                task.due_on,
                _("规划任务：%(code)s %(name)s达到%(level)s级")
                % {"code": task.item_code, "name": name, "level": task.level},
                task.plan.hospital.label,
                f"{reverse('plan-progress', args=[assessment.public_id])}#task-{task.public_id}",
            )
        )
    return tuple(sorted(found, key=lambda one: (one.day, one.uid)))
