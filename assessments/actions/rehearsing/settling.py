"""What was done about a case that did not pass."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.rehearsing.marking import LONGEST_NOTE, assignment_of, held_case
from assessments.models import RehearsalCase
from assessments.rehearsal_permissions import check_can_settle
from assessments.trail import record_work
from hospitals.refusals import Refusal


@transaction.atomic
def settle_case(*, by: User, case: RehearsalCase, how: str) -> RehearsalCase:
    """Say that a failure was put right, and how. The mark and the pass rate stay as they were."""
    held = held_case(case)
    check_can_settle(by, held, assignment=assignment_of(held.rehearsal, held.item_code))
    how = how.replace("\x00", "").strip()[:LONGEST_NOTE]
    if not how:
        raise Refusal(_("请写一句做了什么，例如“已补接口，重查通过”。"))
    held.settled_how, held.settled_by, held.settled_at = how, by, timezone.now()
    held.save(update_fields=["settled_how", "settled_by", "settled_at"])
    record_work(
        verb="rehearsal.settled",
        by=by,
        assessment=held.rehearsal.assessment,
        item=held.item_code,
        facts={"rehearsal": held.rehearsal.number, "case": held.position},
    )
    return held


@transaction.atomic
def reopen_case(*, by: User, case: RehearsalCase) -> RehearsalCase:
    """Take the settlement back: the point is open again."""
    held = held_case(case)
    check_can_settle(by, held, assignment=assignment_of(held.rehearsal, held.item_code))
    if held.settled_at is None:
        raise Refusal(_("这个问题还没有标记解决。"))
    held.settled_how, held.settled_by, held.settled_at = "", None, None
    held.save(update_fields=["settled_how", "settled_by", "settled_at"])
    record_work(
        verb="rehearsal.reopened",
        by=by,
        assessment=held.rehearsal.assessment,
        item=held.item_code,
        facts={"rehearsal": held.rehearsal.number, "case": held.position},
    )
    return held
