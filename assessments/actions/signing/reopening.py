"""What reopens: signatures over something that is no longer said become void, and their signers are told why."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.notices import tell
from assessments.jobs import in_turn
from assessments.models import Assessment, Signature
from assessments.queries.signing.changes import change_facts, differences_of
from assessments.queries.signing.standing import SigningStanding, StepStanding, standing_of
from assessments.signing_permissions import check_can_withdraw_signature
from assessments.signing_words import REOPENED
from assessments.trail import record_work
from hospitals.refusals import Refusal

LONGEST_REASON = 2000
Void = Signature.Void


def held(assessment: Assessment) -> Assessment:
    """The row as it is now, held until the end: signing, submitting and saving come one after the other."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )


@transaction.atomic
def reopen_changed(*, by: User | None, assessment: Assessment) -> int:
    """Make void what no longer counts, with the reason, and tell the signers; how many. ``by`` None: nobody's own act,
    the event names who signed and what changed. Signatures over unchanged items stay."""
    locked = held(assessment)
    return reopen(locked, standing_of(locked), by) if locked.is_open else 0


def reopen(assessment: Assessment, standing: SigningStanding, by: User | None = None) -> int:
    """The same inside a transaction that holds the row, from a standing read in it."""
    below = ""
    count = 0
    for step in standing.steps:
        if step.lapsed and step.signature is not None:
            found = differences_of(standing, step)
            facts = change_facts(assessment, step.signature.at, found)
            kind = Void.CHANGED if found or not below else Void.BELOW
            _void(assessment, step, kind, facts if kind == Void.CHANGED else {"below": below}, by)
            count += 1
        if not step.counts and not below:
            below = step.name
    return count


@transaction.atomic
def withdraw_signature(*, by: User, signature: Signature, reason: str) -> None:
    """The signer takes the signature back, or the director sends it back, with a reason; what stands above it is
    reopened with it. Raises Refusal with one sentence."""
    assessment = held(signature.round.assessment)
    locked = Signature.objects.select_related("round__assessment__hospital", "department").get(
        pk=signature.pk
    )
    locked.round.assessment = assessment
    check_can_withdraw_signature(by, locked)
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refusal(_("撤回签署需要写明理由，签署人才知道要改什么。"))
    if len(reason) > LONGEST_REASON:
        raise Refusal(_("理由最多%(n)s个字。") % {"n": LONGEST_REASON})
    standing = standing_of(assessment)
    step = next(
        (one for one in standing.steps if one.signature is not None and one.signature.pk == locked.pk), None
    )
    if step is None:  # a department that has no item any more
        step = StepStanding(Signature.Step(locked.step), locked.department, (), "", locked, counts=False)
    _void(assessment, step, Void.WITHDRAWN, {"by": by.get_full_name(), "reason": reason}, by)
    reopen(assessment, standing_of(assessment))


def sweep_rounds() -> int:
    """Every open round with a signature that still stands: what changed meanwhile is made void and told. Asked every
    two minutes; pages and submitting compare for themselves and need not wait for it."""
    rows = (
        Assessment.objects.open_for_answers()
        .filter(signing_rounds__snapshot__isnull=True, signing_rounds__signatures__voided_at__isnull=True)
        .filter(signing_rounds__signatures__isnull=False)
        .distinct()
        .select_related("hospital", "edition")
    )
    return in_turn(partial(_reopen_lapsed, assessment) for assessment in rows)


def _reopen_lapsed(assessment: Assessment) -> int:
    lapsed = any(step.lapsed for step in standing_of(assessment).steps)
    return reopen_changed(by=None, assessment=assessment) if lapsed else 0


def _void(
    assessment: Assessment, step: StepStanding, kind: str, facts: dict[str, Any], by: User | None = None
) -> None:
    signature = step.signature
    assert signature is not None  # the callers looked
    Signature.objects.filter(pk=signature.pk, voided_at__isnull=True).update(
        voided_at=timezone.now(), void_kind=kind, void_facts=facts
    )
    record_work(
        verb="signing.reopened",
        by=by,
        assessment=assessment,
        facts={"step": step.step, "signed_by": signature.signer_name, "digest": signature.digest, **facts},
    )
    if by is None or by.pk != signature.signer_id:
        tell(
            people=[signature.signer_id],
            kind=REOPENED,
            facts={"title": assessment.title, "step": step.step, "kind": kind, "facts": facts}
            | ({"department": step.department.name} if step.department else {}),
            url=reverse("signing", args=[assessment.public_id]),
        )
