"""Reviews and their results as programs read them: never a reviewer's name, and a hospital no more than on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from accounts.tags import tag_of
from assessments.models import AwardedLevel, Review, ReviewStep
from assessments.queries.reviewing.desk import Desk, loaded
from assessments.queries.reviewing.item_page import ClauseReview, MarkLine, review_item_page
from assessments.queries.reviewing.parts import award_line, is_disclosed
from assessments.queries.reviewing.queue import in_work, open_questions
from assessments.queries.reviewing.steps import step_line
from assessments.queries.reviewing.values import AwardLine, StepLine
from hospitals import access
from hospitals.access import Person

ACTIVE = Prefetch(
    "steps",
    ReviewStep.objects.filter(state=ReviewStep.State.ACTIVE).select_related("office"),
    to_attr="active_steps",
)


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """``step``, ``office``, ``due_on``: of the step in work. ``asked``: questions that wait for the hospital;
    ``answered``: answers that wait for a reviewer. ``award``: None before the decision."""

    id: UUID
    assessment: UUID
    hospital_id: UUID
    hospital: str
    rubric: str
    snapshot: int
    claimed: int
    state: str
    step: str | None
    office: str
    due_on: date | None
    mine: bool
    asked: int
    answered: int
    award: int | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class WholeReview:
    """``conflict``: why the reader must keep out; empty when nothing is in the way."""

    review: ReviewFacts
    steps: tuple[StepLine, ...]
    award: AwardLine | None
    conflict: str

    @property
    def tag(self) -> str:
        return tag_of(self)


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    code: str
    text: str
    claimed: bool
    verdict: str
    mine: MarkLine | None
    others: tuple[MarkLine, ...]


@dataclass(frozen=True, slots=True)
class AwardFacts:
    id: UUID
    hospital_id: UUID
    hospital: str
    rubric: str
    year: int
    source: str
    level: int
    total: Decimal | None
    decided_at: datetime
    notice_until: date | None
    published_at: datetime | None
    valid_until: date | None
    recheck_due: date | None
    revoked_at: datetime | None
    revocation_reason: str


def find_reviews(user: Person, *, state: str = "", rubric: str = "", mine: bool = False) -> QuerySet[Any]:
    """Reviews the person may see, with their step in work. No query yet."""
    found = in_work(loaded(Review.objects.visible_to(user)), user).select_related("award")
    if state:
        found = found.filter(state=state)
    if rubric:
        found = found.filter(assessment__edition__key=rubric)
    if mine:
        found = found.filter(is_mine=True, state__in=Review.IN_COURSE)
    return found.prefetch_related(ACTIVE)


def list_facts(reviews: Sequence[Any]) -> list[ReviewFacts]:
    """One query: open questions."""
    asked, answered = open_questions([review.pk for review in reviews])
    return [
        _facts(
            review,
            review.active_steps[0] if review.active_steps else None,
            mine=review.is_mine,
            asked=asked[review.pk],
            answered=answered[review.pk],
        )
        for review in reviews
    ]


def _facts(review: Any, step: ReviewStep | None, *, mine: bool, asked: int, answered: int) -> ReviewFacts:
    assessment, award = review.assessment, getattr(review, "award", None)
    step = step if review.state == Review.State.REVIEWING else None
    return ReviewFacts(
        id=review.public_id,
        assessment=assessment.public_id,
        hospital_id=assessment.hospital.public_id,
        hospital=assessment.hospital.label,
        rubric=assessment.edition.key,
        snapshot=review.snapshot.number,
        claimed=review.snapshot.level,
        state=review.state,
        step=step.kind if step else None,
        office=step.office.label if step else "",
        due_on=step.due_on if step else None,
        mine=mine,
        asked=asked,
        answered=answered,
        award=award.level if award is not None else None,
        opened_at=review.opened_at,
        closed_at=review.closed_at,
    )


def whole_review(desk: Desk) -> WholeReview:
    """Four queries beside the desk: the result (twice) with its objections, questions."""
    asked, answered = open_questions([desk.review.pk])
    named = not desk.outside or is_disclosed(desk)
    pk, award = desk.review.pk, award_line(desk)
    return WholeReview(
        review=_facts(
            desk.review, desk.active, mine=desk.mine is not None, asked=asked[pk], answered=answered[pk]
        ),
        # what is not told, or changes overnight by itself, is no part of the state
        steps=tuple(
            replace(step_line(desk, step, {}, named=named), reviewers=(), days_left=None)
            for step in desk.steps
        ),
        award=replace(award, days_left=None) if award is not None else None,
        conflict="" if desk.staff else desk.conflict,
    )


def clauses_of(desk: Desk, item: str) -> list[ClauseFacts] | None:
    """Clauses of an item with what the checks and the reviewers say; None: no such item. Twelve queries."""
    page = review_item_page(desk, item)
    if page is None:
        return None
    return [
        _clause(page.clauses[clause.code], clause.text, clause.word)
        for level in page.evidence.levels
        for clause in level.clauses
    ]


def _clause(found: ClauseReview, text: str, verdict: str) -> ClauseFacts:
    return ClauseFacts(found.code, text, found.claimed, verdict, found.mine, found.others)


def find_awards(
    user: Person,
    *,
    hospital: UUID | None = None,
    rubric: str = "",
    year: int | None = None,
    in_force: bool = False,
) -> QuerySet[AwardedLevel]:
    """Results a bureau knows of the hospitals beneath it; a hospital its own once they are published. No query yet."""
    own = [one.pk for one in access.organisations_where(user, access.HOSPITAL_STAFF)]
    found = AwardedLevel.objects.filter(
        access.beneath_bureaus_of(user, "hospital__") | Q(hospital_id__in=own, published_at__isnull=False)
    ).select_related("hospital", "edition")
    if in_force:
        found = found.in_force()
    if hospital is not None:
        found = found.filter(hospital__public_id=hospital)
    if rubric:
        found = found.filter(edition__key=rubric)
    return found if year is None else found.filter(year=year)


def award_facts(award: AwardedLevel) -> AwardFacts:
    """No query."""
    return AwardFacts(
        id=award.public_id,
        hospital_id=award.hospital.public_id,
        hospital=award.hospital.label,
        rubric=award.edition.key,
        year=award.year,
        source=award.source,
        level=award.level,
        total=award.total,
        decided_at=award.decided_at,
        notice_until=award.notice_until,
        published_at=award.published_at,
        valid_until=award.valid_until,
        recheck_due=award.recheck_due,
        revoked_at=award.revoked_at,
        revocation_reason=award.revocation_reason,
    )
