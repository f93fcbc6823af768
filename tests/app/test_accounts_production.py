"""The production settings: nothing secret has a default, and each refusal says what to set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 30 + "0123456789-abcdefghijklmnop-ABCDEFGHIJ"
COMPLETE = {
    "ZHIPING_SECRET_KEY": KEY,
    "ZHIPING_HOSTS": "zhiping.example",
    "ZHIPING_DATABASE": "postgresql://zhiping:secret@127.0.0.1/zhiping",
    "ZHIPING_BROKER": "redis://127.0.0.1/0",
}
SECRETS = (KEY, "secret@")


def start(arguments: list[str], tmp_path: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, knowing only these variables; None removes one."""
    given = {name: value for name, value in {**COMPLETE, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-W", "error", "manage.py", *arguments, "--settings=config.settings.prod"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ZHIPING_VAR": str(tmp_path), **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_deployment_check_has_nothing_to_say(tmp_path: Path) -> None:
    outcome = start(["check", "--deploy", "--fail-level", "INFO"], tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    assert "no issues" in outcome.stdout


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_missing_setting_is_named_and_how_to_give_it(name: str, tmp_path: Path) -> None:
    outcome = start(["check"], tmp_path, **{name: None})
    assert outcome.returncode != 0
    assert f"Set {name}, or {name}_FILE to a file that holds it, and start again." in outcome.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"ZHIPING_SECRET_KEY": "short"},
            "ZHIPING_SECRET_KEY must have at least 50 characters; make one with:",
        ),
        (
            {"ZHIPING_DATABASE": "mysql://a"},
            "ZHIPING_DATABASE must start with sqlite:// or postgresql://, not mysql://",
        ),
        ({"ZHIPING_PROXIES": "one"}, "ZHIPING_PROXIES must be a whole number, not 'one'."),
        ({"ZHIPING_IDLE_MINUTES": "x"}, "ZHIPING_IDLE_MINUTES must be a whole number"),
        (
            {"ZHIPING_SECRET_KEY": None, "ZHIPING_SECRET_KEY_FILE": "no-such-file"},
            "ZHIPING_SECRET_KEY_FILE names no-such-file",
        ),
    ],
)
def test_a_wrong_setting_is_refused_with_what_is_expected(
    changes: dict[str, str | None], sentence: str, tmp_path: Path
) -> None:
    outcome = start(["check"], tmp_path, **changes)
    assert outcome.returncode != 0
    assert sentence in outcome.stderr


def test_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n", encoding="utf-8")
    outcome = start(["check"], tmp_path, ZHIPING_SECRET_KEY=None, ZHIPING_SECRET_KEY_FILE=str(file))
    assert outcome.returncode == 0, outcome.stderr


def test_a_refusal_prints_no_secret(tmp_path: Path) -> None:
    outcome = start(["check"], tmp_path, ZHIPING_BROKER=None)
    assert not any(secret in outcome.stderr + outcome.stdout for secret in SECRETS)


def test_what_production_insists_on(tmp_path: Path) -> None:
    names = [
        "DEBUG",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "ZHIPING_DEMO",
        "SESSION_COOKIE_NAME",
        "TRUSTED_PROXIES",
        "SESSION_COOKIE_HTTPONLY",
        "PASSWORD_HASHERS",
    ]
    code = f"from django.conf import settings\nfor name in {names}: print(name, getattr(settings, name))"
    outcome = start(["shell", "--no-imports", "-c", code], tmp_path)
    said = dict(line.split(" ", 1) for line in outcome.stdout.splitlines())
    assert said == {
        "DEBUG": "False",
        "SESSION_COOKIE_SECURE": "True",
        "CSRF_COOKIE_SECURE": "True",
        "SECURE_SSL_REDIRECT": "True",
        "SECURE_HSTS_SECONDS": "31536000",
        "ZHIPING_DEMO": "False",
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "TRUSTED_PROXIES": "1",
        "SESSION_COOKIE_HTTPONLY": "True",
        "PASSWORD_HASHERS": "['django.contrib.auth.hashers.Argon2PasswordHasher']",
    }
