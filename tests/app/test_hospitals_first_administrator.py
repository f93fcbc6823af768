"""``manage.py administrator``: the first person of an installation."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from audit.models import Event
from hospitals.models import Organisation
from tests.factories.people import make_hospital, make_user

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("administrator", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_administrator_signs_in_and_reaches_the_back_office() -> None:
    said = run("admin", "--name", "系统管理员（示例）", "--organisation", "示例医院")
    password = re.search(r"：(\S+)\s*$", said).group(1)  # type: ignore[union-attr]
    client = Client()
    assert client.post("/sign-in/", {"username": "admin", "password": password}).status_code == 302
    client.post(
        "/account/password/",
        {"old_password": password, "new_password": "a long new phrase", "again": "a long new phrase"},
    )
    assert client.get("/back-office/").status_code == 200
    assert Organisation.objects.get().kind == "hospital"
    assert set(Event.objects.values_list("verb", flat=True)) >= {
        "organisation.created",
        "account.created",
        "member.invited",
    }


def test_an_organisation_that_exists_is_used() -> None:
    make_hospital("示例医院")
    run("admin", "--name", "示例", "--organisation", "示例医院")
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("taken", "--name", "x", "--organisation", "y"),
        ("admin", "--name", " ", "--organisation", "y"),
        ("admin", "--name", "x", "--organisation", " "),
        ("admin", "--name", "x", "--organisation", "双"),
    ],
)
def test_bad_input_is_one_line_and_makes_nothing(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    make_user("taken")
    make_hospital("双")
    make_hospital("双")
    with pytest.raises(SystemExit) as end:
        call_command("administrator", *arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert User.objects.count() == 1
    assert Organisation.objects.count() == 2
