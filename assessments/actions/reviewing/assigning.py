"""Who reviews a step, the declaration to be free of conflicts, and more time."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.reviewing.held import held_desk, in_work, refuse_stale, written
from assessments.actions.reviewing.telling import day, tell_reviewers
from assessments.conflicts import conflict_of
from assessments.models import Review, ReviewAssignment
from assessments.review_permissions import check_can_assign, check_can_declare, works_for
from assessments.trail import record_review
from hospitals.refusals import Refusal

MOST_REVIEWERS = 15
LONGEST_EXTENSION = timedelta(days=180)


@transaction.atomic
def assign_reviewer(*, by: User, review: Review, person: User, step: int | None = None) -> ReviewAssignment:
    """Give the step in work to a person. ``step``: the one the page showed.

    Raises Refusal: not the office's manager, a person who does not review for the office, one with an
    interest in the hospital, one who has the step already.
    """
    desk = held_desk(review, by)
    refuse_stale(desk, step)
    check_can_assign(desk)
    active = in_work(desk)
    if not person.is_active or not works_for(person, active):
        raise Refusal(_("%(name)s不在这一环节的评审人范围内。") % {"name": person.name})
    if conflict := conflict_of(person, desk.review.assessment.hospital):
        raise Refusal(_("%(name)s%(conflict)s") % {"name": person.name, "conflict": conflict})
    in_force = [one for one in active.assignments.all() if one.ended_at is None]
    if any(one.person_id == person.pk for one in in_force):
        raise Refusal(_("这一环节已经分配给%(name)s。") % {"name": person.name})
    if len(in_force) >= MOST_REVIEWERS:
        raise Refusal(_("一个环节最多%(most)s位评审人。") % {"most": MOST_REVIEWERS})
    assignment = ReviewAssignment.objects.create(step=active, person=person, assigned_by=by)
    record_review(
        verb="review.assigned",
        by=by,
        review=desk.review,
        facts={"step": active.order, "person": person.name, "login": person.username},
    )
    tell_reviewers(desk.review, [person.pk], "review.assigned", due_on=day(active.due_on))
    return assignment


@transaction.atomic
def end_assignment(*, by: User, review: Review, assignment: ReviewAssignment, reason: str) -> None:
    """Take a person off the step in work; what he or she marked stays readable."""
    desk = held_desk(review, by)
    check_can_assign(desk)
    reason = written(reason, needed=_("请写明更换评审人的理由。"), most=200)
    assert desk.active is not None
    held = next((one for one in desk.active.assignments.all() if one.pk == assignment.pk), None)
    if held is None or held.ended_at is not None:
        raise Refusal(_("这位评审人已不在这一环节。请刷新后查看。"))
    held.ended_at, held.ended_reason = timezone.now(), reason
    held.save(update_fields=["ended_at", "ended_reason"])
    record_review(
        verb="review.unassigned",
        by=by,
        review=desk.review,
        facts={"step": desk.active.order, "person": held.person.name, "reason": reason},
    )


@transaction.atomic
def declare_no_conflict(*, by: User, review: Review) -> None:
    """The assigned person declares to have no interest in the hospital; comes before the first mark."""
    desk = held_desk(review, by)
    check_can_declare(desk)
    assert desk.mine is not None and desk.active is not None
    desk.mine.declared_at = timezone.now()
    desk.mine.save(update_fields=["declared_at"])
    record_review(verb="review.declared", by=by, review=desk.review, facts={"step": desk.active.order})


@transaction.atomic
def extend_step(*, by: User, review: Review, due_on: date, reason: str, step: int | None = None) -> None:
    """Give the step in work more time, with a reason."""
    desk = held_desk(review, by)
    refuse_stale(desk, step)
    check_can_assign(desk)
    active = in_work(desk)
    reason = written(reason, needed=_("请写明延期的理由。"), most=200)
    today = timezone.localdate()
    if not today <= due_on <= today + LONGEST_EXTENSION:
        raise Refusal(_("新的期限应在今天之后、180天之内。"))
    before, active.due_on = active.due_on, due_on
    active.save(update_fields=["due_on"])
    record_review(
        verb="review.extended",
        by=by,
        review=desk.review,
        facts={
            "step": active.order,
            "before": before.isoformat() if before else "",
            "after": due_on.isoformat(),
            "reason": reason,
        },
    )
