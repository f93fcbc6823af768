"""Draft, submitted, returned, accepted, archived: who may, with which words, and what is frozen."""

from __future__ import annotations

import pytest

from accounts.models import User
from assessments.actions.lifecycle import (
    ChangedMeanwhile,
    NotReady,
    accept_assessment,
    archive_assessment,
    return_assessment,
    submit_assessment,
    withdraw_assessment,
)
from assessments.models import Assessment, ScoreSnapshot
from assessments.queries.readiness import fingerprint_of, readiness_of
from assessments.queries.results import card_of
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import complete, make_answer, make_assessment, make_member, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def test_submitting_freezes_answers_card_basis_and_what_they_were_scored_with(
    assessment: Assessment, owner: User
) -> None:
    complete(assessment, owner)
    snapshot = submit_assessment(by=owner, assessment=assessment, seen=fingerprint_of(assessment))
    assessment.refresh_from_db()
    assert assessment.status == "submitted"
    assert assessment.submitted_at is not None
    assert snapshot.answers["format"] == "zhiping-assessment/1"
    assert snapshot.card["format"] == "zhiping-scorecard/1"
    assert snapshot.edition_hash == assessment.edition.content_hash
    assert snapshot.level == snapshot.card["level"] == 3
    assert {row["key"] for row in snapshot.basis} == {f.key for f in assessment.base_figures.all()}
    assert Event.objects.get(verb="assessment.submitted").facts["snapshot"] == 1


def test_what_is_changed_after_submitting_does_not_change_the_frozen_card(
    assessment: Assessment, owner: User
) -> None:
    complete(assessment, owner)
    submit(assessment, owner)
    before = card_of(assessment)
    assessment.item_answers.update(clauses={}, numerators={})
    assert card_of(assessment) == before


def test_submitting_with_contradictions_is_refused_and_nothing_is_frozen(
    assessment: Assessment, owner: User
) -> None:
    complete(assessment, owner)
    assessment.base_figures.update(value=10)  # every numerator is now over its denominator
    with pytest.raises(NotReady, match="自相矛盾"):
        submit_assessment(
            by=owner, assessment=assessment, seen=fingerprint_of(assessment), accept_incomplete=True
        )
    assessment.refresh_from_db()
    assert (assessment.status, ScoreSnapshot.objects.count()) == ("draft", 0)


def test_what_is_missing_only_warns_and_needs_an_explicit_tick(assessment: Assessment, owner: User) -> None:
    with pytest.raises(NotReady, match="还有未填"):
        submit_assessment(by=owner, assessment=assessment, seen=fingerprint_of(assessment))
    submit_assessment(
        by=owner, assessment=assessment, seen=fingerprint_of(assessment), accept_incomplete=True
    )
    counts = Event.objects.get(verb="assessment.submitted").facts["incomplete"]
    assert counts["open_clauses"] > 0
    assert counts["missing_figures"] > 0


def test_readiness_counts_what_is_open_up_to_the_target_only(assessment: Assessment, owner: User) -> None:
    complete(assessment, owner, up_to=assessment.target_level)
    assert not readiness_of(assessment).incomplete
    row = assessment.item_answers.get(item_code="01.01")
    row.clauses["1"][0] = "not_answered"
    row.save()
    assert (readiness_of(assessment).open_clauses, readiness_of(assessment).items[0].code) == (1, "01.01")
    make_answer(assessment, "01.01", no_such_service="本院无此业务（示例）")
    assert readiness_of(assessment).open_clauses == 0


def test_an_answer_saved_after_the_page_was_opened_asks_to_look_again(
    assessment: Assessment, owner: User
) -> None:
    seen = fingerprint_of(assessment)
    make_answer(assessment, "01.01", version=2)
    with pytest.raises(ChangedMeanwhile):
        submit_assessment(by=owner, assessment=assessment, seen=seen, accept_incomplete=True)
    assert not ScoreSnapshot.objects.exists()


def test_submitting_twice_is_refused_with_a_sentence_and_freezes_once(
    assessment: Assessment, owner: User
) -> None:
    seen = fingerprint_of(assessment)
    submit_assessment(by=owner, assessment=assessment, seen=seen, accept_incomplete=True)
    with pytest.raises(Refusal, match="已经提交"):
        submit_assessment(by=owner, assessment=assessment, seen=seen, accept_incomplete=True)
    assert ScoreSnapshot.objects.count() == 1


