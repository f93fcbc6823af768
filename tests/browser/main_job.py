"""The steps of the main job in a browser, as people do them: by what stands on the page."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browser.questionnaire import SAVED, tick

TITLE = "2026年度首次电子病历自评"
COLLEAGUE = "放射科技师（演示）"
NAMED = {"zh-hans": "中文", "en": "English"}
FIRST_PART = 9  # pages: cover, summary, gates, charts and the list of gaps
OWN_PASSWORD = "corridor-lantern-58"

#: the counts of the statistical basis that the answered items stand on
BASES = {
    "discharges": "4,765",
    "order_execution_records": "90000",
    "examinations": "52,000",
    "laboratory_tests": "１２００００",
}
#: item, the level up to which everything is met, the numerator of that level
BY_SHORTCUT = (
    ("01.06", 2, "4500"),
    ("02.01", 2, "4600"),
    ("02.02", 2, "88000"),
    ("02.03", 2, "4100"),
    ("04.03", 2, "51000"),
    ("05.01", 1, "118000"),
    ("05.03", 2, "110000"),
    ("07.04", 2, "4000"),
)


def start(page: Page) -> str:
    """Starts the assessment, first with a window of two months; returns its address."""
    page.goto("/assessments/start/?edition=emr-2018")
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_target_level").select_option("3")
    page.locator("#id_copy_from").select_option("")
    page.get_by_label(re.compile("自定起止日")).check()
    page.locator("#id_window_from").fill("2026-07-01")
    page.locator("#id_window_to").fill("2026-08-31")
    page.get_by_role("button", name="发起自评").click()
    refused = page.locator("main .notice-error, main .field-problem").first
    expect(refused).to_contain_text("2026-09-30")  # says which day would be right
    expect(page.locator("#id_title")).to_have_value(TITLE)  # and keeps what was typed
    expect(page.locator("#id_target_level")).to_have_value("3")
    page.locator("#id_window_to").fill("2026-09-30")
    page.get_by_role("button", name="发起自评").click()
    page.wait_for_url(re.compile(r"/assessments/[0-9a-f-]{36}/$"))
    expect(page.locator("main h1")).to_contain_text(TITLE)
    return page.url[page.url.index("/assessments/") :]


def give_bases(page: Page, here: str) -> None:
    page.goto(f"{here}basis/")
    for key, value in BASES.items():
        field = page.locator(f"#v-{key}")
        field.fill(value)
        field.blur()
    expect(page.locator("[data-autosave-filled]")).to_contain_text(f"{len(BASES)}/")
    expect(page.locator("[data-save-words]")).to_contain_text("已保存")


def answer_on_the_ladder(page: Page, here: str) -> None:
    """01.01 clause by clause: level 1 and 2 met, level 3 begun."""
    page.goto(f"{here}items/01.01/")
    expect(page.locator("#level-3")).to_be_visible()  # the target
    expect(page.locator("#level-5")).to_be_hidden()  # above it: folded, so that level 1 stands in sight
    expect(page.locator("#level-1 .clause").first).to_be_in_viewport()
    page.locator("[data-unfold]").click()
    expect(page.locator("#level-8")).to_be_visible()
    for path in ("clauses.1.1", "clauses.1.2"):
        tick(page, path, "met")
    saved(page)
    expect(page.locator("#level-1 [data-line]")).to_contain_text("有效应用比例未填")
    number(page, 1, "4700")
    expect(page.locator("#level-1")).to_have_attribute("data-standing", "reached")
    expect(page.locator("[data-show=function_level]")).to_have_text("1级")
    opened(page, 2)
    tick(page, "clauses.2.1", "met")
    number(page, 2, "4400")
    expect(page.locator("#level-2 [data-bar=application] [data-bar-text]")).to_have_text("0.92")
    opened(page, 3)
    tick(page, "clauses.3.1", "partly")
    saved(page)
    expect(page.locator("[data-show=function_level]")).to_have_text("2级")


def answer_with_the_shortcut(page: Page, here: str) -> None:
    for item, level, numerator in BY_SHORTCUT:
        page.goto(f"{here}items/{item}/")
        page.select_option("#shortcut-level", str(level))
        page.locator("[data-shortcut] button").click()
        expect(page.locator("[data-show=function_level]")).to_have_text(f"{level}级")
        number(page, level, numerator)
    page.goto(f"{here}items/08.02/")  # counted by being in use, not by a ratio
    tick(page, "clauses.1.1", "met")
    page.locator(".in-use label", has_text="已在用").click()
    saved(page)
    expect(page.locator("#level-1")).to_have_attribute("data-standing", "reached")


def number(page: Page, level: int, value: str) -> None:
    field = page.locator(f"#numerator-{level}")
    field.fill(value)
    with page.expect_response(lambda answer: "/answers/" in answer.url and answer.request.method == "PATCH"):
        field.blur()
    saved(page)


def opened(page: Page, level: int) -> None:
    rung = page.locator(f"#level-{level}")
    if rung.locator("[data-toggle]").get_attribute("aria-expanded") != "true":
        rung.locator("[data-toggle]").click()
    expect(rung.locator(".clause").first).to_be_visible()


def saved(page: Page) -> None:
    expect(page.locator("[data-save-words]")).to_have_text(SAVED)


def invite(page: Page, username: str, department: str) -> str:
    """A new colleague as contributor; returns the one-time password."""
    page.goto("/organisations/")
    page.locator("main a", has_text="示例市人民医院").first.click()
    page.get_by_role("link", name="邀请人员").first.click()
    page.locator("#id_username").fill(username)
    page.locator("#id_name").fill(COLLEAGUE)
    page.locator("#id_role").select_option("contributor")
    page.locator("#id_department").select_option(label=department)
    page.locator("main form").get_by_role("button", name="邀请").click()
    expect(page.locator("main h1")).to_contain_text(COLLEAGUE)
    return page.locator(".one-time code").inner_text().strip()


def assign(page: Page, here: str, item: str) -> None:
    page.goto(f"{here}assignments/")
    page.locator(f'input[name=items][value="{item}"]').check()
    page.locator("select[name=person]").select_option(label=f"{COLLEAGUE} · 放射科")
    page.get_by_role("button", name="分配").click()
    expect(page.locator(f'tr:has(input[value="{item}"])')).to_contain_text(COLLEAGUE)


def first_sign_in(page: Page, username: str, one_time: str) -> None:
    """Whoever comes with a one-time password gets nowhere before choosing an own one."""
    page.goto("/sign-in/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", one_time)
    page.click("form[data-sign-in] button[type=submit]")
    page.wait_for_url("**/account/password/**")
    page.goto("/assessments/")
    page.wait_for_url("**/account/password/**")
    page.locator("#id_old_password").fill(one_time)
    page.locator("#id_new_password").fill(OWN_PASSWORD)
    page.locator("#id_again").fill(OWN_PASSWORD)
    page.locator("main form").get_by_role("button", name="修改密码").click()
    page.wait_for_url(lambda url: "/account/password/" not in url)


def speak(page: Page, language: str) -> None:
    """The language by the button of the frame, whatever it was left at."""
    if page.locator("html").get_attribute("lang") not in (language, language.title()):
        page.locator(".topbar-language button").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}", re.IGNORECASE))


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (320, 180), "#0f766e").save(buffer, "PNG")
    return buffer.getvalue()


def attach(page: Page, clause: str) -> Locator:
    """A PNG to one clause by its paper clip; returns the row of the file."""
    page.locator(f'[data-files-of="{clause}"]').click()
    panel = page.locator("[data-files-part] [data-attachments]")
    expect(panel.locator("select[name=clause]")).to_have_value(clause)
    file = {"name": "screen.png", "mimeType": "image/png", "buffer": picture()}
    panel.locator("input[name=file]").set_input_files(file)  # type: ignore[arg-type]
    row = panel.locator(".attachment", has_text="screen.png")
    expect(row).to_contain_text(clause)
    return row


def comment(page: Page, before: str, name: str, after: str) -> None:
    """A comment that names somebody, chosen from the list that opens after the @."""
    text = page.locator("[data-comment-text]")
    text.click()
    page.keyboard.type(f"{before}@{name[:3]}")
    member = page.locator(".mention-list [data-member]:visible", has_text=name)
    expect(member).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type(after)
    page.locator("[data-comment-form] button[type=submit]").click()
    expect(page.locator(".comment .mention", has_text=name)).to_be_visible()


def submit(page: Page, here: str) -> None:
    page.goto(f"{here}submit/")
    page.locator("input[name=accept_incomplete]").check()
    page.get_by_role("button", name="提交自评").click()
    page.wait_for_url(f"**{here}")


def ask_for_report(page: Page, here: str, language: str, target: int) -> None:
    page.goto(f"{here}reports/")
    page.locator("#target").select_option(str(target))
    page.locator("#language").select_option(language)
    page.get_by_role("button", name="生成报告").click()
    expect(page.locator(".library-table tbody tr", has_text=NAMED[language])).to_have_count(1)


def report(page: Page, here: str, language: str, folder: Path) -> tuple[str, int]:
    """Waits for the worker, downloads the document; the text of its first part as `bare`, and its pages."""
    page.goto(f"{here}reports/")
    row = page.locator(".library-table tbody tr", has_text=NAMED[language])
    link = row.locator("a[href$='/download/']")
    link.wait_for(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    file = folder / f"{language}.pdf"
    download.value.save_as(file)
    reader = PdfReader(file)
    return bare(" ".join(one.extract_text() for one in reader.pages[:FIRST_PART])), len(reader.pages)


def never_look(page: Page) -> None:
    """A tab that sleeps: it does not ask for colleagues' changes when it comes to the front again."""
    page.route(
        re.compile("/answers/$"),
        lambda route: (
            route.fulfill(status=200, content_type="application/json", body="null")
            if route.request.method == "GET"
            else route.fallback()
        ),
    )


def bare(text: str) -> str:
    """For comparing what a page and a document say: neither line breaks nor spaces count."""
    return re.sub(r"\s+", "", text)
