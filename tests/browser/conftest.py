"""The real product in a browser: ./run's own start script on an empty folder, and Debian's Chromium.

``product`` starts web and worker with demo data once per session; ``page`` is a fresh browser page on
which any console error, uncaught exception or policy violation fails the test.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.factories.prepared import prepared

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(str(item.path)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running installation with demo data; web and worker are real processes. What the start script
    laid on an empty folder for this run of ./test is copied; else it lays it now."""
    folder = tmp_path_factory.mktemp("var")
    if laid := prepared("demo"):
        shutil.copytree(laid, folder, dirs_exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "product.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "scripts/start.py")],
        cwd=ROOT,
        env={
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("DJANGO_", "ZHIPING_"))
            },
            "ZHIPING_VAR": str(folder),
            "ZHIPING_PORT": str(port),
            "ZHIPING_DEMO_CHECKS": "no",  # counting a whole hospital would take the cores from the pages
        },
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 180
        while True:
            try:
                with urllib.request.urlopen(f"{address}/sign-in/", timeout=2):
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(
                        (folder / "product.log").read_text(encoding="utf-8", errors="replace")[-4000:]
                    )
                time.sleep(0.2)
        yield address
    finally:
        if process.poll() is None:
            process.terminate()  # it stops web and worker itself; a signal to all would kill the pool under its head
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=10)
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Watch:
    """Collects what must not happen on a page; ``allow`` names words of an expected message."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.allowed: list[str] = []

    def allow(self, words: str) -> None:
        self.allowed.append(words)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.seen.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def problems(self) -> list[str]:
        return [line for line in self.seen if not any(words in line for words in self.allowed)]


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_page(browser: Browser, product: str, watch: Watch) -> Iterator[Callable[..., Page]]:
    """A new browser window of its own: ``open_page(PHONE, language="en-US")``."""
    contexts: list[BrowserContext] = []

    def opened(size: dict[str, int] | None = None, **options: object) -> Page:
        context = browser.new_context(base_url=product, viewport=size or DESKTOP, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", watch.console)
        page.on("pageerror", lambda error: watch.seen.append(f"uncaught: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not watch.problems(), "\n".join(watch.problems())


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture(scope="session")
def known_cookies() -> dict[tuple[str, str], Any]:
    """What the browser holds of people who signed in before, by installation and login name."""
    return {}


@pytest.fixture
def sign_in(product: str, known_cookies: dict[tuple[str, str], Any]) -> Callable[[Page, str], None]:
    """Signs a demo user in: the first time through the sign-in page, then with the session that made.
    Either way the page stands at the home page, people of the demo in Chinese."""
    from assessments.demo.people import DEMO_PASSWORD

    def signed_in(page: Page, username: str) -> None:
        if cookies := known_cookies.get((product, username)):
            page.context.add_cookies(cookies)
            page.goto("/")
            if "/sign-in/" not in page.url:
                return in_chinese(page, username)
        page.goto("/sign-in/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.click("form[data-sign-in] button[type=submit]")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        known_cookies[product, username] = page.context.cookies(product)
        in_chinese(page, username)

    return signed_in


def in_chinese(page: Page, username: str) -> None:
    """The language is the person's: a test before may have left the other one."""
    if username.startswith("demo-") and page.locator("html").get_attribute("lang") == "en":
        page.locator(".topbar-language button").click()
        expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
