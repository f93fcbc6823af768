"""One review as the hospital reads it: where it stands, questions to answer, reasons, the decision.

Neither marks nor names before something is decided (``is_disclosed``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from assessments.models import AwardedLevel, Review, ReviewStep
from assessments.permissions import reason
from assessments.queries.frame import AssessmentFrame, read_frame
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.parts import (
    award_line,
    doubts_of,
    identity_of,
    is_disclosed,
    question_lines,
)
from assessments.queries.reviewing.steps import marks_in, step_line
from assessments.queries.reviewing.values import AwardLine, Doubt, Identity, QuestionLine, StepLine
from assessments.review_permissions import check_can_object
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class HospitalReviewPage:
    """``conflict``: for somebody of a bureau who must keep out, and therefore reads no more than this.
    ``newer``: the review of a later submission, when there is one."""

    frame: AssessmentFrame
    identity: Identity
    steps: tuple[StepLine, ...]
    questions: tuple[QuestionLine, ...]
    award: AwardLine | None
    returned: str
    doubts: tuple[Doubt, ...]
    disclosed: bool
    why_not_object: str
    conflict: str
    newer: str
    today: date
    search_edition: str
    organisation_name: str

    @property
    def to_answer(self) -> int:
        return sum(one.waits_for == "hospital" for one in self.questions)


def hospital_review_page(desk: Desk) -> HospitalReviewPage:
    """Ten queries at most beside the desk: frame (2), levels frozen, questions (2), result (2), marks and
    doubts once they are disclosed, the newest review."""
    review = desk.review
    rubric = get_rubric(review.assessment.edition)
    disclosed = is_disclosed(desk)
    award = award_line(desk)
    marked = marks_in(review) if disclosed else {}
    row = AwardedLevel(published_at=award.published_at) if award else None
    newest = (
        Review.objects.filter(assessment=review.assessment)
        .order_by("-id")
        .values_list("public_id", flat=True)[0]
    )
    return HospitalReviewPage(
        frame=read_frame(review.assessment, desk.user, rubric),
        identity=identity_of(review, rubric),
        steps=tuple(step_line(desk, step, marked, named=disclosed) for step in desk.steps),
        questions=question_lines(desk, rubric),
        award=award,
        returned=next((step.opinion for step in desk.steps if step.state == ReviewStep.State.RETURNED), ""),
        doubts=doubts_of(review, rubric, named=False) if disclosed else (),
        disclosed=disclosed,
        why_not_object=reason(check_can_object, desk, row),
        conflict="" if desk.staff else desk.conflict,
        newer="" if newest == review.public_id else str(newest),
        today=timezone.localdate(),
        search_edition=review.assessment.edition.key,
        organisation_name=review.assessment.hospital.label,
    )
