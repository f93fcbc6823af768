"""Steps of a review: opinions, closing, questions, evidence under review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assessments.actions.deciding import take_decision
from assessments.actions.reviewing.asking import ask_hospital, close_question, write_into
from assessments.actions.reviewing.assigning import (
    assign_reviewer,
)
from assessments.actions.reviewing.closing import give_opinion, pass_step, return_to_hospital
from assessments.actions.reviewing.marking import mark_clause
from assessments.actions.reviewing.visiting import (
    decide_on_site,
    finish_visit,
    plan_visit,
)
from assessments.models import EvidenceDecision, Review
from audit.models import Event
from hospitals.models import Membership
from hospitals.refusals import Refusal
from tests.factories.people import (
    make_person,
)
from tests.factories.reviews import Cast, expert, make_scheme, review_of, stage, submitted, take_up

pytestmark = pytest.mark.django_db
Role = Membership.Role
CLAUSE = "01.01.1-1"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# -- opinions and closing


def test_several_reviewers_give_their_opinion_before_the_step_is_passed(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage("expert", reviewers=3))
    review = review_of(submitted(cast.hospital, cast.lead))
    people = [take_up(review, cast, expert(cast.bureau, f"expert-{n}")) for n in range(3)]
    with pytest.raises(Refusal, match="还差2位"):
        pass_step(by=people[0], review=review)
    give_opinion(by=people[0], review=review, opinion="同意")
    with pytest.raises(Refusal, match="还差2位"):  # the manager's opinion is none of the three
        pass_step(by=cast.manager, review=review)
    with pytest.raises(Refusal, match="还差1位"):
        return_to_hospital(by=people[1], review=review, reason="改")
    give_opinion(by=people[1], review=review, opinion="同意")
    pass_step(by=people[2], review=review, opinion="一致通过")
    assert review.steps.get().level == review.snapshot.level


def test_a_step_waits_for_open_questions_and_the_site_visit(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(site_visit=True))
    review = review_of(submitted(cast.hospital, cast.lead))
    take_up(review, cast)
    question = ask_hospital(by=cast.reviewer, review=review, text="接口何时上线？", item="01.01")
    with pytest.raises(Refusal, match="还有1个问题没有关闭"):
        pass_step(by=cast.reviewer, review=review)
    close_question(by=cast.reviewer, review=review, question=question)
    with pytest.raises(Refusal, match="须现场核查"):
        pass_step(by=cast.reviewer, review=review)
    visit = plan_visit(by=cast.reviewer, review=review, visited_on=timezone.localdate(), size=1)
    decide_on_site(
        by=cast.reviewer,
        review=review,
        visit=visit,
        item=visit.items.get(),
        verdict="supported",
        reason="见系统",
    )
    finish_visit(by=cast.reviewer, review=review, visit=visit)
    pass_step(by=cast.reviewer, review=review)


def test_a_lower_level_is_recommended_with_a_reason(taken: Review, cast: Cast) -> None:
    claimed = taken.snapshot.level
    with pytest.raises(Refusal, match="不能高于申报"):
        pass_step(by=cast.reviewer, review=taken, level=claimed + 1)
    with pytest.raises(Refusal, match="请写明意见"):
        pass_step(by=cast.reviewer, review=taken, level=claimed - 1)
    pass_step(by=cast.reviewer, review=taken, level=claimed - 1, opinion="01.01证据不足")
    assert taken.steps.get().level == claimed - 1


def test_the_next_step_begins_with_its_own_days(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(), stage("expert", days=30))
    review = review_of(submitted(cast.hospital, cast.lead))
    take_up(review, cast)
    pass_step(by=cast.reviewer, review=review)
    first, second = review.steps.all()
    assert (first.state, second.state) == ("passed", "active")
    assert second.due_on == timezone.localdate() + timedelta(days=30)
    with pytest.raises(Refusal, match="没有分配给您"):  # the assignment was for the first step
        mark_clause(by=cast.reviewer, review=review, clause=CLAUSE, mark="agree")


def test_of_two_people_who_close_one_step_the_second_is_told_who_was_first(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage(), stage("expert"))
    review = review_of(submitted(cast.hospital, cast.lead))
    take_up(review, cast)
    shown = review.steps.get(state="active").pk
    pass_step(by=cast.reviewer, review=review, step=shown)
    events = Event.objects.count()
    with pytest.raises(Refusal, match=f"{cast.reviewer.name}已经办结这一环节（通过）"):
        pass_step(by=cast.manager, review=review, step=shown)
    with pytest.raises(Refusal, match="已经办结这一环节"):
        return_to_hospital(by=cast.manager, review=review, reason="改", step=shown)
    with pytest.raises(Refusal, match="已经办结这一环节"):
        assign_reviewer(by=cast.manager, review=review, person=cast.reviewer, step=shown)
    assert Event.objects.count() == events
    assert review.steps.get(order=2).state == "active"


def test_a_manager_returns_without_waiting_for_opinions(review: Review, cast: Cast) -> None:
    with pytest.raises(Refusal, match="退回需要写明理由"):
        return_to_hospital(by=cast.manager, review=review, reason="")
    return_to_hospital(by=cast.manager, review=review, reason="材料不全")
    review.refresh_from_db()
    assert (review.state, review.steps.get().state) == ("returned", "returned")
    event = Event.objects.get(verb="assessment.returned")
    assert event.facts["reason"] == "材料不全"
    with pytest.raises(Refusal, match="已退回"):
        return_to_hospital(by=cast.manager, review=review, reason="再退一次")


# -- questions


def test_both_sides_write_until_the_thread_is_closed(taken: Review, cast: Cast) -> None:
    due = timezone.localdate() + timedelta(days=3)
    question = ask_hospital(
        by=cast.reviewer, review=taken, text="为什么？", clause=CLAUSE, item="01.01", due_on=due
    )
    write_into(by=cast.lead, review=taken, question=question, text="因为接口已上线。")
    write_into(by=cast.reviewer, review=taken, question=question, text="请给出日期。")
    assert list(question.messages.values_list("from_hospital", flat=True)) == [False, True, False]
    with pytest.raises(Refusal, match="请写下答复"):
        write_into(by=cast.lead, review=taken, question=question, text="\x00 ")
    close_question(by=cast.reviewer, review=taken, question=question)
    for person in (cast.lead, cast.reviewer):
        with pytest.raises(Refusal, match="已经关闭"):
            write_into(by=person, review=taken, question=question, text="还有")


def test_for_the_hospital_its_lead_or_director_answers(taken: Review, cast: Cast) -> None:
    question = ask_hospital(by=cast.reviewer, review=taken, text="为什么？")
    nurse = make_person(cast.hospital, Role.CONTRIBUTOR, "nurse")
    with pytest.raises(Refusal, match="质控负责人或院领导"):
        write_into(by=nurse, review=taken, question=question, text="我来答")
    write_into(
        by=make_person(cast.hospital, Role.DIRECTOR, "director"), review=taken, question=question, text="好"
    )
    with pytest.raises(Refusal, match="答复期限"):
        ask_hospital(
            by=cast.reviewer, review=taken, text="问", due_on=timezone.localdate() - timedelta(days=1)
        )


def test_what_reviewers_do_is_kept_on_the_bureaus_chain(taken: Review, cast: Cast) -> None:
    """The hospital's own auditor reads neither marks nor names before the decision."""
    mark_clause(by=cast.reviewer, review=taken, clause=CLAUSE, mark="question", reason="看不清")
    ask_hospital(by=cast.reviewer, review=taken, text="为什么？")
    take_decision(
        by=cast.reviewer, assessment=taken.assessment, item="01.01", level=1, clause_n=1,
        kind=EvidenceDecision.Kind.QUESTIONED, reason="看不清",
    )  # fmt: skip
    close_question(by=cast.reviewer, review=taken, question=taken.questions.get())
    pass_step(by=cast.reviewer, review=taken)
    seen = Event.objects.filter(chain__key=str(cast.hospital.public_id))
    assert not seen.filter(actor_name__in=[cast.reviewer.name, cast.manager.name]).exists()
    own = Event.objects.filter(chain__key=str(cast.bureau.public_id)).values_list("verb", flat=True)
    assert {"review.assigned", "review.declared", "review.marked", "review.asked", "decision.taken", "review.passed"} <= set(own)  # fmt: skip


# -- evidence under review


def test_evidence_under_review_is_judged_by_its_reviewers_alone(taken: Review, cast: Cast) -> None:
    other = expert(cast.bureau, "not-assigned")
    decision: dict[str, Any] = {
        "assessment": taken.assessment, "item": "01.01", "level": 1, "clause_n": 1,
        "kind": EvidenceDecision.Kind.QUESTIONED, "reason": "看不清",
    }  # fmt: skip
    for person in (other, cast.manager):
        with pytest.raises(Refusal, match="没有分配给您"):
            take_decision(by=person, **decision)
    take_decision(by=cast.reviewer, **decision)
    pass_step(by=cast.reviewer, review=taken)
    with pytest.raises(Refusal, match="等待作出结论"):
        take_decision(by=cast.reviewer, **decision)
