"""Objections during the public notice, and their answers."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.reviewing.held import award_of, held_desk, written
from assessments.actions.reviewing.telling import tell_hospital, tell_managers
from assessments.models import Objection, Review
from assessments.review_permissions import check_can_answer_objection, check_can_object, leads
from assessments.trail import record_work
from hospitals.refusals import Refusal

Outcome = Objection.Outcome


@transaction.atomic
def raise_objection(
    *, by: User, review: Review, text: str, from_whom: str = "", filed_on: date | None = None
) -> Objection:
    """Write down an objection: the hospital's own, or one that the bureau received from outside.

    It must have been filed within the days of the notice; the bureau may write it down a little later.
    """
    desk = held_desk(review, by)
    award = award_of(desk)
    check_can_object(desk, award)
    text = written(text, needed=_("请写明异议内容。"))
    hospital = desk.review.assessment.hospital
    today = timezone.localdate()
    if desk.staff:
        from_whom, filed_on = hospital.name, today
    from_whom = written(from_whom, needed=_("请写明异议由谁提出。"), most=120)
    filed_on = filed_on or today
    assert award.notice_from is not None and award.notice_until is not None  # CheckConstraint, and the state
    if not award.notice_from <= filed_on <= min(award.notice_until, today):
        raise Refusal(
            _("异议应在公示期内（%(first)s至%(last)s）提出。")
            % {"first": award.notice_from.isoformat(), "last": award.notice_until.isoformat()}
        )
    objection = Objection.objects.create(
        award=award, from_whom=from_whom, filed_on=filed_on, text=text, recorded_by=by
    )
    record_work(
        verb="objection.recorded",
        by=by,
        assessment=desk.review.assessment,
        facts={"objection": objection.pk, "from_whom": from_whom, "filed_on": filed_on.isoformat()},
    )
    if desk.staff:
        tell_managers(desk.review, leads(desk), "objection.recorded")
    return objection


@transaction.atomic
def answer_objection(
    *, by: User, review: Review, objection: Objection, outcome: str, answer: str
) -> Objection:
    """Uphold or dismiss an objection with an answer. An upheld one asks for a new decision."""
    desk = held_desk(review, by)
    held = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("award")
        .get(pk=objection.pk, award__review=desk.review)
    )
    check_can_answer_objection(desk, held)
    if outcome not in (Outcome.UPHELD, Outcome.DISMISSED):
        raise Refusal(_("请选择成立或不成立。"))
    answer = written(answer, needed=_("请写明处理意见。"))
    held.outcome, held.answer = outcome, answer
    held.answered_by, held.answered_at = by, timezone.now()
    held.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    record_work(
        verb="objection.answered",
        by=by,
        assessment=desk.review.assessment,
        facts={"objection": held.pk, "outcome": str(outcome), "reason": answer},
    )
    tell_hospital(desk.review, "objection.answered", outcome=str(outcome), answer=answer)
    return held
