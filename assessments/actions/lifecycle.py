"""The life cycle: draft > submitted > returned or accepted > archived, every step with who and why."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.freezing import freeze
from assessments.actions.reviewing.opening import end_review_of_withdrawn, open_review
from assessments.actions.signing.handing_in import close_round
from assessments.models import Assessment, ScoreSnapshot, StatusChange
from assessments.permissions import (
    check_can_archive,
    check_can_decide,
    check_can_submit,
    check_can_withdraw,
)
from assessments.queries.readiness import fingerprint_of, readiness_of
from assessments.trail import record_work
from hospitals.refusals import Refusal

LONGEST_REASON = 2000
Status = Assessment.Status


class ChangedMeanwhile(Refusal):
    """Somebody answered after the page was opened: look again before submitting."""


class NotReady(Refusal):
    """Something contradicts itself, or is missing and was not accepted as missing."""


@transaction.atomic
def submit_assessment(
    *, by: User, assessment: Assessment, seen: str, accept_incomplete: bool = False, note: str = ""
) -> ScoreSnapshot:
    """Hand in the assessment and freeze what it says in a ScoreSnapshot.

    ``seen``: the fingerprint of the page on which the person decided (``fingerprint_of``); when an
    answer changed since, ChangedMeanwhile asks to look again. Contradictions (check_answers) raise
    NotReady; what is merely missing does so unless ``accept_incomplete``; signatures that the hospital
    requires and that are missing raise it always. A second submission, a
    wrong role or a closed assessment raise Refusal. Nothing is changed when anything is raised.
    """
    locked = locked_assessment(assessment)
    check_can_submit(by, locked)
    if seen != fingerprint_of(locked):
        raise ChangedMeanwhile(
            _("打开本页之后，自评内容有了新的修改。没有提交；请核对下面的最新清单，再次提交。")
        )
    readiness = readiness_of(locked)
    if readiness.problems:
        raise NotReady(
            _("有%(n)s处数据自相矛盾，没有提交。请先按清单更正。") % {"n": len(readiness.problems)}
        )
    if readiness.incomplete and not accept_incomplete:
        raise NotReady(_("还有未填的内容，没有提交。请补填，或勾选“我已知晓并仍要提交”。"))
    snapshot = freeze(assessment=locked, by=by)
    if unsigned := close_round(assessment=locked, snapshot=snapshot):
        raise NotReady(unsigned)
    move(locked, Status.SUBMITTED, by, note)
    record_work(
        verb="assessment.submitted",
        by=by,
        assessment=locked,
        facts={
            "snapshot": snapshot.number,
            "level": snapshot.level,
            "total": str(snapshot.total),
            "edition_hash": snapshot.edition_hash,
            "incomplete": readiness.counts,
        },
    )
    open_review(by=by, assessment=locked, snapshot=snapshot)
    return snapshot


@transaction.atomic
def return_assessment(*, by: User, assessment: Assessment, reason: str) -> None:
    """The bureau sends the submission back for correction; it must say why."""
    locked = locked_assessment(assessment)
    check_can_decide(by, locked)
    reason = cleaned(reason, needed=_("退回需要写明理由，医院才知道要改什么。"))
    move(locked, Status.RETURNED, by, reason)
    record_work(verb="assessment.returned", by=by, assessment=locked, facts={"reason": reason})


@transaction.atomic
def accept_assessment(*, by: User, assessment: Assessment, reason: str = "") -> None:
    """The bureau accepts the submission."""
    locked = locked_assessment(assessment)
    check_can_decide(by, locked)
    reason = cleaned(reason)
    move(locked, Status.ACCEPTED, by, reason)
    record_work(verb="assessment.accepted", by=by, assessment=locked, facts={"reason": reason})


@transaction.atomic
def withdraw_assessment(*, by: User, assessment: Assessment, reason: str) -> None:
    """The hospital takes back a submission nobody has decided on; it is open again, as if returned."""
    locked = locked_assessment(assessment)
    check_can_withdraw(by, locked)
    reason = cleaned(reason, needed=_("撤回需要写明理由，方便日后查证。"))
    end_review_of_withdrawn(assessment=locked)
    move(locked, Status.RETURNED, by, reason)
    record_work(verb="assessment.withdrawn", by=by, assessment=locked, facts={"reason": reason})


@transaction.atomic
def archive_assessment(*, by: User, assessment: Assessment, reason: str = "") -> None:
    """Close the assessment for good; it stays readable. Work not accepted needs a reason."""
    locked = locked_assessment(assessment)
    check_can_archive(by, locked)
    needed = "" if locked.status == Status.ACCEPTED else _("这份自评尚未被接收，归档需要写明理由。")
    reason = cleaned(reason, needed=needed)
    move(locked, Status.ARCHIVED, by, reason)
    record_work(verb="assessment.archived", by=by, assessment=locked, facts={"reason": reason})


def locked_assessment(assessment: Assessment) -> Assessment:
    """The row as it is now, held until the end: two people pressing at once come one after the other."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )


def move(assessment: Assessment, after: Status, by: User, reason: str) -> None:
    """The next status, and the line that says so. Call with the row locked."""
    before, assessment.status = assessment.status, after
    fields = ["status"]
    if after == Status.SUBMITTED:
        assessment.submitted_at = timezone.now()
        fields.append("submitted_at")
    assessment.save(update_fields=fields)
    StatusChange.objects.create(
        assessment=assessment, before=before, after=after, reason=reason.strip()[:LONGEST_REASON], by=by
    )


def cleaned(reason: str, *, needed: str = "") -> str:
    reason = reason.replace("\x00", "").strip()
    if needed and not reason:
        raise Refusal(needed)
    if len(reason) > LONGEST_REASON:
        raise Refusal(_("理由最多%(n)s个字。") % {"n": LONGEST_REASON})
    return reason
