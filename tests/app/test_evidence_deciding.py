"""Decisions of people about evidence: who may, what replaces what, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from assessments.actions.attaching import remove_attachment
from assessments.actions.deciding import accept_figure, take_decision, withdraw_decision
from assessments.models import Anchor, Assessment, EvidenceDecision
from assessments.queries.verification.lensed import decisions_of
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_answer, make_assessment, make_member, submit
from tests.factories.evidence import make_figure, make_picture

pytestmark = pytest.mark.django_db
Kind = EvidenceDecision.Kind


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture
def director(hospital: Organisation) -> User:
    return make_member(hospital, "director", Membership.Role.DIRECTOR)


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


def decide(by: User, assessment: Assessment, kind: str, **more: Any) -> EvidenceDecision:
    place: dict[str, Any] = {"item": "01.01", "level": 3, "clause_n": 1}
    return take_decision(by=by, assessment=assessment, kind=kind, **{**place, **more})


def in_force(assessment: Assessment) -> list[str]:
    return list(
        assessment.evidence_decisions.filter(withdrawn_at__isnull=True).values_list("kind", flat=True)
    )


def test_accepted_material_enters_the_lenses_and_the_trail(
    assessment: Assessment, owner: User, director: User
) -> None:
    material = make_picture(assessment, owner)
    decide(director, assessment, Kind.ACCEPTED, attachment=material, reason="看过原件")
    [decision] = decisions_of(assessment)
    assert (decision.kind, decision.clause, decision.by) == ("accepted_evidence", 1, director.name)
    facts = Event.objects.get(verb="decision.taken").facts
    assert (facts["kind"], facts["reason"], facts["attachment"]) == (
        Kind.ACCEPTED,
        "看过原件",
        str(material.public_id),
    )


def test_a_later_judgement_of_the_same_material_takes_the_place_of_the_earlier(
    assessment: Assessment, owner: User, director: User
) -> None:
    material = make_picture(assessment, owner)
    decide(director, assessment, Kind.ACCEPTED, attachment=material)
    decide(director, assessment, Kind.REJECTED, attachment=material, reason="时间不对")
    assert in_force(assessment) == [Kind.REJECTED]
    assert decisions_of(assessment) == ()
    other = make_picture(assessment, owner)
    decide(director, assessment, Kind.ACCEPTED, attachment=other)
    assert in_force(assessment) == [Kind.REJECTED, Kind.ACCEPTED]


def test_questions_and_rejections_enter_no_lens(assessment: Assessment, director: User) -> None:
    decide(director, assessment, Kind.QUESTIONED, reason="请补充")
    assert in_force(assessment) == [Kind.QUESTIONED]
    assert decisions_of(assessment) == ()


def test_a_level_is_confirmed_and_its_figure_accepted_once(assessment: Assessment, director: User) -> None:
    for _twice in range(2):
        decide(director, assessment, Kind.CONFIRMED, clause_n=None)
        decide(director, assessment, Kind.FIGURE, clause_n=None)
    assert sorted(in_force(assessment)) == [Kind.FIGURE, Kind.CONFIRMED]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"kind": "applause"}, "没有这种结论"),
        ({"item": "99.99"}, "没有项目99.99"),
        ({"level": 9}, "没有项目01.01的9级"),
        ({"clause_n": 99}, "没有这个条款"),
        ({"clause_n": None}, "没有这个条款"),
        ({"kind": Kind.CONFIRMED}, "针对整个级别"),
        ({"reason": " "}, "请写明理由"),
        ({"kind": Kind.ACCEPTED}, "请先选择材料"),
        ({"kind": Kind.REJECTED, "reason": "不对"}, "请先选择材料"),
    ],
)
def test_a_decision_without_place_reason_or_material_is_refused(
    assessment: Assessment, director: User, more: dict[str, Any], sentence: str
) -> None:
    kind = more.pop("kind", Kind.QUESTIONED)
    with pytest.raises(Refusal, match=sentence):
        decide(director, assessment, kind, **more)


def test_material_of_another_item_and_removed_material_cannot_be_accepted(
    assessment: Assessment, owner: User, director: User
) -> None:
    elsewhere = make_picture(assessment, owner, item="01.02")
    with pytest.raises(Refusal, match="不属于这个项目"):
        decide(director, assessment, Kind.ACCEPTED, attachment=elsewhere)
    material = make_picture(assessment, owner)
    remove_attachment(by=owner, attachment=material)
    material.refresh_from_db()
    with pytest.raises(Refusal, match="已移除的材料"):
        decide(director, assessment, Kind.ACCEPTED, attachment=material)


def test_accepted_material_cannot_be_removed_from_under_the_decision(
    assessment: Assessment, owner: User, director: User
) -> None:
    material = make_picture(assessment, owner)
    decision = decide(director, assessment, Kind.ACCEPTED, attachment=material)
    with pytest.raises(Refusal, match="已有评审结论"):
        remove_attachment(by=owner, attachment=material)
    withdraw_decision(by=director, decision=decision)
    remove_attachment(by=owner, attachment=material)


def test_only_what_was_found_in_the_data_is_accepted_as_anchored(
    assessment: Assessment, owner: User, director: User
) -> None:
    material = make_picture(assessment, owner)
    with pytest.raises(Refusal, match="没有锚定到数据记录"):
        decide(director, assessment, Kind.ANCHORED, attachment=material)
    anchor = Anchor.objects.create(attachment=material, record="lab_report", key="R1")
    with pytest.raises(Refusal, match="还没有在数据中查到（尚未核对）"):
        decide(director, assessment, Kind.ANCHORED, attachment=material)
    anchor.found = Anchor.Found.FOUND
    anchor.save()
    assert decide(director, assessment, Kind.ANCHORED, attachment=material).kind == Kind.ANCHORED


def test_a_person_other_than_the_claimant_decides_inside_the_hospital(
    assessment: Assessment, owner: User, director: User, colleague: User
) -> None:
    make_answer(assessment, "01.01", updated_by=director)
    with pytest.raises(Refusal, match="这个项目由您填写"):
        decide(director, assessment, Kind.CONFIRMED, clause_n=None)
    own = make_picture(assessment, owner)
    with pytest.raises(Refusal, match="不能采信自己上传的材料"):
        decide(owner, assessment, Kind.ACCEPTED, attachment=own)
    with pytest.raises(Refusal, match="由质控负责人、院领导或评审专家采信"):
        decide(colleague, assessment, Kind.CONFIRMED, clause_n=None)
    with pytest.raises(Refusal, match="现场核验结论由上级"):
        decide(owner, assessment, Kind.ON_SITE, verdict="supported", reason="看过")


def test_a_reviewer_decides_once_submitted_and_on_site_with_a_verdict(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    with pytest.raises(Refusal, match="提交后才能评审"):
        decide(reviewer, assessment, Kind.CONFIRMED, clause_n=None)
    submit(assessment, owner)
    with pytest.raises(Refusal, match="请选择现场核验的结论"):
        decide(reviewer, assessment, Kind.ON_SITE, reason="看过")
    decide(reviewer, assessment, Kind.ON_SITE, verdict="refuted", reason="没有这个功能")
    [decision] = decisions_of(assessment)
    assert decision.verdict == "refuted"


def test_inside_the_hospital_nobody_changes_what_a_bureau_decided(
    assessment: Assessment, owner: User, director: User, reviewer: User
) -> None:
    material = make_picture(assessment, owner)
    submit(assessment, owner)
    rejected = decide(reviewer, assessment, Kind.REJECTED, attachment=material, reason="看不清")
    Assessment.objects.filter(pk=assessment.pk).update(status="returned")
    assessment.refresh_from_db()
    with pytest.raises(Refusal, match="院内不能改变"):
        decide(director, assessment, Kind.ACCEPTED, attachment=material)
    with pytest.raises(Refusal, match="院内不能改变"):
        withdraw_decision(by=director, decision=rejected)
    withdraw_decision(by=reviewer, decision=rejected)
    assert in_force(assessment) == []


def test_a_withdrawn_decision_stays_readable_and_is_withdrawn_once(
    assessment: Assessment, director: User
) -> None:
    decision = decide(director, assessment, Kind.QUESTIONED, reason="请补充")
    withdraw_decision(by=director, decision=decision)
    decision.refresh_from_db()
    assert (decision.withdrawn_by, decision.reason) == (director, "请补充")
    assert Event.objects.filter(verb="decision.withdrawn").count() == 1
    with pytest.raises(Refusal, match="已经撤回"):
        withdraw_decision(by=director, decision=decision)


def test_a_figure_is_accepted_once_by_another_and_only_the_newest(
    assessment: Assessment, owner: User, director: User
) -> None:
    figure = make_figure(assessment, owner)
    with pytest.raises(Refusal, match="不能采信自己填写的数字"):
        accept_figure(by=owner, figure=figure)
    accept_figure(by=director, figure=figure)
    figure.refresh_from_db()
    assert figure.accepted_by == director
    assert Event.objects.get(verb="figure.accepted").facts["numerator"] == 90
    with pytest.raises(Refusal, match="已被采信"):
        accept_figure(by=director, figure=figure)
    old = make_figure(assessment, owner, "FC-01.01-2", superseded_at="2026-10-01T00:00:00Z")
    with pytest.raises(Refusal, match="已被新的数字替代"):
        accept_figure(by=director, figure=old)
