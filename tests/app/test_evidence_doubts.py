"""What is asked before a bundle is kept: the same export once more, statements that contradict, another time."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from assessments import jobs, tasks
from assessments.actions.receiving import (
    GIVEN_UP_AFTER,
    SILENT_AFTER,
    Upload,
    confirm_bundle,
    receive_bundle,
    remove_bundle,
    requeue_bundles,
)
from assessments.models import Assessment, EvidenceBundle
from assessments.verification.laying_out import merged
from hospitals.models import Organisation
from tests.factories.assessments import WINDOW, make_assessment

pytestmark = pytest.mark.django_db
State = EvidenceBundle.State
IN, OUT = WINDOW[0].isoformat(), "2019-05-04"


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, window=WINDOW)


def exams(day: str = IN, result: str = "A") -> dict[str, str]:
    return {"exam_record@RIS.csv": f"exam_no,performed_at\n{result}1,{day} 08:00\n{result}2,{day} 09:00\n"}


def hand_in(assessment: Assessment, by: User, files: dict[str, str], **more: Any) -> EvidenceBundle:
    uploads = [Upload(name, ContentFile(text.encode(), name=name)) for name, text in files.items()]
    bundle = receive_bundle(by=by, assessment=assessment, uploads=uploads, **more)
    return screened(bundle)


def screened(bundle: EvidenceBundle) -> EvidenceBundle:
    tasks.screen_bundle(bundle.pk)
    bundle.refresh_from_db()
    return bundle


def confirmed(assessment: Assessment, by: User, bundle: EvidenceBundle) -> EvidenceBundle:
    confirm_bundle(by=by, assessment=assessment, bundle=bundle)
    return screened(bundle)


def test_an_export_handed_in_again_is_asked_about_by_name_and_may_stay_or_go(
    assessment: Assessment, owner: User
) -> None:
    hand_in(assessment, owner, {**exams(), "dictionary/drug.csv": "code,name\n1,药\n"}, title="第一批")
    again = hand_in(assessment, owner, exams(), title="又一批")
    assert (again.state, again.doubt["code"]) == (State.ASKED, "same_again")
    assert "第一批" in again.doubt["zh"] and "exam_record@RIS.csv" in again.doubt["zh"]
    remove_bundle(by=owner, assessment=assessment, bundle=again)
    other = hand_in(assessment, owner, exams(), title="再一批")
    assert confirmed(assessment, owner, other).state == State.KEPT
    more = {**exams(result="B"), "dictionary/drug.csv": "code,name\n1,药\n"}
    assert hand_in(assessment, owner, more).state == State.KEPT  # a dictionary goes with every export


def test_a_new_revision_with_the_same_file_is_no_repeat(assessment: Assessment, owner: User) -> None:
    first = hand_in(assessment, owner, exams())
    assert hand_in(assessment, owner, exams(), replaces=first).state == State.KEPT


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("discharges: 900\n", "discharges: 700\n", "出院人次900，这次700"),
        ("not_applicable:\n  transfusion: 没有血库\n", "", "申报没有用血（输血）记录，这次有"),
        ("", "not_applicable:\n  transfusion: 没有血库\n", "有用血（输血）记录，这次申报没有"),
    ],
)
def test_statements_that_contradict_a_bundle_before_are_asked_about(
    assessment: Assessment, owner: User, before: str, after: str, says: str
) -> None:
    blood = {"transfusion@BIS.csv": f"bag_no,transfused_at\nT1,{IN} 08:00\n"}
    hand_in(assessment, owner, {"package.yaml": before, **exams()} if before else blood, title="第一批")
    bundle = hand_in(
        assessment, owner, {"package.yaml": after, **exams(result="B")} if after else blood, title="第二批"
    )
    assert (bundle.state, bundle.doubt.get("code")) == (State.ASKED, "contradicts")
    assert f"“第一批”：{says}" in bundle.doubt["zh"]
    assert confirmed(assessment, owner, bundle).state == State.KEPT


def test_of_two_confirmed_figures_the_later_one_stands() -> None:
    assert merged([{"discharges": 900}, {"discharges": 700}, {}], None, {}) == {"discharges": 700}


def test_data_of_another_time_altogether_are_asked_about_and_some_rows_outside_are_not(
    assessment: Assessment, owner: User
) -> None:
    outside = hand_in(assessment, owner, exams(OUT))
    assert (outside.state, outside.doubt["code"]) == (State.ASKED, "all_outside")
    assert IN in outside.doubt["zh"]
    assert confirmed(assessment, owner, outside).state == State.KEPT
    rows = exams()["exam_record@RIS.csv"] + f"Z9,{OUT} 08:00\n"
    partly = hand_in(assessment, owner, {"exam_record@RIS.csv": rows})
    assert partly.state == State.KEPT
    assert any("统计时段之外" in note["zh"] for file in partly.files.all() for note in file.notes)


def test_one_doubt_after_the_other_is_asked(assessment: Assessment, owner: User) -> None:
    hand_in(assessment, owner, {"package.yaml": "discharges: 900\n", **exams()})
    bundle = hand_in(assessment, owner, {"package.yaml": "discharges: 700\n", **exams()})
    assert bundle.doubt["code"] == "same_again"
    assert confirmed(assessment, owner, bundle).doubt["code"] == "contradicts"
    assert confirmed(assessment, owner, bundle).state == State.KEPT


def test_a_note_about_the_whole_package_is_kept_with_it(assessment: Assessment, owner: User) -> None:
    said = "hospital: 示例别家医院\n"
    bundle = confirmed(assessment, owner, hand_in(assessment, owner, {"package.yaml": said, **exams()}))
    assert "示例别家医院" in bundle.manifest["notes"][0]["zh"]


def test_a_screening_that_breaks_off_says_so_and_can_be_tried_again(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(tasks, "screen", breaks)
        with pytest.raises(MemoryError):
            hand_in(assessment, owner, exams())
    bundle = EvidenceBundle.objects.get()
    assert (bundle.state, bundle.doubt["code"]) == (State.ASKED, "broke_off")
    assert confirmed(assessment, owner, bundle).state == State.KEPT


def test_a_screening_whose_workers_keep_dying_is_asked_about_in_the_end(
    assessment: Assessment, owner: User
) -> None:
    uploads = [Upload(name, ContentFile(text.encode(), name=name)) for name, text in exams().items()]
    bundle = receive_bundle(by=owner, assessment=assessment, uploads=uploads)
    now = timezone.now()
    EvidenceBundle.objects.update(state=State.SCREENING, heard_at=now - SILENT_AFTER * 2)
    assert requeue_bundles(now=now) == 1
    EvidenceBundle.objects.update(uploaded_at=now - GIVEN_UP_AFTER * 2)
    assert requeue_bundles(now=now) == 0
    bundle.refresh_from_db()
    assert (bundle.state, bundle.doubt["code"]) == (State.ASKED, "broke_off")
