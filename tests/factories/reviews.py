"""Reviews for tests: schemes as a bureau sets them, submissions under review, steps taken by actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from assessments.actions.reviewing.assigning import assign_reviewer, declare_no_conflict
from assessments.actions.reviewing.awarding import decide_award, give_notice
from assessments.actions.reviewing.closing import pass_step
from assessments.actions.reviewing.schemes import Stage, save_scheme
from assessments.models import Assessment, AwardedLevel, Review, ReviewScheme
from hospitals.models import Membership, Organisation
from rubrics.models import Edition
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.people import forget_memberships, make_person
from tests.factories.rubrics import make_edition

Role = Membership.Role
SERVICE = "smart-service-2019"
YEAR = 2026  # of the window that assessments of tests have


def stage(kind: str = "province", levels: tuple[int, int] = (0, 5), days: int = 10, **more: Any) -> Stage:
    return Stage(kind=kind, from_level=levels[0], to_level=levels[1], days=days, **more)


def make_scheme(
    bureau: Organisation,
    by: User,
    *stages: Stage,
    edition: Edition | None = None,
    year: int = YEAR,
    notice_days: int = 7,
    **more: Any,
) -> ReviewScheme:
    """The scheme of a bureau for a year; one step at the province when no stage is given."""
    forget_memberships(by)
    return save_scheme(
        by=by,
        bureau=bureau,
        edition=edition or make_edition(SERVICE),
        year=year,
        notice_days=notice_days,
        stages=stages or (stage(),),
        **more,
    )


@dataclass(frozen=True, slots=True)
class Cast:
    """A province with its people, a hospital with its lead."""

    bureau: Organisation
    hospital: Organisation
    lead: User
    manager: User
    reviewer: User


def make_cast(bureau: Organisation, hospital: Organisation, lead: User) -> Cast:
    return Cast(
        bureau,
        hospital,
        lead,
        make_person(bureau, Role.BUREAU_MANAGER, "manager"),
        make_person(bureau, Role.REVIEWER, "reviewer"),
    )


def submitted(
    hospital: Organisation,
    lead: User,
    *,
    target_level: int = 2,
    title: str = "2026年自评（示例）",
    **more: Any,
) -> Assessment:
    """A complete assessment, handed in."""
    assessment = make_assessment(hospital, lead, target_level=target_level, title=title, **more)
    complete(assessment, lead)
    submit(assessment, lead)
    return assessment


def review_of(assessment: Assessment) -> Review:
    """The newest review of an assessment."""
    return Review.objects.filter(assessment=assessment).order_by("-id")[0]


def take_up(review: Review, cast: Cast, person: User | None = None) -> User:
    """The manager gives the step in work to somebody, who declares to be free."""
    person = person or cast.reviewer
    assign_reviewer(by=cast.manager, review=review, person=person)
    declare_no_conflict(by=person, review=review)
    return person


def pass_all(review: Review, cast: Cast) -> None:
    """Every step passed by the manager alone, for schemes that ask for one reviewer."""
    while review.steps.filter(state="active").exists():
        take_up(review, cast)
        pass_step(by=cast.reviewer, review=review)


def on_notice(review: Review, cast: Cast, days: int = 7) -> AwardedLevel:
    """Decided as claimed, and its public notice open from today."""
    pass_all(review, cast)
    decide_award(by=cast.manager, review=review, level=review.snapshot.level)
    return give_notice(by=cast.manager, review=review, days=days)


def expert(bureau: Organisation, name: str) -> User:
    return make_person(bureau, Membership.Role.REVIEWER, name)
