"""The library in the browser: what the pages say, in both languages, at a known number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from engine.rubric.values import Rubric
from rubrics.actions import confirm_flags, publish
from rubrics.flags import flags_of
from tests.factories.rubrics import flags_with_a_swap, library, make_edition, make_editions

pytestmark = pytest.mark.django_db

#: session, person, memberships
FRAME = 3


@pytest.fixture
def reader(client: Client, colleague: User) -> Client:
    client.force_login(colleague)
    return client


@pytest.fixture
def english_reader(client: Client, colleague: User) -> Client:
    colleague.language = "en"
    colleague.save(update_fields=["language"])
    client.force_login(colleague)
    return client


def words(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "emr-2018/",
        "emr-2018/01.01/",
        "emr-2018/search/?q=x",
        "emr-2018/clauses/01.01.4-2/",
        "emr-2018/flags/",
    ],
)
def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: Client, path: str) -> None:
    make_edition()
    response = client.get(f"/rubrics/{path}")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/?next=/rubrics/")


def test_the_shelf_marks_every_standard_by_how_official_it_is(reader: Client) -> None:
    make_editions()
    draft = replace(library()["smart-service-2019"], id="emr-2025-draft", status="draft")
    publish(rubric=draft)
    page = words(reader.get("/rubrics/"))
    assert page.count("edition-official") == 2
    assert page.count("edition-supplementary") == 1 and "非官方" in page
    assert "edition-draft" in page and "草案，不得用于统计" in page
    assert page.index("edition-official") < page.index("edition-supplementary") < page.index("edition-draft")


@pytest.mark.usefixtures("no_editions")
def test_an_empty_shelf_says_what_to_do(reader: Client) -> None:
    assert "rubric load" in words(reader.get("/rubrics/"))


def test_the_standard_shows_every_item_gate_and_bound(reader: Client) -> None:
    make_edition()
    page = words(reader.get("/rubrics/emr-2018/"))
    rubric = library()["emr-2018"]
    for item in rubric.items:
        assert item.code in page and escape(item.name.zh) in page
    for gate in rubric.gates:
        assert f"{gate.optional_required}/{gate.optional_total}" in page
    assert "43个可由原文证实" in page
    assert "0.80" in page and "0.50" in page
    assert "存疑之处" in page and "统计口径与公共分母" in page


def test_a_draft_carries_its_banner_on_every_page(reader: Client) -> None:
    publish(rubric=replace(library()["smart-service-2019"], id="emr-2025-draft", status="draft"))
    for path in ("", "01.01/"):
        assert "草案，仅供参考" in words(reader.get(f"/rubrics/emr-2025-draft/{path}"))


def test_an_item_shows_its_ladder_with_every_clause_tag_and_rule(reader: Client) -> None:
    make_edition()
    page = words(reader.get("/rubrics/emr-2018/01.01/"))
    item = library()["emr-2018"].by_code["01.01"]
    for level in item.levels:
        assert f'id="l-{level.level}"' in page
        for clause in level.clauses:
            assert f'id="c-01.01.{level.level}-{clause.n}"' in page
            assert escape(clause.text.zh) in page
        if level.data_quality:
            assert escape(level.data_quality.zh) in page
    for rule in library()["emr-2018"].rules_of("01.01", 3):
        assert rule.id in page
    assert page.index('id="l-8"') < page.index('id="l-0"')
    assert escape(item.application.denominator.zh) in page
    assert "is-unconfirmed" in page
    for tag in ("capture", "exchange", "backend", "data", "message", "screen"):
        assert f'href="#tag-{tag}"' in page and f'id="tag-{tag}"' in page


def test_a_level_the_standard_does_not_define_is_said_to_be_skipped(reader: Client) -> None:
    make_edition()
    page = words(reader.get("/rubrics/emr-2018/01.03/"))
    assert page.count("标准未为此项目设这一级") == 1
    assert "01.03, 01.05 (level 2)" in page  # the doubt that explains it


def test_pages_are_complete_in_english(english_reader: Client) -> None:
    make_editions()
    page = words(english_reader.get("/rubrics/emr-2018/01.01/"))
    for level in library()["emr-2018"].by_code["01.01"].levels:
        for clause in level.clauses:
            assert escape(clause.text.en) in page
    assert "Inpatient order processing" in words(english_reader.get("/rubrics/emr-2018/"))


@pytest.mark.parametrize(
    ("clause", "place"),
    [
        ("01.01.4-2", "01.01/#c-01.01.4-2"),
        ("01.01.4", "01.01/#l-4"),
        ("01.01", "01.01/"),
        ("1.1.4-2", "01.01/#c-01.01.4-2"),
    ],
)
def test_a_permalink_leads_to_the_clause_on_its_page(reader: Client, clause: str, place: str) -> None:
    make_edition()
    response = reader.get(f"/rubrics/emr-2018/clauses/{clause}/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/rubrics/emr-2018/{place}")


@pytest.mark.parametrize(
    "path",
    [
        "none/",
        "emr-2018/99.99/",
        "emr-2018/clauses/01.01.4-9/",
        "emr-2018/clauses/x/",
        "emr-2018/clauses/01/",
        "emr-2018_r9/",
    ],
)
def test_what_does_not_exist_is_not_found(reader: Client, path: str) -> None:
    make_edition()
    assert reader.get(f"/rubrics/{path}").status_code == 404


def test_an_edition_that_is_not_published_yet_is_not_shown(reader: Client) -> None:
    from rubrics.models import Edition

    Edition.objects.create(
        key="later", status="draft", title_zh="后", title_en="later", top_level=1, content_hash="0" * 64
    )
    assert reader.get("/rubrics/later/").status_code == 404
    assert "later" not in words(reader.get("/rubrics/"))


def test_an_earlier_revision_stays_readable_and_says_so(reader: Client) -> None:
    make_edition()
    rubric = library()["emr-2018"]
    first = rubric.items[0]
    renamed = replace(
        rubric, items=(replace(first, name=replace(first.name, zh="病房医嘱（更正）")), *rubric.items[1:])
    )
    publish(rubric=renamed)
    old = words(reader.get("/rubrics/emr-2018_r1/01.01/"))
    assert "较早的修订" in old and "病房医嘱处理" in old
    assert 'href="/rubrics/emr-2018_r1/01.02/"' in old
    new = words(reader.get("/rubrics/emr-2018/01.01/"))
    assert "较早的修订" not in new and "病房医嘱（更正）" in new


def test_the_official_wording_stands_first_and_ours_is_marked(reader: Client, owner: User) -> None:
    edition = make_edition()
    confirm_flags(
        edition=edition,
        flags=flags_of(library()["emr-2018"]),
        by=owner,
        source="annex",
        document_name="附件3.docx",
        wordings={"01.01.4-1": "示例官方原文甲<b>"},
    )
    page = words(reader.get("/rubrics/emr-2018/01.01/"))
    ours = library()["emr-2018"].by_code["01.01"].by_level[4].clauses[0].text.zh
    assert page.index("示例官方原文甲&lt;b&gt;") < page.index(">非原文</span>") < page.index(escape(ours))
    assert page.count('class="clause-official"') == 1
    assert "is-unconfirmed" not in page.partition('id="legend"')[0]


# -- search


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("01.01.4", "01.01/#l-4"),
        ("01.01.4-2", "01.01/#c-01.01.4-2"),
        ("01.01", "01.01/"),
        ("０１．０１．４", "01.01/#l-4"),
        ("1.1", "01.01/"),
    ],
)
def test_a_code_goes_straight_to_its_place(reader: Client, query: str, place: str) -> None:
    make_edition()
    response = reader.get("/rubrics/emr-2018/search/", {"q": query})
    assert (response.status_code, response.headers["Location"]) == (302, f"/rubrics/emr-2018/{place}")


def test_a_code_that_does_not_exist_offers_the_item(reader: Client) -> None:
    make_edition()
    page = words(reader.get("/rubrics/emr-2018/search/?q=01.03.2"))
    assert "没有这个编号" in page and 'href="/rubrics/emr-2018/01.03/"' in page


def test_a_role_code_lists_its_items(reader: Client) -> None:
    make_edition()
    page = words(reader.get("/rubrics/emr-2018/search/?q=07"))
    assert page.count('href="/rubrics/emr-2018/07.0') == 4


def test_words_are_found_in_both_languages_and_highlighted(reader: Client) -> None:
    make_edition()
    page = words(reader.get("/rubrics/emr-2018/search/", {"q": "抗菌药物"}))
    assert "<mark>抗菌药物</mark>" in page and "#c-01.01.5-2" in page
    english = words(reader.get("/rubrics/emr-2018/search/", {"q": "ANTIMICROBIAL"}))
    assert "<mark>antimicrobial</mark>" in english and "#c-01.01.5-2" in english
    assert "医师开药疗医嘱受权限约束" in english  # the reader's language stands first


def test_every_word_must_be_there_and_names_of_items_count(reader: Client) -> None:
    make_edition()
    both = words(reader.get("/rubrics/emr-2018/search/", {"q": "抗菌药物 权限"}))
    assert "#c-01.01.5-2" in both and "<mark>权限</mark>" in both
    assert "没有找到" in words(reader.get("/rubrics/emr-2018/search/", {"q": "抗菌药物 麻醉机"}))
    assert 'href="/rubrics/emr-2018/06.03/"' in words(
        reader.get("/rubrics/emr-2018/search/", {"q": "麻醉信息"})
    )


def test_what_a_person_types_is_shown_as_text(reader: Client) -> None:
    make_edition()
    page = words(reader.get("/rubrics/emr-2018/search/", {"q": "<script>alert(1)</script>"}))
    assert "<script>alert(1)" not in page


def test_official_wording_is_searched_too(reader: Client, owner: User) -> None:
    edition = make_edition()
    confirm_flags(
        edition=edition, flags=flags_of(library()["emr-2018"]), by=owner, source="annex",
        wordings={"01.01.4-1": "只在官方原文里出现的词组"},
    )  # fmt: skip
    page = words(reader.get("/rubrics/emr-2018/search/", {"q": "官方原文里"}))
    assert "#c-01.01.4-1" in page and "<mark>官方原文里</mark>" in page


# -- queries


PAGES: list[tuple[str, int]] = [
    ("/rubrics/", 2),
    ("/rubrics/emr-2018/", 2),
    ("/rubrics/emr-2018/01.01/", 2),
    ("/rubrics/emr-2018/search/?q=病人", 3),
    ("/rubrics/emr-2018/search/?q=xyzzy", 3),
    ("/rubrics/emr-2018/clauses/01.01.4-2/", 2),
    ("/rubrics/emr-2018/flags/", 2),
]


@pytest.mark.parametrize(("address", "expected"), PAGES)
@pytest.mark.parametrize("confirmed", [False, True], ids=["working", "confirmed"])
def test_every_page_costs_what_it_states(
    client: Client,
    stranger: User,
    colleague: User,
    address: str,
    expected: int,
    confirmed: bool,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    """The frame's three queries and the page's own; a confirmation from a document adds its wordings
    on the two pages that show them."""
    editions = make_editions()
    if confirmed:
        flags = flags_with_a_swap(library()["emr-2018"])
        confirm_flags(
            edition=editions["emr-2018"], flags=flags, by=None, source="annex", wordings={"01.01.4-1": "示例"}
        )
        expected += "01.01/" in address or "search" in address
    client.force_login(colleague)
    client.get(address)  # fills the process's store of rubrics
    with django_assert_num_queries(
        FRAME * ("clauses" not in address) + 2 * ("clauses" in address) + expected
    ):
        client.get(address)


def test_the_whole_library_is_the_same_on_screen_and_in_the_file(reader: Client) -> None:
    """Every clause of every standard is on exactly one page, under its own anchor."""
    editions = make_editions()
    for key in editions:
        rubric: Rubric = library()[key]
        for item in rubric.items[:: max(1, len(rubric.items) // 6)]:
            page = words(reader.get(f"/rubrics/{key}/{item.code}/"))
            assert page.count('class="clause"') == sum(len(level.clauses) for level in item.levels)
