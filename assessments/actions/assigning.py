"""Who answers which item, until when; and when the person says it is ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, Assignment
from assessments.permissions import check_can_assign, check_can_mark_done
from assessments.trail import record_work
from hospitals import access
from hospitals.models import Department, Membership
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class Keep:
    """Leave a field of an assignment as it is (None clears it)."""


KEEP = Keep()


@transaction.atomic
def assign_items(
    *,
    by: User,
    assessment: Assessment,
    items: Iterable[str],
    department: Department | Keep | None = KEEP,
    person: User | Keep | None = KEEP,
    due_on: date | Keep | None = KEEP,
) -> int:
    """Set department, person or due date of items; ``KEEP`` leaves a field, None clears it.

    An item that gets another person or department is no longer marked done. Returns how many
    items changed. Raises Refusal with one sentence; then nothing is changed.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_assign(by, locked)
    codes = list(dict.fromkeys(items))
    if not codes:
        raise Refusal(_("请先勾选要分配的项目。"))
    known = get_rubric(locked.edition).by_code
    for code in codes:
        if code not in known:
            raise Refusal(_("标准中没有项目“%(item)s”。") % {"item": code})
    _refuse_outsiders(locked, department, person)
    rows = {row.item_code: row for row in locked.assignments.filter(item_code__in=codes)}
    changed: list[str] = []
    for code in codes:
        row = rows.get(code) or Assignment(assessment=locked, item_code=code)
        before = (row.department_id, row.person_id, row.due_on)
        if not isinstance(department, Keep):
            row.department = department
        if not isinstance(person, Keep):
            row.person = person
        if not isinstance(due_on, Keep):
            row.due_on = due_on
        if before == (row.department_id, row.person_id, row.due_on):
            continue
        if before[:2] != (row.department_id, row.person_id):
            row.done_at = None
        changed.append(code)
        if row.department_id is None and row.person_id is None and row.due_on is None:
            if row.pk is not None:
                row.delete()
        else:
            row.save()
    if changed:
        record_work(
            verb="items.assigned",
            by=by,
            assessment=locked,
            facts={
                "items": changed,
                **(
                    {}
                    if isinstance(department, Keep)
                    else {"department": department.name if department else ""}
                ),
                **({} if isinstance(person, Keep) else {"person": person.get_full_name() if person else ""}),
                **({} if isinstance(due_on, Keep) else {"due_on": due_on.isoformat() if due_on else ""}),
            },
        )
    return len(changed)


def _refuse_outsiders(
    assessment: Assessment, department: Department | Keep | None, person: User | Keep | None
) -> None:
    if isinstance(department, Department):
        if department.organisation_id != assessment.hospital_id:
            raise Refusal(_("所选科室不属于本院。"))
        if department.closed_at is not None:
            raise Refusal(_("科室“%(name)s”已停用，请选择其他科室。") % {"name": department.label})
    if isinstance(person, User):
        answering = {Membership.Role.CONTRIBUTOR, *access.HOSPITAL_STAFF} - {Membership.Role.DIRECTOR}
        if not (
            Membership.objects.in_force()
            .filter(user=person, organisation_id=assessment.hospital_id, role__in=answering)
            .exists()
        ):
            raise Refusal(
                _("%(name)s不是本院可以填报的成员。请先在机构页邀请，再分配。")
                % {"name": person.get_full_name()}
            )


@transaction.atomic
def mark_done(*, by: User, assessment: Assessment, item: str) -> Assignment:
    """The person says: ready for the quality office. Marking twice changes nothing."""
    locked, row = _own_row(by, assessment, item)
    if row.done_at is None:
        row.done_at = timezone.now()
        row.save(update_fields=["done_at"])
        record_work(verb="item.done", by=by, assessment=locked, item=item)
    return row


@transaction.atomic
def undo_done(*, by: User, assessment: Assessment, item: str) -> Assignment:
    """Open the item again: by its people, or by the quality office that found something."""
    locked, row = _own_row(by, assessment, item)
    if row.done_at is not None:
        row.done_at = None
        row.save(update_fields=["done_at"])
        record_work(verb="item.reopened", by=by, assessment=locked, item=item)
    return row


def _own_row(by: User, assessment: Assessment, item: str) -> tuple[Assessment, Assignment]:
    locked = (
        Assessment.objects.select_for_update(of=("self",)).select_related("hospital").get(pk=assessment.pk)
    )
    row = locked.assignments.filter(item_code=item).first()
    check_can_mark_done(by, locked, item, assignment=row)
    assert row is not None  # the check refuses an item that is assigned to nobody
    return locked, row
