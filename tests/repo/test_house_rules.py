"""Rules of the house that a machine can check."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 400
CODE = {".py", ".js", ".html", ".css", ".sh"}
NOT_OURS = ("static/vendor/", "rubrics/library/", "tests/golden/")


def committed() -> list[str]:
    """Files git tracks, and new ones it does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def our_text() -> list[tuple[str, str]]:
    found = []
    for name in committed():
        if name.startswith(NOT_OURS) or Path(name).suffix in {
            ".mo",
            ".gz",
            ".otf",
            ".png",
            ".lock",
            ".docx",
            ".xlsx",
        }:
            continue
        found.append((name, (ROOT / name).read_text(encoding="utf-8")))
    return found


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        name: count
        for name, text in our_text()
        if Path(name).suffix in CODE and "/migrations/" not in name and (count := text.count("\n")) > BUDGET
    }
    assert long == {}


def test_migrations_are_named_by_what_they_do() -> None:
    unnamed = [
        name for name in committed() if re.search(r"/migrations/\d{4}_(auto|alter|remove|add)_?\d*", name)
    ]
    assert unnamed == []


def test_no_folder_is_a_drawer_for_everything() -> None:
    drawers = {"core", "common", "utils", "misc", "helpers"}
    assert [name for name in committed() if drawers & set(Path(name).with_suffix("").parts)] == []


def test_nothing_is_left_undone() -> None:
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|NotImplemented" r"Error)\b")
    undone = [
        name
        for name, text in our_text()
        if Path(name).suffix in {".py", ".js", ".html"} and words.search(text)
    ]
    assert undone == []


def test_no_path_of_a_machine_and_no_package_index_is_named() -> None:
    leaks = re.compile(
        r"/wo"
        r"rk/|/ro"
        r"ot/|py"
        r"pi\.org|files\.python"
        r"hosted|registry\.npm"
        r"js|index-"
        r"url\s*=|deb\.debian\.org"
    )
    leaking = [name for name, text in our_text() if leaks.search(text)]
    locks = [
        name
        for name in committed()
        if name.endswith(".lock") and re.search(r"https?://", (ROOT / name).read_text())
    ]
    assert leaking + locks == []


def test_requirements_say_what_they_are_for() -> None:
    silent = []
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if "==" in line and not re.search(r"#\s*\S+", line):
                silent.append(line)
            if re.match(r"^[A-Za-z]", line) and "==" not in line:
                silent.append(line)
    assert silent == []


def test_requirements_and_lock_agree() -> None:
    locked = dict(
        re.findall(
            r"^([a-z0-9-]+)==([^ \\;]+)",
            (ROOT / "requirements-dev.lock").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    wanted = {}
    for name in ("requirements.txt", "requirements-dev.txt"):
        for package, version in re.findall(
            r"^([A-Za-z0-9_-]+)(?:\[[^\]]*\])?==(\S+)",
            (ROOT / name).read_text(encoding="utf-8"),
            re.MULTILINE,
        ):
            wanted[package.lower().replace("_", "-")] = version
    assert {name: locked.get(name) for name in wanted} == wanted


@pytest.mark.parametrize(
    "document", sorted(str(p.relative_to(ROOT)) for p in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
)
def test_every_path_in_the_documentation_exists(document: str) -> None:
    """Anything in backticks that looks like a path of the project must be there."""
    text = (ROOT / document).read_text(encoding="utf-8")
    roots = {entry.name for entry in ROOT.iterdir() if not entry.name.startswith(".")}
    missing = []
    for path in re.findall(r"`([A-Za-z0-9_./*{},-]+)`", text):
        first = path.split("/")[0]
        if "/" not in path or first not in roots or first == "var":
            continue
        if not (ROOT / path).exists() and not any(ROOT.glob(path)):
            missing.append(path)
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        if not (ROOT / document).parent.joinpath(link).exists():
            missing.append(link)
    assert missing == []
