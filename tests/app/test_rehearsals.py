"""Rehearsing the on-site review: what is drawn, who marks, what a mark needs, what stays when data go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from assessments import jobs, tasks
from assessments.actions.receiving import destroy_raw
from assessments.actions.rehearsing import (
    add_case,
    add_photo,
    close_rehearsal,
    mark_case,
    plan_rehearsal,
    remove_case,
    remove_photo,
    reopen_case,
    requeue_draws,
    settle_case,
)
from assessments.models import Assessment, Assignment, EvidenceBundle, Rehearsal, RehearsalCase
from assessments.queries.rehearsals.source import records_to_draw
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from rubrics.queries import get_catalogue
from tests.factories.assessments import WINDOW, make_assessment, make_member
from tests.factories.evidence import make_bundle, make_run
from tests.factories.files import pdf, picture
from tests.factories.rehearsals import make_case, make_rehearsal

pytestmark = pytest.mark.django_db
HELD_ON = date(2026, 10, 12)
REGISTRATIONS = "registration_no,visit_registered_at,department\n" + "".join(
    f"GH{n:04d},{WINDOW[0]} 08:{n % 60:02d}:00,科室{n % 3}\n" for n in range(80)
)
OUTSIDE = "GH9999,1999-01-01 08:00:00,科室0\n"


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    settings.MEDIA_ROOT = tmp_path
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: asked.append(job))
    return asked


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, window=WINDOW)


def with_data(assessment: Assessment, owner: User, content: str = REGISTRATIONS + OUTSIDE) -> EvidenceBundle:
    bundle = make_bundle(assessment, owner, files={"registration.csv": content.encode()})
    bundle.files.update(record="registration")
    make_run(assessment, owner)
    return bundle


def planned(assessment: Assessment, owner: User, **more: Any) -> Rehearsal:
    made = plan_rehearsal(
        by=owner,
        assessment=assessment,
        **{"items": ["04.02", "01.01"], "per_item": 5, "held_on": HELD_ON, "seed": "K7M2", **more},
    )
    tasks.draw_rehearsal(made.pk)
    made.refresh_from_db()
    return made


def keys(rehearsal: Rehearsal) -> list[tuple[str, str]]:
    return list(rehearsal.cases.values_list("item_code", "key"))


def test_the_same_data_and_seed_draw_the_same_cases(assessment: Assessment, owner: User) -> None:
    with_data(assessment, owner)
    first, second = planned(assessment, owner), planned(assessment, owner)
    other = planned(assessment, owner, seed="anders")
    assert len(keys(first)) > 0
    assert keys(first) == keys(second) != keys(other)
    assert (first.number, second.number) == (1, 2)
    assert first.items == ["01.01", "04.02"]  # the order of the standard


def test_a_drawn_case_names_where_it_stands_and_nothing_beyond_its_key(
    assessment: Assessment, owner: User
) -> None:
    with_data(assessment, owner)
    rehearsal = planned(assessment, owner, items=["04.02"])
    case = rehearsal.cases.get(position=1)
    n = int(case.key.removeprefix("GH"))
    assert (case.record, case.file, case.row) == ("registration", "registration.csv", n + 1)
    assert case.department == f"科室{n % 3}"
    assert case.happened_at is not None
    assert timezone.localtime(case.happened_at).minute == n % 60
    assert {"item": "04.02", "record": "registration", "rows": 80, "drawn": 5} in rehearsal.drawn_from


def test_records_outside_the_window_are_never_drawn(assessment: Assessment, owner: User) -> None:
    with_data(assessment, owner)
    rehearsal = planned(assessment, owner, items=["04.02"], per_item=50)
    assert "GH9999" not in {key for _item, key in keys(rehearsal)}
    assert rehearsal.cases.count() == 50


def test_a_sample_stays_when_the_raw_data_are_destroyed_and_a_new_one_says_what_to_do(
    assessment: Assessment, owner: User
) -> None:
    bundle = with_data(assessment, owner)
    before = planned(assessment, owner)
    drawn = keys(before)
    destroy_raw(by=owner, bundle=bundle, assessment=assessment)
    after = planned(assessment, owner)
    assert keys(before) == drawn
    assert (after.state, keys(after)) == (Rehearsal.State.OPEN, [])
    assert "已经销毁" in after.problem
    assert "手工录入" in after.problem


def test_without_a_run_the_rehearsal_begins_with_cases_typed_by_hand(
    assessment: Assessment, owner: User, places: list[tuple[Any, ...]]
) -> None:
    rehearsal = planned(assessment, owner)
    assert places == []
    assert "请先交数据并核验" in rehearsal.problem
    case = add_case(by=owner, rehearsal=rehearsal, item="01.01", key=" GH1 ")
    assert (case.key, case.position, case.added_by) == ("GH1", 1, owner)
    with pytest.raises(Refusal, match="已有编号"):
        add_case(by=owner, rehearsal=rehearsal, item="01.01", key="GH1")
    with pytest.raises(Refusal, match="没有选这个项目"):
        add_case(by=owner, rehearsal=rehearsal, item="03.01", key="GH1")
    remove_case(by=owner, case=case)
    assert rehearsal.cases.count() == 0


def test_data_without_records_of_the_items_say_so(assessment: Assessment, owner: User) -> None:
    with_data(assessment, owner, "registration_no,visit_registered_at\n")
    rehearsal = planned(assessment, owner)
    assert "没有可抽取的记录" in rehearsal.problem


def test_a_file_that_cannot_be_read_any_more_ends_the_draw_with_a_sentence(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_data(assessment, owner)
    made = plan_rehearsal(by=owner, assessment=assessment, items=["04.02"], per_item=5, held_on=HELD_ON)

    def broken(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(tasks, "draw_cases", broken)
    with pytest.raises(OSError, match="disk"):
        tasks.draw_rehearsal(made.pk)
    made.refresh_from_db()
    assert (made.state, "抽取时出错" in made.problem) == (Rehearsal.State.OPEN, True)


def test_a_draw_that_a_worker_left_lying_is_handed_over_again_and_given_up_in_the_end(
    assessment: Assessment, owner: User, places: list[tuple[Any, ...]]
) -> None:
    with_data(assessment, owner)
    made = plan_rehearsal(by=owner, assessment=assessment, items=["04.02"], per_item=5, held_on=HELD_ON)
    later = timezone.now() + timedelta(minutes=6)
    assert requeue_draws(now=later) == 1
    assert places[-1] == (jobs.DRAW, made.pk)
    Rehearsal.objects.filter(pk=made.pk).update(attempts=3)
    assert requeue_draws(now=later) == 0
    made.refresh_from_db()
    assert "多次中断" in made.problem


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"items": []}, "至少选择一个项目"),
        ({"items": ["99.99"]}, "至少选择一个项目"),
        ({"per_item": 0}, "抽取1至50例"),
        ({"per_item": 51}, "抽取1至50例"),
        ({"seed": "a b"}, "随机种子只能"),
        ({"seed": "数"}, "随机种子只能"),
        ({"seed": "a" * 33}, "随机种子只能"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(
    assessment: Assessment, owner: User, change: dict[str, Any], sentence: str
) -> None:
    plan = {"items": ["01.01"], "per_item": 5, "held_on": HELD_ON, **change}
    with pytest.raises(Refusal, match=sentence):
        plan_rehearsal(by=owner, assessment=assessment, **plan)
    assert not Rehearsal.objects.exists()


def test_a_seed_nobody_typed_is_made_and_can_be_read_aloud(assessment: Assessment, owner: User) -> None:
    rehearsal = planned(assessment, owner, seed="")
    assert len(rehearsal.seed) == 8
    assert not set(rehearsal.seed) & set("0O1Il")


def test_a_failure_without_a_word_is_refused_and_the_trail_names_every_mark(
    assessment: Assessment, owner: User
) -> None:
    case = make_rehearsal(assessment, owner).cases.get(position=3)
    with pytest.raises(Refusal, match="哪里不对"):
        mark_case(by=owner, case=case, outcome="failed", note="  ")
    with pytest.raises(Refusal, match="没有这个条款"):
        mark_case(by=owner, case=case, outcome="failed", note="x", clause="01.02.1-1")
    marked = mark_case(by=owner, case=case, outcome="failed", note="没有结果", clause="01.01.1-1")
    assert (marked.outcome, marked.clause_code, marked.marked_by) == ("failed", "01.01.1-1", owner)
    event = Event.objects.filter(verb="rehearsal.marked").get()
    assert event.facts == {
        "item": "01.01",
        "rehearsal": 1,
        "case": 3,
        "outcome": "failed",
        "clause": "01.01.1-1",
    }


def test_nobody_overwrites_unseen_what_a_colleague_recorded(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    engineer = make_member(hospital, "engineer", Membership.Role.DATA_ENGINEER)
    case = make_rehearsal(assessment, owner).cases.get(position=3)
    mark_case(by=engineer, case=case, outcome="failed", note="没有结果")
    with pytest.raises(Refusal, match="没有覆盖"):
        mark_case(by=owner, case=case, outcome="passed", seen=None)
    case.refresh_from_db()
    assert case.outcome == "failed"
    assert mark_case(by=owner, case=case, outcome="passed", seen=case.marked_at).outcome == "passed"


def test_a_contributor_marks_cases_of_items_assigned_to_him_and_no_others(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    nurse = make_member(hospital, "nurse", Membership.Role.CONTRIBUTOR)
    Assignment.objects.create(assessment=assessment, item_code="01.01", person=nurse)
    rehearsal = make_rehearsal(assessment, owner, outcomes={"01.01": ("",), "01.02": ("",)})
    own, other = rehearsal.cases.all()
    assert mark_case(by=nurse, case=own, outcome="passed").outcome == "passed"
    with pytest.raises(Refusal, match="没有分配给您"):
        mark_case(by=nurse, case=other, outcome="passed")


def test_a_closed_rehearsal_stands_as_it_is_but_its_points_can_be_settled(
    assessment: Assessment, owner: User
) -> None:
    rehearsal = make_rehearsal(assessment, owner)
    close_rehearsal(by=owner, rehearsal=rehearsal)
    passed, failed, unseen = rehearsal.cases.all()
    with pytest.raises(Refusal, match="已经结束"):
        mark_case(by=owner, case=unseen, outcome="passed")
    with pytest.raises(Refusal, match="已经结束"):
        add_case(by=owner, rehearsal=rehearsal, item="01.01", key="R")
    with pytest.raises(Refusal, match="没有待解决"):
        settle_case(by=owner, case=passed, how="x")
    with pytest.raises(Refusal, match="做了什么"):
        settle_case(by=owner, case=failed, how=" ")
    settled = settle_case(by=owner, case=failed, how="已补接口")
    assert (settled.settled_how, settled.outcome) == ("已补接口", "failed")
    assert reopen_case(by=owner, case=failed).settled_at is None
    with pytest.raises(Refusal, match="还没有标记解决"):
        reopen_case(by=owner, case=failed)


def test_a_drawn_case_cannot_be_taken_out_of_the_sample(assessment: Assessment, owner: User) -> None:
    rehearsal = make_rehearsal(assessment, owner)
    with pytest.raises(Refusal, match="样本就不再随机"):
        remove_case(by=owner, case=rehearsal.cases.get(position=3))
    typed = make_case(rehearsal, owner, position=4, outcome="passed", added_by=owner)
    with pytest.raises(Refusal, match="已有结论"):
        remove_case(by=owner, case=typed)


def test_photos_follow_the_rules_of_attachments_and_are_gone_when_deleted(
    assessment: Assessment, owner: User, tmp_path: Any
) -> None:
    case = make_rehearsal(assessment, owner).cases.get(position=3)

    def send(content: bytes, name: str) -> Any:
        return add_photo(by=owner, case=case, file=ContentFile(content, name=name), name=name)

    with pytest.raises(Refusal, match="只收照片"):
        send(pdf(), "a.pdf")
    photo = send(picture(), "现场.png")
    with pytest.raises(Refusal, match="没有重复保存"):
        send(picture(), "again.png")
    for n in range(5):
        send(picture(size=(40, 31 + n)), f"{n}.png")
    with pytest.raises(Refusal, match="最多6张"):
        send(picture(size=(50, 50)), "7.png")
    assert len([one for one in (tmp_path / "rehearsals").rglob("*") if one.is_file()]) == 6
    with transaction.atomic():
        remove_photo(by=owner, photo=photo)
    photo.refresh_from_db()
    assert (photo.file.name, photo.removed_at is None) == ("", False)
    with pytest.raises(Refusal, match="已经移除"):
        remove_photo(by=owner, photo=photo)


@pytest.mark.parametrize(
    "broken",
    [
        {"outcome": "passed"},
        {"outcome": "failed", "marked_at": timezone.now()},
        {"settled_at": timezone.now(), "settled_how": "x"},
        {"position": 1},
    ],
)
def test_the_database_holds_what_must_always_hold(
    assessment: Assessment, owner: User, broken: dict[str, Any]
) -> None:
    case = make_rehearsal(assessment, owner).cases.get(position=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        RehearsalCase.objects.filter(pk=case.pk).update(**broken)


def test_every_item_with_rules_about_events_can_be_drawn_from_its_own_records() -> None:
    catalogue = get_catalogue()
    assert records_to_draw(catalogue, "emr-2018", "01.01") == ("order",)
    assert records_to_draw(catalogue, "emr-2018", "07.02") == ("crossmatch", "transfusion")
    assert records_to_draw(catalogue, "emr-2018", "09.01") == ()
    assert records_to_draw(catalogue, "smart-service-2019", "02.02")
