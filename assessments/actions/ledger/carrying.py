"""Open entries go on in the assessment of the next year, with a link to where they were begun."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.carrying import same_item
from assessments.models import Assessment, LedgerEntry, LedgerLine
from assessments.places import clause_exists
from assessments.trail import record_work
from engine.rubric.values import Rubric
from hospitals.models import Membership
from rubrics.queries import get_rubric

State = LedgerEntry.State


def carry_ledger(*, by: User, source: Assessment, target: Assessment) -> tuple[int, list[int]]:
    """Copy what is not closed into the new ledger and end it in the old one as carried. Returns how many, and the
    numbers of those that stay open in the old one because the new edition does not have their item or clause.

    Called inside the transaction that starts ``target``. What was handed in is in work again: its proof is looked for
    anew. Closed departments and people who have left are not taken over.
    """
    held = list(
        LedgerEntry.objects.select_for_update(of=("self",))
        .undone()
        .filter(assessment=source)
        .select_related("department")
        .order_by("number")
    )
    old, new = get_rubric(source.edition), get_rubric(target.edition)
    behind = [entry.number for entry in held if not _fits(entry, old, new)]
    held = [entry for entry in held if entry.number not in behind]
    if not held:
        return 0, behind
    still_here = set(
        Membership.objects.in_force()
        .filter(organisation_id=target.hospital_id, user__is_active=True)
        .values_list("user_id", flat=True)
    )
    now = timezone.now()
    made = LedgerEntry.objects.bulk_create(
        LedgerEntry(
            assessment=target,
            number=number,
            source=entry.source,
            source_key=entry.source_key,
            source_facts={**entry.source_facts, "assessment": str(source.public_id)}
            if "assessment" not in entry.source_facts
            else entry.source_facts,
            item_code=entry.item_code,
            level=entry.level,
            clause_code=entry.clause_code,
            wrong=entry.wrong,
            department=entry.department
            if entry.department is not None and entry.department.closed_at is None
            else None,
            person_id=entry.person_id if entry.person_id in still_here else None,
            due_on=entry.due_on,
            state=State.OPEN if entry.state == State.OPEN else State.IN_WORK,
            carried_from=entry,
            made_by=by,
            made_at=now,
            changed_by=by,
            changed_at=now,
        )
        for number, entry in enumerate(held, start=1)
    )
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in held]).update(
        state=State.CARRIED, ended_by=by, ended_at=now, changed_by=by, changed_at=now
    )
    day, why = timezone.localdate(), _("转入“%(title)s”") % {"title": target.title}
    LedgerLine.objects.bulk_create(
        LedgerLine(entry=entry, day=day, text=why, state=State.CARRIED, by=by) for entry in held
    )
    for assessment, entries, other in ((source, held, target), (target, made, source)):
        record_work(
            verb="ledger.carried",
            by=by,
            assessment=assessment,
            facts={
                "count": len(entries),
                "entries": [entry.number for entry in entries],
                "before" if assessment is target else "after": other.title,
            },
        )
    return len(made), behind


def _fits(entry: LedgerEntry, old: Rubric, new: Rubric) -> bool:
    if entry.clause_code and not clause_exists(new, entry.clause_code):
        return False
    return not entry.item_code or same_item(old, new, entry.item_code)
