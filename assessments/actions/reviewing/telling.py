"""Who is told what happened in a review; inside the change's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from assessments.actions.notices import tell, who_speaks_for
from assessments.models import Review, ReviewQuestion
from hospitals.access import Role
from hospitals.models import Membership, Organisation


def tell_hospital(review: Review, kind: str, **facts: Any) -> None:
    """The people who speak for the hospital. Three statements."""
    assessment = review.assessment
    people = who_speaks_for([assessment.hospital_id]).get(assessment.hospital_id, [])
    _tell(review, people, kind, **facts)


def tell_reviewers(review: Review, people: Iterable[int], kind: str, **facts: Any) -> None:
    _tell(review, people, kind, **facts)


def tell_managers(review: Review, bureau: Organisation, kind: str, **facts: Any) -> None:
    """The managers of a bureau. Three statements."""
    people = Membership.objects.in_force().filter(
        organisation=bureau, role=Role.BUREAU_MANAGER, user__is_active=True
    )
    _tell(review, people.values_list("user_id", flat=True), kind, **facts)


def about(question: ReviewQuestion) -> str:
    return question.clause_code or question.item_code


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _tell(review: Review, people: Iterable[int], kind: str, **facts: Any) -> None:
    assessment = review.assessment
    tell(
        people=list(people),
        kind=kind,
        facts={
            "hospital": {"zh": assessment.hospital.name, "en": assessment.hospital.name_en},
            "title": assessment.title,
            **facts,
        },
        url=reverse("review", args=[review.public_id]),
    )
