"""A review begins with a submission; a newer one overtakes it, and a withdrawal ends it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment, Review, ReviewStep, ScoreSnapshot
from assessments.queries.reviewing.claims import claims_in
from assessments.queries.reviewing.schemes_in_force import route_for
from assessments.trail import record_work
from rubrics.queries import get_rubric

State = Review.State
#: states in which an earlier review of the same assessment gives way to a new submission
GIVES_WAY = (State.REVIEWING, State.RETURNED, State.WITHDRAWN)


@transaction.atomic
def open_review(*, by: User, assessment: Assessment, snapshot: ScoreSnapshot) -> Review | None:
    """Start the review of a submission as the scheme of a bureau above says; None: no scheme covers it.

    Earlier reviews of the same assessment that led to no decision become overtaken, with or without a
    scheme for the new one. Call inside the transaction that submits.
    """
    now = timezone.now()
    for earlier in assessment.reviews.select_for_update().filter(state__in=GIVES_WAY):
        earlier.state, earlier.closed_at = State.OVERTAKEN, earlier.closed_at or now
        earlier.save(update_fields=["state", "closed_at"])
    route = route_for(assessment, snapshot.level)
    if route is None:
        return None
    review = Review.objects.create(
        assessment=assessment,
        snapshot=snapshot,
        scheme=route.scheme,
        claims=len(claims_in(get_rubric(assessment.edition), snapshot)),
    )
    ReviewStep.objects.bulk_create(
        ReviewStep(
            review=review,
            order=order,
            kind=stage.kind,
            office=office,
            reviewers=stage.reviewers,
            site_visit=stage.site_visit,
            days=stage.days,
            state=ReviewStep.State.ACTIVE if order == 1 else ReviewStep.State.WAITING,
            due_on=due(stage.days) if order == 1 else None,
        )
        for order, (stage, office) in enumerate(route.steps, start=1)
    )
    record_work(
        verb="review.opened",
        by=by,
        assessment=assessment,
        facts={
            "snapshot": snapshot.number,
            "level": snapshot.level,
            "bureau": route.scheme.bureau.name,
            "year": route.scheme.year,
            "steps": [str(stage.kind) for stage, _office in route.steps],
        },
    )
    return review


def due(days: int) -> date:
    """The last day of a step that begins today."""
    return timezone.localdate() + timedelta(days=days)


def end_review_of_withdrawn(*, assessment: Assessment) -> None:
    """The hospital takes its submission back: the review in course ends. ``check_can_withdraw`` has asked
    whether it may; the withdrawal itself is the event. Call inside its transaction."""
    for review in assessment.reviews.select_for_update().filter(state=State.REVIEWING):
        review.state, review.closed_at = State.WITHDRAWN, timezone.now()
        review.save(update_fields=["state", "closed_at"])
