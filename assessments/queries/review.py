"""What a bureau sees of an assessment: submissions as they were frozen, never the work behind them."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.models import Assessment
from assessments.permissions import allowed, check_can_decide
from assessments.queries.frame import AssessmentFrame, frame_of
from assessments.queries.happenings import Happening, SnapshotLine, snapshots_of, steps_of
from assessments.queries.reviewing.line import ReviewLine, review_line_of
from hospitals.access import Person
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class Review:
    """What a bureau sees: the newest submission as frozen, and the steps since the first one."""

    frame: AssessmentFrame
    snapshot: SnapshotLine
    top: int
    target: int
    recent: tuple[Happening, ...]
    can_decide: bool
    review: ReviewLine | None
    organisation_name: str
    search_edition: str


def review_of(assessment: Assessment, user: Person) -> Review:
    """Ten queries at most: flags in force, snapshots, steps of the life cycle, the newest review (3), and whether
    the reader may decide (4)."""
    rubric = get_rubric(assessment.edition)
    snapshot = snapshots_of(assessment)[0]  # a bureau sees only what was submitted, and submitting freezes
    return Review(
        frame=frame_of(assessment, user, rubric, {}),
        snapshot=snapshot,
        top=rubric.top_level,
        target=assessment.target_level,
        recent=steps_of(assessment, since_submission=True),
        can_decide=allowed(check_can_decide, user, assessment),
        review=review_line_of(assessment),
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
    )
