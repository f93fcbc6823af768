"""Reviews for the permission table: one in work, one given but not declared, one that waits for its level,
one on public notice. Small submissions of their own years, so that they stand in nobody's way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from assessments.actions.reviewing.asking import ask_hospital
from assessments.actions.reviewing.assigning import assign_reviewer
from assessments.actions.reviewing.closing import pass_step, return_to_hospital
from assessments.actions.reviewing.objecting import raise_objection
from assessments.actions.reviewing.visiting import plan_visit
from assessments.models import (
    Objection,
    Review,
    ReviewAssignment,
    ReviewQuestion,
    ReviewScheme,
    SiteVisit,
    SiteVisitItem,
)
from hospitals.models import Membership, Organisation
from rubrics.models import Edition
from rubrics.queries import get_rubric
from tests.factories.assessments import all_met, make_answer, make_assessment, submit
from tests.factories.people import make_person
from tests.factories.reviews import Cast, make_scheme, on_notice, review_of, stage, take_up


@dataclass(frozen=True, slots=True)
class Reviewed:
    """``review``: given to the reviewer, who has declared; not to the manager."""

    scheme: ReviewScheme
    review: Review
    assignment: ReviewAssignment
    question: ReviewQuestion
    visit: SiteVisit
    visit_item: SiteVisitItem
    undeclared: Review
    passed: Review
    returned: Review
    noticed: Review
    objection: Objection
    second: User  # a reviewer nothing was given to


def review_some(
    bureau: Organisation,
    hospital: Organisation,
    edition: Edition,
    *,
    lead: User,
    manager: User,
    reviewer: User,
) -> Reviewed:
    cast = Cast(bureau, hospital, lead, manager, reviewer)
    schemes = [make_scheme(bureau, manager, stage(), edition=edition, year=year) for year in (2023, 2024)]
    review = _review(hospital, lead, edition, 2024, "评审中的自评")
    take_up(review, cast)
    question = ask_hospital(by=reviewer, review=review, text="示例问题", item="01.01")
    visit = plan_visit(by=reviewer, review=review, visited_on=timezone.localdate(), size=1)
    undeclared = _review(hospital, lead, edition, 2024, "待声明的自评")
    assign_reviewer(by=manager, review=undeclared, person=reviewer)
    passed = _review(hospital, lead, edition, 2024, "待定级的自评")
    take_up(passed, cast)
    pass_step(by=reviewer, review=passed)
    returned = _review(hospital, lead, edition, 2024, "退回的自评")
    take_up(returned, cast)
    return_to_hospital(by=reviewer, review=returned, reason="示例理由")
    noticed = _review(hospital, lead, edition, 2023, "公示中的自评")
    on_notice(noticed, cast)
    return Reviewed(
        scheme=schemes[1],
        review=review,
        assignment=review.steps.get().assignments.get(),
        question=question,
        visit=visit,
        visit_item=visit.items.get(),
        undeclared=undeclared,
        passed=passed,
        returned=returned,
        noticed=noticed,
        objection=raise_objection(by=manager, review=noticed, text="示例异议", from_whom="示例来信"),
        second=make_person(bureau, Membership.Role.REVIEWER, "second-reviewer"),
    )


def _review(hospital: Organisation, lead: User, edition: Edition, year: int, title: str) -> Review:
    window = (date(year, 7, 1), date(year, 9, 30))
    assessment = make_assessment(hospital, lead, edition=edition, title=title, window=window)
    make_answer(
        assessment,
        "01.01",
        clauses=all_met(get_rubric(edition), "01.01", 1),
        numerators={"1": 900},
        denominators={"1": 1000},
    )
    submit(assessment, lead)
    return review_of(assessment)
