"""An installation of its own for the questionnaire's browser tests, and what they do on a page."""

from __future__ import annotations

import json
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
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
from tests.factories.prepared import prepared

SAVED = re.compile("已保存 \\d\\d:\\d\\d")


@dataclass
class Installation:
    address: str
    sessions: dict[str, str]
    untouched: list[str]  # assessments nobody has opened yet
    environment: dict[str, str]

    def do(self, *words: str) -> str:
        made = subprocess.run(
            [sys.executable, "-m", "tests.browser.questionnaire_seed", *words],
            cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return str(json.loads(made.stdout))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The product on an empty folder with three people; the web server is a process of its own."""
    folder = tmp_path_factory.mktemp("questionnaire")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "ZHIPING_"))}
    environment = {**kept, "ZHIPING_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    manage = [sys.executable, str(ROOT / "manage.py")]
    if empty := prepared("migrated.sqlite3"):
        shutil.copy(empty, folder / "zhiping.sqlite3")
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    seeded = subprocess.run(
        [sys.executable, "-m", "tests.browser.questionnaire_seed"],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(
            [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"],
            cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{address}/static/js/csrf.js", timeout=2):
                    break
            except OSError:
                if web.poll() is not None or time.monotonic() > until:
                    pytest.fail((folder / "web.log").read_text(encoding="utf-8", errors="replace")[-4000:])
                time.sleep(0.2)
        made = json.loads(seeded.stdout)
        yield Installation(address, made["sessions"], made["assessments"], environment)
        os.killpg(web.pid, signal.SIGTERM)
        web.wait(timeout=20)


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """Five seconds are not enough where two cores also run everything else."""
    expect.set_options(timeout=15_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def product(installation: Installation) -> str:
    """This module's own installation in place of the demo one."""
    return installation.address


@pytest.fixture
def assessment(installation: Installation) -> str:
    return installation.untouched.pop()


Open = Callable[..., Page]


@pytest.fixture
def item(installation: Installation, assessment: str, open_page: Open) -> Open:
    """``item("lead", "01.01")``: the item's page as that person, in a window of its own."""

    def opened(who: str = "lead", code: str = "01.01", size: dict[str, int] | None = None) -> Page:
        page = open_page(size)
        sign_in(page, installation, who)
        page.goto(f"/assessments/{assessment}/items/{code}/")
        return page

    return opened


def sign_in(page: Page, installation: Installation, who: str) -> None:
    cookie = {"name": "sessionid", "value": installation.sessions[who], "url": installation.address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def tick(page: Page, path: str, state: str) -> None:
    page.locator(f'[data-path="{path}"] label.tick-{state}').click()


def ticked(page: Page, path: str) -> str | None:
    chosen = page.locator(f'[data-path="{path}"] input:checked')
    return chosen.get_attribute("value") if chosen.count() else None


def save_state(page: Page) -> object:
    return expect(page.locator("[data-save-words]"))


def saved(page: Page) -> None:
    save_state(page).to_have_text(SAVED)  # type: ignore[attr-defined]


def unsent(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('zhiping:unsent:'))")
