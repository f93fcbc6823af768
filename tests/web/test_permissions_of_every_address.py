"""Walks the URLconf with everybody, and holds the answers against the table in tests/web/permissions."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import Template
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.factories.laid import laid_once
from tests.web.permissions import accounts, assessments, hospitals, reports
from tests.web.permissions.format import ANONYMOUS, METHODS, SIGN_IN, Ask, Row, expect
from tests.web.permissions.table import APPS, addresses, table
from tests.web.permissions.world import PEOPLE, World, build_world

TABLE = table()


@pytest.fixture(autouse=True)
def without_a_log_line_for_every_refusal() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@dataclass(frozen=True, slots=True)
class Laid:
    """The world, and everybody signed in."""

    world: World
    clients: dict[str, Client]


def everybody_signs_in() -> Laid:
    """Everybody signed in once, without the way through the sign-in page, and one page further: what the
    first request of a session writes into it would be undone and written again with every question."""
    world = build_world()
    found = {ANONYMOUS: Client()}
    for name in PEOPLE:
        found[name] = Client()
        found[name].force_login(getattr(world, name))
        assert found[name].get(reverse("preferences")).status_code == 200
    return Laid(world, found)


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Laid]:
    yield from laid_once(everybody_signs_in, django_db_blocker)


@pytest.fixture
def world(laid: Laid, db: None) -> World:
    return deepcopy(laid.world)


@pytest.fixture
def clients(laid: Laid, db: None) -> dict[str, Client]:
    """``ask`` leaves them as they were."""
    return laid.clients


@pytest.fixture(autouse=True)
def nothing_is_drawn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL the walk asks every address and draws no page: templates ask the database for nothing
    (``pages_are_frozen`` holds them to it), so what they draw is the same on both."""
    if connection.vendor == "postgresql":
        monkeypatch.setattr(Template, "render", lambda self, context: "")


def ask(client: Client, name: str, row: Row, method: str, question: Ask, world: World) -> HttpResponse:
    """One request whose changes are undone; the cookies stay as they were."""
    url = reverse(name, kwargs=(question.kwargs or row.kwargs)(world)) + row.query
    payload: dict[str, Any] = {"headers": dict(question.headers)}
    if question.json is not None:
        payload |= {"data": question.json(world), "content_type": "application/json"}
    elif question.data is not None:
        payload["data"] = question.data(world)
    cookies = {key: morsel.value for key, morsel in client.cookies.items()}
    with transaction.atomic():
        response: HttpResponse = getattr(client, method)(url, **payload)
        if response.streaming:
            b"".join(response.streaming_content)  # reading to the end closes the file, and not the connection
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return response


def answer_of(response: HttpResponse) -> int | str:
    if response.status_code == 302 and response.headers["Location"].startswith(reverse("sign-in")):
        return SIGN_IN
    return response.status_code


#: what decides which statements a request makes; within one, who may what is decided from the rows they return
OF_PLACES = {
    "reviewer": "bureau",
    "bureau_manager": "bureau",
    "consultant": "engaged",
    "stranger": "elsewhere",
    "newcomer": "nowhere",
    ANONYMOUS: "unknown",
}


def asked_here(question: Ask) -> list[str]:
    """Everybody on SQLite. On PostgreSQL, where statements are in question and not who may what, one for each
    answer among the people of one kind of place."""
    if connection.vendor != "postgresql":
        return list(question.people)
    first: dict[tuple[str, int | str], str] = {}
    for person in question.people:
        first.setdefault((OF_PLACES.get(person, "hospital"), question.answers[person]), person)
    return list(first.values())


def test_every_address_has_a_name_and_a_row() -> None:
    missing = {pattern: name for name, pattern in addresses() if name not in TABLE}
    assert missing == {}


def test_every_row_has_an_address() -> None:
    assert sorted(set(TABLE) - {name for name, _pattern in addresses()}) == []


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.__name__.rpartition(".")[2])
def test_everybody_gets_what_the_table_says(
    app: ModuleType, world: World, clients: dict[str, Client]
) -> None:
    wrong = []
    for name, row in app.ROWS.items():
        for method in METHODS:
            for question in row.asks(method):
                for person in asked_here(question):
                    expected = question.answers[person]
                    got = answer_of(ask(clients[person], name, row, method, question, world))
                    if got != expected:
                        case = f" ({question.about})" if question.about else ""
                        wrong.append(
                            f"{method.upper()} {name}{case}, {person}: {expected} expected, {got} answered"
                        )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "app", [assessments, hospitals, reports], ids=lambda app: app.__name__.rpartition(".")[2]
)
def test_a_consultant_through_an_engagement_sees_what_the_hospitals_own_consultant_sees(
    app: ModuleType, world: World
) -> None:
    client = Client()
    client.force_login(world.engaged)
    wrong = []
    for name, row in app.ROWS.items():
        for question in row.asks("get"):
            expected = question.answers["consultant"]
            got = answer_of(ask(client, name, row, "get", question, world))
            if got != expected:
                wrong.append(f"{name}: {expected} expected, {got} answered")
    assert not wrong, "\n".join(wrong)


def test_the_walk_notices_a_wrong_answer(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate can fail: a table that expects something else is not met."""
    wrong = Row(get=Ask(expect(others=200, stranger=404)), post=accounts.ROWS["preferences"].post)
    monkeypatch.setattr(accounts, "ROWS", {"preferences": wrong})
    with pytest.raises(AssertionError, match="GET preferences, stranger: 404 expected, 200 answered"):
        test_everybody_gets_what_the_table_says(accounts, world, clients)


def test_requests_of_the_walk_leave_nothing_behind(world: World, clients: dict[str, Client]) -> None:
    row = accounts.ROWS["preferences"]
    (question,) = row.asks("post")
    assert ask(clients["owner"], "preferences", row, "post", question, world).status_code == 302
    world.owner.refresh_from_db()
    assert world.owner.language == "zh-hans"


def test_nobody_invented_may_stand_in_the_table() -> None:
    with pytest.raises(ValueError, match="nobody"):
        expect(others=200, passer_by=404)
