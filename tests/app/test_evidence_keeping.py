"""What becomes of a bundle: destroyed early with a reason, an expiry that only warns."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from assessments.actions.keeping import destroy_now, set_expiry
from assessments.actions.receiving import destroy_overdue
from assessments.models import Assessment, EvidenceBundle, Rehearsal, VerificationRun
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import WINDOW, complete, make_assessment, make_member, submit
from tests.factories.evidence import days_ago, make_bundle, make_run
from tests.factories.rehearsals import make_rehearsal

pytestmark = pytest.mark.django_db
State = EvidenceBundle.State


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def test_raw_data_are_gone_at_once_and_the_reason_stays(
    assessment: Assessment,
    owner: User,
    own_folder: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    bundle = make_bundle(assessment, owner)
    assert [one for one in own_folder.rglob("*") if one.is_file()]
    with django_capture_on_commit_callbacks(execute=True):
        destroyed = destroy_now(by=owner, assessment=assessment, bundle=bundle, reason=" 数据交错了 ")
    assert not [one for one in own_folder.rglob("*") if one.is_file()]
    assert (destroyed.state, destroyed.destroyed_by, destroyed.destroyed_why) == (
        State.DESTROYED,
        owner,
        "数据交错了",
    )
    file = bundle.files.get()
    assert (file.file.name, file.sha256) == ("", "2" * 64)
    event = Event.objects.get(verb="evidence.destroyed")
    assert (event.facts["reason"], event.facts["sha256"]) == ("数据交错了", bundle.sha256)
    with pytest.raises(Refusal, match="已经销毁"):
        destroy_now(by=owner, assessment=assessment, bundle=bundle, reason="x")


def test_a_submitted_result_does_not_change_when_its_raw_data_go(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner)
    run = make_run(assessment, owner)
    complete(assessment, owner)
    submit(assessment, owner)
    before = assessment.snapshots.get()
    destroy_now(by=owner, assessment=assessment, bundle=bundle, reason="不再需要")
    after = assessment.snapshots.get()
    assert (after.card, after.verified, after.run) == (before.card, before.verified, run)


@pytest.mark.parametrize("state", [VerificationRun.State.WAITING, VerificationRun.State.RUNNING])
def test_while_a_run_reads_them_raw_data_stay(assessment: Assessment, owner: User, state: str) -> None:
    bundle = make_bundle(assessment, owner)
    make_run(assessment, owner, state=state)
    with pytest.raises(Refusal, match="先取消核验"):
        destroy_now(by=owner, assessment=assessment, bundle=bundle, reason="x")
    bundle.refresh_from_db()
    assert bundle.state == State.KEPT


def test_while_cases_are_drawn_from_them_raw_data_stay(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner)
    run = make_run(assessment, owner)
    make_rehearsal(assessment, owner, outcomes={"01.01": ()}, run=run, state=Rehearsal.State.DRAWING)
    with pytest.raises(Refusal, match="演练病例"):
        destroy_now(by=owner, assessment=assessment, bundle=bundle, reason="x")


def test_without_a_reason_or_as_somebody_else_nothing_is_destroyed(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    bundle = make_bundle(assessment, owner)
    with pytest.raises(Refusal, match="为什么"):
        destroy_now(by=owner, assessment=assessment, bundle=bundle, reason=" ")
    engineer = make_member(hospital, "engineer", Membership.Role.DATA_ENGINEER)
    with pytest.raises(Refusal, match="质控负责人提前销毁"):
        destroy_now(by=engineer, assessment=assessment, bundle=bundle, reason="x")
    with pytest.raises(Refusal, match="正在检查"):
        screening = make_bundle(assessment, owner, state=State.SCREENING)
        destroy_now(by=owner, assessment=assessment, bundle=screening, reason="x")


def test_data_whose_days_are_over_are_nobody_s_deed(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner, keep_until=days_ago(1))
    assert destroy_overdue() == 1
    bundle.refresh_from_db()
    assert (bundle.destroyed_by, bundle.destroyed_why) == (None, "")


def test_an_expiry_lies_after_the_data_and_says_who_set_it(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner)
    with pytest.raises(Refusal, match="不能早于"):
        set_expiry(by=owner, assessment=assessment, bundle=bundle, expires_on=WINDOW[1] - timedelta(days=1))
    for day in (date(2027, 6, 30), date(2027, 6, 30), None):
        set_expiry(by=owner, assessment=assessment, bundle=bundle, expires_on=day)
    facts = [event.facts for event in Event.objects.filter(verb="evidence.expiry-set").order_by("id")]
    assert [(one["before"], one["after"]) for one in facts] == [("", "2027-06-30"), ("2027-06-30", "")]
