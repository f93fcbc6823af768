"""An entry as it is now, locked; what a person typed, cleaned; whose it may become."""

from __future__ import annotations

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, LedgerEntry, LedgerLine
from assessments.trail import record_work
from hospitals.access import HOSPITAL_STAFF
from hospitals.models import Department, Membership
from hospitals.refusals import Refusal

LONGEST = 2000


def held_entry(entry: LedgerEntry) -> LedgerEntry:
    return (
        LedgerEntry.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital", "assessment__edition", "department", "person", "changed_by")
        .get(pk=entry.pk)
    )


def next_number(assessment: Assessment) -> int:
    """The assessment's row is locked, so that two people at once do not take one number."""
    Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    return (assessment.ledger.aggregate(last=Max("number"))["last"] or 0) + 1


def typed(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST]


def save_change(entry: LedgerEntry, by: User, fields: list[str]) -> None:
    entry.version += 1
    entry.changed_by, entry.changed_at = by, timezone.now()
    entry.save(update_fields=[*fields, "version", "changed_by", "changed_at"])


def write_step(entry: LedgerEntry, by: User, verb: str, before: str, why: str = "") -> None:
    """A step of the state: a line of the entry, and an event of the trail."""
    LedgerLine.objects.create(entry=entry, day=timezone.localdate(), text=why, state=entry.state, by=by)
    record_entry(
        entry,
        by,
        verb,
        {"before": before, "after": entry.state, **({"reason": why} if why else {})},
    )


def record_entry(entry: LedgerEntry, by: User, verb: str, facts: dict[str, object]) -> None:
    record_work(
        verb=verb,
        by=by,
        assessment=entry.assessment,
        item=entry.item_code,
        facts={"entry": entry.number, **facts},
    )


def refuse_outsiders(assessment: Assessment, department: Department | None, person: User | None) -> None:
    """Departments that are open and of this hospital; people who work there. One query for a person."""
    if department is not None:
        if department.organisation_id != assessment.hospital_id:
            raise Refusal(_("所选科室不属于本院。"))
        if department.closed_at is not None:
            raise Refusal(_("科室“%(name)s”已停用，请选择其他科室。") % {"name": department.label})
    if person is not None:
        there = Membership.objects.in_force().filter(
            user=person,
            organisation_id=assessment.hospital_id,
            role__in=HOSPITAL_STAFF,
            user__is_active=True,
        )
        if not there.exists():
            raise Refusal(
                _("%(name)s不是本院成员。请先在机构页邀请，再分派。") % {"name": person.get_full_name()}
            )
