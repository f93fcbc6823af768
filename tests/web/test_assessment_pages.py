"""Pages of an assessment: who sees what, and as many queries for 50 as for 1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.actions.talking import add_comment
from assessments.models import Assessment
from hospitals.models import Department, Membership, Organisation
from tests.factories.assessments import complete, make_assessment, make_member, submit
from tests.factories.browser import signed_in, to
from tests.factories.rubrics import make_editions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


@pytest.fixture
def as_owner(owner: User) -> Client:
    return signed_in(owner)


STAFF_PAGES = ("assessment", "basis", "overall", "assignments", "history", "submit")


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_staff_see_every_page_in_both_languages(
    assessment: Assessment, owner: User, colleague: User, name: str
) -> None:
    for person in (owner, colleague):
        for language in ("zh-hans", "en"):
            User.objects.filter(pk=person.pk).update(language=language)
            answer = signed_in(User.objects.get(pk=person.pk)).get(to(name, assessment))
            assert answer.status_code == 200
            assert assessment.title in answer.content.decode()


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_a_stranger_finds_nothing(assessment: Assessment, stranger: User, name: str) -> None:
    assert signed_in(stranger).get(to(name, assessment)).status_code == 404


def test_a_bureau_sees_an_assessment_only_once_submitted_and_never_the_work_behind_it(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    add_comment(by=owner, assessment=assessment, text="内部讨论，不给外人看")
    client = signed_in(reviewer)
    assert client.get(to("assessment", assessment)).status_code == 404
    submit(assessment, owner)
    page = client.get(to("assessment", assessment)).content.decode()
    assert "第1次提交" in page
    assert "内部讨论" not in page
    for name in ("basis", "overall", "assignments", "history", "submit"):
        refused = client.get(to(name, assessment))
        assert refused.status_code == 403
        assert "仅本院成员可见" in refused.content.decode()


def test_a_bureau_goes_on_reading_the_last_submission_while_the_hospital_corrects(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    complete(assessment, owner)
    submit(assessment, owner)
    client = signed_in(reviewer)
    assert client.post(to("return", assessment), {"reason": "请补充"}).status_code == 302
    assessment.item_answers.update(clauses={})
    page = client.get(to("assessment", assessment))
    assert page.context["page"].snapshot.level == 4
    assert "医院正在修改" in page.content.decode()
    [line] = client.get(reverse("assessments")).context["page"].lines
    assert (line.level, line.live) == (4, False)


# -- starting
def start_data(**more: str) -> dict[str, str]:
    return {
        "edition": "emr-2018",
        "title": "四季度自评",
        "target_level": "4",
        "quarter": "own",
        "window_from": "2026-07-01",
        "window_to": "2026-09-30",
        **more,
    }


def test_an_assessment_is_started_from_the_form(as_owner: Client, hospital: Organisation) -> None:
    make_editions()
    page = as_owner.get(reverse("assessment-start"))
    assert page.context["page"].edition == "emr-2018"
    answer = as_owner.post(reverse("assessment-start"), start_data(due_on="2026-12-31"))
    assessment = Assessment.objects.get()
    assert answer.url == to("assessment", assessment)
    assert (assessment.window_from, assessment.due_on) == (date(2026, 7, 1), date(2026, 12, 31))


def test_a_window_of_two_months_is_refused_with_the_right_end_and_keeps_what_was_typed(
    as_owner: Client,
) -> None:
    make_editions()
    answer = as_owner.post(reverse("assessment-start"), start_data(window_to="2026-08-31"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "2026-09-30" in text
    assert "四季度自评" in text
    assert not Assessment.objects.exists()


def test_a_quarter_offered_is_three_whole_months(as_owner: Client) -> None:
    make_editions()
    page = as_owner.get(reverse("assessment-start")).context["form"]
    value = page.fields["quarter"].choices[0][0]
    as_owner.post(reverse("assessment-start"), start_data(quarter=value))
    assessment = Assessment.objects.get()
    assert assessment.window_from.isoformat() == value
    assert (assessment.window_to - assessment.window_from).days in (89, 90, 91)


def test_the_same_edition_is_offered_first_for_copying_and_another_one_with_its_name(
    as_owner: Client, assessment: Assessment
) -> None:
    make_editions()
    offered = as_owner.get(reverse("assessment-start") + "?edition=emr-2018").context["page"].earlier
    assert [title for _, title in offered] == [assessment.title]
    page = as_owner.get(reverse("assessment-start") + "?edition=smart-service-2019").context["page"]
    assert assessment.edition.title in page.earlier[0][1] and page.nearest == ""
    other = start_data(edition="smart-service-2019", copy_from=str(assessment.public_id))
    answer = as_owner.post(reverse("assessment-start"), other)
    made = Assessment.objects.get(copied_from=assessment)
    assert answer.headers["Location"] == to("carried", made)
    assert not made.item_answers.exists()  # 01.01 of another standard is another item


def test_ai_readiness_is_started_without_a_window(as_owner: Client) -> None:
    make_editions()
    data = {"edition": "ai-readiness-2021", "title": "AI", "target_level": "2"}
    assert as_owner.post(reverse("assessment-start"), data).status_code == 302
    assert Assessment.objects.get().window_from is None


def test_a_contributor_is_told_who_starts_one(colleague: User) -> None:
    make_editions()
    refused = signed_in(colleague).get(reverse("assessment-start"))
    assert refused.status_code == 403
    assert "质控负责人" in refused.content.decode()


# -- assignments
def test_items_are_assigned_by_role_and_the_contributor_marks_them_done(
    assessment: Assessment, as_owner: Client, colleague: User, hospital: Organisation
) -> None:
    department = Department.objects.create(organisation=hospital, name="护理部")
    url = to("assignments", assessment)
    data = {"role": "02", "department": str(department.public_id), "person": str(colleague.public_id)}
    assert as_owner.post(url, {**data, "due_on": "2026-10-31"}).status_code == 302
    assert assessment.assignments.count() == 3
    client = signed_in(colleague)
    assert client.post(to("item-done", assessment, "02.01")).status_code == 302
    assert assessment.assignments.get(item_code="02.01").done_at is not None
    client.post(to("item-done", assessment, "02.01"), {"done": "no"})
    assert assessment.assignments.get(item_code="02.01").done_at is None
    refused = client.post(to("item-done", assessment, "01.01"))
    assert refused.status_code == 403
    assert "没有分配给您" in refused.content.decode()


def test_assigning_nothing_or_a_wrong_date_says_so(assessment: Assessment, as_owner: Client) -> None:
    url = to("assignments", assessment)
    assert "先勾选" in as_owner.post(url, {"person": ""}).content.decode()
    wrong = as_owner.post(url, {"items": ["01.01"], "due_on": "明天"})
    assert (wrong.status_code, "不是日期" in wrong.content.decode()) == (422, True)


@pytest.mark.parametrize(("show", "codes"), [("late", {"01.01"}), ("done", {"01.02"}), ("open", {"01.01"})])
def test_the_table_of_assignments_is_filtered(
    assessment: Assessment, as_owner: Client, owner: User, show: str, codes: set[str]
) -> None:
    assessment.assignments.create(item_code="01.01", person=owner, due_on=date(2020, 1, 1))
    assessment.assignments.create(item_code="01.02", person=owner, done_at="2026-01-01T00:00Z")
    page = as_owner.get(to("assignments", assessment) + f"?show={show}").context["page"]
    assert {line.code for group in page.groups for line in group.lines} == codes


# -- queries
COUNTS = {"assessment": 14, "basis": 5, "overall": 4, "assignments": 5, "history": 5, "submit": 13}
FRAME = 4  # session, person, memberships, assessment


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", COUNTS)
def test_a_page_asks_as_often_for_a_full_assessment_as_for_an_empty_one(
    assessment: Assessment, as_owner: Client, owner: User, hospital: Organisation, name: str
) -> None:
    url = to(name, assessment)
    as_owner.get(url)  # the rubric is built once per process
    empty = queries(as_owner, url)
    fill(assessment, owner, hospital)
    full = queries(as_owner, url)
    assert full <= COUNTS[name] + FRAME
    assert full - empty <= 1  # mentions of comments are read only where there are comments


def fill(assessment: Assessment, owner: User, hospital: Organisation) -> None:
    complete(assessment, owner)
    for number in range(12):
        person = make_member(hospital, f"p{number}", Membership.Role.CONTRIBUTOR)
        department = Department.objects.create(organisation=hospital, name=f"科室{number}")
        assessment.assignments.create(
            item_code=f"03.0{number % 6 + 1}" if number < 6 else f"01.0{number - 5}",
            person=person,
            department=department,
            due_on=date(2020, 1, 1),
        )
        add_comment(by=person, assessment=assessment, text="看看")


def test_the_list_asks_as_often_for_twenty_as_for_one(
    assessment: Assessment, as_owner: Client, owner: User, hospital: Organisation
) -> None:
    url = reverse("assessments")
    submit(make_assessment(hospital, owner, title="已提交"), owner)
    as_owner.get(url)
    few = queries(as_owner, url)
    for number in range(17):
        made = make_assessment(hospital, owner, title=f"第{number}份")
        if number % 2:
            submit(made, owner)
    assert queries(as_owner, url) == few
    assert few <= 9 + FRAME


def test_every_page_is_closed_to_people_who_are_not_signed_in(assessment: Assessment) -> None:
    pages: list[Callable[[], Any]] = [
        lambda: Client().get(to("assessment", assessment)),
        lambda: Client().get(reverse("assessments")),
        lambda: Client().post(to("submit", assessment)),
    ]
    for ask in pages:
        assert ask().status_code == 302
