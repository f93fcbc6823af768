"""The main job from beginning to end: a hospital's first assessment, until it is handed in a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import main_job as job
from tests.browser.conftest import PHONE, Watch
from tests.browser.questionnaire import tick, ticked, unsent

Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]
TARGET = 1  # of gap and document: the shortest one


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    expect.set_options(timeout=15_000)
    yield
    expect.set_options(timeout=5_000)


def test_a_first_assessment_from_start_to_the_second_submission(
    open_page: Open, sign_in: SignIn, watch: Watch, tmp_path: Path
) -> None:
    watch.allow("422")  # the window of two months, the submission without a tick
    watch.allow("409")  # the stale tabs
    lead = open_page(accept_downloads=True)
    sign_in(lead, "demo-quality")
    job.speak(lead, "zh-hans")
    here = job.start(lead)
    job.give_bases(lead, here)
    job.answer_on_the_ladder(lead, here)
    row = job.attach(lead, "01.01.1-1")
    expect(lead.locator('[data-files-of="01.01.1-1"] [data-file-count]')).to_have_text("1")
    expect(row.locator("img")).to_have_js_property("naturalWidth", 320)
    job.answer_with_the_shortcut(lead, here)

    one_time = job.invite(lead, "radiology-01", "放射科")
    job.assign(lead, here, "04.01")
    colleague = open_page()
    job.first_sign_in(colleague, "radiology-01", one_time)
    _the_colleague_answers(colleague, here)
    lead.goto("/")  # who is named finds it on the own home page
    lead.locator(".home-mention", has_text="请看看这一条的口径（演示）").click()
    lead.wait_for_url(f"**{here}items/04.01/")
    assert ticked(lead, "clauses.1.1") == "met"
    expect(lead.locator(".comment .mention")).to_have_text("@质控负责人（演示）")

    _submitting_asks_first(lead, here)
    _what_the_pages_say_stands_in_the_document(lead, here, tmp_path)

    reviewer = open_page()
    sign_in(reviewer, "demo-bureau")
    reviewer.goto(here)
    reviewer.locator('main a[href*="/reviews/"]').first.click()
    reviewer.get_by_role("button", name="退回医院").click()
    reviewer.locator("dialog[open] textarea").fill("请补充检查总人次的来源（演示）")
    reviewer.locator("dialog[open] button[type=submit]").click()
    expect(reviewer.locator("main h1")).to_contain_text("已退回")

    lead.goto(here)
    expect(lead.locator("main .notice-warning")).to_contain_text("请补充检查总人次的来源（演示）")
    _stale_tabs_lose_nothing(lead, here)


def _the_colleague_answers(colleague: Page, here: str) -> None:
    colleague.goto("/")
    colleague.locator(f'main a[href*="{here}items/04.01/"]').first.click()
    tick(colleague, "clauses.1.1", "met")
    tick(colleague, "clauses.1.2", "met")
    job.number(colleague, 1, "50000")
    expect(colleague.locator("#level-1")).to_have_attribute("data-standing", "reached")
    job.comment(colleague, "", "质控负责人（演示）", "请看看这一条的口径（演示）")
    colleague.goto(f"{here}items/01.01/")  # somebody else's item: to read only
    expect(colleague.locator("#numerator-1")).to_be_disabled()


def _submitting_asks_first(lead: Page, here: str) -> None:
    lead.goto(f"{here}submit/")
    lead.locator("textarea[name=note]").fill("首次提交（演示）")
    lead.locator("input[name=accept_incomplete]").evaluate("(box) => box.removeAttribute('required')")
    lead.get_by_role("button", name="提交自评").click()
    expect(lead.locator(".notice-error, .toast").first).to_contain_text("还有未填的内容，没有提交")
    expect(lead.locator("textarea[name=note]")).to_have_value("首次提交（演示）")
    lead.locator("input[name=accept_incomplete]").check()
    lead.get_by_role("button", name="提交自评").click()
    lead.wait_for_url(f"**{here}")
    expect(lead.locator("main")).to_contain_text("第1次")


def _what_the_pages_say_stands_in_the_document(lead: Page, here: str, folder: Path) -> None:
    for language in job.NAMED:
        job.ask_for_report(lead, here, language, TARGET)  # the worker makes both while the pages are read
    for language in job.NAMED:
        lead.goto(f"{here}result/")
        job.speak(lead, language)
        headline = lead.locator("#verdict").inner_text()
        blocking = lead.locator(".verdict-text").inner_text()
        total = (
            lead.locator(".gate-strip tbody tr")
            .last.locator(".gate-figures")
            .first.inner_text()
            .split("/")[0]
            .strip()
        )
        lead.goto(f"{here}gap/?target={TARGET}")
        expect(lead.locator(".gap-summary .muted").first).to_contain_text(f" {total} ")
        remaining = lead.locator(".gap-remaining").inner_text()
        names = lead.locator(".gap-row:has(.tag-hold) .gap-name a").all_inner_texts()[:5]
        gains = lead.locator(".gap-row:has(.tag-hold) .gap-gain .figures").all_inner_texts()[:5]
        assert len(names) == 5
        _a_switch_moves_the_result(lead)
        text, pages = job.report(lead, here, language, folder)
        assert pages > 5
        for said in (headline, remaining, *names):
            assert job.bare(said) in text, said
        assert total in text[text.index(job.bare(headline)) :][:200]
        assert job.bare(blocking).rstrip("。.") in text
        table = text[text.index(job.bare(names[0])) :]
        for name, gain in zip(names, gains, strict=True):
            assert job.bare(gain) in table[table.index(job.bare(name)) :][:300], (name, gain)
    job.speak(lead, "zh-hans")


def _a_switch_moves_the_result(lead: Page) -> None:
    """One gap switched on: the total rises by what the row says, and the address keeps the switch."""
    row = lead.locator(".gap-row:has(input[name=lift])").first
    gain = row.locator(".gap-gain .figures").inner_text()
    before = lead.locator(".what-if-total strong").inner_text()
    with lead.expect_response("**/what-if/"):
        row.locator("input[name=lift]").check()
    expect(lead.locator(".what-if-total strong")).not_to_have_text(before)
    expect(lead.locator(".what-if-total")).to_contain_text(gain)
    assert "lift=" in lead.url
    with lead.expect_response("**/what-if/"):
        lead.locator("[data-reset]").click()
    expect(lead.locator(".what-if-total strong")).to_have_text(before)


def _stale_tabs_lose_nothing(lead: Page, here: str) -> None:
    """Two tabs opened before: one of an item, one of the submission; both hear of the change, neither loses."""
    item = lead.context.new_page()
    job.never_look(item)
    item.goto(f"{here}items/04.03/")
    last = lead.context.new_page()
    last.goto(f"{here}submit/")
    last.locator("textarea[name=note]").fill("来源已补（演示）")
    last.locator("input[name=accept_incomplete]").check()

    lead.goto(f"{here}items/04.03/")
    job.number(lead, 2, "51500")
    stale = item.locator("#numerator-2")
    stale.fill("49000")
    stale.blur()
    dialog = item.locator("#conflict-dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-pick=yours] .conflict-value")).to_have_text("49000")
    expect(dialog.locator("[data-pick=theirs] .conflict-value")).to_have_text("51500")
    assert len(unsent(item)) == 1  # kept on this machine until somebody chose
    dialog.locator("[data-pick=theirs]").click()
    expect(stale).to_have_value("51500")
    assert unsent(item) == []

    last.get_by_role("button", name="提交自评").click()
    expect(last.locator(".notice-error, .toast").first).to_contain_text("有了新的修改")
    expect(last.locator("textarea[name=note]")).to_have_value("来源已补（演示）")
    last.locator("input[name=accept_incomplete]").check()
    last.get_by_role("button", name="提交自评").click()
    last.wait_for_url(f"**{here}")
    expect(last.locator("main")).to_contain_text("第2次")
    item.reload()
    expect(item.locator("#numerator-2")).to_be_disabled()
    expect(item.locator("#numerator-2")).to_have_value("51500")


def test_a_phone_signs_in_answers_and_sees_the_result(open_page: Open, sign_in: SignIn) -> None:
    page = open_page(PHONE)
    sign_in(page, "demo-quality")
    job.speak(page, "zh-hans")
    page.locator("main a", has_text="2026年度电子病历自评").first.click()
    page.get_by_role("button", name="打开导航").click()
    page.locator("#sidebar summary", has_text="病房医师").click()
    page.locator('#sidebar a[data-side-item="01.02"]').click()
    page.wait_for_url("**/items/01.02/")
    page.locator("[data-step-to='5']").click()
    expect(page.locator("#level-5 .clause").first).to_be_visible()
    was = ticked(page, "clauses.5.1")
    tick(page, "clauses.5.1", "partly" if was != "partly" else "not_met")
    job.saved(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="打开导航").click()
    page.locator("#sidebar a[href$='/result/']").click()
    page.wait_for_url("**/result/")
    expect(page.locator("#verdict")).to_contain_text("3级")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
