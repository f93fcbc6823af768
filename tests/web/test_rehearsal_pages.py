"""Pages of the mock on-site review: from the plan to the open points, with as few queries for many cases."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from assessments import jobs
from assessments.models import Assessment, Assignment, EvidenceBundle, Rehearsal, RehearsalCase
from hospitals.models import Department, Membership, Organisation
from tests.factories.assessments import complete, make_assessment, make_member, submit
from tests.factories.browser import signed_in
from tests.factories.evidence import make_bundle, make_run
from tests.factories.files import picture
from tests.factories.rehearsals import make_case, make_photo, make_rehearsal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner)
    complete(found, owner)
    return found


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def mark(client: Client, case: RehearsalCase, **data: Any) -> Any:
    url = to("rehearsal-case", case.rehearsal.assessment, case.rehearsal.number, case.pk)
    return client.post(url, {"seen": "", "note": "", **data})


def test_the_plan_proposes_items_that_claim_the_target_and_says_when_nothing_can_be_drawn(
    assessment: Assessment, owner: User
) -> None:
    page = signed_in(owner).get(to("rehearsal-plan", assessment)).context["page"]
    chosen = {item.code for role in page.roles for item in role.items if item.chosen}
    claimed = {item.code for role in page.roles for item in role.items if item.claimed >= 3}
    assert chosen == claimed != set()
    assert "还没有做过核验" in page.why_not_draw


def test_the_plan_says_when_part_of_the_data_is_gone(assessment: Assessment, owner: User) -> None:
    make_bundle(assessment, owner)
    make_bundle(assessment, owner, state=EvidenceBundle.State.DESTROYED)
    make_run(assessment, owner)
    answer = signed_in(owner).get(to("rehearsal-plan", assessment))
    assert "部分原始数据已经销毁" in answer.content.decode()
    assert answer.context["page"].run == 1


def test_a_slip_in_the_plan_keeps_everything_that_was_typed(assessment: Assessment, owner: User) -> None:
    answer = signed_in(owner).post(
        to("rehearsal-plan", assessment),
        {"items": ["01.02"], "per_item": "99", "held_on": "2026-10-12", "title": "节前", "seed": "X1"},
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "抽取1至50例" in body
    assert 'value="节前"' in body and 'value="X1"' in body and 'value="99"' in body
    page = answer.context["page"]
    assert [i.code for role in page.roles for i in role.items if i.chosen] == ["01.02"]


@pytest.mark.parametrize("day", ["", "31.12.2026", "2026-02-30"])
def test_a_plan_without_a_day_is_refused(assessment: Assessment, owner: User, day: str) -> None:
    data = {"items": ["01.01"], "per_item": "5", "held_on": day}
    answer = signed_in(owner).post(to("rehearsal-plan", assessment), data)
    assert answer.status_code == 422
    assert "请填写演练日期" in answer.content.decode()


def test_while_cases_are_drawn_the_page_asks_again_and_loads_anew_at_the_end(
    assessment: Assessment, owner: User
) -> None:
    rehearsal = make_rehearsal(assessment, owner, outcomes={"01.01": ()}, state=Rehearsal.State.DRAWING)
    client, url = signed_in(owner), to("rehearsal", assessment, 1)
    assert 'hx-trigger="every 2s"' in client.get(url).content.decode()
    assert "HX-Refresh" not in client.get(url, headers={"HX-Request": "true"})
    Rehearsal.objects.filter(pk=rehearsal.pk).update(state=Rehearsal.State.OPEN)
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_the_pass_rate_counts_what_was_looked_at_with_its_interval(
    assessment: Assessment, owner: User
) -> None:
    seen = ("passed",) * 7 + ("failed", "not_found", "not_found", "", "")
    make_rehearsal(assessment, owner, outcomes={"01.01": seen, "01.02": ()})
    answer = signed_in(owner).get(to("rehearsal", assessment, 1))
    tally = answer.context["page"].tally
    assert (tally.cases, tally.seen, tally.unseen, tally.rate) == (12, 10, 2, Decimal("0.7"))
    assert (tally.low, tally.high) == (Decimal("0.3967"), Decimal("0.8923"))
    body = answer.content.decode()
    assert "95%置信区间40%–89%" in body
    assert "还有2个病例没有看" in body


def test_a_pass_goes_on_to_the_next_case_nobody_has_seen(assessment: Assessment, owner: User) -> None:
    rehearsal = make_rehearsal(assessment, owner, outcomes={"01.01": ("", "passed", ""), "01.02": ("",)})
    one, _two, three, other = rehearsal.cases.all()
    client = signed_in(owner)
    assert mark(client, one, outcome="passed")["Location"].endswith(f"/cases/{three.pk}/")
    assert mark(client, three, outcome="passed")["Location"].endswith(f"/cases/{other.pk}/")
    assert mark(client, other, outcome="passed")["Location"].endswith(f"/cases/{other.pk}/")  # the last


def test_a_refused_mark_keeps_the_note_and_answers_the_phone_s_script_in_words(
    assessment: Assessment, owner: User
) -> None:
    case = make_rehearsal(assessment, owner, outcomes={"01.01": ("",)}).cases.get()
    client = signed_in(owner)
    answer = mark(client, case, outcome="failed")
    assert answer.status_code == 422
    assert "哪里不对" in answer.content.decode()
    answer = mark(client, case, outcome="", note="写了一半")
    assert "写了一半" in answer.content.decode()
    url = to("rehearsal-case", assessment, 1, case.pk)
    headers = {"X-Requested-With": "attachments"}
    spoken = client.post(url, {"outcome": "failed"}, headers=headers)
    assert (spoken.status_code, spoken["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert client.post(url, {"outcome": "passed"}, headers=headers).json() == {"next": url}


def test_a_photo_that_is_refused_does_not_cost_the_finding(assessment: Assessment, owner: User) -> None:
    case = make_rehearsal(assessment, owner, outcomes={"01.01": ("", "")}).cases.first()
    assert case is not None
    photos = [
        SimpleUploadedFile("现场.png", picture(), "image/png"),
        SimpleUploadedFile("a.exe", b"MZ" + b"0" * 99, "image/png"),
    ]
    answer = mark(signed_in(owner), case, outcome="failed", note="没有结果", photos=photos)
    assert answer["Location"].endswith(f"/cases/{case.pk}/")
    case.refresh_from_db()
    assert (case.outcome, case.photos.count()) == ("failed", 1)
    page = signed_in(owner).get(answer["Location"])
    assert page.context["page"].photos[0].name == "现场.png"


def test_a_photo_is_shown_inside_the_hospital_without_a_chance_to_run_anything(
    assessment: Assessment, owner: User
) -> None:
    case = make_rehearsal(assessment, owner, outcomes={"01.01": ("",)}).cases.get()
    photo = make_photo(case, owner)
    answer: Any = signed_in(owner).get(to("rehearsal-photo", assessment, 1, case.pk, photo.public_id))
    assert b"".join(answer.streaming_content) == picture()
    assert "sandbox" in answer["Content-Security-Policy"]
    elsewhere = make_rehearsal(assessment, owner, outcomes={"01.02": ("",)}).cases.get()
    url = to("rehearsal-photo", assessment, 2, elsewhere.pk, photo.public_id)
    assert signed_in(owner).get(url).status_code == 404


def test_a_case_shows_the_clauses_of_the_level_that_is_claimed(assessment: Assessment, owner: User) -> None:
    case = make_rehearsal(assessment, owner, outcomes={"01.01": ("",)}).cases.get()
    page = signed_in(owner).get(to("rehearsal-case", assessment, 1, case.pk)).context["page"]
    assert page.level == 3
    assert {clause.code[:7] for clause in page.looked_at} == {"01.01.3"}


def test_points_stand_with_the_department_that_has_to_settle_them(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    laboratory = Department.objects.create(organisation=hospital, name="检验科", name_en="Laboratory")
    Assignment.objects.create(assessment=assessment, item_code="01.02", department=laboratory)
    make_rehearsal(assessment, owner, outcomes={"01.01": ("failed", "passed"), "01.02": ("not_found",)})
    client = signed_in(owner)
    page = client.get(to("rehearsal-points", assessment)).context["page"]
    assert [(group.department, len(group.points)) for group in page.groups] == [("检验科", 1), ("", 1)]
    case = RehearsalCase.objects.get(item_code="01.02")
    answer = client.post(
        to("rehearsal-case-settle", assessment, 1, case.pk), {"how": "补了接口"}, follow=True
    )
    assert dict(answer.context["page"].counts) == {"open": 1, "settled": 1, "all": 2}
    settled = client.get(to("rehearsal-points", assessment), {"show": "settled"})
    assert "补了接口" in settled.content.decode()
    client.post(to("rehearsal-case-settle", assessment, 1, case.pk), {"reopen": "1"})
    case.refresh_from_db()
    assert case.settled_at is None


def test_points_can_be_narrowed_to_one_rehearsal(assessment: Assessment, owner: User) -> None:
    make_rehearsal(assessment, owner, outcomes={"01.01": ("failed",)})
    make_rehearsal(assessment, owner, outcomes={"01.02": ("failed",)})
    client = signed_in(owner)
    page = client.get(to("rehearsal-points", assessment), {"rehearsal": "2"}).context["page"]
    assert [point.item for group in page.groups for point in group.points] == ["01.02"]
    assert (
        client.get(to("rehearsal-points", assessment), {"rehearsal": "x"}).context["page"].rehearsal is None
    )


def test_the_workbook_of_points_has_one_row_each_and_no_formula(assessment: Assessment, owner: User) -> None:
    rehearsal = make_rehearsal(assessment, owner, outcomes={"01.01": ("not_found",)})
    make_case(rehearsal, owner, position=2, outcome="failed", key="=1+1", note='=HYPERLINK("x")')
    answer = signed_in(owner).get(to("rehearsal-points-export", assessment), {"show": "all"})
    assert "xlsx" in answer["Content-Disposition"]
    sheet: Any = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(rows) == 2
    assert {row[7] for row in rows} == {"R-01.01-001", "=1+1"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_bureau_above_never_sees_a_rehearsal(
    assessment: Assessment, owner: User, bureau: Organisation
) -> None:
    make_rehearsal(assessment, owner)
    submit(assessment, owner)
    reviewer = signed_in(make_member(bureau, "reviewer", Membership.Role.REVIEWER))
    for name, args in (("rehearsals", ()), ("rehearsal", (1,)), ("rehearsal-points", ())):
        assert reviewer.get(to(name, assessment, *args)).status_code == 403


def test_a_rehearsal_goes_on_after_the_assessment_was_submitted(assessment: Assessment, owner: User) -> None:
    submit(assessment, owner)
    case = make_rehearsal(assessment, owner, outcomes={"01.01": ("", "")}).cases.first()
    assert case is not None
    assert mark(signed_in(owner), case, outcome="passed").status_code == 302


def test_every_page_asks_as_often_for_many_cases_as_for_one(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    make_rehearsal(assessment, owner, outcomes={"01.01": ("failed",)})
    urls = {
        "rehearsals": to("rehearsals", assessment),
        "rehearsal": to("rehearsal", assessment, 1),
        "rehearsal-points": to("rehearsal-points", assessment),
        "rehearsal-plan": to("rehearsal-plan", assessment),
    }
    few = {name: queries(client, url) for name, url in urls.items()}
    rehearsal = Rehearsal.objects.get()
    for n in range(2, 40):
        make_case(rehearsal, owner, position=n, outcome=("passed", "failed", "not_found")[n % 3])
    for _more in range(4):
        make_rehearsal(assessment, owner, outcomes={"01.02": ("failed", ""), "02.01": ("passed",)})
    assert {name: queries(client, url) for name, url in urls.items()} == few
    first = rehearsal.cases.first()
    assert first is not None
    assert queries(client, to("rehearsal-case", assessment, 1, first.pk)) <= 16
    assert max(few.values()) <= 14, few
