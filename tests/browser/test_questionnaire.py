"""The questionnaire in a real browser: saving, two people, lost connection, keys, phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Watch
from tests.browser.questionnaire import (  # noqa: F401 - fixtures are found by name
    Installation,
    Open,
    assessment,
    installation,
    item,
    patient,
    product,
    save_state,
    saved,
    sign_in,
    tick,
    ticked,
    unsent,
)

# ruff: noqa: F811 - tests take the fixtures as arguments


def test_a_tick_saves_itself_and_is_there_after_a_reload(item: Open) -> None:
    page = item()
    tick(page, "clauses.1.1", "met")
    tick(page, "clauses.1.2", "partly")
    saved(page)
    expect(page.locator("#level-1 [data-line]")).to_have_text(re.compile("差1条"))
    expect(page.locator("#level-1 [data-count]")).to_have_text("1/2")
    assert unsent(page) == []
    page.reload()
    assert (ticked(page, "clauses.1.1"), ticked(page, "clauses.1.2")) == ("met", "partly")


def test_a_second_click_and_the_cross_take_an_answer_back(item: Open) -> None:
    page = item()
    tick(page, "clauses.1.1", "met")
    tick(page, "clauses.1.1", "met")
    assert ticked(page, "clauses.1.1") is None
    tick(page, "clauses.1.2", "not_met")
    page.locator('[data-path="clauses.1.2"] [data-clear]').click()
    saved(page)
    page.reload()
    assert (ticked(page, "clauses.1.1"), ticked(page, "clauses.1.2")) == (None, None)


def test_figures_typed_like_people_type_become_ratios(item: Open) -> None:
    page = item()
    page.locator("#numerator-3").fill("４，２１０")
    page.locator("#numerator-3").blur()
    saved(page)
    expect(page.locator("#numerator-3")).to_have_value("4210")
    expect(page.locator("#level-3 [data-bar=application] [data-bar-text]")).to_have_text("0.88")
    expect(page.locator("#level-2 [data-carried]")).to_have_text("沿用3级分子")


def test_a_numerator_over_its_denominator_is_explained_beside_the_field(item: Open, watch: Watch) -> None:
    watch.allow("422")
    page = item()
    field = page.locator("#numerator-3")
    field.fill("5000")
    field.blur()
    problem = page.locator("#problem-numerators-3")
    expect(problem).to_contain_text("大于分母4765")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert field.get_attribute("aria-describedby") == "problem-numerators-3"
    expect(field).to_have_value("5000")  # what was typed stays
    save_state(page).to_have_text(re.compile("没有保存"))  # type: ignore[attr-defined]
    field.fill("4000")
    field.blur()
    saved(page)
    expect(problem).to_be_hidden()


def test_two_people_on_one_field_are_asked_and_mine_can_win(item: Open, watch: Watch) -> None:
    watch.allow("409")
    mine, theirs = item("lead"), item("engineer")
    tick(theirs, "clauses.1.1", "not_met")
    saved(theirs)
    tick(mine, "clauses.1.1", "met")
    dialog = mine.locator("#conflict-dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("信息工程师（示例）")
    expect(dialog.locator("[data-pick=yours] .conflict-value")).to_have_text("符合")
    expect(dialog.locator("[data-pick=theirs] .conflict-value")).to_have_text("不符合")
    for _n in range(8):  # the focus stays inside
        mine.keyboard.press("Tab")
        assert mine.evaluate("document.activeElement.closest('#conflict-dialog') !== null")
    dialog.locator("[data-pick=yours]").focus()
    mine.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    saved(mine)
    theirs.reload()
    assert ticked(theirs, "clauses.1.1") == "met"


def test_two_people_on_one_field_are_asked_and_theirs_can_win(item: Open, watch: Watch) -> None:
    watch.allow("409")
    mine, theirs = item("lead"), item("engineer")
    theirs.locator("#item-note").fill("来自信息科")
    theirs.locator("#item-note").blur()
    saved(theirs)
    mine.locator("#item-note").fill("来自质控办")
    mine.locator("#item-note").blur()
    dialog = mine.locator("#conflict-dialog")
    expect(dialog).to_be_visible()
    mine.keyboard.press("Escape")  # later
    save_state(mine).to_contain_text("需要您选择")  # type: ignore[attr-defined]
    mine.locator(".save-action").click()
    dialog.locator("[data-pick=theirs]").click()
    expect(mine.locator("#item-note")).to_have_value("来自信息科")
    assert unsent(mine) == []


def test_what_a_colleague_changed_elsewhere_arrives_with_the_next_save(item: Open) -> None:
    mine, theirs = item("lead"), item("engineer")
    tick(theirs, "clauses.1.2", "partly")
    saved(theirs)
    tick(mine, "clauses.1.1", "met")
    saved(mine)
    assert ticked(mine, "clauses.1.2") == "partly"


def test_a_lost_connection_loses_nothing_and_sends_when_it_is_back(item: Open, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    page = item()
    page.context.set_offline(True)
    tick(page, "clauses.1.1", "met")
    page.locator("#numerator-1").fill("4700")
    save_state(page).to_contain_text("连接中断")  # type: ignore[attr-defined]
    assert len(unsent(page)) == 2
    page.context.set_offline(False)
    saved(page)
    assert unsent(page) == []
    page.reload()
    assert ticked(page, "clauses.1.1") == "met"
    expect(page.locator("#numerator-1")).to_have_value("4700")


def test_a_closed_tab_is_sent_from_the_next_one_even_on_another_item(
    item: Open, watch: Watch, assessment: str
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    page = item()
    page.context.set_offline(True)
    tick(page, "clauses.1.1", "met")
    save_state(page).to_contain_text("连接中断")  # type: ignore[attr-defined]
    context = page.context
    page.close()
    context.set_offline(False)
    other = context.new_page()
    with other.expect_response(lambda answer: "/items/01.01/answers/" in answer.url and answer.status == 200):
        other.goto(f"/assessments/{assessment}/items/01.02/")
    other.goto(f"/assessments/{assessment}/items/01.01/")
    assert ticked(other, "clauses.1.1") == "met"


def test_a_revoked_membership_is_told_and_the_entries_can_be_copied(
    item: Open, watch: Watch, installation: Installation
) -> None:
    watch.allow("403")
    page = item("engineer")
    installation.do("revoke", "engineer")
    try:
        tick(page, "clauses.1.1", "met")
        notice = page.locator("[data-unsent-notice]")
        expect(notice).to_contain_text("不是本院成员")
        expect(notice).to_contain_text("1级第1条: 符合")
        expect(page.locator("#numerator-1")).to_be_disabled()
        assert len(unsent(page)) == 1
        copied = notice.locator("[data-unsent-copy]").get_attribute("data-copy")
        assert copied is not None and "1级第1条\t符合" in copied
    finally:
        installation.do("restore", "engineer")
    page.reload()
    saved(page)  # allowed again: what was kept is sent
    assert ticked(page, "clauses.1.1") == "met"


def test_an_expired_sign_in_keeps_the_entry_and_sends_it_after_signing_in_again(
    item: Open, watch: Watch, installation: Installation
) -> None:
    watch.allow("401")
    page = item()
    page.context.clear_cookies()
    tick(page, "clauses.1.1", "met")
    save_state(page).to_contain_text("登录已过期")  # type: ignore[attr-defined]
    again = page.locator("[data-save-words] a").get_attribute("href")
    assert again is not None and "/sign-in/?next=" in again
    installation.sessions["lead"] = installation.do("session", "lead")
    sign_in(page, installation, "lead")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_function("document.cookie.includes('csrftoken') || true")
    page.reload()
    saved(page)
    assert ticked(page, "clauses.1.1") == "met"


def test_entries_are_never_sent_under_another_account(
    item: Open, watch: Watch, installation: Installation
) -> None:
    watch.allow("401")
    page = item("lead")
    sign_in(page, installation, "engineer")
    page.reload()
    page.evaluate("localStorage.clear()")
    page = item("lead")
    sign_in(page, installation, "engineer")  # somebody else signs in in another tab of the ward computer
    tick(page, "clauses.1.1", "met")
    save_state(page).to_contain_text("另一个账户")  # type: ignore[attr-defined]
    assert len(unsent(page)) == 1


def test_the_whole_item_can_be_answered_from_the_keyboard(item: Open) -> None:
    page = item()
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("j")
    page.keyboard.press("2")
    page.keyboard.press("j")  # first clause of the next level: its rung opens
    page.keyboard.press("3")
    saved(page)
    assert [ticked(page, f"clauses.{place}") for place in ("1.1", "1.2", "2.1")] == [
        "met",
        "partly",
        "not_met",
    ]
    page.keyboard.press("0")
    page.keyboard.press("k")
    expect(page.locator('[data-clause="01.01.1-2"]')).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    saved(page)
    assert ticked(page, "clauses.2.1") is None
    page.keyboard.press("n")
    page.wait_for_url("**/items/01.02/")
    page.keyboard.press("p")
    page.wait_for_url("**/items/01.01/")


def test_a_code_in_the_search_goes_to_the_clause(item: Open) -> None:
    page = item()
    page.keyboard.press("/")
    page.keyboard.type("01.03.3-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/01.03/#c-01.03.3-1")
    expect(page.locator('[data-clause="01.03.3-1"]')).to_be_focused()


def test_everything_met_up_to_a_level_has_one_way_back(item: Open) -> None:
    page = item()
    tick(page, "clauses.1.1", "partly")
    saved(page)
    page.select_option("#shortcut-level", "3")
    page.locator("[data-shortcut] button").click()
    expect(page.locator("[data-undo-words]")).to_contain_text("7条")
    expect(page.locator("[data-show=function_level]")).to_have_text("3级")
    page.locator("[data-undo-button]").click()
    expect(page.locator("[data-show=function_level]")).to_have_text("0级")
    page.reload()
    assert (ticked(page, "clauses.1.1"), ticked(page, "clauses.3.1")) == ("partly", None)


def test_an_index_counted_by_rules_waits_for_both_counts(item: Open) -> None:
    page = item()
    page.locator("#level-3 [data-toggle]").click()
    editor = page.locator('[data-path="data_quality.3"]')
    editor.locator(".segments label", has_text="按规则计数").click()
    numerator, denominator = (
        editor.locator(f"[data-part={part}]").first for part in ("numerator", "denominator")
    )
    numerator.fill("9,412")
    expect(editor.locator("[data-problem]")).to_contain_text("分子和分母都填上")
    assert len(unsent(page)) == 1  # kept on this machine meanwhile
    denominator.fill("10000")
    denominator.blur()
    saved(page)
    expect(editor.locator("[data-problem]")).to_be_hidden()
    expect(editor.locator("[data-index-value]")).not_to_have_text("—")


def test_no_such_service_is_saved_with_its_reason(item: Open) -> None:
    page = item()
    page.locator("[data-absent]").check()
    expect(page.locator("#problem-no_such_service")).to_contain_text("理由")
    page.locator("#absent-reason").fill("本院不设病房")
    page.locator("#absent-reason").blur()
    saved(page)
    expect(page.locator("[data-show=formula]")).to_contain_text("无此项业务")
    page.locator("[data-absent]").uncheck()
    saved(page)
    expect(page.locator("[data-show=formula]")).not_to_contain_text("无此项业务")


def test_a_phone_shows_one_level_at_a_time(item: Open) -> None:
    page = item(size=PHONE)
    expect(page.locator("#level-1")).to_be_visible()
    expect(page.locator("#level-2")).to_be_hidden()
    page.locator("[data-step='1']").click()
    expect(page.locator("#level-2 .clause").first).to_be_visible()
    expect(page.locator("#level-1")).to_be_hidden()
    tick(page, "clauses.2.1", "met")
    saved(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_director_reads_and_cannot_change(item: Open) -> None:
    page = item("reader")
    expect(page.locator("#numerator-1")).to_be_disabled()
    expect(page.locator(".ticks input").first).to_be_disabled()
    expect(page.locator("[data-shortcut]")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_rung_is_accessible_in_both_themes(item: Open, theme: str) -> None:
    page = item()
    page.evaluate("(theme) => localStorage.setItem('theme', theme)", theme)
    page.reload()
    page.locator("[data-open-all]").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_logs_hold_nothing_else(installation: Installation) -> None:
    log = Path(installation.environment["ZHIPING_VAR"]) / "web.log"
    assert "Internal Server Error" not in log.read_text(encoding="utf-8")
