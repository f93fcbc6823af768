"""Steps of a review as lines, with who works on them and how many clauses each has marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from django.db.models import Count
from django.utils import timezone

from assessments.models import Review, ReviewAssignment, ReviewStep, StageKind
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.values import Marks, ReviewerLine, StepLine

#: (step, person, item, mark) -> how many clauses
Marked = Mapping[tuple[int, int, str, str], int]
STOPPED = "stopped"  # in work when the review ended


def marks_in(review: Review) -> Marked:
    """One query."""
    rows = (
        review.steps.filter(marks__isnull=False)
        .order_by()
        .values_list("pk", "marks__by", "marks__item_code", "marks__mark")
        .annotate(n=Count("marks"))
    )
    return {(step, by, item, mark): n for step, by, item, mark, n in rows}


def together(marked: Marked, *, by: int | None = None, step: int | None = None, item: str = "") -> Marks:
    """Added up over what is not named."""
    counts: Counter[str] = Counter()
    for (at, person, code, mark), n in marked.items():
        if (by is None or person == by) and (step is None or at == step) and (not item or code == item):
            counts[mark] += n
    return Marks(**counts)


def step_line(
    desk: Desk,
    step: ReviewStep,
    marked: Marked,
    *,
    working: Collection[int] = (),
    named: bool = True,
) -> StepLine:
    """``working``: people who review for the step in work today. ``named``: with reviewers, opinion and
    recommended level; without, for the hospital before a decision."""
    going_on = desk.review.state == Review.State.REVIEWING
    active = step.state == ReviewStep.State.ACTIVE
    return StepLine(
        id=step.pk,
        order=step.order,
        kind=step.kind,
        kind_name=str(StageKind(step.kind).label),
        office=step.office.label,
        state=STOPPED if active and not going_on else step.state,
        state_name=step.get_state_display(),
        due_on=step.due_on,
        days_left=(step.due_on - timezone.localdate()).days if active and going_on and step.due_on else None,
        needed=step.reviewers,
        site_visit=step.site_visit,
        reviewers=tuple(_reviewer(desk, step, one, marked, working) for one in step.assignments.all())
        if named
        else (),
        opinion=step.opinion if named else "",
        level=step.level if named else None,
        closed_by=step.closed_by.name if named and step.closed_by else "",
        closed_at=step.closed_at,
    )


def _reviewer(
    desk: Desk, step: ReviewStep, one: ReviewAssignment, marked: Marked, working: Collection[int]
) -> ReviewerLine:
    return ReviewerLine(
        assignment=one.pk,
        name=one.person.name,
        declared_at=one.declared_at,
        done_at=one.done_at,
        opinion=one.opinion,
        marks=together(marked, by=one.person_id, step=step.pk),
        ended_at=one.ended_at,
        ended_reason=one.ended_reason,
        gone=step is desk.active
        and one.ended_at is None
        and one.done_at is None
        and one.person_id not in working,
        me=one.person_id == desk.user.pk,
    )
