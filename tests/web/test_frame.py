"""The frame: nothing inline, colours that can be read, vendored files, error pages."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import Client

from accounts.models import User
from tests.web.requests import asked

ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
VENDOR = ROOT / "static/vendor"

INLINE = [
    (re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I), "a style attribute"),
    (re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I), "an event attribute"),
    (re.compile(r"<[a-z][^>]*\shx-on[:-]", re.I), "code in an htmx attribute"),
    (re.compile(r"<style\b", re.I), "a style element"),
    (re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/json\"))", re.I), "an inline script"),
    (re.compile(r"(?:href|action)=[\"']?javascript:", re.I), "a script address"),
    (re.compile(r"(?:src|href)=[\"']https?://", re.I), "something from elsewhere"),
]


def test_no_template_holds_inline_style_or_script_or_loads_from_elsewhere() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {what}: {match.group(0)[:80]}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for pattern, what in INLINE
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_scan_notices_what_it_looks_for() -> None:
    bad = '<p style="x"> <a onclick="x"> <b hx-on:click="x"> <style> <script>x</script> <a href="javascript:x"> '
    assert all(pattern.search(bad + '<img src="https://x">') for pattern, _what in INLINE)


def test_every_template_parses() -> None:
    for path in TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(TEMPLATES)))


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    known = set(
        re.findall(r'<symbol id="([^"]+)"', (VENDOR / "tabler-icons/icons.svg").read_text(encoding="utf-8"))
    )
    named = {
        (name, path.name)
        for path in TEMPLATES.rglob("*.html")
        for text in [path.read_text(encoding="utf-8")]
        for name in re.findall(r"""\{% icon ["']([\w-]+)["']""", text)
        + re.findall(r"""(?:icon_name|action_icon)=["']([\w-]+)["']""", text)
    }
    assert len(named) > 20
    assert {(name, place) for name, place in named if name not in known} == set()


def test_vendored_files_are_those_that_were_recorded() -> None:
    rows = re.findall(
        r"^\| (\S+) \|.*\| `([0-9a-f]{64})` \|$", (VENDOR / "VENDOR.md").read_text(encoding="utf-8"), re.M
    )
    assert {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name, _hash in rows} == dict(
        rows
    )
    code = {str(p.relative_to(VENDOR)) for p in VENDOR.rglob("*") if p.suffix in {".js", ".css", ".svg"}}
    assert code == {name for name, _hash in rows}
    assert all((VENDOR / name).with_name("LICENSE").exists() for name, _hash in rows)


# -- colours


def themes() -> dict[str, dict[str, str]]:
    css = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    blocks = [
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))
        for block in re.findall(r"\{(.*?)\n\}", css, re.S)
    ]
    return {"light": blocks[0], "dark": {**blocks[0], **blocks[1]}}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read_on_every_ground(theme: str) -> None:
    colours = themes()[theme]
    grounds = ("paper", "surface", "surface-2", "surface-3")
    pairs = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in grounds]
    pairs += [(f"on-level-{n}", f"level-{n}") for n in range(9)]
    pairs += [(mark, f"{mark}-soft") for mark in ("block", "ask", "hold", "calm")]
    pairs += [(mark, "surface") for mark in ("block", "ask", "hold", "calm", "accent")]
    pairs += [("on-accent", "accent"), ("on-accent", "accent-strong"), ("ink", "accent-soft")]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_level_ramp_goes_one_way_in_even_steps(theme: str) -> None:
    lightness = [luminance(themes()[theme][f"level-{n}"]) ** (1 / 3) for n in range(9)]
    steps = [abs(b - a) for a, b in pairwise(lightness)]
    assert lightness == sorted(lightness, reverse=theme == "light")
    assert max(steps) < 2 * min(steps)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_borders_of_fields_and_focus_rings_stand_out(theme: str) -> None:
    colours = themes()[theme]
    for mark in ("line-strong", "focus", "verified", "claimed-line"):
        assert contrast(colours[mark], colours["surface"]) >= 3, mark


# -- the frame of a page


def test_an_empty_column_takes_no_room() -> None:
    html = render_to_string("base.html", {}, request=asked())
    body = re.search(r"<body class=\"([^\"]*)\"", html)
    assert body is not None
    assert not {"has-sidebar", "has-context"} & set(body.group(1).split())


@pytest.mark.django_db
def test_a_page_says_its_language_and_its_place(client: Client, owner: User) -> None:
    client.force_login(owner)
    html = client.get("/").content.decode()
    assert '<html lang="zh-hans"' in html
    assert re.search(r'<a href="/" aria-current="page">.{0,400}首页', html)
    assert 'href="#content"' in html and '<main class="content" id="content"' in html
    assert "data-slash-focus" in html
    assert '"allowEval": false' in html and '"includeIndicatorStyles": false' in html


@pytest.mark.django_db
def test_a_page_that_does_not_exist_leads_home_and_keeps_its_policy(client: Client, owner: User) -> None:
    client.force_login(owner)
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "没有找到该页面" in answer.content.decode() and "回到首页" in answer.content.decode()
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_part_of_a_page_that_fails_gets_one_plain_sentence(client: Client, owner: User) -> None:
    client.force_login(owner)
    answer = client.get("/nothing/here/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == "地址有误，或者内容不在您可以查看的范围内。"


@pytest.mark.django_db
def test_a_form_from_an_old_page_is_refused_with_what_to_do(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    answer = client.post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode() and "刷新" in answer.content.decode()


@pytest.mark.django_db
def test_a_server_error_names_a_number_and_asks_the_database_nothing(
    owner: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    from config.errors import failed

    with django_assert_num_queries(0):
        answer = failed(asked("/somewhere/"))
    assert answer.status_code == 500
    assert re.search(r"编号 [0-9a-f]{8}", answer.content.decode())

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("assessments.views.home.home_of", broken)
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    page = client.get("/")
    assert page.status_code == 500
    assert "系统出错" in page.content.decode() and "on purpose" not in page.content.decode()
