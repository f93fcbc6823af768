"""Any order of steps by anybody leaves a review in one piece: a stateful property test.

The machine plays reviewers, managers and the hospital at random, mostly doing what is not their turn. Every
step either succeeds with one event of its own, or is refused and changes nothing; and after each of them
what must always hold, holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import User
from assessments.actions.lifecycle import accept_assessment, return_assessment, withdraw_assessment
from assessments.actions.reviewing.asking import ask_hospital, close_question, write_into
from assessments.actions.reviewing.assigning import assign_reviewer, declare_no_conflict, end_assignment
from assessments.actions.reviewing.awarding import decide_award, give_notice, publish_award, revoke_award
from assessments.actions.reviewing.closing import give_opinion, pass_step, return_to_hospital
from assessments.actions.reviewing.marking import mark_clause
from assessments.actions.reviewing.objecting import answer_objection, raise_objection
from assessments.models import (
    Assessment,
    AwardedLevel,
    Objection,
    Review,
    ReviewAssignment,
    ReviewMark,
    ReviewQuestion,
    ReviewStep,
)
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import submit
from tests.factories.people import forget_memberships, make_person
from tests.factories.reviews import make_cast, make_scheme, stage, submitted

pytestmark = pytest.mark.django_db
Role = Membership.Role
PEOPLE = ("manager", "reviewer", "second", "lead")
who = st.sampled_from(PEOPLE)
EVENTS_OF = {"submit": 2}  # a submission also opens its review


class _Stop(Exception):
    """Ends an example: what it wrote is rolled back."""


def test_any_order_of_steps_keeps_reviews_in_one_piece(
    bureau: Organisation, hospital: Organisation, owner: User
) -> None:
    cast = make_cast(bureau, hospital, owner)
    people = {
        "manager": cast.manager,
        "reviewer": cast.reviewer,
        "second": make_person(bureau, Role.REVIEWER, "second"),
        "lead": cast.lead,
    }
    make_scheme(bureau, cast.manager, stage(), stage("expert"))
    assessment = submitted(hospital, cast.lead, target_level=1)

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.outer = transaction.atomic()
            self.outer.__enter__()
            Review.objects.filter(assessment=assessment).exists()

        def teardown(self) -> None:
            self.outer.__exit__(_Stop, _Stop(), None)

        def person(self, name: str) -> User:
            forget_memberships(people[name])
            return people[name]

        def newest(self) -> Review:
            return Review.objects.filter(assessment=assessment).order_by("-id")[0]

        def do(self, act: Callable[..., Any], **more: Any) -> None:
            """One step: one event, or a refusal that changes nothing."""
            before, events = self.picture(), Event.objects.count()
            try:
                act(**more)
            except Refusal:
                assert self.picture() == before
                assert Event.objects.count() == events
            else:
                assert Event.objects.count() == events + EVENTS_OF.get(act.__name__, 1)

        def picture(self) -> list[Any]:
            found: list[Any] = [Assessment.objects.values_list("status", flat=True).get(pk=assessment.pk)]
            for model in (Review, ReviewStep, ReviewAssignment, ReviewMark, AwardedLevel, Objection):
                found += list(model.objects.order_by("pk").values_list())  # type: ignore[attr-defined]
            return found

        # -- what people do

        @rule()
        def go_on(self) -> None:
            """Whatever brings the review forward, by whoever may: so that every state comes up often enough."""
            review, manager = self.newest(), self.person("manager")
            state = str(review.state)
            if state in ("returned", "withdrawn"):
                self.do(submit, assessment=Assessment.objects.get(pk=assessment.pk), by=self.person("lead"))
            elif state == "decided":
                self.do(give_notice, by=manager, review=review, days=1)
            elif state == "notice":
                self.a_week_goes_by()
                self.do(publish_award, by=manager, review=review)
            elif state == "reviewing" and review.steps.filter(state="active").exists():
                reviewer = self.person("reviewer")
                self.do(assign_reviewer, by=manager, review=review, person=reviewer)
                self.do(declare_no_conflict, by=reviewer, review=review)
                self.do(pass_step, by=reviewer, review=review)
            elif state == "reviewing":
                self.do(decide_award, by=manager, review=review, level=review.snapshot.level)

        @rule(
            by=st.sampled_from(["reviewer", "second"]),
            what=st.integers(0, 5),
            mark=st.sampled_from(["agree", "disagree", "nonsense"]),
        )
        def work(self, by: str, what: int, mark: str) -> None:
            """A reviewer's daily work, assigned and declared or not."""
            review, person = self.newest(), self.person(by)
            question = ReviewQuestion.objects.filter(review=review).order_by("-id").first()
            if what == 0:
                self.do(assign_reviewer, by=self.person("manager"), review=review, person=person)
                self.do(declare_no_conflict, by=person, review=review)
            elif what in (1, 2):
                reason = "" if mark == "agree" else "理由"
                self.do(mark_clause, by=person, review=review, clause="01.01.1-1", mark=mark, reason=reason)
            elif what == 3:
                self.do(give_opinion, by=person, review=review, opinion="同意")
            elif question is None:
                self.do(ask_hospital, by=person, review=review, text="为什么？")
            elif what == 4:
                self.do(write_into, by=self.person("lead"), review=review, question=question, text="因为")
            else:
                self.do(close_question, by=person, review=review, question=question)

        @rule(outcome=st.sampled_from(["upheld", "dismissed"]), hospital=st.booleans())
        def object_and_answer(self, outcome: str, hospital: bool) -> None:
            review, manager = self.newest(), self.person("manager")
            found = Objection.objects.filter(award__review=review, outcome="open").first()
            if found is None:
                by = self.person("lead" if hospital else "manager")
                self.do(raise_objection, by=by, review=review, text="不对", from_whom="某人")
            else:
                self.do(
                    answer_objection, by=manager, review=review, objection=found, outcome=outcome, answer="查过"
                )  # fmt: skip
                self.do(decide_award, by=manager, review=review, level=0, note="重新作结论")

        def a_week_goes_by(self) -> None:
            """Only for the notice: its days move into the past."""
            for award in AwardedLevel.objects.filter(notice_until__isnull=False):
                assert award.notice_from is not None and award.notice_until is not None
                award.notice_from -= timedelta(days=7)
                award.notice_until -= timedelta(days=7)
                award.save()

        @rule(by=who, other=who, what=st.integers(0, 12), level=st.integers(-1, 2))
        def try_something(self, by: str, other: str, what: int, level: int) -> None:
            """What somebody tries, mostly out of turn."""
            review, person, helper = self.newest(), self.person(by), self.person(other)
            assignment = ReviewAssignment.objects.order_by("-id").first()
            here: dict[str, Any] = {"by": person, "review": review}
            there: dict[str, Any] = {"by": person, "assessment": assessment, "reason": "绕过"}
            acts: list[tuple[Callable[..., Any], dict[str, Any]]] = [
                (assign_reviewer, {**here, "person": helper}),
                (declare_no_conflict, here),
                (pass_step, {**here, "level": level, "opinion": "通过"}),
                (return_to_hospital, {**here, "reason": "改"}),
                (accept_assessment, there),
                (return_assessment, there),
                (withdraw_assessment, there),
                (decide_award, {**here, "level": level, "note": "结论"}),
                (give_notice, {**here, "days": 1}),
                (publish_award, here),
                (revoke_award, {**here, "reason": "造假"}),
                (raise_objection, {**here, "text": "不对", "from_whom": "某人"}),
            ]
            if assignment is not None:
                acts.append((end_assignment, {**here, "assignment": assignment, "reason": "换人"}))
            act, more = acts[what % len(acts)]
            self.do(act, **more)

        # -- what must always hold

        @invariant()
        def one_review_at_most_is_in_course(self) -> None:
            assert Review.objects.filter(assessment=assessment).in_course().count() <= 1

        @invariant()
        def states_fit_together(self) -> None:
            review = self.newest()
            status = Assessment.objects.values_list("status", flat=True).get(pk=assessment.pk)
            steps = list(review.steps.values_list("state", flat=True))
            award = AwardedLevel.objects.filter(review=review).first()
            active, passed = steps.count("active"), steps.count("passed")
            assert active <= 1
            assert steps == sorted(steps, key=["passed", "returned", "active", "waiting"].index)
            match review.state:
                case "reviewing":
                    assert status == "submitted" and award is None
                    assert active == 1 or passed == len(steps)
                case "returned":
                    assert status == "returned" and "returned" in steps and award is None
                case "withdrawn":
                    assert status == "returned" and passed == 0 and award is None
                case "decided" | "notice" | "final" | "revoked":
                    assert status == "accepted" and award is not None and passed == len(steps)
                    assert (review.state == "revoked") == (award.revoked_at is not None)
                    assert (review.state == "final") <= (award.published_at is not None)
                    if review.state == "notice":
                        assert award.notice_from is not None
                case _:
                    raise AssertionError(f"the newest review is {review.state}")
            assert (review.closed_at is None) == (review.state in Review.IN_COURSE)

        @invariant()
        def what_is_published_was_shown_and_unopposed(self) -> None:
            for award in AwardedLevel.objects.in_force():
                assert award.notice_until is not None and award.notice_until < timezone.localdate()
                assert not award.objections.filter(outcome="open").exists()
                assert not award.objections.filter(
                    outcome="upheld", answered_at__gte=award.decided_at
                ).exists()

        @invariant()
        def whoever_marked_had_declared(self) -> None:
            for mark in ReviewMark.objects.all():
                assert ReviewAssignment.objects.filter(
                    step=mark.step, person=mark.by, declared_at__lte=mark.at
                ).exists()

        @invariant()
        def nobody_of_the_hospital_reviews(self) -> None:
            assert not ReviewAssignment.objects.filter(person=people["lead"]).exists()

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=16,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
