"""Pages of yearly cycles, as a bureau and as a hospital."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import User
from assessments.models import Assessment, Campaign, Notice, Participation
from hospitals.models import Membership, Organisation
from tests.factories.campaigns import (
    again,
    edition_named,
    make_campaign,
    make_open,
    part_of,
    rubric_of,
    today,
)
from tests.factories.people import forget_memberships, make_hospital, make_person

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e]")


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Membership.Role.BUREAU_MANAGER, "cycle-manager")


@pytest.fixture
def running(bureau: Organisation, hospital: Organisation, manager: User) -> Campaign:
    return make_open(bureau, manager, [hospital])


def signed_in(user: User) -> Client:
    forget_memberships(user)
    client = Client()
    client.force_login(user)
    return client


def to(name: str, campaign: Campaign, *more: Any) -> str:
    return reverse(name, args=[campaign.public_id, *more])


def hidden(html: str, name: str) -> str:
    """The value of a hidden field, as a browser sends it back."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return found.group(1)


def a_list(rows: list[list[str]]) -> SimpleUploadedFile:
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return SimpleUploadedFile("名单.xlsx", buffer.getvalue())


def test_a_manager_draws_up_a_cycle_invites_and_opens_it(
    bureau: Organisation, hospital: Organisation, owner: User, manager: User
) -> None:
    client, edition = signed_in(manager), edition_named("smart-service-2019")
    form = {
        "title": "2026年度工作（示例）", "year": "2026", "opens_on": today().isoformat(),
        "closes_on": today().replace(year=today().year + 1).isoformat(), f"use_{edition.pk}": "on",
        f"from_{edition.pk}": "2026-07-01", f"to_{edition.pk}": "2026-09-30",
    }  # fmt: skip
    assert client.post(reverse("campaign-start"), {**form, "title": ""}).status_code == 422
    assert client.post(reverse("campaign-start"), form).status_code == 302
    campaign = Campaign.objects.get()
    preview = client.post(to("campaign-invite", campaign), {"how": "lines", "text": hospital.name})
    html = preview.content.decode()
    assert not Participation.objects.exists(), "a preview invites nobody"
    answer = client.post(
        to("campaign-invite-apply", campaign), {"token": hidden(html, "token"), "seen": hidden(html, "seen")}
    )
    assert answer.status_code == 302
    board = client.get(to("campaign", campaign)).content.decode()
    assert hospital.name in board
    client.post(to("campaign-open", campaign), {"seen": hidden(board, "seen")})
    assert again(campaign).state == "open"
    assert Notice.objects.filter(user=owner).count() == 1


def test_a_sheet_is_read_whatever_the_order_of_its_columns_and_says_what_it_left_out(
    bureau: Organisation, hospital: Organisation, manager: User
) -> None:
    client, draft = signed_in(manager), make_campaign(bureau, manager)
    sheet = a_list([["备注", "医院名称"], ["", hospital.name], ["", "没有这家医院"], ["", ""]])
    html = client.post(to("campaign-invite", draft), {"how": "sheet", "file": sheet}).content.decode()
    assert "本单位辖区内没有这家医院" in html
    answer = client.post(
        to("campaign-invite-apply", draft),
        {"token": hidden(html, "token"), "seen": hidden(html, "seen")},
        follow=True,
    )
    assert "已邀请1家医院。1行有问题，没有邀请。" in answer.content.decode()
    wrong = client.post(to("campaign-invite", draft), {"how": "sheet", "file": a_list([["甲", "乙"]])})
    assert wrong.status_code == 422 and "没有找到表头" in wrong.content.decode()
    broken = SimpleUploadedFile("x.xlsx", b"not a workbook")
    assert client.post(to("campaign-invite", draft), {"how": "sheet", "file": broken}).status_code == 422


def test_a_preview_somebody_else_overtook_is_shown_anew(
    bureau: Organisation, hospital: Organisation, manager: User
) -> None:
    client, draft = signed_in(manager), make_campaign(bureau, manager)
    way = {"how": "lines", "text": hospital.name}
    first = client.post(to("campaign-invite", draft), way).content.decode()
    sent = {"token": hidden(first, "token"), "seen": hidden(first, "seen")}
    assert client.post(to("campaign-invite-apply", draft), sent).status_code == 302
    assert client.post(to("campaign-invite-apply", draft), sent).status_code == 409
    assert Participation.objects.count() == 1


