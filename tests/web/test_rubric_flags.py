"""Confirming the official flags in the browser: the grid, the annex, and who may."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from audit.models import Event
from rubrics import queries
from rubrics.flags import Flags, flags_of
from rubrics.models import Confirmation, Edition
from tests.factories.official_annex import annex_rows, build, changed, without
from tests.factories.rubrics import flags_with_a_swap, library, make_confirmation, make_edition

pytestmark = pytest.mark.django_db

FLAGS = "/rubrics/emr-2018/flags/"
IMPORT = "/rubrics/emr-2018/flags/import/"
WITHDRAW = "/rubrics/emr-2018/flags/withdraw/"


@pytest.fixture
def edition() -> Edition:
    return make_edition()


@pytest.fixture
def lead(client: Client, owner: User) -> Client:
    """Quality lead of the only hospital: may confirm."""
    client.force_login(owner)
    return client


def ticks(flags: Flags) -> list[str]:
    return [
        f"{item}.{level}"
        for item, levels in flags.items()
        for level, flag in levels.items()
        if flag == "basic"
    ]


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return found[1]


def filled(client: Client, flags: Flags, **changes: object) -> dict[str, object]:
    """The form as the page hands it out, with these ticks."""
    return {"stamp": hidden(client.get(FLAGS), "stamp"), "basic": ticks(flags), "checked": "yes"} | changes


def working() -> Flags:
    return flags_of(library()["emr-2018"])


# -- the grid


def test_the_grid_shows_every_cell_with_the_counts_of_the_gate_table(lead: Client, edition: Edition) -> None:
    page = lead.get(FLAGS).content.decode()
    assert page.count('name="basic"') == 308
    assert len(re.findall(r'name="basic" [^>]*checked', page)) == 5 + 10 + 14 + 16 + 20 + 21 + 22 + 22
    assert 'value="01.03.2"' not in page
    assert page.count("is-proved") == 43 + 1  # and the key
    for need in (5, 10, 14, 16, 20, 21, 22):
        assert f'data-need="{need}"' in page


def test_confirming_puts_the_flags_in_force_and_says_who(lead: Client, owner: User, edition: Edition) -> None:
    flags = flags_with_a_swap(library()["emr-2018"])
    response = lead.post(FLAGS, filled(lead, flags), follow=True)
    assert response.redirect_chain == [(FLAGS, 302)]
    page = response.content.decode()
    assert "已确认基本项与选择项" in page and f"{owner.name}于" in page
    assert flags_of(queries.get_rubric(edition)) == flags
    confirmation = queries.confirmation_of(edition)
    assert confirmation is not None and (confirmation.source, confirmation.confirmed_by) == ("grid", owner)
    assert Event.objects.get(verb="flags.confirmed").actor_id == owner.pk
    assert (
        page.count("is-changed") == 2 + 1
    )  # the swapped cells differ from the working assignment; and the key


def test_wrong_counts_are_refused_with_a_sentence_per_level_and_keep_every_tick(
    lead: Client, edition: Edition
) -> None:
    wanted = [code for code in ticks(working()) if code not in ("01.01.4", "01.01.8")]
    response = lead.post(FLAGS, filled(lead, working(), basic=wanted))
    page = response.content.decode()
    assert response.status_code == 400
    assert "4级：基本项应为16项，现为15项，还差1项。" in page
    assert "8级：基本项应为22项，现为21项，还差1项。" in page
    assert len(re.findall(r'name="basic" [^>]*checked', page)) == len(wanted)
    assert not Confirmation.objects.exists()


def test_a_level_that_does_not_exist_is_refused(lead: Client, edition: Edition) -> None:
    for strange in ("01.03.2", "99.99.1", "x", "01.01.٤"):
        response = lead.post(FLAGS, filled(lead, working(), basic=[*ticks(working()), strange]))
        assert response.status_code == 400 and "标准中" in response.content.decode()
    assert not Confirmation.objects.exists()


def test_the_statement_that_it_was_checked_is_required(lead: Client, edition: Edition) -> None:
    response = lead.post(FLAGS, filled(lead, working(), checked=""))
    assert response.status_code == 400 and "请先勾选" in response.content.decode()
    assert not Confirmation.objects.exists()


def test_a_stale_tab_does_not_overwrite_what_somebody_else_confirmed(lead: Client, edition: Edition) -> None:
    form = filled(lead, flags_with_a_swap(library()["emr-2018"]))
    other = make_confirmation(edition)
    response = lead.post(FLAGS, form)
    assert response.status_code == 400 and "已有人更新了确认结果" in response.content.decode()
    assert queries.confirmation_of(edition) == other


def test_a_confirmation_can_be_withdrawn_with_a_reason(lead: Client, edition: Edition) -> None:
    make_confirmation(edition)
    page = lead.post(WITHDRAW, {"reason": "核对有误"}, follow=True).content.decode()
    assert "已撤销确认" in page and "尚未确认" in page
    assert queries.confirmation_of(edition) is None
    assert Event.objects.get(verb="flags.withdrawn").facts["reason"] == "核对有误"
    assert Confirmation.objects.count() == 1  # history stays


def test_withdrawing_twice_does_nothing_the_second_time(lead: Client, edition: Edition) -> None:
    make_confirmation(edition)
    lead.post(WITHDRAW)
    lead.post(WITHDRAW)
    assert Event.objects.filter(verb="flags.withdrawn").count() == 1


def test_a_standard_proved_by_its_source_offers_nothing_to_confirm(lead: Client) -> None:
    make_edition("smart-service-2019")
    address = "/rubrics/smart-service-2019/flags/"
    page = lead.get(address).content.decode()
    assert "无需确认" in page and 'type="submit">' not in page.partition('id="flags"')[2]
    assert lead.post(address, {"basic": []}).status_code == 403
    assert lead.post(f"{address}import/").status_code == 403


# -- who may


@pytest.fixture(params=["colleague", "owner among several hospitals"])
def outsider(request: pytest.FixtureRequest, client: Client, owner: User, colleague: User) -> Client:
    if request.param == "colleague":
        client.force_login(colleague)
    else:
        request.getfixturevalue("stranger")
        client.force_login(owner)
    return client


def test_others_see_the_flags_and_why_they_may_not_change_them(outsider: Client, edition: Edition) -> None:
    page = outsider.get(FLAGS).content.decode()
    assert "由系统管理员或卫健委管理员确认" in page
    assert page.count('name="basic"') == page.count("disabled>")
    assert 'type="submit">' not in page.partition('id="flags"')[2]
    assert 'name="document"' not in outsider.get(IMPORT).content.decode()


def test_others_are_refused_with_the_same_sentence(outsider: Client, edition: Edition) -> None:
    make_confirmation(edition)
    for address in (FLAGS, IMPORT, WITHDRAW):
        response = outsider.post(address, {"basic": ticks(working()), "checked": "yes"})
        assert response.status_code == 403
        assert "由系统管理员或卫健委管理员确认" in response.content.decode()
    assert Confirmation.objects.filter(withdrawn_at=None).count() == 1
    assert not Event.objects.filter(verb="flags.withdrawn").exists()


# -- the annex


def upload(client: Client, content: bytes, name: str = "附件3.docx") -> Any:
    return client.post(IMPORT, {"document": SimpleUploadedFile(name, content)})


@pytest.fixture(scope="module")
def annex() -> bytes:
    rubric = library()["emr-2018"]
    rows = changed(
        annex_rows(rubric, flags_with_a_swap(rubric)), "01.02.4", content="（1）甲（2）乙（3）丙<i>"
    )
    return build(changed(rows, "04.04.4", item="检查图象"))


def test_the_annex_is_shown_before_anything_is_stored(lead: Client, edition: Edition, annex: bytes) -> None:
    response = upload(lead, annex)
    page = response.content.decode()
    assert response.status_code == 200
    assert "与现有标志不同：2处" in page
    assert "769条中对应767条" in page
    assert "01.02.4" in page and "文档中分出3条" in page and "丙&lt;i&gt;" in page
    assert "检查图象" in page
    assert "示例原文01.01.4第1条" in page and "本系统的转述（非原文）" in page
    assert not Confirmation.objects.exists()


def test_the_annex_takes_effect_once_it_is_confirmed(
    lead: Client, owner: User, edition: Edition, annex: bytes
) -> None:
    reading = hidden(upload(lead, annex), "reading")
    page = lead.post(IMPORT, {"reading": reading}, follow=True).content.decode()
    assert "采用767条官方原文" in page and "依据：附件3.docx" in page
    confirmation = queries.confirmation_of(edition)
    assert confirmation is not None
    assert (confirmation.source, confirmation.confirmed_by, len(confirmation.document_sha256)) == (
        "annex",
        owner,
        64,
    )
    assert flags_of(queries.get_rubric(edition)) == flags_with_a_swap(library()["emr-2018"])
    assert "示例原文01.01.4第1条" in lead.get("/rubrics/emr-2018/01.01/").content.decode()


def test_confirming_the_same_reading_twice_is_refused_the_second_time(
    lead: Client, edition: Edition, annex: bytes
) -> None:
    reading = hidden(upload(lead, annex), "reading")
    lead.post(IMPORT, {"reading": reading})
    response = lead.post(IMPORT, {"reading": reading})
    assert response.status_code == 400 and "已有变化" in response.content.decode()
    assert Confirmation.objects.count() == 1


def test_a_reading_that_was_tampered_with_or_is_another_persons_is_refused(
    lead: Client, edition: Edition, annex: bytes, bureau: Any
) -> None:
    reading = hidden(upload(lead, annex), "reading")
    assert lead.post(IMPORT, {"reading": reading[:-3] + "abc"}).status_code == 400
    manager = User.objects.create_user("manager", password="x", name="卫健委管理员（示例）")
    bureau.memberships.create(user=manager, role="bureau_manager")
    lead.force_login(manager)
    assert lead.post(IMPORT, {"reading": reading}).status_code == 400
    assert not Confirmation.objects.exists()


def test_a_flag_the_source_proves_and_the_annex_contradicts_is_pointed_out(
    lead: Client, edition: Edition
) -> None:
    rubric = library()["emr-2018"]
    rows = annex_rows(rubric)
    other = next(
        item.code
        for item in rubric.items
        if item.by_level[1].category == "optional" and not item.by_level[1].category_confirmed
    )
    rows = changed(changed(rows, "01.01.1", category=""), f"{other}.1", category="基本")
    page = upload(lead, build(rows)).content.decode()
    assert page.count("可证实的标志相反") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.4", "文件不是Word文档"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    ],
)
def test_another_kind_of_file_is_refused_with_its_reason(
    lead: Client, edition: Edition, content: bytes, sentence: str
) -> None:
    response = upload(lead, content, "annex.docx")
    assert response.status_code == 400
    assert sentence in response.content.decode() and "annex.docx" in response.content.decode()


def test_no_file_and_too_large_a_file_are_refused(lead: Client, edition: Edition, settings: Any) -> None:
    assert "请先选择" in lead.post(IMPORT).content.decode()
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    response = upload(lead, b"PK\x03\x04" + b"x" * 1024 * 1024)
    assert response.status_code == 400 and "1MB的上限" in response.content.decode()


def test_a_document_that_does_not_fit_lists_every_problem_with_its_place(
    lead: Client, edition: Edition
) -> None:
    rows = changed(annex_rows(library()["emr-2018"]), "02.01.3", category="必选")
    response = upload(lead, build(changed(rows, "01.01.4", level="6")))
    page = response.content.decode()
    assert response.status_code == 400
    assert "有2处与标准不符，没有作任何改动" in page
    assert "第2个表格第6行" in page and "02.01.3" in page
    assert (
        "文档中缺少"
        in upload(lead, build(without(annex_rows(library()["emr-2018"]), "01.01.4"))).content.decode()
    )
    assert not Confirmation.objects.exists()


def test_importing_costs_a_known_number_of_queries(
    lead: Client, edition: Edition, annex: bytes, django_assert_num_queries: Callable[..., Any]
) -> None:
    """Session, person, memberships, edition, confirmation, and how many hospitals there are (once to
    check and once for the page)."""
    upload(lead, annex)
    with django_assert_num_queries(7):
        upload(lead, annex)
