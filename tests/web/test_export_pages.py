"""A table for a national platform: its columns in its order, from what was frozen, each for what he or she sees."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from accounts.models import User
from assessments.models import Assessment, ExportTemplate, ScoreSnapshot
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Organisation
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.people import make_bureau, make_hospital, make_person
from tests.factories.rubrics import make_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


@pytest.fixture
def submitted(hospital: Organisation, owner: User) -> Assessment:
    made = make_assessment(hospital, owner, edition=make_edition("smart-service-2019"))
    complete(made, owner)
    submit(made, owner)
    return made


def book_of(rows: list[list[Any]], *, title: str = "国家平台") -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("platform.xlsx", out.getvalue())


def rows_in(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def address(template: ExportTemplate | str, assessment: Assessment, **more: str) -> str:
    assert assessment.window_to is not None
    key = template if isinstance(template, str) else template.public_id
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/exports/run/?template={key}&edition={assessment.edition.key}&year={assessment.window_to.year}{extra}"


def test_the_platforms_own_workbook_is_filled_beneath_its_headings_in_its_order(
    client: Client, submitted: Assessment, manager: User, owner: User
) -> None:
    client.force_login(manager)
    file = book_of(
        [
            ["国家上报表（示例）"],
            ["项目得分", "不认识的列", "单位名称", "项目编号"],
            ["示例行", "x", "y", "z"],
        ]
    )
    answer = client.post("/exports/new/", {"name": "国家平台", "workbook": file})
    assert answer.status_code == 302
    made = ExportTemplate.objects.get()
    assert [one["key"] for one in made.columns] == ["score", "", "hospital", "item"]
    assert (made.rows, made.head_row, made.organisation.kind) == ("items", 2, "province")
    assert Event.objects.filter(verb="export_template.kept").count() == 1
    client.force_login(owner)  # beneath the bureau: the hospital uses it too
    rows = rows_in(client.get(address(made, submitted)).content)
    card = ScoreSnapshot.objects.get(assessment=submitted).card
    assert rows[0][0] == "国家上报表（示例）" and rows[1] == (
        "项目得分",
        "不认识的列",
        "单位名称",
        "项目编号",
    )
    assert [row[3] for row in rows[2:]] == list(card["items"])
    for score, unknown, name, code in rows[2:]:
        assert Decimal(str(score)) == Decimal(card["items"][code]["score"])
        assert unknown is None and name == submitted.hospital.name


def test_items_can_stand_beside_the_hospital_in_one_row(
    client: Client, submitted: Assessment, owner: User
) -> None:
    client.force_login(owner)
    file = book_of([["机构代码", "医院名称", "01.01 得分", "01.02 功能等级", "总分"]])
    assert client.post("/exports/new/", {"name": "汇总", "workbook": file}).status_code == 302
    made = ExportTemplate.objects.get()
    assert made.rows == "submissions" and [one["key"] for one in made.columns][2:] == [
        "01.01:score",
        "01.02:function_level",
        "total",
    ]
    snapshot = ScoreSnapshot.objects.get(assessment=submitted)
    _head, row = rows_in(client.get(address(made, submitted)).content)
    assert Decimal(str(row[2])) == Decimal(snapshot.card["items"]["01.01"]["score"])
    assert row[3] == snapshot.card["items"]["01.02"]["function_level"]
    assert Decimal(str(row[4])) == snapshot.total


def test_columns_are_put_in_order_by_hand_and_an_uploaded_file_is_let_go(
    client: Client, submitted: Assessment, owner: User
) -> None:
    client.force_login(owner)
    file = book_of([["医院名称", "年度"]])
    client.post("/exports/new/", {"name": "甲", "workbook": file})
    made = ExportTemplate.objects.get()
    lines = client.get(f"/exports/{made.public_id}/").context["page"].lines
    form = {"name": "乙", "key-1": "hospital", "place-1": "2", "heading-1": "=1+1", "key-2": "level", "place-2": "1", "heading-2": "级别", "key-3": "beds", "place-3": ""}  # fmt: skip
    assert [line.key for line in lines][:2] == ["hospital", "year"] and len(lines) > 30
    assert client.post(f"/exports/{made.public_id}/", form).status_code == 302
    made.refresh_from_db()
    assert made.workbook is None and made.workbook_name == ""
    content = client.get(address(made, submitted)).content
    assert rows_in(content)[0] == ("级别", "=1+1")
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["B1"].data_type == "s", "a heading never becomes a formula"
    assert sheet["A2"].value == ScoreSnapshot.objects.get(assessment=submitted).level
    renamed = {"name": "丙", **{k: v for k, v in form.items() if k != "name"}}
    client.post(f"/exports/{made.public_id}/", renamed)
    assert client.post(f"/exports/{made.public_id}/remove/").status_code == 302
    assert not ExportTemplate.objects.exists()


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["甲", "乙"], ["丙"]], "没有找到表头"),
        ([["医院名称", "单位名称"]], "出现了两次"),
        ([["医院名称", "项目得分", "01.01 得分"]], "不能既逐项分行"),
        ([["医院名称", "年度"], ["=HYPERLINK(\"x\")"]], "是公式"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_no_template_is_refused_with_its_reason(
    client: Client, owner: User, rows: list[list[Any]], why: str
) -> None:
    client.force_login(owner)
    answer = client.post("/exports/new/", {"name": "甲", "workbook": book_of(rows)})
    assert answer.status_code == 422 and why in answer.context["page"].problem
    assert not ExportTemplate.objects.exists()


def test_each_exports_what_he_or_she_sees(
    client: Client, submitted: Assessment, manager: User, bureau: Organisation, stranger: User
) -> None:
    neighbour = make_hospital("示例县人民医院", parent=make_bureau("示例甲市卫生健康委员会", parent=bureau))
    lead = make_person(neighbour, Role.QUALITY_LEAD)
    other = make_assessment(neighbour, lead, edition=submitted.edition)
    complete(other, lead)
    submit(other, lead)
    client.force_login(manager)
    names = {row[2] for row in rows_in(client.get(address("submissions", submitted)).content)[1:]}
    assert names == {submitted.hospital.name, neighbour.name}
    city = neighbour.parent
    assert city is not None
    part = rows_in(client.get(address("submissions", submitted, city=str(city.public_id))).content)
    assert [row[2] for row in part[1:]] == [neighbour.name] and part[1][4] == city.name
    client.force_login(lead)
    assert [row[2] for row in rows_in(client.get(address("submissions", submitted)).content)[1:]] == [
        neighbour.name
    ]
    made = ExportTemplate.objects.create(
        organisation=bureau, name="省", columns=[{"key": "hospital", "heading": "医院"}], changed_by=manager
    )
    client.force_login(stranger)
    assert client.get(address(made, submitted)).status_code == 404
    nothing = client.get(address("items", submitted))
    assert nothing.status_code == 422 and "没有提交的自评" in nothing.content.decode()