def test_a_hospital_finds_its_cycle_at_home_and_takes_part(
    running: Campaign, hospital: Organisation, owner: User
) -> None:
    client = signed_in(owner)
    home = client.get("/").content.decode()
    assert running.title in home and to("campaign-enter", running) in home
    assert client.get(to("campaign", running)).headers["Location"] == to("campaign-enter", running)
    sent = {"rubric": rubric_of(running).pk, "how": "start"}
    made = client.post(to("campaign-enter", running), sent)
    assert made.headers["Location"] == reverse("assessment", args=[Assessment.objects.get().public_id])
    assert client.get(to("campaign-enter", running)).status_code == 200


def test_the_board_filters_and_its_table_holds_every_hospital(
    bureau: Organisation, hospital: Organisation, manager: User
) -> None:
    others = [make_hospital(f"示例{n}院", parent=bureau) for n in range(3)]
    campaign = make_open(bureau, manager, [hospital, *others])
    client = signed_in(manager)
    narrowed = client.get(to("campaign", campaign), {"search": "示例1"}).content.decode()
    assert "示例1院" in narrowed and "示例2院" not in narrowed
    book = load_workbook(io.BytesIO(b"".join(client.get(to("campaign-export", campaign)))))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {hospital.name, *(one.name for one in others)} <= cells


def test_a_late_hospital_is_permitted_with_a_reason(
    running: Campaign, hospital: Organisation, manager: User
) -> None:
    client, part = signed_in(manager), part_of(running, hospital)
    until = running.closes_on.replace(year=running.closes_on.year + 1).isoformat()
    client.post(to("participation-late", running, part.public_id), {"until": until, "reason": ""})
    assert part_of(running, hospital).late_until is None
    client.post(to("participation-late", running, part.public_id), {"until": until, "reason": "系统迁移"})
    assert part_of(running, hospital).late_until is not None
    page = client.get(to("participation", running, part.public_id)).content.decode()
    assert "系统迁移" in page


def test_a_notice_leads_to_what_it_is_about_and_is_read_then(
    owner: User, running: Campaign, manager: User
) -> None:
    client, notice = signed_in(owner), Notice.objects.get(user=owner)
    assert running.title in client.get(reverse("notices")).content.decode()
    assert signed_in(manager).post(reverse("notice-read", args=[notice.pk])).status_code == 404
    answer = client.post(reverse("notice-read", args=[notice.pk]))
    assert answer.headers["Location"] == to("campaign-enter", running)
    notice.refresh_from_db()
    assert notice.read_at is not None


def queries(user: User, address: str) -> int:
    client = signed_in(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_ask_as_often_for_thirty_hospitals_as_for_one(
    bureau: Organisation, hospital: Organisation, manager: User
) -> None:
    small = make_open(bureau, manager, [hospital])
    many = [make_hospital(f"示例{n}院", parent=bureau) for n in range(29)]
    large = make_open(bureau, manager, [hospital, *many], title="2026年度工作二（示例）")
    for name in ("campaign", "campaign-remind", "campaign-zones"):
        few = queries(manager, to(name, small))
        assert queries(manager, to(name, large)) == few <= 16, name


def test_every_page_in_english_holds_no_chinese_but_names(
    running: Campaign, hospital: Organisation, owner: User, manager: User
) -> None:
    Campaign.objects.filter(pk=running.pk).update(title="Cycle 2026")
    Organisation.objects.filter(name_en="").update(name_en="Example")
    User.objects.update(language="en", name="Example")
    part = part_of(running, hospital)
    pages = {
        manager: [
            reverse("campaigns"), reverse("campaign-start"), to("campaign", running), to("campaign-remind", running),
            to("campaign-zones", running), to("campaign-invite", running),
            to("participation", running, part.public_id), reverse("notices"),
        ],
        owner: [reverse("campaigns"), to("campaign-enter", running), reverse("notices")],
    }  # fmt: skip
    wrong = {}
    for user, addresses in pages.items():
        client = signed_in(user)
        client.post(reverse("language"), {"language": "en", "next": "/"})
        for address in addresses:
            html = client.get(address).content.decode()
            html = re.sub(
                "中文|“(机构代码|医院名称|分批)”", "", html
            )  # the other language; headers of the list
            html = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.S)
            if lines := [line.strip()[:90] for line in html.splitlines() if CHINESE.search(line)]:
                wrong[address] = lines[:5]
    assert wrong == {}
