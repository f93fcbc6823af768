"""Where the review of an assessment stands, in one line; and what waits for a person, for the home page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from assessments.models import Assessment, Review, ReviewMessage, ReviewQuestion, ReviewStep, StageKind
from assessments.queries.reviewing.queue import Tally, in_work, open_questions, tally_of
from hospitals.access import Person
from hospitals.models import Organisation


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """``asked``: questions that wait for the hospital. ``step`` is empty when none is in work."""

    public_id: str
    state: str
    state_name: str
    step: str
    due_on: date | None
    asked: int
    award: int | None


def review_line_of(assessment: Assessment) -> ReviewLine | None:
    """The newest review of an assessment; None: it was never under review. Three queries at most."""
    review = Review.objects.filter(assessment=assessment).select_related("award").order_by("-id").first()
    if review is None:
        return None
    step = review.steps.filter(state=ReviewStep.State.ACTIVE).first() if _going_on(review) else None
    award = getattr(review, "award", None)
    return ReviewLine(
        public_id=str(review.public_id),
        state=review.state,
        state_name=review.get_state_display(),
        step=str(StageKind(step.kind).label) if step else "",
        due_on=step.due_on if step else None,
        asked=open_questions([review.pk])[0][review.pk] if _going_on(review) else 0,
        award=award.level if award is not None else None,
    )


def _going_on(review: Review) -> bool:
    return review.state == Review.State.REVIEWING


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """A review with questions that wait for the hospital."""

    public_id: str
    title: str
    hospital: str
    questions: int


def reviews_to_answer(user: Person, hospitals: Collection[int]) -> tuple[ToAnswer, ...]:
    """Of these hospitals, the oldest first. One query."""
    last = ReviewMessage.objects.filter(question=OuterRef("pk")).order_by("-id")
    found: dict[str, ToAnswer] = {}
    for question in (
        ReviewQuestion.objects.filter(
            closed_at__isnull=True,
            review__state=Review.State.REVIEWING,
            review__assessment__hospital_id__in=hospitals,
        )
        .annotate(answered=Subquery(last.values("from_hospital")[:1]))
        .filter(answered=False)
        .select_related("review__assessment__hospital")
        .order_by("review", "id")
    ):
        review = question.review
        known = found.get(str(review.public_id))
        found[str(review.public_id)] = ToAnswer(
            str(review.public_id),
            review.assessment.title,
            review.assessment.hospital.label,
            known.questions + 1 if known else 1,
        )
    return tuple(found.values())


def review_tally(user: Person, bureaus: Collection[Organisation]) -> Tally:
    """What waits for a reviewer or manager. One query."""
    return tally_of(in_work(Review.objects.visible_to(user), user), [bureau.pk for bureau in bureaus])
