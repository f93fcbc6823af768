"""Pages of a region: figures of the bureau's own hospitals, the same queries however many there are."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from hospitals.access import Role
from hospitals.models import Consortium, ConsortiumMember, Organisation
from reports.models import SavedView
from reports.regional.filling import fill_all
from rubrics.models import Edition
from tests.factories.people import make_bureau, make_hospital, make_person
from tests.reports.test_region_filling import frozen

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


def lay(bureau: Organisation, by: User, count: int, year: int = 2026, **fields: Any) -> list[Organisation]:
    edition = Edition.objects.get(key="emr-2018")
    made = [make_hospital(parent=bureau, **fields) for _n in range(count)]
    for number, one in enumerate(made):
        frozen(one, by, edition, year, number % 5)
    fill_all()
    return made


@pytest.fixture
def signed_in(client: Client, manager: User) -> Client:
    client.force_login(manager)
    client.get("/region/")
    return client


def test_a_region_shows_its_own_hospitals_alone(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 6)
    lay(make_bureau("另一示例省卫生健康委员会"), manager, 3)
    page = signed_in.get("/region/").context["page"]
    assert (page.figures.n, page.figures.hospitals) == (6, 6)
    assert str(page.figures.average) == "1.67"
    lines = signed_in.get("/region/ranking/").context["page"].lines
    assert len(lines) == 6 and [line.claimed for line in lines] == [4, 3, 2, 1, 0, 0]
    assert lines[0].place is not None and (lines[0].place.rank, lines[0].place.percentile) == (1, 100)


def test_a_bureau_elsewhere_a_missing_edition_and_a_hospital_are_not_found(
    signed_in: Client, client: Client, owner: User
) -> None:
    elsewhere = make_bureau("另一示例省卫生健康委员会")
    assert signed_in.get(f"/region/?bureau={elsewhere.public_id}").status_code == 404
    assert signed_in.get("/region/?edition=unknown").status_code == 404
    assert signed_in.get("/region/?year=x&edition=emr-2018").status_code == 200
    client.force_login(owner)
    assert client.get("/region/").status_code == 404


def test_a_city_sees_its_own_part(bureau: Organisation, manager: User, client: Client) -> None:
    city = make_bureau("示例甲市卫生健康委员会", parent=bureau)
    lay(city, manager, 2)
    lay(bureau, manager, 3)
    client.force_login(make_person(city, Role.REVIEWER))
    page = client.get("/region/").context["page"]
    assert page.figures.n == 2 and page.choice.bureau == city


def test_groups_are_counted_with_those_that_did_not_submit(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    made = lay(bureau, manager, 4, grade="2A")
    make_hospital(parent=bureau, grade="3A")
    lead = make_hospital(parent=bureau, grade="3A")
    consortium = Consortium.objects.create(name="示例医联体", bureau=bureau, lead=lead)
    ConsortiumMember.objects.create(consortium=consortium, hospital=made[0])
    other = Consortium.objects.create(name="另一示例医联体", bureau=bureau, lead=made[1])
    ConsortiumMember.objects.create(consortium=other, hospital=made[2])
    page = signed_in.get("/region/").context["page"]
    tables = {
        table.key: {line.name: (line.hospitals, line.n) for line in table.lines} for table in page.tables
    }
    assert tables["grade"] == {"三级甲等": (2, 0), "二级甲等": (4, 4)}
    assert tables["consortium"] == {"另一示例医联体": (2, 2), "示例医联体": (2, 1)}


def test_filters_narrow_the_list_and_keep_the_places(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 10)
    page = signed_in.get("/region/ranking/?level=1").context["page"]
    assert [line.claimed for line in page.lines] == [1, 1]
    assert all(line.place is not None and line.place.of == 10 for line in page.lines)
    assert not signed_in.get("/region/ranking/?search=没有这家").context["page"].lines


def test_the_years_are_put_side_by_side(signed_in: Client, bureau: Organisation, manager: User) -> None:
    lay(bureau, manager, 5, year=2025)
    lay(bureau, manager, 5, year=2026)
    page = signed_in.get("/region/?year=2026").context["page"]
    assert page.trend is not None and "2025" in page.trend.table_text
    assert signed_in.get("/region/?figure=trend").json()["data"]
    assert signed_in.get("/region/?figure=distribution").json()["data"]
    assert signed_in.get("/region/?figure=none").status_code == 404


def test_the_workbook_and_the_csv_hold_what_the_page_shows(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    made = lay(bureau, manager, 6)
    Organisation.objects.filter(pk=made[4].pk).update(name="=1+1医院")
    fill_all()
    book = load_workbook(io.BytesIO(signed_in.get("/region/export/").content))
    sheet = book.worksheets[1]
    assert sheet.max_row == 7 and sheet.cell(2, 1).value == "=1+1医院" and sheet.cell(2, 1).data_type == "s"
    content = signed_in.get("/region/export/?format=csv").content.decode("utf-8-sig")
    assert content.count("\n") == 7 and "'=1+1医院" in content


def test_a_file_tells_no_figures_of_a_group_of_few(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 6, grade="3A")
    lay(bureau, manager, 2, grade="2A")
    lay(bureau, manager, 7, grade="2B")
    sheet = load_workbook(io.BytesIO(signed_in.get("/region/export/").content)).worksheets[0]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert rows["二级甲等"][:4] == (2, 2, "100%", "家数少，不列出") and not any(rows["二级甲等"][4:])
    assert (
        rows["三级甲等"][3] == "家数少，不列出"
    )  # the next smallest: else the hidden one follows from the rest
    assert rows["二级乙等"][3] == "1.57"
    table = signed_in.get("/region/distribution/?figure=groups&as=csv").content.decode("utf-8-sig")
    assert "二级乙等" in table and "二级甲等" not in table and "三级甲等" not in table
    shown = signed_in.get("/region/distribution/").context["page"]
    assert {line.name: line.n for line in shown.lines} == {"三级甲等": 6, "二级甲等": 2, "二级乙等": 7}


def test_groups_are_made_up_of_the_levels_that_were_asked_for(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    made = lay(bureau, manager, 5, grade="3A")
    card = {"level": 1}
    frozen(
        made[4], manager, Edition.objects.get(key="emr-2018"), 2026, 4,
        verified={"coverage": "0.5", "not_refuted": card, "provisional": card, "strict": card},
    )  # fmt: skip
    fill_all()

    def counts(query: str) -> list[int]:
        line = signed_in.get(f"/region/distribution/?{query}").context["page"].lines[0]
        return [count for count, _share in line.numbers]

    assert counts("by=grade") == [1, 1, 1, 1, 1, 0, 0, 0, 0]
    assert counts("by=grade&lens=at_most") == [0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert counts("by=nonsense&lens=nonsense") == counts("")
    assert "没有可看的级别" in signed_in.get("/region/distribution/?lens=awarded").content.decode()


def test_years_groups_and_national_targets_stand_side_by_side(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 5, year=2025, grade="3A")
    lay(bureau, manager, 5, year=2026, grade="3A")
    lay(bureau, manager, 1, year=2026, grade="2A")
    page = signed_in.get("/region/trend/?by=grade&year=2026").context["page"]
    assert [(line.name, line.n, line.average) for line in page.lines] == [
        ("2025", 5, "2.00"),
        ("2026", 6, "1.67"),
    ]
    assert {line.name: (line.cells, line.change) for line in page.table} == {
        "三级甲等": (("2.00 (5)", "2.00 (5)"), "+0.00"),
        "二级甲等": (("—", "0.00 (1)"), "—"),
    }
    goals = {goal.words: (goal.here, goal.met) for goal in page.goals}
    assert goals["2020年：三级医院都达到4级"] == ("20%（1/5家）", False)
    assert goals["2022年：三级医院平均达到4级"] == ("平均2.00（5家）", False)
    for key in ("trend", "shares", "years"):
        assert signed_in.get(f"/region/trend/?figure={key}").json()["data"]
        assert signed_in.get(f"/region/trend/?figure={key}&as=svg").content.startswith(b"<?xml")
    assert signed_in.get("/region/trend/?figure=none").status_code == 404


def test_the_figure_of_a_chart_is_of_the_year_the_page_is_of(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 3, year=2025)
    lay(bureau, manager, 5, year=2026)
    page = signed_in.get("/region/?year=2025").context["page"]
    assert "year=2025" in page.distribution.figure_query
    data = signed_in.get(f"/region/{page.distribution.figure_query}").json()["data"]
    assert sum(filter(None, data[0]["x"])) == 3


@pytest.mark.parametrize(
    ("query", "levels"),
    [
        ("met=yes", [4]),
        ("met=no", [3, 2, 1, 0]),
        ("ownership=private", []),
        ("band=4", [4, 3, 2, 1, 0]),
        ("band=1", []),
        ("band=x&level=9999999999999", [4, 3, 2, 1, 0]),
        ("grade=3A&hospital_type=&level=3", [3]),
        ("city=0", []),
    ],
)
def test_every_filter_narrows_the_list(
    query: str, levels: list[int], signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 5, grade="3A", beds=900)
    page = signed_in.get(f"/region/ranking/?{query}").context["page"]
    assert [line.claimed for line in page.lines] == levels


def test_views_are_kept_overwritten_and_deleted_and_are_the_persons_own(
    signed_in: Client, manager: User, bureau: Organisation, client: Client
) -> None:
    data = {"page": "region-ranking", "name": "三级医院", "query": "grade=3A"}
    assert signed_in.post("/region/views/save/", data).headers["Location"] == "/region/ranking/?grade=3A"
    signed_in.post("/region/views/save/", {**data, "query": "grade=3B"})
    view = SavedView.objects.get()
    assert view.query == "grade=3B"
    assert "三级医院" in signed_in.get("/region/").content.decode()
    other = Client()
    other.force_login(make_person(bureau, Role.REVIEWER))
    assert other.post(f"/region/views/{view.public_id}/delete/").status_code == 404
    signed_in.post(f"/region/views/{view.public_id}/delete/")
    assert not SavedView.objects.exists()
    for wrong in ({"name": ""}, {"page": "home"}, {"name": "长" * 61}):
        signed_in.post("/region/views/save/", {**data, **wrong})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/region/", 22),
        ("/region/distribution/?by=city", 12),
        ("/region/trend/?by=city", 14),
        ("/region/ranking/?met=no&search=医院", 17),
        ("/region/doubts/", 14),
        ("/region/export/", 26),
    ],
)
def test_a_page_asks_as_much_for_five_hospitals_as_for_eighty(
    address: str,
    most: int,
    signed_in: Client,
    bureau: Organisation,
    manager: User,
    django_assert_max_num_queries: Any,
) -> None:
    lay(bureau, manager, 5)
    signed_in.get(address)
    with django_assert_max_num_queries(most):
        signed_in.get(address)
    lay(bureau, manager, 75)
    with django_assert_max_num_queries(most):
        signed_in.get(address)


def test_pages_of_a_region_are_complete_in_english(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    import re

    Organisation.objects.filter(pk=bureau.pk).update(name_en="Example Province")
    lay(bureau, manager, 7, name_en="Example")
    manager.language = "en"
    manager.save()
    for address in (
        "/region/",
        "/region/distribution/",
        "/region/trend/",
        "/region/ranking/",
        "/region/doubts/",
        "/awards/",
        "/awards/import/",
        "/submissions/import/",
    ):
        page = signed_in.get(address).content.decode().split("<main", 1)[1].split("</main>")[0]
        assert re.findall(r"[\u4e00-\u9fff]+", page) == [], address
