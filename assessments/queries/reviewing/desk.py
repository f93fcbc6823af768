"""One review as a person stands before it: its steps, the one in work, and the person's own part in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from assessments.conflicts import conflict_of
from assessments.models import Review, ReviewAssignment, ReviewStep
from hospitals import access
from hospitals.access import Person


@dataclass(frozen=True, slots=True)
class Desk:
    """``active``: the step in work, None before a decision on the whole or after the end. ``mine``: the
    person's assignment in it. ``conflict``: why the person must keep out, empty when nothing is in the way.
    ``outside``: the person reads as the hospital does, its own staff or somebody with a conflict.
    """

    review: Review
    user: Person
    steps: Sequence[ReviewStep]
    active: ReviewStep | None
    mine: ReviewAssignment | None
    staff: bool
    conflict: str

    @property
    def outside(self) -> bool:
        return self.staff or bool(self.conflict)

    @property
    def all_passed(self) -> bool:
        return bool(self.steps) and all(step.state == ReviewStep.State.PASSED for step in self.steps)


def desk_of(review: Review, user: Person) -> Desk:
    """Five queries at most: steps with their offices, assignments with their people, three about conflicts.

    ``review`` with assessment, hospital, scheme and its bureau loaded (``loaded``).
    """
    people = ReviewAssignment.objects.select_related("person").order_by("id")
    steps = list(
        review.steps.select_related("office", "closed_by").prefetch_related(Prefetch("assignments", people))
    )
    for step in steps:
        step.review = review  # the same row: no query for each
    active = next((step for step in steps if step.state == ReviewStep.State.ACTIVE), None)
    mine = None
    if active is not None:
        mine = next(
            (one for one in active.assignments.all() if one.person_id == user.pk and one.ended_at is None),
            None,
        )
    hospital = review.assessment.hospital
    return Desk(
        review=review,
        user=user,
        steps=steps,
        active=active,
        mine=mine,
        staff=access.holds(user, hospital, *access.HOSPITAL_STAFF),
        conflict=conflict_of(user, hospital),
    )


def loaded(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """With what every page and action needs; of the snapshot only its columns, not its documents."""
    return reviews.select_related(
        "assessment__hospital", "assessment__edition", "scheme__bureau", "snapshot"
    ).defer("snapshot__answers", "snapshot__card", "snapshot__verified", "snapshot__basis")
