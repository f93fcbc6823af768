"""Planning in a real browser: a bar is dragged and moved by key, an item excluded, the plan adopted, a task done."""

from __future__ import annotations

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import address_of, speak

PLANNED = "2025年度智慧服务自评"


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_a_plan_is_moved_by_hand_and_by_key_excluded_from_and_adopted(
    open_page: Callable[..., Page], sign_in: Callable[[Page, str], None]
) -> None:
    page = open_page()
    sign_in(page, "demo-quality")
    page.goto(f"{address_of(page, PLANNED)}plan/")
    expect(page.locator(".plan-choice [aria-busy]")).to_have_count(0)
    expect(page.locator(".plan-choice-figures")).to_have_count(3)
    assert serious(page) == []

    bar = page.locator("[data-bar]").first
    item, start = str(bar.get_attribute("data-item")), str(bar.get_attribute("data-start"))
    keys = page.locator("[data-quarter]").evaluate_all("heads => heads.map(head => head.dataset.quarter)")
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    column = page.locator("[data-quarter]").first.bounding_box()
    assert box is not None and column is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + column["width"] * 2, box["y"] + 10, steps=6)
    expect(page.locator(".is-aimed")).to_have_attribute("data-quarter", keys[keys.index(start) + 2])
    page.mouse.up()
    dragged = page.locator(f'[data-bar][data-item="{item}"]')
    expect(dragged).to_have_attribute("data-start", keys[keys.index(start) + 2])
    expect(page.locator(".plan-difference")).to_be_visible()
    expect(page.locator("tr.is-changed").first).to_be_visible()

    dragged.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#gantt-said")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#gantt-said")).to_be_empty()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-bar][data-item="{item}"]')).to_have_attribute(
        "data-start", keys[keys.index(start) + 1]
    )
    expect(page.locator(f'[data-bar][data-item="{item}"]')).to_be_focused()

    page.keyboard.press("Enter")
    dialog = page.locator("#plan-item")
    expect(dialog).to_be_visible()
    assert serious(page) == []
    dialog.locator("[name=reason]").fill("系统冻结（演示）")
    dialog.locator("form:has([name=reason]) button").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".plan-decided")).to_contain_text("系统冻结（演示）")
    expect(page.locator(f'[data-bar][data-item="{item}"]')).to_have_count(0)
    if page.locator(".plan-infeasible").count():
        page.locator(".plan-offers button").first.click()
    else:
        page.locator(".plan-decided button").first.click()
    expect(page.locator(f'[data-bar][data-item="{item}"]')).to_be_visible()

    page.locator(".plan-adopt button").click()
    page.wait_for_url(re.compile("/plan/progress/"))
    assert serious(page) == []
    task = page.locator(".plan-task").first
    task.locator("summary").first.click()
    task.locator("[name=state]").select_option("done")
    task.locator("form button").first.click()
    expect(page.locator(".plan-task-done").first).to_be_visible()
    speak(page, "en")
    page.goto(page.url.split("?")[0].split("#")[0])
    expect(page.locator("h1")).to_have_text("Progress of the plan")
