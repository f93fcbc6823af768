"""Who reviews: assignment, conflicts of interest, declarations, deadlines; and what they mark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.actions.deciding import take_decision
from assessments.actions.reviewing.asking import ask_hospital
from assessments.actions.reviewing.assigning import (
    assign_reviewer,
    declare_no_conflict,
    end_assignment,
    extend_step,
)
from assessments.actions.reviewing.closing import give_opinion, pass_step, return_to_hospital
from assessments.actions.reviewing.marking import agree_with_rest, mark_clause
from assessments.actions.reviewing.visiting import (
    plan_visit,
)
from assessments.models import Assessment, EvidenceDecision, Review, ReviewMark
from assessments.queries.reviewing.claims import claims_in
from assessments.verification_permissions import check_can_open_attachment
from hospitals.models import Membership
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric
from tests.factories.evidence import make_picture
from tests.factories.people import (
    forget_memberships,
    make_bureau,
    make_consultancy,
    make_engagement,
    make_membership,
    make_person,
    make_user,
)
from tests.factories.reviews import Cast, expert, make_scheme, review_of, stage, submitted, take_up

pytestmark = pytest.mark.django_db
Role = Membership.Role
CLAUSE = "01.01.1-1"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# -- who reviews


def test_only_the_offices_manager_gives_a_step_to_somebody(review: Review, cast: Cast) -> None:
    for person in (cast.reviewer, cast.lead):
        with pytest.raises(Refusal, match="的管理员分配"):
            assign_reviewer(by=person, review=review, person=cast.reviewer)
    assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)
    with pytest.raises(Refusal, match="已经分配给"):
        assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)


def test_a_step_goes_only_to_people_of_the_office(review: Review, cast: Cast) -> None:
    elsewhere = expert(make_bureau("另一示例省"), "far-away")
    city = expert(make_bureau("示例乙市", parent=cast.bureau), "city-reviewer")
    auditor = make_person(cast.bureau, Role.AUDITOR, "auditor")
    for person in (elsewhere, city, auditor, make_user("nobody")):
        with pytest.raises(Refusal, match="不在这一环节的评审人范围内"):
            assign_reviewer(by=cast.manager, review=review, person=person)


def test_experts_come_from_every_bureau_of_the_province(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage("expert"))
    review = review_of(submitted(cast.hospital, cast.lead))
    other_city = expert(make_bureau("示例乙市", parent=cast.bureau), "city-expert")
    assert not Review.objects.visible_to(other_city).exists()
    assign_reviewer(by=cast.manager, review=review, person=other_city)
    assert Review.objects.visible_to(other_city).exists()
    assert not Assessment.objects.visible_to(other_city).exists()  # first the declaration
    declare_no_conflict(by=other_city, review=review)
    assert Assessment.objects.visible_to(other_city).exists()
    picture = make_picture(review.assessment, cast.lead, uploaded_at=review.opened_at - timedelta(hours=1))
    check_can_open_attachment(other_city, picture)
    take_decision(
        by=other_city, assessment=review.assessment, item="01.01", level=1, clause_n=1,
        kind=EvidenceDecision.Kind.ACCEPTED, attachment=picture,
    )  # fmt: skip
    pass_step(by=other_city, review=review)
    assert not Assessment.objects.visible_to(other_city).exists()  # the work is done
    with pytest.raises(Refusal):
        check_can_open_attachment(other_city, picture)


@pytest.mark.parametrize("days_ago", [0, 30, 3 * 365])
def test_whoever_works_or_lately_worked_in_the_hospital_is_not_assigned(
    review: Review, cast: Cast, days_ago: int
) -> None:
    ended = {"revoked_at": timezone.now() - timedelta(days=days_ago)} if days_ago else {}
    make_membership(cast.reviewer, cast.hospital, Role.SECURITY_ADMIN, **ended)
    with pytest.raises(Refusal, match="近三年内在该院任职"):
        assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)


def test_a_membership_that_ran_out_lately_counts_too(review: Review, cast: Cast) -> None:
    make_membership(
        cast.reviewer, cast.hospital, Role.CONTRIBUTOR, until=timezone.localdate() - timedelta(days=100)
    )
    with pytest.raises(Refusal, match="近三年内在该院任职"):
        assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)


def test_whoever_left_four_years_ago_may_review(review: Review, cast: Cast) -> None:
    make_membership(
        cast.reviewer, cast.hospital, Role.QUALITY_LEAD, revoked_at=timezone.now() - timedelta(days=4 * 365)
    )
    assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)


@pytest.mark.parametrize(
    ("ended", "left", "refused"),
    [(None, None, True), (400, None, True), (1500, None, False), (None, 20, False)],
    ids=["engaged now", "engagement ended a year ago", "ended four years ago", "left before it began"],
)
def test_advising_the_hospital_through_a_consultancy_is_a_conflict(
    review: Review, cast: Cast, ended: int | None, left: int | None, refused: bool
) -> None:
    consultancy, today = make_consultancy(), timezone.localdate()
    days = -ended if ended else 30
    begin = today - timedelta(days=(ended or 0) + 10)
    make_engagement(consultancy, cast.hospital, cast.lead, days=days, starts_on=begin)
    more = {"revoked_at": timezone.now() - timedelta(days=left)} if left else {}
    make_membership(cast.reviewer, consultancy, Role.CONSULTANT, **more)
    if refused:
        with pytest.raises(Refusal, match="咨询机构近三年内受该院委托"):
            assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)
    else:
        assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)


def test_the_first_mark_comes_after_the_declaration(review: Review, cast: Cast) -> None:
    assign_reviewer(by=cast.manager, review=review, person=cast.reviewer)
    for act in (
        lambda: mark_clause(by=cast.reviewer, review=review, clause=CLAUSE, mark="agree"),
        lambda: ask_hospital(by=cast.reviewer, review=review, text="为什么？"),
        lambda: give_opinion(by=cast.reviewer, review=review, opinion="好"),
        lambda: pass_step(by=cast.reviewer, review=review),
        lambda: return_to_hospital(by=cast.reviewer, review=review, reason="改"),
        lambda: plan_visit(by=cast.reviewer, review=review, visited_on=timezone.localdate()),
    ):
        with pytest.raises(Refusal, match="请先作无利益冲突声明"):
            act()
    declare_no_conflict(by=cast.reviewer, review=review)
    mark_clause(by=cast.reviewer, review=review, clause=CLAUSE, mark="agree")
    with pytest.raises(Refusal, match="已作过声明"):
        declare_no_conflict(by=cast.reviewer, review=review)


def test_a_conflict_that_arises_later_stops_the_reviewer(taken: Review, cast: Cast) -> None:
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="agree")
    make_membership(cast.reviewer, cast.hospital, Role.CONSULTANT)
    with pytest.raises(Refusal, match="按回避规定"):
        mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="agree")
    with pytest.raises(Refusal):
        pass_step(by=cast.reviewer, review=taken)


def test_a_revoked_membership_ends_the_work_and_keeps_what_was_done(taken: Review, cast: Cast) -> None:
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="agree")
    Membership.objects.filter(user=cast.reviewer).update(revoked_at=timezone.now())
    forget_memberships(cast.reviewer)
    assert not Review.objects.visible_to(cast.reviewer).exists()
    for act in (
        lambda: mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="agree"),
        lambda: pass_step(by=cast.reviewer, review=taken),
    ):
        with pytest.raises(Refusal, match="承担评审工作，不能再办理"):
            act()
    assert ReviewMark.objects.count() == 1
    # the manager gives the step to a colleague
    colleague = expert(cast.bureau, "colleague-reviewer")
    [old] = taken.steps.get().assignments.all()
    end_assignment(by=cast.manager, review=taken, assignment=old, reason="离岗")
    take_up(taken, cast, colleague)
    pass_step(by=colleague, review=taken)
    assert taken.steps.get().state == "passed"


def test_ending_an_assignment_needs_a_reason_and_happens_once(taken: Review, cast: Cast) -> None:
    assignment = taken.steps.get().assignments.get()
    with pytest.raises(Refusal, match="请写明更换评审人的理由"):
        end_assignment(by=cast.manager, review=taken, assignment=assignment, reason=" ")
    end_assignment(by=cast.manager, review=taken, assignment=assignment, reason="出差")
    with pytest.raises(Refusal, match="已不在这一环节"):
        end_assignment(by=cast.manager, review=taken, assignment=assignment, reason="出差")
    with pytest.raises(Refusal, match="没有分配给您"):
        mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="agree")


def test_a_deadline_moves_with_a_reason(taken: Review, cast: Cast) -> None:
    later = timezone.localdate() + timedelta(days=40)
    with pytest.raises(Refusal, match="180天之内"):
        extend_step(by=cast.manager, review=taken, due_on=later + timedelta(days=400), reason="材料多")
    with pytest.raises(Refusal, match="延期的理由"):
        extend_step(by=cast.manager, review=taken, due_on=later, reason="")
    extend_step(by=cast.manager, review=taken, due_on=later, reason="材料多")
    assert taken.steps.get().due_on == later


# -- marks


def test_doubt_needs_a_reason_and_a_second_mark_replaces_the_first(taken: Review, cast: Cast) -> None:
    for mark in ("question", "disagree"):
        with pytest.raises(Refusal, match="请写明理由"):
            mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark=mark, reason="  ")
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="disagree", reason="截图与数据不符")
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="agree")
    [mark] = ReviewMark.objects.all()
    assert (mark.mark, mark.reason, mark.level, mark.item_code) == ("agree", "", 1, "01.01")


@pytest.mark.parametrize(
    ("clause", "mark", "sentence"),
    [
        ("01.01.1-1", "splendid", "请选择"),
        ("99.99.1-1", "agree", "没有这个条款"),
        ("x", "agree", "没有这个条款"),
    ],
)
def test_nonsense_is_not_marked(taken: Review, cast: Cast, clause: str, mark: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        mark_clause(by=cast.reviewer, review=taken, clause=clause, mark=mark)


def test_agreeing_with_the_rest_leaves_doubts_alone(taken: Review, cast: Cast) -> None:
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="question", reason="看不清")
    claimed = [
        one for one in claims_in(get_rubric(taken.assessment.edition), taken.snapshot) if one.item == "01.01"
    ]
    assert agree_with_rest(by=cast.reviewer, review=taken, item="01.01") == len(claimed) - 1 > 0
    assert ReviewMark.objects.exclude(mark="agree").get().clause_code == CLAUSE
    with pytest.raises(Refusal, match="没有您还未表态"):
        agree_with_rest(by=cast.reviewer, review=taken, item="01.01")
