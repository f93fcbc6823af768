"""Starting an assessment: windows, targets, and what an earlier one hands over."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import User
from assessments.actions.starting import start_assessment
from assessments.actions.talking import add_comment
from assessments.models import Assessment
from audit.models import Event
from hospitals.models import Department, Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import WINDOW, complete, make_answer, make_assessment, make_member
from tests.factories.rubrics import make_edition

pytestmark = pytest.mark.django_db


def test_starting_makes_a_draft_with_its_first_status_and_an_event(
    hospital: Organisation, owner: User
) -> None:
    assessment = make_assessment(hospital, owner, edition="emr-2018", target_level=4)
    assert (assessment.status, assessment.target_level) == ("draft", 4)
    assert assessment.status_changes.get().after == "draft"
    event = Event.objects.get(verb="assessment.started")
    assert event.facts["window"] == ["2026-07-01", "2026-09-30"]
    assert event.subject_id == str(assessment.public_id)


@pytest.mark.parametrize(
    "window",
    [
        (date(2026, 7, 1), date(2026, 9, 29)),
        (date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 9, 30), date(2026, 7, 1)),
        None,
    ],
)
def test_an_official_edition_takes_three_whole_months_and_nothing_else(
    hospital: Organisation, owner: User, window: tuple[date, date] | None
) -> None:
    with pytest.raises(Refusal) as refused:
        make_assessment(hospital, owner, window=window)
    assert str(refused.value)
    assert not Assessment.objects.exists()


def test_ai_readiness_takes_no_window(hospital: Organisation, owner: User) -> None:
    assert make_assessment(hospital, owner, edition="ai-readiness-2021").window_from is None
    with pytest.raises(Refusal, match="不设统计期"):
        make_assessment(hospital, owner, edition="ai-readiness-2021", title="另一份", window=WINDOW)


@pytest.mark.parametrize("target", [0, 6, -1])
def test_a_target_outside_the_standard_is_refused(hospital: Organisation, owner: User, target: int) -> None:
    with pytest.raises(Refusal, match="目标等级"):
        make_assessment(hospital, owner, target_level=target)


def test_a_contributor_and_a_stranger_cannot_start_one_here(
    hospital: Organisation, colleague: User, stranger: User
) -> None:
    for person in (colleague, stranger):
        with pytest.raises(Refusal, match="质控负责人或咨询顾问"):
            make_assessment(hospital, person)


def test_a_title_already_used_in_the_hospital_is_refused_with_its_name(
    hospital: Organisation, owner: User
) -> None:
    make_assessment(hospital, owner, title="三季度")
    with pytest.raises(Refusal, match="三季度"):
        make_assessment(hospital, owner, title="三季度")
    assert Assessment.objects.count() == 1


def test_copying_takes_answers_and_assignments_but_no_figures_marks_or_talk(
    hospital: Organisation, owner: User, colleague: User
) -> None:
    earlier = make_assessment(hospital, owner, title="去年", edition="emr-2018")
    complete(earlier, owner)
    make_answer(earlier, "01.01", no_such_service="", note="去年的说明", clauses={"1": ["met", "partly"]})
    department = Department.objects.create(organisation=hospital, name="护理部")
    closed = Department.objects.create(organisation=hospital, name="旧科室", closed_at="2026-01-01T00:00Z")
    gone = make_member(hospital, "gone", Membership.Role.CONTRIBUTOR)
    earlier.assignments.create(
        item_code="01.01", department=department, person=colleague, done_at="2026-01-01T00:00Z"
    )
    earlier.assignments.create(item_code="01.02", department=closed, person=colleague)
    earlier.assignments.create(item_code="01.03", person=gone)
    Membership.objects.filter(user=gone).update(revoked_at="2026-01-01T00:00Z")
    earlier.base_figures.filter(key="discharges").update(sql_text="select 1", owner="张三（示例）")
    add_comment(by=owner, assessment=earlier, item="01.01", text="去年的讨论")

    new = make_assessment(hospital, owner, title="今年", edition=earlier.edition, copy_from=earlier)

    row = new.item_answers.get(item_code="01.01")
    assert row.clauses == {"1": ["met", "partly"]}
    assert row.note == "去年的说明"
    assert (row.numerators, row.denominators, row.denominator, row.data_quality) == ({}, {}, None, {})
    assert {a.item_code: (a.department, a.person, a.done_at) for a in new.assignments.all()} == {
        "01.01": (department, colleague, None),
        "01.02": (None, colleague, None),
    }
    figure = new.base_figures.get()
    assert (figure.key, figure.value, figure.sql_text, figure.owner) == (
        "discharges",
        None,
        "select 1",
        "张三（示例）",
    )
    assert new.copied_from == earlier
    assert not new.overall_answers.exists()
    assert not new.comments.exists()
    assert not new.attachments.exists()


def test_copying_across_hospitals_is_refused(
    hospital: Organisation, bureau: Organisation, owner: User
) -> None:
    other = Organisation.objects.create(kind="hospital", name="第二示例医院", parent=bureau)
    Membership.objects.create(user=owner, organisation=other, role=Membership.Role.CONSULTANT)
    owner = User.objects.get(pk=owner.pk)
    earlier = make_assessment(other, owner, title="别院")
    with pytest.raises(Refusal, match="同一家医院"):
        make_assessment(hospital, owner, title="本院", copy_from=earlier)


def test_an_unpublished_edition_cannot_be_used(hospital: Organisation, owner: User) -> None:
    edition = make_edition("smart-service-2019")
    edition.published_at = None
    with pytest.raises(Refusal, match="还没有发布"):
        start_assessment(
            by=owner, hospital=hospital, edition=edition, title="t", target_level=1, window=WINDOW
        )
