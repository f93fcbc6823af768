"""The frame in a browser: theme without a flash, the search key, the navigation sheet of phones, menus, one send per form."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE

Open = Callable[..., Page]
SignIn = Callable[[Page, str], None]


def theme_of(page: Page) -> str | None:
    return page.locator("html").get_attribute("data-bs-theme")


def test_the_theme_follows_the_system_until_the_person_chooses(open_page: Open) -> None:
    page = open_page(color_scheme="dark")
    page.goto("/sign-in/")
    assert theme_of(page) == "dark"
    page.get_by_role("button", name="切换深浅色").click()
    assert theme_of(page) == "light"
    page.reload()
    assert theme_of(page) == "light"


def test_the_theme_is_there_before_the_body(open_page: Open) -> None:
    page = open_page(color_scheme="dark")
    page.add_init_script(
        """new MutationObserver((_, watcher) => {
             if (document.body) {
               window.themeAtBody = document.documentElement.dataset.bsTheme;
               watcher.disconnect();
             }
           }).observe(document, {childList: true, subtree: true});"""
    )
    page.goto("/sign-in/")
    assert page.evaluate("window.themeAtBody") == "dark"


def test_slash_goes_to_the_search_and_is_typed_inside_a_field(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "demo-quality")
    field = page.locator("#frame-search")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("1/2")
    expect(field).to_have_value("1/2")


def test_the_search_finds_an_item_by_its_code(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "demo-quality")
    page.keyboard.press("/")
    page.keyboard.type("01.01.4")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rubrics/emr-2018/**")
    expect(page.locator("main")).to_contain_text("01.01")


def test_the_sheet_of_phones_opens_closes_and_gives_the_focus_back(open_page: Open, sign_in: SignIn) -> None:
    page = open_page(PHONE)
    sign_in(page, "demo-quality")
    opener = page.get_by_role("button", name="打开导航")
    links = page.locator("#sidebar .main-nav a")
    expect(links.first).to_be_hidden()
    opener.click()
    expect(links.first).to_be_visible()
    assert page.evaluate("document.querySelector('.page').inert") is True
    page.keyboard.press("Escape")
    expect(links.first).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    links.filter(has_text="标准库").click()
    page.wait_for_url("**/rubrics/")


def test_a_menu_closes_with_escape_and_with_a_click_elsewhere(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "demo-quality")
    summary = page.locator(".account-menu > summary")
    entry = page.get_by_role("link", name="修改密码")
    summary.click()
    expect(entry).to_be_visible()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("main").click(position={"x": 5, "y": 5})
    expect(entry).to_be_hidden()


def test_the_side_column_stays_closed_for_the_next_page(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "demo-quality")
    page.locator(".home-card h3 a").first.click()
    column = page.locator("#context")
    expect(column).to_be_visible()
    page.get_by_role("button", name="显示或收起侧栏").click()
    expect(column).to_be_hidden()
    page.reload()
    expect(column).to_be_hidden()


def test_the_first_tab_leads_past_the_frame(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "demo-quality")
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_form_is_sent_once_however_often_it_is_pressed(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "demo-quality")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate(
        """async () => {
             const button = document.querySelector('.topbar-language button');
             button.click();
             await new Promise((later) => setTimeout(later));
             button.click();
             button.click();
           }"""
    )
    page.wait_for_load_state("networkidle")
    assert len(sent) == 1
    page.locator(".topbar-language button").click()  # back to Chinese
    page.wait_for_load_state("networkidle")
