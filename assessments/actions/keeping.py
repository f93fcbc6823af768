"""What becomes of a bundle that was taken in: until when it counts as proof, and ending its raw data early."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.receiving import State, destroy_raw
from assessments.models import Assessment, EvidenceBundle, Rehearsal, VerificationRun
from assessments.trail import record_work
from assessments.verification_permissions import check_can_destroy, check_can_set_expiry
from hospitals.refusals import Refusal

LONGEST_REASON = 500


@transaction.atomic
def destroy_now(*, by: User, assessment: Assessment, bundle: EvidenceBundle, reason: str) -> EvidenceBundle:
    """Destroy the raw files of a bundle before its days are over; the reason stands in the trail.

    Digests, row counts and everything counted from the files stay, so submitted results do not change.
    Raises Refusal without a reason, when the files are gone already, or while something reads them.
    """
    held = EvidenceBundle.objects.select_for_update().get(pk=bundle.pk)
    check_can_destroy(by, held)
    reason = reason.replace("\x00", "").strip()[:LONGEST_REASON]
    if not reason:
        raise Refusal(_("请写明为什么现在销毁，例如“数据交错了”。原因会留在记录里。"))
    if held.state == State.DESTROYED:
        raise Refusal(_("原始数据已经销毁。"))
    if held.state == State.SCREENING:
        raise Refusal(_("文件正在检查，请等检查结束后再销毁。"))
    reading = (VerificationRun.State.WAITING, VerificationRun.State.RUNNING)
    if held.runs.filter(state__in=reading).exists():
        raise Refusal(_("正在用这批数据核验，请先取消核验或等它结束，再销毁。"))
    if Rehearsal.objects.filter(run__bundles=held, state=Rehearsal.State.DRAWING).exists():
        raise Refusal(_("正在从这批数据抽取演练病例，请等抽取结束后再销毁。"))
    destroy_raw(by=by, bundle=held, assessment=assessment, why=reason)
    held.refresh_from_db()
    return held


@transaction.atomic
def set_expiry(*, by: User, assessment: Assessment, bundle: EvidenceBundle, expires_on: date | None) -> None:
    """Until when the bundle counts as proof (None: without an end). It only warns; a person decides."""
    held = EvidenceBundle.objects.select_for_update().get(pk=bundle.pk)
    check_can_set_expiry(by, held)
    if expires_on is not None and held.effective_to is not None and expires_on < held.effective_to:
        raise Refusal(_("有效期不能早于数据截止日%(day)s。") % {"day": held.effective_to.isoformat()})
    before = held.expires_on
    if before == expires_on:
        return
    held.expires_on = expires_on
    held.save(update_fields=["expires_on"])
    record_work(
        verb="evidence.expiry-set",
        by=by,
        assessment=assessment,
        facts={
            "bundle": str(held.public_id),
            "before": before.isoformat() if before else "",
            "after": expires_on.isoformat() if expires_on else "",
        },
    )
