"""Every page of the demo, as each role, in both languages and sizes.

On each: status 200, no console error and no policy violation (the ``open_page`` fixture), nothing wider
than the window, nothing serious for axe-core, and in English no Chinese but what people typed.

Contrast, four fifths of axe-core's time, is measured of every page in Chinese on the desktop and in English on
the phone: colours hang on the classes of what is there, what is there on the size, nothing on both together.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Response

from tests.browser.conftest import DESKTOP, PHONE

DRAFT = "2026年度电子病历自评"
BEFORE = "2025年度电子病历自评"

#: what the demo's people typed, in Chinese whatever the language of the page
TYPED = re.compile(
    r"医嘱送达执行科室（演示图片）|医务科|护理部|门诊部|放射科|检验科|麻醉手术科|药学部|病案室|信息科|质量管理科|"
    r"20\d\d年度[^\s，。、（）()]{4,8}自评|[一-鿿A-Z0-9，、]+（演示）|（演示[^）]*）|01\.01\.4-1 医嘱送达执行科室（演示）\.png"
    r"|检查报告与申请单对不上，接口里申请单号丢失，请核对。|材料齐全|集成平台数据中心|简体中文|中文|智评|国卫办医函〔\d+〕\d+号"
    r"|07\.02配血与用血的统计口径与附表不一致，请核对后重新提交。|示例[一-鿿]+"
)
HAN = re.compile(r"[一-鿿]{2,}")

IN_AN_ASSESSMENT = (
    "", "items/01.01/", "items/01.05/", "items/08.02/", "items/09.02/", "items/10.01/", "basis/", "overall/", "assignments/",
    "history/", "submit/", "result/", "gap/", "gap/?target=5", "comparison/", "reports/", "workbook/import/", "why/01.05/",
)  # fmt: skip
EVERYWHERE = (
    "/", "/assessments/", "/assessments/start/", "/account/", "/account/password/", "/organisations/", "/rubrics/",
    "/rubrics/emr-2018/", "/rubrics/emr-2018/01.01/", "/rubrics/emr-2018/search/?q=01.01.4", "/rubrics/smart-service-2019/",
    "/rubrics/ai-readiness-2021/", "/rubrics/ai-readiness-2021/01.01/",
)  # fmt: skip


def speak(page: Page, language: str) -> None:
    """Switch the language the way the button does."""
    page.evaluate(
        """async (language) => {
             const token = document.querySelector('meta[name=csrf-token]').content;
             await fetch('/language/', {method: 'POST', headers: {'X-CSRFToken': token,
               'Content-Type': 'application/x-www-form-urlencoded'}, body: 'language=' + language + '&next=/'});
           }""",
        language,
    )


def address_of(page: Page, title: str) -> str:
    page.goto("/assessments/")
    link = page.locator("main a", has_text=title).first
    return str(link.get_attribute("href"))


def settled(page: Page, under_way: set[Request]) -> None:
    """Nothing is being fetched for three looks on end, and the page has drawn what came."""
    until, calm = time.monotonic() + 15, 0
    while calm < 3 and time.monotonic() < until:
        page.wait_for_timeout(40)
        calm = 0 if under_way else calm + 1
    page.evaluate("new Promise((drawn) => requestIdleCallback(drawn, {timeout: 3000}))")


def opened(page: Page, path: str) -> Response | None:
    under_way: set[Request] = set()

    def begins(request: Request) -> None:
        under_way.add(request)

    def ends(request: Request) -> None:
        under_way.discard(request)

    page.on("request", begins)
    page.on("requestfinished", ends)
    page.on("requestfailed", ends)
    response = page.goto(path)
    settled(page, under_way)
    page.remove_listener("request", begins)
    page.remove_listener("requestfinished", ends)
    page.remove_listener("requestfailed", ends)
    return response


def asked_of_axe(language: str, size: dict[str, int]) -> dict[str, Any]:
    """All rules but one that can only be moderate and is slow, and contrast where it is measured (see above)."""
    measured = (language, size["width"]) in (("zh-hans", DESKTOP["width"]), ("en", PHONE["width"]))
    return {
        "resultTypes": ["violations"],
        "rules": {"region": {"enabled": False}, "color-contrast": {"enabled": measured}},
    }


def faults(page: Page, path: str, *, language: str) -> list[str]:
    """Everything wrong with one page, in words."""
    response = opened(page, path)
    found = []
    if response is None or response.status != 200:
        return [f"{path}: status {response.status if response else 'none'}"]
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wider > 1:
        found.append(f"{path}: {wider} px wider than the window")
    for violation in (
        Axe().run(page, options=asked_of_axe(language, page.viewport_size)).response["violations"]
    ):
        if violation["impact"] in ("serious", "critical"):
            where = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
            found.append(f"{path}: axe {violation['id']}: {where}")
    if language == "en":
        # the rubric library quotes the standard's own words: there only the frame must be English
        part = page.locator("header").first if path.startswith("/rubrics/") else page.locator("body")
        text = TYPED.sub(" ", part.inner_text())
        if left := sorted(set(HAN.findall(text))):
            found.append(f"{path}: not translated: {left[:8]}")
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_of_the_quality_lead_is_sound(
    open_page: Callable[..., Page], sign_in: Callable[[Page, str], None], size: dict[str, int], language: str
) -> None:
    page = open_page(size)
    sign_in(page, "demo-quality")
    speak(page, language)
    draft = address_of(page, DRAFT)
    found: list[str] = []
    for path in (*EVERYWHERE, *(draft + part for part in IN_AN_ASSESSMENT)):
        found += faults(page, path, language=language)
    before = address_of(page, BEFORE)
    for part in ("", "items/01.01/", "result/", "reports/"):
        found += faults(page, before + part, language=language)
    page.goto("/account/")
    speak(page, "zh-hans")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("person", "paths"),
    [
        ("demo-contributor", ("/", "/assessments/", "/account/")),
        ("demo-director", ("/", "/assessments/")),
        (
            "demo-bureau",
            (
                "/",
                "/assessments/",
                "/organisations/",
                "/rubrics/emr-2018/flags/",
                "/rubrics/emr-2018/flags/import/",
            ),
        ),
        ("demo-reviewer", ("/", "/assessments/")),
        ("demo-consultant", ("/", "/assessments/")),
        ("demo-auditor", ("/", "/audit/")),
        ("demo-security", ("/", "/organisations/")),
        ("demo-system", ("/", "/organisations/")),
    ],
)
def test_the_pages_of_every_role_are_sound(
    open_page: Callable[..., Page], sign_in: Callable[[Page, str], None], person: str, paths: tuple[str, ...]
) -> None:
    page = open_page()
    sign_in(page, person)
    found: list[str] = []
    for language in ("en", "zh-hans"):
        page.goto("/account/")
        speak(page, language)
        for path in paths:
            found += faults(page, path, language=language)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sign_in_page_is_sound(open_page: Callable[..., Page], language: str) -> None:
    page = open_page(PHONE)
    page.goto("/sign-in/")
    speak(page, language)
    found = faults(page, "/sign-in/", language=language)
    assert not found, "\n".join(found)
