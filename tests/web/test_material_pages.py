"""Pages of proof material: the list of what is missing, its filters and sheet, and facts where a clause is answered."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from assessments.models import Assessment, ClauseProof
from hospitals.models import Department, Organisation
from reports import jobs
from reports.models import IssuedReport
from rubrics.queries import get_rubric
from tests.factories.assessments import all_met, make_answer, make_assessment
from tests.factories.browser import signed_in

pytestmark = pytest.mark.django_db
CODE = "01.01.1-1"


@pytest.fixture
def assessment(hospital: Organisation, owner: User, monkeypatch: pytest.MonkeyPatch) -> Assessment:
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)
    found = make_assessment(hospital, owner, edition="emr-2018", target_level=2)
    make_answer(found, "01.01", clauses={"1": ["met", "not_met"]})
    department = Department.objects.create(organisation=hospital, name="医务科（示例）")
    found.assignments.create(item_code="01.01", department=department, due_on=date(2026, 1, 31))
    return found


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_what_is_missing_is_found_by_department_kind_and_date(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    url = to("material", assessment)
    page = client.get(url).context["page"]
    assert page.rows[0].place == CODE  # departments first, those nobody has last
    assert page.rows[0].late
    kinds = {one.value: one.count for one in page.kinds}
    assert kinds["menu_path"] == 1
    narrowed = client.get(f"{url}?kind=menu_path&department={page.departments[0].value}&late=1").context[
        "page"
    ]
    assert [row.place for row in narrowed.rows] == [CODE]
    assert not client.get(f"{url}?kind=menu_path&department=none").context["page"].rows
    assert client.get(f"{url}?kind=nonsense&department=x&scope=zz&page=-3").status_code == 200

    sheet = load_workbook(
        io.BytesIO(client.get(f"{to('material-export', assessment)}?kind=menu_path").content)
    )
    rows = [list(row) for row in sheet.active.iter_rows(min_row=3, values_only=True)]
    assert len(rows) == 2
    assert rows[1][0] == "医务科（示例）"
    assert rows[1][5] == CODE


def test_the_list_asks_as_little_for_everything_as_for_one_clause(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    few = queries(client, to("material", assessment))
    rubric = get_rubric(assessment.edition)
    for item in rubric.items:
        make_answer(assessment, item.code, clauses=all_met(rubric, item.code, 2))
        ClauseProof.objects.create(assessment=assessment, item_code=item.code, clause_code=f"{item.code}.1-1")
    assert queries(client, to("material", assessment)) == few <= 17
    one = queries(client, to("proof", assessment, "01.01"))
    ClauseProof.objects.filter(clause_code=CODE).update(updated_by=owner)
    assert queries(client, to("proof", assessment, "01.01")) == one <= 11


def test_facts_are_written_beside_the_clause_and_a_conflict_is_shown(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    assert f"place=clauses.{CODE}" in client.get(to("item", assessment, "01.01")).content.decode()
    url = to("proof", assessment, "01.01")
    part = client.get(f"{url}?place=clauses.{CODE}", headers={"HX-Request": "true"})
    assert "menu_path" in part.content.decode()
    assert client.get(f"{url}?place=clauses.01.01.1-99").status_code == 404
    given: dict[str, Any] = {"place": f"clauses.{CODE}", "before_menu_path": "", "menu_path": "甲"}
    saved = client.post(url, given, headers={"HX-Request": "true"}).content.decode()
    assert "已保存" in saved
    clash = client.post(url, {**given, "menu_path": "乙"}, headers={"HX-Request": "true"}).content.decode()
    assert "再次保存即以您的为准" in clash
    assert 'value="乙"' in clash
    assert ClauseProof.objects.get().menu_path == "甲"
    assert client.post(url, {**given, "menu_path": "乙"}).status_code == 409
    assert client.post(url, {**given, "before_menu_path": "甲", "menu_path": "乙"}).status_code == 302
    assert ClauseProof.objects.get().menu_path == "乙"


def test_a_compendium_is_asked_for_and_listed_with_its_scope(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    url = to("compendium-request", assessment)
    assert client.post(url, {"form": "docx", "scope": "01.01"}).url == to("reports", assessment)
    assert client.post(url, {"form": "docx", "scope": "77"}).url == to("material", assessment)
    assert IssuedReport.objects.get().basis == {"scope": "01.01", "form": "docx"}
    row = client.get(to("reports", assessment)).context["page"].reports[0]
    assert (row.kind, row.form) == ("实证材料汇编 01.01", "Word")
