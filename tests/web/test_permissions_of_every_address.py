"""Walks the URLconf with everybody, and holds the answers against the table in tests/web/permissions."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.web.permissions import accounts
from tests.web.permissions.format import ANONYMOUS, METHODS, SIGN_IN, Ask, Row, expect
from tests.web.permissions.table import APPS, addresses, table
from tests.web.permissions.world import PEOPLE, World, build_world

TABLE = table()


@pytest.fixture(autouse=True)
def without_a_log_line_for_every_refusal() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """Everybody signed in once, without the way through the sign-in page, and one page further: what the
    first request of a session writes into it would be undone and written again with every question."""
    found = {ANONYMOUS: Client()}
    for name in PEOPLE:
        found[name] = Client()
        found[name].force_login(getattr(world, name))
        assert found[name].get(reverse("preferences")).status_code == 200
    return found


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
                for person in question.people:
                    expected = question.answers[person]
                    got = answer_of(ask(clients[person], name, row, method, question, world))
                    if got != expected:
                        case = f" ({question.about})" if question.about else ""
                        wrong.append(
                            f"{method.upper()} {name}{case}, {person}: {expected} expected, {got} answered"
                        )
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
