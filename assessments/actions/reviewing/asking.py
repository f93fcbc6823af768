"""Questions of reviewers to the hospital, and what both sides write into their threads."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.reviewing.held import held_desk, written
from assessments.actions.reviewing.telling import about, day, tell_hospital, tell_reviewers
from assessments.models import Review, ReviewMessage, ReviewQuestion
from assessments.places import refuse_unknown_place
from assessments.queries.reviewing.desk import Desk
from assessments.review_permissions import check_can_close_question, check_can_review, check_can_write
from assessments.trail import record_review, record_work
from hospitals.refusals import Refusal

MOST_OPEN = 200


@transaction.atomic
def ask_hospital(
    *, by: User, review: Review, text: str, item: str = "", clause: str = "", due_on: date | None = None
) -> ReviewQuestion:
    """Begin a thread about the submission, an item or a clause; the hospital sees the office, not the name."""
    desk = held_desk(review, by)
    check_can_review(desk)
    refuse_unknown_place(desk.review.assessment, item, clause)
    text = written(text, needed=_("请写下问题。"))
    if due_on is not None and due_on < timezone.localdate():
        raise Refusal(_("答复期限不能早于今天。"))
    if desk.review.questions.filter(closed_at__isnull=True).count() >= MOST_OPEN:
        raise Refusal(_("未关闭的问题太多，请先关闭已答复的。"))
    question = ReviewQuestion.objects.create(
        review=desk.review, item_code=item, clause_code=clause, asked_by=by, answer_due_on=due_on
    )
    ReviewMessage.objects.create(question=question, by=by, from_hospital=False, text=text)
    record_review(
        verb="review.asked",
        by=by,
        review=desk.review,
        facts={
            "question": question.pk,
            **({"clause": clause} if clause else {"item": item} if item else {}),
            **({"due_on": due_on.isoformat()} if due_on else {}),
        },
    )
    tell_hospital(desk.review, "review.asked", about=about(question), due_on=day(due_on))
    return question


@transaction.atomic
def write_into(*, by: User, review: Review, question: ReviewQuestion, text: str) -> ReviewMessage:
    """The hospital's answer, or a further word of a reviewer."""
    desk = held_desk(review, by)
    held = _held(desk, question)
    check_can_write(desk, held)
    text = written(text, needed=_("请写下答复。"))
    message = ReviewMessage.objects.create(question=held, by=by, from_hospital=desk.staff, text=text)
    facts = {"question": held.pk, **({"clause": held.clause_code} if held.clause_code else {})}
    if desk.staff:
        record_work(verb="review.answered", by=by, assessment=desk.review.assessment, facts=facts)
        tell_reviewers(desk.review, [held.asked_by_id], "review.answered", about=about(held))
    else:
        record_review(verb="review.answered", by=by, review=desk.review, facts=facts)
        tell_hospital(desk.review, "review.asked", about=about(held), due_on=day(held.answer_due_on))
    return message


@transaction.atomic
def close_question(*, by: User, review: Review, question: ReviewQuestion) -> None:
    """Settle a thread: nobody writes into it any more."""
    desk = held_desk(review, by)
    held = _held(desk, question)
    check_can_close_question(desk, held)
    held.closed_at, held.closed_by = timezone.now(), by
    held.save(update_fields=["closed_at", "closed_by"])
    record_review(verb="review.question-closed", by=by, review=desk.review, facts={"question": held.pk})


def _held(desk: Desk, question: ReviewQuestion) -> ReviewQuestion:
    return ReviewQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk, review=desk.review)
