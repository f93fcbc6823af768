"""Pages of the rectification ledger: many entries cost as little as few, two people are shown both values."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from openpyxl import load_workbook

from accounts.models import User
from assessments import jobs
from assessments.actions.ledger import add_measure
from assessments.models import Assessment, Assignment, LedgerEntry
from hospitals.models import Membership, Organisation
from tests.factories.assessments import make_assessment, make_member, submit
from tests.factories.browser import signed_in
from tests.factories.ledger import make_entry, make_many
from tests.factories.people import make_department

pytestmark = pytest.mark.django_db
State = LedgerEntry.State


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_list_asks_the_database_as_often_for_many_entries_as_for_a_few(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    client, here = signed_in(owner), to("ledger", assessment)
    department = make_department(hospital, "检验科")
    make_many(assessment, owner, 3, department=department, person=colleague)
    few = queries(client, here)
    make_many(assessment, owner, 150, person=colleague)
    assert queries(client, here) == few <= 16
    page = client.get(here).context["page"]
    assert len(page.lines.object_list) == 50 and page.lines.paginator.count == 102
    assert client.get(f"{here}?page=3").context["page"].lines.number == 3
    for asked in ("?show=late", "?department=none&show=all", f"?person={colleague.public_id}", "?q=01.01"):
        assert queries(client, here + asked) <= few


def test_the_board_counts_what_is_overdue_by_department_and_person_with_the_oldest(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    department, today = make_department(hospital, "检验科"), timezone.localdate()
    make_entry(assessment, owner, department=department, due_on=today - timedelta(days=9))
    make_entry(assessment, owner, department=department, person=colleague, due_on=today - timedelta(days=2))
    make_entry(assessment, owner, due_on=today, state=State.HANDED_IN)
    make_entry(assessment, owner, due_on=today - timedelta(days=90), state=State.WITHDRAWN)
    page = signed_in(owner).get(to("ledger", assessment)).context["page"]
    assert [(one.name, one.open, one.late, one.handed_in, one.days) for one in page.departments_board] == [
        ("检验科", 2, 2, 0, 9),
        ("", 1, 0, 1, 0),
    ]
    assert [(one.name, one.late) for one in page.people_board] == [("", 1), (str(colleague), 1)]
    assert {key: count for key, _word, count in page.tabs} == {
        "undone": 3,
        "late": 2,
        "handed_in": 1,
        "ended": 1,
        "all": 4,
    }
    assert page.late == 2


def test_people_of_a_department_see_their_own_and_a_bureau_sees_that_there_is_nothing(
    assessment: Assessment, owner: User, bureau: Organisation, hospital: Organisation
) -> None:
    department = make_department(hospital, "检验科")
    nurse = make_member(hospital, "nurse", Membership.Role.CONTRIBUTOR, department=department)
    make_entry(assessment, owner, department=department, wrong="检验科的问题")
    make_entry(assessment, owner, wrong="别人的问题")
    client = signed_in(nurse)
    body = client.get(to("ledger", assessment)).content.decode()
    assert "检验科的问题" in body and "别人的问题" not in body
    assert client.get(to("ledger-entry", assessment, 2)).status_code == 404
    assert "检验科的问题" in client.get("/").content.decode()
    submit(assessment, owner)
    reviewer = signed_in(make_member(bureau, "reviewer", Membership.Role.REVIEWER))
    assert reviewer.get(to("assessment", assessment)).status_code == 200
    for name in ("ledger", "ledger-export"):
        assert reviewer.get(to(name, assessment)).status_code == 404


def test_a_page_that_was_overtaken_shows_both_values_and_saves_what_the_person_then_decides(
    assessment: Assessment, owner: User
) -> None:
    entry = make_entry(assessment, owner, wrong="原来的问题")
    url, client = to("ledger-entry", assessment, 1), signed_in(owner)
    LedgerEntry.objects.filter(pk=entry.pk).update(wrong="同事改的问题", version=2)
    data = {"wrong": "我改的问题", "item": "01.01", "seen_wrong": "原来的问题", "seen_item": "01.01"}
    answer = client.post(url, data)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "同事改的问题" in body and "我改的问题" in body
    seen = {f"seen_{name}": value for name, value in answer.context["page"].form.seen.items()}
    assert client.post(url, {**data, **seen}).status_code == 302
    entry.refresh_from_db()
    assert entry.wrong == "我改的问题"


def test_a_refused_step_keeps_what_was_typed_and_says_why(assessment: Assessment, owner: User) -> None:
    make_entry(
        assessment,
        owner,
        source=LedgerEntry.Source.RULE,
        source_key="rule:x",
        source_facts={"rule": "x", "run": 1},
    )
    client, url = signed_in(owner), to("ledger-step", assessment, 1)
    answer = client.post(url, {"step": "close", "why": "已经整改好了"})
    assert answer.status_code == 422
    assert "还没有新的核验" in answer.content.decode()
    late = client.post(url, {"step": "withdraw", "why": "写了很久的理由", "seen": "handed_in"})
    assert late.status_code == 409 and "写了很久的理由" in late.content.decode()
    assert client.post(url, {"step": "nothing"}).status_code == 422


def test_the_workbook_has_the_columns_of_a_ledger_and_no_cell_can_be_a_formula(
    assessment: Assessment, owner: User
) -> None:
    entry = make_entry(assessment, owner, wrong='=HYPERLINK("http://x")', due_on=timezone.localdate())
    add_measure(by=owner, entry=entry, text="+补了接口")
    make_entry(assessment, owner, state=State.UNPROVEN, ended_why="-科室已更名")
    client = signed_in(owner)
    answer = client.get(to("ledger-export", assessment) + "?show=all")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    assert heads[:9] == ["编号", "来源", "项目", "级别", "条款", "存在问题", "责任科室", "责任人", "完成期限"]
    assert len(heads) == 16 and sheet.max_row == 5
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=4)}
    assert rows["1"][5].value.startswith("=HYPERLINK") and rows["1"][5].data_type == "s"
    assert rows["1"][8].is_date and "+补了接口" in rows["1"][10].value
    assert rows["2"][11].value == "无佐证销号" and rows["2"][13].data_type == "s"
    assert {cell.data_type for row in rows.values() for cell in row} <= {"s", "d", "n"}


def test_proposals_are_ticked_typed_entries_kept_and_many_assigned_from_the_pages(
    assessment: Assessment, owner: User, colleague: User, hospital: Organisation
) -> None:
    client = signed_in(owner)
    page = client.get(to("ledger-proposals", assessment)).context["page"]
    keys = [line.key for group in page.groups for line in group.lines if line.ticked]
    assert keys and {group.source for group in page.groups} == {"gap"}
    client.post(to("ledger-proposals", assessment), {"items": keys[:3], "due_on": "2026-12-01"})
    assert assessment.ledger.count() == 3
    left = client.get(to("ledger-proposals", assessment)).context["page"]
    assert left.count == page.count - 3
    slip = client.post(to("ledger-new", assessment), {"wrong": "写好的问题", "clause": "99.99.9-9"})
    assert slip.status_code == 422 and "写好的问题" in slip.content.decode()
    client.post(to("ledger-new", assessment), {"wrong": "写好的问题", "clause": "01.01.1-1"})
    assert assessment.ledger.get(number=4).level == 1
    given = {"items": ["1", "4"], "person": str(colleague.public_id)}
    client.post(to("ledger-assign", assessment), given)
    assert set(assessment.ledger.filter(person=colleague).values_list("number", flat=True)) == {1, 4}
    assert client.post(to("ledger-assign", assessment), {"items": ["1"]}).status_code == 302


def test_the_calendar_file_holds_a_persons_own_deadlines_and_nobody_elses(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    today = timezone.localdate()
    mine = make_entry(assessment, owner, person=colleague, due_on=today, wrong="我的，问题; 一\\二")
    make_entry(assessment, owner, person=colleague, due_on=today, state=State.WITHDRAWN)
    make_entry(assessment, owner, person=owner, due_on=today)
    Assignment.objects.create(assessment=assessment, item_code="01.02", person=colleague, due_on=today)
    answer = signed_in(colleague).get(reverse("deadlines"))
    assert answer["Content-Type"].startswith("text/calendar")
    events: list[Any] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(event["UID"]) for event in events} == {
        f"ledger-{mine.public_id}@zhiping",
        f"item-{assessment.public_id}-01.02@zhiping",
    }
    entry = next(event for event in events if "ledger" in event["UID"])
    assert entry.decoded("DTSTART") == today and "一\\二" in str(entry["SUMMARY"])
    assert str(entry["URL"]).endswith(to("ledger-entry", assessment, 1))


def test_addresses_and_forms_that_make_no_sense_are_answered_calmly(
    assessment: Assessment, owner: User
) -> None:
    make_entry(assessment, owner)
    client, here = signed_in(owner), to("ledger", assessment)
    for asked in (
        "show=%00",
        "page=-1",
        "page=9999999",
        "department=x",
        "person=%27",
        "source=x",
        "q=%00%25",
    ):
        assert client.get(f"{here}?{asked}").status_code == 200
    assert client.get(f"{here}99999999999999999999/").status_code == 404
    for data in (
        {"items": ["99999999999999999999", "x"], "due_on": "2026-12-01"},
        {"items": ["1"], "due_on": "9999-12-31"},
        {"items": ["1"], "due_on": "31.12.2026"},
        {"items": ["1"], "person": "x"},
    ):
        assert client.post(to("ledger-assign", assessment), data).status_code == 302
    entry = assessment.ledger.get()
    assert (entry.due_on, entry.person, entry.version) == (None, None, 1)
