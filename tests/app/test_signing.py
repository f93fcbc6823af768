"""Signing before a submission: who may, in which order, what a change reopens, and what is handed in."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from assessments.actions.lifecycle import NotReady, submit_assessment, withdraw_assessment
from assessments.actions.signing import (
    ChangedSinceOpened,
    add_scan,
    approve,
    confirm_items,
    consolidate,
    require_signing,
    sweep_rounds,
    withdraw_signature,
)
from assessments.models import Assessment, Notice, Signature
from assessments.notice_words import in_words
from assessments.queries.readiness import fingerprint_of
from assessments.queries.signing.changes import why_void
from assessments.queries.signing.documents import digest_of, prints_of
from assessments.queries.signing.rounds import find_paper, newest_scan
from assessments.queries.signing.standing import SigningStanding, standing_of
from audit.models import Event
from hospitals.models import Department, Membership
from hospitals.refusals import Refusal
from tests.factories.assessments import complete, make_assessment
from tests.factories.laid import laid_once
from tests.factories.people import make_department, make_hospital, make_person

Role = Membership.Role
pytestmark = pytest.mark.django_db


@dataclass
class World:
    assessment: Assessment
    lead: User
    engineer: User
    director: User
    nurse: User
    chemist: User
    wards: Department
    laboratory: Department


def build() -> World:
    hospital = make_hospital()
    wards, laboratory = make_department(hospital, "护理部"), make_department(hospital, "检验科")
    lead = make_person(hospital, Role.QUALITY_LEAD)
    assessment = make_assessment(hospital, lead)
    complete(assessment, lead)
    codes = sorted(assessment.item_answers.values_list("item_code", flat=True))
    for code, department in ((codes[0], wards), (codes[1], wards), (codes[2], laboratory)):
        assessment.assignments.create(item_code=code, department=department)
    return World(
        assessment,
        lead,
        make_person(hospital, Role.DATA_ENGINEER),
        make_person(hospital, Role.DIRECTOR),
        make_person(hospital, Role.CONTRIBUTOR, department=wards),
        make_person(hospital, Role.CONTRIBUTOR, department=laboratory),
        wards,
        laboratory,
    )


@pytest.fixture(scope="module")
def laid(django_db_setup: Any, django_db_blocker: Any) -> Any:
    yield from laid_once(build, django_db_blocker)


@pytest.fixture
def w(laid: World, db: Any) -> World:
    return deepcopy(laid)


def now(w: World) -> SigningStanding:
    return standing_of(w.assessment)


def confirm(w: World, by: User, department: Department) -> Signature:
    digest = next(one.digest for one in now(w).departments if one.department == department)
    return confirm_items(by=by, assessment=w.assessment, department=department, seen=digest)


def sign_all(w: World) -> Signature:
    confirm(w, w.nurse, w.wards)
    confirm(w, w.chemist, w.laboratory)
    consolidate(by=w.engineer, assessment=w.assessment, seen=now(w).digest)
    return approve(by=w.director, assessment=w.assessment, seen=now(w).digest)


def edit(w: World, place: int = 2, state: str = "not_met") -> str:
    """Another answer to the first clause of an item, as saving stores it."""
    row = w.assessment.item_answers.order_by("item_code")[place]
    level = min(row.clauses)
    row.clauses[level][0] = state
    row.updated_by, row.version = w.chemist, row.version + 1
    row.updated_at = timezone.now()
    row.save()
    return row.item_code


def hand_in(w: World) -> Any:
    return submit_assessment(
        by=w.lead, assessment=w.assessment, seen=fingerprint_of(w.assessment), accept_incomplete=True
    )


def test_what_the_director_approved_is_what_the_snapshot_holds(w: World) -> None:
    approval = sign_all(w)
    snapshot = hand_in(w)
    assert snapshot.signing["digest"] == approval.digest == digest_of(snapshot.answers)
    assert [one["step"] for one in snapshot.signing["signatures"]] == [
        "department",
        "department",
        "consolidation",
        "approval",
    ]
    assert snapshot.signing["signatures"][3]["name"] == w.director.get_full_name()
    assert snapshot.signing_round == approval.round


def test_without_the_rule_an_unsigned_assessment_is_handed_in_as_ever(w: World) -> None:
    assert hand_in(w).signing == {}


def test_with_the_rule_submitting_is_refused_and_says_what_is_missing(w: World) -> None:
    require_signing(by=w.lead, hospital=w.assessment.hospital, required=True)
    confirm(w, w.nurse, w.wards)
    with pytest.raises(NotReady, match="科室确认（检验科）、信息科汇总、分管院领导批准"):
        hand_in(w)
    w.assessment.refresh_from_db()
    assert (w.assessment.status, w.assessment.snapshots.count()) == ("draft", 0)
    confirm(w, w.chemist, w.laboratory)
    consolidate(by=w.engineer, assessment=w.assessment, seen=now(w).digest)
    approve(by=w.director, assessment=w.assessment, seen=now(w).digest)
    assert hand_in(w).signing


def test_a_changed_answer_reopens_its_department_and_everything_above_and_says_why(w: World) -> None:
    sign_all(w)
    item = edit(w)
    standing = now(w)
    assert [(one.name, one.counts) for one in standing.departments] == [("护理部", True), ("检验科", False)]
    assert not standing.consolidation.counts
    assert not standing.approval.counts
    assert sweep_rounds() == 3
    assert sweep_rounds() == 0
    void = Signature.objects.get(step="department", department=w.laboratory)
    assert void.voided_at
    (sentence,) = why_void(void.void_facts, void.void_kind)
    assert sentence.startswith(f"{item}的答案在签署后由{w.chemist.get_full_name()}于")
    assert f"（{item}.1-1）" in sentence
    told = Notice.objects.filter(kind="signing.reopened")
    assert {one.user for one in told} == {w.chemist, w.engineer, w.director}
    assert sentence in in_words("signing.reopened", told[0].facts).text
    assert Event.objects.filter(verb="signing.reopened").count() == 3
    confirm(w, w.chemist, w.laboratory)
    consolidate(by=w.engineer, assessment=w.assessment, seen=now(w).digest)
    approve(by=w.director, assessment=w.assessment, seen=now(w).digest)
    assert now(w).complete


def test_an_item_nobody_confirmed_reopens_only_what_stands_above(w: World) -> None:
    sign_all(w)
    edit(w, place=5)
    assert now(w).open_departments == ()
    assert sweep_rounds() == 2


def test_a_figure_of_the_basis_counts_as_a_change_and_names_the_basis(w: World) -> None:
    sign_all(w)
    figure = w.assessment.base_figures.first()
    assert figure is not None
    w.assessment.base_figures.update(value=2000, updated_by=w.engineer, updated_at=timezone.now())
    sweep_rounds()
    void = Signature.objects.get(step="approval")
    assert any("所用的统计口径" in one for one in why_void(void.void_facts, void.void_kind))


def test_giving_an_item_to_another_department_asks_both_again(w: World) -> None:
    sign_all(w)
    w.assessment.assignments.filter(department=w.laboratory).update(department=w.wards)
    standing = now(w)
    assert [(one.name, one.counts) for one in standing.departments] == [("护理部", False)]
    assert not standing.complete


def test_signing_over_a_page_that_is_out_of_date_is_refused_and_names_the_clauses(w: World) -> None:
    standing = now(w)
    prints = prints_of(standing.document, standing.rubric)
    item = edit(w)
    with pytest.raises(ChangedSinceOpened, match=f"{item}.1-1"):
        consolidate(by=w.engineer, assessment=w.assessment, seen=standing.digest, prints=prints)
    assert not Signature.objects.exists()


def test_the_order_is_kept_and_nobody_signs_for_another(w: World) -> None:
    with pytest.raises(Refusal, match="还有科室没有确认"):
        consolidate(by=w.engineer, assessment=w.assessment, seen=now(w).digest)
    with pytest.raises(Refusal, match="还没有汇总"):
        approve(by=w.director, assessment=w.assessment, seen=now(w).digest)
    for person in (w.lead, w.chemist, w.director):
        with pytest.raises(Refusal, match="由该科室人员确认"):
            confirm(w, person, w.wards)
    with pytest.raises(Refusal, match="分管院领导签署"):
        approve(by=w.lead, assessment=w.assessment, seen=now(w).digest)
    confirm(w, w.nurse, w.wards)
    with pytest.raises(Refusal, match="没有重复签署"):
        confirm(w, w.nurse, w.wards)


def test_who_consolidated_does_not_approve(w: World) -> None:
    Membership.objects.create(user=w.engineer, organisation=w.assessment.hospital, role=Role.DIRECTOR)
    confirm(w, w.nurse, w.wards)
    confirm(w, w.chemist, w.laboratory)
    consolidate(by=w.engineer, assessment=w.assessment, seen=now(w).digest)
    w.engineer.__dict__.pop("_memberships_in_force", None)
    with pytest.raises(Refusal, match="不能由同一人"):
        approve(by=w.engineer, assessment=w.assessment, seen=now(w).digest)


def test_a_signature_sent_back_takes_what_stands_above_with_it(w: World) -> None:
    sign_all(w)
    mine = Signature.objects.get(department=w.wards)
    with pytest.raises(Refusal, match="由签署人本人撤回"):
        withdraw_signature(by=w.chemist, signature=mine, reason="示例")
    with pytest.raises(Refusal, match="写明理由"):
        withdraw_signature(by=w.nurse, signature=mine, reason=" ")
    withdraw_signature(by=w.director, signature=mine, reason="示例：口径不对")
    kinds = list(Signature.objects.order_by("pk").values_list("void_kind", flat=True))
    assert kinds == ["withdrawn", "", "below", "below"]
    assert "口径不对" in in_words("signing.reopened", Notice.objects.get(user=w.nurse).facts).text


def test_a_new_round_follows_a_submission_that_was_taken_back(w: World) -> None:
    first = sign_all(w).round
    hand_in(w)
    w.assessment.refresh_from_db()
    withdraw_assessment(by=w.lead, assessment=w.assessment, reason="示例")
    w.assessment.refresh_from_db()
    assert not now(w).complete
    assert confirm(w, w.nurse, w.wards).round.number == first.number + 1


def test_only_the_leadership_turns_the_rule_off_and_only_where_somebody_approves_it_is_on(w: World) -> None:
    hospital = w.assessment.hospital
    with pytest.raises(Refusal, match="质控负责人或院领导"):
        require_signing(by=w.nurse, hospital=hospital, required=True)
    require_signing(by=w.lead, hospital=hospital, required=True)
    with pytest.raises(Refusal, match="由院领导进行"):
        require_signing(by=w.lead, hospital=hospital, required=False)
    require_signing(by=w.director, hospital=hospital, required=False)
    Membership.objects.filter(user=w.director).delete()
    with pytest.raises(Refusal, match="还没有院领导账号"):
        require_signing(by=w.lead, hospital=hospital, required=True)


def test_the_scan_completes_what_was_approved_and_not_what_came_after(w: World) -> None:
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    with pytest.raises(Refusal, match="批准之后才能上传"):
        add_scan(by=w.lead, assessment=w.assessment, file=ContentFile(pdf), name="承诺书.pdf")
    sign_all(w)
    with pytest.raises(Refusal):
        add_scan(by=w.lead, assessment=w.assessment, file=ContentFile(b"<html>no</html>"), name="承诺书.pdf")
    scan = add_scan(by=w.lead, assessment=w.assessment, file=ContentFile(pdf), name="承诺书.pdf")
    assert newest_scan(find_paper(w.assessment)) == scan
    edit(w)
    assert newest_scan(find_paper(w.assessment)) is None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 4), st.sampled_from(["met", "not_met", "partly"])),
        st.sampled_from(
            [("wards",), ("laboratory",), ("consolidate",), ("approve",), ("sweep",), ("withdraw",), ("all",)]
        ),
    ),
    min_size=3,
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_order_of_edits_and_signatures_leaves_an_approval_over_something_else(
    laid: World, db: Any, steps: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        w = deepcopy(laid)
        for step in steps:
            _take(w, step)
            standing = now(w)
            for one in standing.steps:
                if one.counts:
                    assert one.signature is not None
                    assert one.signature.voided_at is None
                    assert one.signature.digest == digest_of(one.signature.document) == one.digest
            if standing.complete:
                assert standing.approval.signature is not None
                assert standing.approval.signature.document == standing.document
                assert not standing.open_departments
        complete_now, digest = now(w).complete, now(w).digest
        snapshot = hand_in(w)
        assert snapshot.signing.get("digest", "") == (digest if complete_now else "")
        transaction.set_rollback(True)


def _take(w: World, step: tuple[Any, ...]) -> None:
    try:
        match step:
            case ("edit", place, state):
                edit(w, place, state)
            case ("wards",):
                confirm(w, w.nurse, w.wards)
            case ("laboratory",):
                confirm(w, w.chemist, w.laboratory)
            case ("consolidate",):
                consolidate(by=w.engineer, assessment=w.assessment, seen=now(w).digest)
            case ("approve",):
                approve(by=w.director, assessment=w.assessment, seen=now(w).digest)
            case ("withdraw",):
                last = Signature.objects.filter(voided_at__isnull=True).last()
                if last is not None:
                    withdraw_signature(by=w.director, signature=last, reason="示例")
            case ("sweep",):
                sweep_rounds()
            case ("all",):
                sign_all(w)
    except Refusal:
        pass


def test_what_is_signed_is_the_same_in_every_language(w: World) -> None:
    with translation.override("en"):
        english = now(w).digest
    with translation.override("zh-hans"):
        assert now(w).digest == english
