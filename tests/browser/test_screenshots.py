"""A pasted screenshot is masked with the mouse and stands among the files; the names in it are proposed."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page, expect

from tests.factories.screenshots import as_file, screen

PASTE = """(content) => {
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    const clipboard = new DataTransfer();
    clipboard.items.add(new File([bytes], "image.png", { type: "image/png" }));
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""


def test_a_pasted_screenshot_is_masked_and_saved(page: Page, sign_in: Callable[[Page, str], None]) -> None:
    sign_in(page, "demo-quality")
    page.goto("/assessments/")
    page.locator("main a[href*='/assessments/']", has_text="智慧服务").first.click()
    page.wait_for_url(re.compile(r"/assessments/[0-9a-f-]{36}/$"))
    page.goto(page.url + "items/01.02/")
    expect(page.locator("[data-picture-area]")).to_be_attached()
    page.locator(".attachment-place select").select_option("01.02.1-1")
    page.evaluate(PASTE, base64.b64encode(as_file(screen())).decode())
    page.wait_for_url(re.compile(r"/pictures/[0-9a-f-]{36}/$"))
    canvas = page.locator("svg[data-marks]")
    around = canvas.bounding_box()
    assert around is not None
    scale = around["width"] / 1000
    page.mouse.move(around["x"] + 20 * scale, around["y"] + 4 * scale)
    page.mouse.down()
    page.mouse.move(around["x"] + 100 * scale, around["y"] + 20 * scale)
    page.mouse.move(around["x"] + 220 * scale, around["y"] + 36 * scale)
    page.mouse.up()
    expect(page.locator(".mark-box")).to_have_count(1)
    expect(page.locator("[data-proposals]")).to_have_attribute("data-state", "read", timeout=60_000)
    expect(page.locator(".proposal")).to_have_count(4)
    page.locator("[data-tool=number]").click()
    page.mouse.click(around["x"] + 900 * scale, around["y"] + 300 * scale)
    page.locator("[data-legend] input").fill("药品字典")
    page.locator("#caption").fill("医嘱录入")
    page.get_by_role("button", name="保存截图").click()
    expect(page.locator("#open-proposals")).to_contain_text("仍有4处建议未处理")
    page.locator("#open-proposals").get_by_role("button", name="返回检查").click()
    page.get_by_role("button", name="全部遮盖").click()
    page.get_by_role("button", name="保存截图").click()
    page.wait_for_url(re.compile(r"/items/01\.02/"))
    row = page.locator("[data-file-of-clause='01.02.1-1']")
    expect(row).to_contain_text("① 药品字典")
    expect(row).to_contain_text("已遮盖5处")
    stored = page.request.get(row.locator("a.attachment-name").get_attribute("href") or "").body()
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.size == (1000, 420)
        assert set(picture.crop((25, 8, 215, 32)).get_flattened_data()) == {(0, 0, 0)}
