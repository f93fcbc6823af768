"""Pages of organisations, people and the trail: what they show, refuse and cost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Department, Membership, Organisation
from tests.factories.people import (
    make_bureau,
    make_department,
    make_hospital,
    make_membership,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return str(response.content.decode())


def at(organisation: Organisation, rest: str = "") -> str:
    return f"/organisations/{organisation.public_id}/{rest}"


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER, "manager")


def test_a_list_of_fifty_hospitals_costs_what_a_list_of_one_costs(
    manager: User, bureau: Organisation, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(manager)
    counts = []
    for more in (1, 49):
        for _n in range(more):
            make_person(make_hospital(parent=bureau), Role.QUALITY_LEAD)
        page_of(client, "/organisations/")
        with django_assert_max_num_queries(12) as queries:
            page_of(client, "/organisations/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_organisation_with_fifty_people_costs_what_one_with_two_costs(
    owner: User, hospital: Organisation, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(owner)
    counts = []
    for more in (1, 49):
        for _n in range(more):
            make_person(hospital, Role.CONTRIBUTOR, department=make_department(hospital))
        page_of(client, at(hospital))
        with django_assert_max_num_queries(13) as queries:
            page_of(client, at(hospital))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_is_searched_by_name_and_region_and_split_into_pages(
    manager: User, bureau: Organisation
) -> None:
    client = signed_in(manager)
    for n in range(35):
        make_hospital(f"编号{n:02d}医院", parent=bureau, region="420100" if n else "420500")
    assert "第1页" in page_of(client, "/organisations/")
    assert "编号34医院" in page_of(client, "/organisations/", page="2")
    found = page_of(client, "/organisations/", q="编号07")
    assert "编号07医院" in found
    assert "编号08医院" not in found
    assert "编号00医院" in page_of(client, "/organisations/", q="4205")
    assert "没有符合条件的机构" in page_of(client, "/organisations/", q="%_<script>")
    for odd in ("0", "-1", "x", "99999999"):
        page_of(client, "/organisations/", page=odd)


def test_a_list_beneath_an_organisation_nobody_may_see_does_not_exist(manager: User) -> None:
    foreign = make_bureau()
    client = signed_in(manager)
    assert client.get("/organisations/", {"under": str(foreign.public_id)}).status_code == 404
    assert client.get("/organisations/", {"under": "x"}).status_code == 404


def test_somebody_without_an_organisation_is_told_what_to_do() -> None:
    assert "您还没有加入任何机构" in page_of(signed_in(make_user()), "/organisations/")


def test_a_bureau_sees_the_leads_of_a_hospital_and_nobody_else(
    manager: User, owner: User, colleague: User, hospital: Organisation
) -> None:
    department = make_department(hospital, "检验科")
    page = page_of(signed_in(manager), at(hospital))
    assert owner.name in page
    assert colleague.name not in page
    assert department.name not in page
    assert "owner" not in re.sub(r'id="[^"]*"', "", page).split("<main")[1].replace(owner.name, "")


def test_colleagues_see_names_and_administrators_login_names_too(
    owner: User, colleague: User, hospital: Organisation
) -> None:
    User.objects.filter(pk=owner.pk).update(email="owner@example.invalid")
    seen = page_of(signed_in(colleague), at(hospital))
    assert owner.name in seen
    assert "owner@example.invalid" not in seen
    assert "colleague" in page_of(signed_in(owner), at(hospital)).split("<main")[1]


def test_the_way_down_the_tree_links_only_what_may_be_opened(
    owner: User, manager: User, bureau: Organisation, hospital: Organisation
) -> None:
    link = f'<a href="{at(bureau)}">'
    page = page_of(signed_in(owner), at(hospital))
    assert bureau.name in page
    assert link not in page
    assert link in page_of(signed_in(manager), at(hospital))


def test_a_new_hospital_appears_without_a_lead_and_asks_for_one(manager: User, bureau: Organisation) -> None:
    client = signed_in(manager)
    fields = {
        "kind": "hospital",
        "parent": bureau.public_id,
        "name": "新建医院",
        "grade": "2A",
        "ownership": "public",
    }
    response = client.post("/organisations/add/", {**fields, "beds": "480", "region": "420500"}, follow=True)
    page = response.content.decode()
    made = Organisation.objects.get(name="新建医院")
    assert made.path == f"{bureau.path}{made.pk}/"
    assert "尚无负责人" in page
    assert "邀请负责人" in page
    assert Event.objects.get(verb="organisation.created").facts["parent"] == bureau.name


def test_a_parent_outside_the_own_bureau_is_not_offered_nor_taken(manager: User) -> None:
    foreign = make_bureau()
    fields = {"kind": "hospital", "parent": foreign.public_id, "name": "新建医院", "ownership": "public"}
    assert signed_in(manager).post("/organisations/add/", fields).status_code == 400
    assert not Organisation.objects.filter(name="新建医院").exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "必填"),
        ("name", "医" * 121, "120"),
        ("beds", "0", "床位数应在1到20,000之间"),
        ("beds", "20001", "床位数应在1到20,000之间"),
        ("beds", "many", "整数"),
        ("region", "4201", "六位数字"),
        ("region", "４２０１００", "六位数字"),
        ("region", "990100", "“99”不是省级代码"),
        ("code", "123", "22位"),
        ("grade", "9Z", "9Z"),
    ],
)
def test_wrong_details_are_refused_with_a_sentence_and_kept_on_screen(
    owner: User, hospital: Organisation, field: str, value: str, sentence: str
) -> None:
    fields = {
        "name": "改名医院",
        "grade": "3A",
        "ownership": "public",
        "beds": "900",
        "name_en": "Kept Hospital",
    }
    response = signed_in(owner).post(at(hospital, "edit/"), {**fields, field: value})
    page = response.content.decode()
    assert response.status_code == 400
    assert sentence in page
    assert "Kept Hospital" in page
    hospital.refresh_from_db()
    assert hospital.name == "示例市人民医院"
    assert not Event.objects.exists()


def test_details_are_saved_with_what_they_were_before(owner: User, hospital: Organisation) -> None:
    fields = {"name": hospital.name, "grade": "3A", "ownership": "public", "beds": "1300", "region": "420100"}
    assert signed_in(owner).post(at(hospital, "edit/"), fields).status_code == 302
    facts = Event.objects.get(verb="organisation.changed").facts
    assert facts["before"]["beds"] == 1200
    assert facts["after"]["beds"] == 1300


def test_two_hospitals_of_one_bureau_have_different_names(
    manager: User, bureau: Organisation, hospital: Organisation
) -> None:
    fields = {"kind": "hospital", "parent": bureau.public_id, "name": hospital.name, "ownership": "public"}
    response = signed_in(manager).post("/organisations/add/", fields)
    assert response.status_code == 400
    assert "已有名为" in response.content.decode()


def test_departments_are_added_renamed_closed_and_reopened(owner: User, hospital: Organisation) -> None:
    client = signed_in(owner)
    assert (
        "检验科"
        in client.post(at(hospital, "departments/add/"), {"name": " 检验科 "}, follow=True).content.decode()
    )
    department = Department.objects.get(name="检验科")
    place = at(hospital, f"departments/{department.public_id}/")
    client.post(place, {"name": "检验医学科"})
    client.post(f"{place}close/")
    assert "已停用" in page_of(client, at(hospital))
    client.post(f"{place}close/")
    client.post(f"{place}reopen/")
    department.refresh_from_db()
    assert (department.name, department.closed_at) == ("检验医学科", None)
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "department.added",
        "department.renamed",
        "department.closed",
        "department.reopened",
    ]


@pytest.mark.parametrize("name", ["", "   ", "科" * 81, "检验科"])
def test_a_department_without_a_usable_name_is_refused(
    owner: User, hospital: Organisation, name: str
) -> None:
    make_department(hospital, "检验科")
    response = signed_in(owner).post(at(hospital, "departments/add/"), {"name": name})
    assert response.status_code == 400
    assert Department.objects.count() == 1


def test_a_department_of_another_hospital_does_not_exist_here(owner: User, hospital: Organisation) -> None:
    department = make_department(make_hospital())
    assert (
        signed_in(owner).post(at(hospital, f"departments/{department.public_id}/close/")).status_code == 404
    )


def test_the_one_time_password_is_shown_once_and_works(owner: User, hospital: Organisation) -> None:
    client = signed_in(owner)
    form = {"account": "new", "username": "nurse", "name": "<b>护士长</b>", "role": "contributor"}
    response = client.post(at(hospital, "members/invite/"), form)
    page = response.content.decode()
    password = re.search(r"<code>([^<]+)</code>", page).group(1)  # type: ignore[union-attr]
    assert "no-store" in response.headers["Cache-Control"]
    assert "<b>护士长" not in page
    assert password not in page_of(client, at(hospital))
    assert Client().post("/sign-in/", {"username": "nurse", "password": password}).status_code == 302
    again = client.post(at(hospital, "members/invite/"), form)
    assert again.status_code == 400
    assert "已被使用" in again.content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "a b"}, "登录名只能包含"),
        ({"name": " "}, "请填写姓名"),
        ({"role": "system_admin"}, "system_admin"),
        ({"until": "2020-01-01"}, "不能早于今天"),
        ({"until": "soon"}, "日期"),
        ({"email": "no"}, "邮件地址"),
        ({"department": "x"}, "UUID"),
        ({"account": "existing", "username": "nobody-there"}, "没有登录名"),
    ],
)
def test_a_wrong_invitation_says_what_is_wrong_and_makes_nothing(
    owner: User, hospital: Organisation, changes: dict[str, str], sentence: str
) -> None:
    form = {"account": "new", "username": "nurse", "name": "护士长", "role": "contributor", **changes}
    response = signed_in(owner).post(at(hospital, "members/invite/"), form)
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert User.objects.count() == 1


def test_an_end_date_is_shown_and_marked_when_it_is_near(owner: User, hospital: Organisation) -> None:
    make_person(hospital, Role.CONSULTANT, until=timezone.localdate() + timedelta(days=10))
    assert "即将到期" in page_of(signed_in(owner), at(hospital))


def test_the_page_of_the_last_lead_says_why_the_role_stays(owner: User, hospital: Organisation) -> None:
    security = make_person(hospital, Role.SECURITY_ADMIN)
    membership = Membership.objects.get(user=owner)
    place = at(hospital, f"members/{membership.public_id}/")
    page = page_of(signed_in(security), place)
    assert "最后一位质控负责人" in page
    assert 'data-dialog-open="revoke"' not in page
    response = signed_in(security).post(f"{place}revoke/")
    assert response.status_code == 403
    assert "最后一位质控负责人" in response.content.decode()


def test_a_refusal_asked_for_as_json_is_a_sentence(colleague: User, hospital: Organisation) -> None:
    response = signed_in(colleague).get(at(hospital, "members/invite/"), headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert "由本单位的负责人" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_pages_of_people_are_complete_in_english(owner: User, hospital: Organisation) -> None:
    auditor = make_person(hospital, Role.AUDITOR, "auditor")
    User.objects.update(language="en")
    colleague = make_user("someone", name="Somebody", language="en")
    membership = make_membership(colleague, hospital, Role.CONTRIBUTOR)
    User.objects.filter(pk=owner.pk).update(name="Lead")
    User.objects.filter(pk=auditor.pk).update(name="Auditor")
    make_department(hospital, "检验科", name_en="Laboratory")
    Organisation.objects.filter(parent=None).update(name="Example Province")
    Organisation.objects.filter(pk=hospital.pk).update(name="Example Hospital", name_en="")
    record(
        verb="department.added",
        by=None,
        subject_kind="department",
        subject_id=1,
        chain=str(hospital.public_id),
        facts={"name": "Laboratory"},
    )
    lead = signed_in(owner)
    pages = [
        page_of(lead, "/organisations/"),
        page_of(lead, at(hospital)),
        page_of(lead, at(hospital, "edit/")),
        page_of(lead, at(hospital, "members/invite/")),
        page_of(lead, at(hospital, f"members/{membership.public_id}/")),
        page_of(lead, at(hospital, "departments/add/")),
        page_of(lead, "/account/"),
        page_of(lead, "/account/password/"),
        page_of(signed_in(auditor), "/audit/"),
    ]
    for page in pages:
        content = page.split("<main", 1)[1].split("</main>")[0].replace("简体中文", "")
        assert re.findall(r"[\u4e00-\u9fff]+", content) == []
