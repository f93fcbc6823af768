"""Entries into the newest year's cycle, and its reviews: most wait in their city, some have gone on to the province."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from django.db.models import QuerySet

from accounts.models import User
from assessments.models import (
    Assessment,
    CampaignEntry,
    Participation,
    Review,
    ReviewAssignment,
    ReviewQuestion,
    ReviewScheme,
    ReviewStep,
    ScoreSnapshot,
)
from hospitals.models import Organisation
from rubrics.models import Edition

DAYS = 20
GONE_ON = 0.4  # share that passed their city
MINE = 0.03  # share that lies with the one person of a made-up province
ASKED = 0.1  # share with a question that waits for an answer
Step = ReviewStep.State


def enter(bureau: Organisation, edition: Edition, year: int) -> None:
    """What was handed in for the year entered the cycle."""
    parts = dict(Participation.objects.filter(campaign__bureau=bureau).values_list("hospital", "pk"))
    CampaignEntry.objects.bulk_create(
        (
            CampaignEntry(participation_id=parts[one.hospital_id], edition=edition, assessment=one)
            for one in _handed_in(bureau, edition, year)
        ),
        batch_size=500,
    )


def open_reviews(bureau: Organisation, edition: Edition, year: int, by: User, random: Random) -> None:
    """A scheme of two steps, and a review of every submission of the year."""
    scheme = ReviewScheme.objects.create(bureau=bureau, edition=edition, year=year, made_by=by)
    for order, kind in enumerate(("city", "province"), start=1):
        scheme.stages.create(
            order=order, kind=kind, from_level=0, to_level=edition.top_level, days=DAYS, reviewers=1
        )
    snapshots = ScoreSnapshot.objects.filter(assessment__in=_handed_in(bureau, edition, year))
    made = Review.objects.bulk_create(
        [
            Review(assessment_id=assessment, snapshot_id=pk, scheme=scheme, claims=100, opened_at=taken)
            for pk, assessment, taken in snapshots.values_list("pk", "assessment_id", "taken_at")
        ],
        batch_size=500,
    )
    cities = dict(_handed_in(bureau, edition, year).values_list("pk", "hospital__parent"))
    steps = []
    for review in made:
        on = random.random() < GONE_ON
        begun = review.opened_at.date()
        for order, kind in enumerate(("city", "province"), start=1):
            active = (order == 2) == on
            steps.append(
                ReviewStep(
                    review=review, order=order, kind=kind, days=DAYS, reviewers=1,
                    office_id=int(cities[review.assessment_id] or 0) if kind == "city" else bureau.pk,
                    state=Step.ACTIVE if active else Step.PASSED if order == 1 else Step.WAITING,
                    due_on=_due(begun, order) if active or order == 1 else None,
                )
            )  # fmt: skip
    steps = ReviewStep.objects.bulk_create(steps, batch_size=500)
    ReviewAssignment.objects.bulk_create(
        ReviewAssignment(step=step, person=by, assigned_by=by)
        for step in steps
        if step.state == Step.ACTIVE and random.random() < MINE
    )
    ReviewQuestion.objects.bulk_create(
        ReviewQuestion(review=review, item_code="01.01", asked_by=by)
        for review in made
        if random.random() < ASKED
    )


def _handed_in(bureau: Organisation, edition: Edition, year: int) -> QuerySet[Assessment]:
    return Assessment.objects.filter(
        hospital__path__startswith=bureau.path, edition=edition, window_to=date(year, 9, 30)
    )


def _due(begun: date, order: int) -> date:
    return begun + timedelta(days=DAYS * order)