@pytest.mark.parametrize(
    "role",
    [
        Membership.Role.CONTRIBUTOR,
        Membership.Role.CONSULTANT,
        Membership.Role.DIRECTOR,
        Membership.Role.DATA_ENGINEER,
    ],
)
def test_only_the_quality_lead_submits(assessment: Assessment, hospital: Organisation, role: str) -> None:
    person = make_member(hospital, "person", role)
    with pytest.raises(Refusal, match="质控负责人"):
        submit_assessment(
            by=person, assessment=assessment, seen=fingerprint_of(assessment), accept_incomplete=True
        )


def test_a_bureau_returns_with_a_reason_and_the_hospital_submits_again(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    submit(assessment, owner)
    with pytest.raises(Refusal, match="理由"):
        return_assessment(by=reviewer, assessment=assessment, reason="  ")
    return_assessment(by=reviewer, assessment=assessment, reason="分母口径需要说明")
    assessment.refresh_from_db()
    assert assessment.is_open
    assert assessment.status_changes.first().reason == "分母口径需要说明"
    submit(assessment, owner)
    assert list(assessment.snapshots.values_list("number", flat=True)) == [2, 1]


def test_a_decision_on_what_was_decided_already_says_so(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    submit(assessment, owner)
    accept_assessment(by=reviewer, assessment=assessment)
    with pytest.raises(Refusal, match="已接收"):
        return_assessment(by=reviewer, assessment=assessment, reason="晚了")
    archive_assessment(by=owner, assessment=assessment)
    assert [change.after for change in assessment.status_changes.all()] == [
        "archived", "accepted", "submitted", "draft",
    ]  # fmt: skip


def test_the_hospital_does_not_decide_on_its_own_submission(assessment: Assessment, owner: User) -> None:
    submit(assessment, owner)
    for decide in (return_assessment, accept_assessment):
        with pytest.raises(Refusal, match="上级"):
            decide(by=owner, assessment=assessment, reason="x")


def test_a_bureau_of_another_province_does_not_decide(assessment: Assessment, owner: User) -> None:
    submit(assessment, owner)
    elsewhere = Organisation.objects.create(kind="province", name="别省（示例）")
    person = make_member(elsewhere, "elsewhere", Membership.Role.BUREAU_MANAGER)
    with pytest.raises(Refusal, match="上级"):
        accept_assessment(by=person, assessment=assessment)


def test_the_hospital_takes_back_what_nobody_decided_on(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    submit(assessment, owner)
    withdraw_assessment(by=owner, assessment=assessment, reason="漏传附件")
    assessment.refresh_from_db()
    assert assessment.is_open
    submit(assessment, owner)
    accept_assessment(by=reviewer, assessment=assessment)
    with pytest.raises(Refusal, match="尚未处理"):
        withdraw_assessment(by=owner, assessment=assessment, reason="再撤")


def test_archiving_what_was_not_accepted_needs_a_reason(assessment: Assessment, owner: User) -> None:
    with pytest.raises(Refusal, match="理由"):
        archive_assessment(by=owner, assessment=assessment)
    archive_assessment(by=owner, assessment=assessment, reason="重新开始")
    with pytest.raises(Refusal, match="已经归档"):
        archive_assessment(by=owner, assessment=assessment, reason="再来")


def test_nothing_can_be_answered_assigned_or_attached_once_submitted(
    assessment: Assessment, owner: User
) -> None:
    from assessments.actions.assigning import assign_items
    from assessments.actions.basis import save_basis
    from assessments.actions.merging import Change
    from assessments.actions.overall import save_overall

    submit(assessment, owner)
    attempts = [
        lambda: assign_items(by=owner, assessment=assessment, items=["01.01"], person=owner),
        lambda: save_basis(
            by=owner, assessment=assessment, changes=[Change("bases.bookings.value", None, 5)]
        ),
        lambda: save_overall(
            by=owner, assessment=assessment, changes=[Change("overall.1.1", "not_answered", "met")]
        ),
    ]
    for attempt in attempts:
        with pytest.raises(Refusal, match="已提交"):
            attempt()
    assert not assessment.assignments.exists()
    assert not assessment.base_figures.exists()
