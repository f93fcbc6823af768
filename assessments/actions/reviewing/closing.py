"""Opinions of reviewers, and the end of a step: passed on, or returned to the hospital.

A step that returns or decides also moves the assessment; the assessment is locked before the review, in
the same order as a submission does it.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.lifecycle import locked_assessment, move
from assessments.actions.reviewing.held import held_desk, in_work, refuse_stale, written
from assessments.actions.reviewing.opening import due
from assessments.actions.reviewing.telling import tell_hospital
from assessments.models import Assessment, Review, ReviewMark, ReviewStep
from assessments.queries.reviewing.desk import Desk
from assessments.review_permissions import check_can_pass, check_can_return, check_can_review
from assessments.trail import record_review, record_work
from hospitals.refusals import Refusal


@transaction.atomic
def give_opinion(*, by: User, review: Review, opinion: str, step: int | None = None) -> None:
    """A reviewer says to be done, with an opinion; given again, it takes the place of the first."""
    desk = held_desk(review, by)
    refuse_stale(desk, step)
    check_can_review(desk)
    active = in_work(desk)
    _note_opinion(desk, written(opinion, needed=_("请写下您的意见。")))
    record_review(verb="review.opinion-given", by=by, review=desk.review, facts={"step": active.order})


@transaction.atomic
def pass_step(
    *, by: User, review: Review, opinion: str = "", level: int | None = None, step: int | None = None
) -> ReviewStep:
    """Close the step in work and begin the next one; after the last the bureau decides on the level.

    ``level``: what the step recommends, no higher than claimed (None: as claimed); a lower one needs an
    opinion. Raises Refusal: not the person's to close, opinions or a site visit missing, open questions,
    somebody else closed it meanwhile.
    """
    desk = held_desk(review, by)
    refuse_stale(desk, step)
    open_questions, visited = what_is_open(desk.review)
    check_can_pass(desk, open_questions=open_questions, visit_finished=visited)
    active = in_work(desk)
    claimed = desk.review.snapshot.level
    level = claimed if level is None else level
    if not 0 <= level <= claimed:
        raise Refusal(_("建议的级别不能高于申报的%(level)s级。") % {"level": claimed})
    opinion = written(opinion, needed=_("建议的级别低于申报级别，请写明意见。") if level < claimed else "")
    _note_opinion(desk, opinion)
    _close(active, ReviewStep.State.PASSED, by, opinion, level)
    following = next((one for one in desk.steps if one.order > active.order), None)
    if following is not None:
        following.state, following.due_on = ReviewStep.State.ACTIVE, due(following.days)
        following.save(update_fields=["state", "due_on"])
    record_review(
        verb="review.passed",
        by=by,
        review=desk.review,
        facts={
            "step": active.order,
            "level": level,
            "marks": active.marks.count(),
            **({"opinion": opinion} if opinion else {}),
        },
    )
    return active


@transaction.atomic
def return_to_hospital(*, by: User, review: Review, reason: str, step: int | None = None) -> None:
    """End the review and send the submission back for correction; the hospital reads the reason and the
    clauses that were doubted."""
    assessment = locked_assessment(review.assessment)
    desk = held_desk(review, by)
    refuse_stale(desk, step)
    check_can_return(desk)
    active = in_work(desk)
    reason = written(reason, needed=_("退回需要写明理由，医院才知道要改什么。"))
    if assessment.status != Assessment.Status.SUBMITTED:
        raise Refusal(_("这份自评%(status)s，不能退回。") % {"status": assessment.get_status_display()})
    _note_opinion(desk, reason)
    _close(active, ReviewStep.State.RETURNED, by, reason, None)
    held = desk.review
    held.state, held.closed_at = Review.State.RETURNED, timezone.now()
    held.save(update_fields=["state", "closed_at"])
    move(assessment, Assessment.Status.RETURNED, by, reason)
    record_work(
        verb="assessment.returned",
        by=by,
        assessment=assessment,
        facts={"reason": reason, "review": str(held.public_id), "step": active.order},
    )
    doubts = ReviewMark.objects.filter(step__review=held).exclude(mark=ReviewMark.Mark.AGREE).count()
    tell_hospital(held, "review.returned", reason=reason, doubts=doubts)


def what_is_open(review: Review) -> tuple[int, bool]:
    """Questions not closed, and whether a site visit was finished. Two queries."""
    return (
        review.questions.filter(closed_at__isnull=True).count(),
        review.visits.filter(finished_at__isnull=False).exists(),
    )


def _note_opinion(desk: Desk, opinion: str) -> None:
    """Closing a step is the closing person's own opinion too, when he or she reviews it."""
    if desk.mine is None:
        return
    desk.mine.done_at = timezone.now()
    desk.mine.opinion = opinion or desk.mine.opinion
    desk.mine.save(update_fields=["done_at", "opinion"])


def _close(step: ReviewStep, state: str, by: User, opinion: str, level: int | None) -> None:
    step.state, step.opinion, step.level = state, opinion, level
    step.closed_by, step.closed_at = by, timezone.now()
    step.save(update_fields=["state", "opinion", "level", "closed_by", "closed_at"])
