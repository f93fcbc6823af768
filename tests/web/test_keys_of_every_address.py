"""Keys for programs at every address of the interface: what a key opens, and what it does not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.urls.converters import UUIDConverter
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.api.view import ApiView
from accounts.models import User
from accounts.scopes import SCOPES
from tests.factories.laid import laid_once
from tests.factories.tokens import bearer, make_token
from tests.web.permissions.format import ANONYMOUS, Ask, Row
from tests.web.permissions.table import APPS, addresses, table
from tests.web.permissions.world import PEOPLE, World, build_world

ROWS = {name: row for name, row in table().items() if row.scopes is not None}
WITH_SCOPES = [app for app in APPS if any(row.scopes is not None for row in app.ROWS.values())]
#: any key asks for jobs, and is told of those of what it may read
FOR_ANY = {"api-job": ["evidence:read"]}


@pytest.fixture(autouse=True)
def without_a_log_line_for_every_refusal() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    yield from laid_once(build_world, django_db_blocker)


@pytest.fixture
def world(laid: World, db: None) -> World:
    return deepcopy(laid)


def send(key: str, name: str, row: Row, method: str, question: Ask, world: World) -> HttpResponse:
    url = reverse(name, kwargs=(question.kwargs or row.kwargs)(world)) + row.query
    payload: dict[str, Any] = {"headers": {**question.headers, **bearer(key)}}
    if question.json is not None:
        payload |= {"data": question.json(world), "content_type": "application/json"}
    elif question.data is not None:
        payload["data"] = question.data(world)
    with transaction.atomic():
        response: HttpResponse = getattr(Client(), method)(url, **payload)
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response


def best(row: Row, method: str) -> tuple[Ask, str]:
    """The question and the person that get furthest."""
    found = [
        (int(status), number, person)
        for number, ask in enumerate(row.asks(method))
        for person, status in ask.answers.items()
        if person != ANONYMOUS
    ]
    _status, number, person = min(found, key=lambda entry: (entry[0], entry[1], PEOPLE.index(entry[2])))
    return row.asks(method)[number], person


def test_every_address_of_the_interface_says_its_scopes() -> None:
    wrong = {}
    for name, pattern in addresses():
        if not pattern.startswith("api/v1/") or name == "api-docs":
            continue
        view = resolve("/" + _example(name)).func.cls  # type: ignore[attr-defined]
        says = {method.lower(): scope for method, scope in view.scopes.items()}
        knows = {m.lower() for m in ("GET", "POST", "PUT", "PATCH", "DELETE") if hasattr(view, m.lower())}
        row = ROWS.get(name)
        if row is None or dict(row.scopes or {}) != says or set(says) != knows:
            wrong[name] = (says, knows, row and row.scopes)
    assert wrong == {}


def _example(name: str) -> str:
    """Any address of that name."""
    possibilities, _pattern, _defaults, converters = get_resolver().reverse_dict.getlist(name)[0]
    address, parameters = possibilities[0]
    uuid = "00000000-0000-4000-8000-000000000000"
    fill = {one: uuid if isinstance(converters.get(one), UUIDConverter) else "1" for one in parameters}
    return str(address % fill)


def test_no_scope_is_invented() -> None:
    used = {scope for row in ROWS.values() for scope in (row.scopes or {}).values() if scope}
    assert used <= set(SCOPES)


@pytest.mark.parametrize("app", WITH_SCOPES, ids=lambda app: app.__name__.rpartition(".")[2])
def test_a_key_opens_what_it_was_made_for_and_nothing_else(app: ModuleType, world: World) -> None:
    wrong = []
    for name, row in app.ROWS.items():
        for method, scope in (row.scopes or {}).items():
            question, person = best(row, method)
            user: User = getattr(world, person)
            _row, fitting = make_token(user, [scope] if scope else FOR_ANY.get(name, ["organisations:read"]))
            got = send(fitting, name, row, method, question, world).status_code
            if got != question.answers[person]:
                wrong.append(f"{method.upper()} {name}, {person}: {question.answers[person]} expected, {got}")
            if scope:
                _row, other = make_token(user, set(SCOPES) - {scope})
                refused = send(other, name, row, method, question, world)
                if refused.status_code != 403 or refused.json().get("scope") != scope:
                    wrong.append(f"{method.upper()} {name} without {scope}: {refused.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_key_that_is_wrong_revoked_or_run_out_opens_nothing(world: World) -> None:
    owner = world.owner
    revoked = make_token(owner, revoked=True)[1]
    old = make_token(owner, days=-1)[1]
    for key, words in (
        (revoked, "已撤销"),
        (old, "已过期"),
        ("zhp_" + "x" * 43, "无效"),
        ("nonsense", "无效"),
    ):
        answer = Client().get(reverse("api-me"), headers=bearer(key))
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert words in answer.json()["detail"]


def test_a_key_ends_with_the_account_and_waits_for_a_new_password(world: World) -> None:
    key = make_token(world.owner)[1]
    User.objects.filter(pk=world.owner.pk).update(must_change_password=True)
    assert Client().get(reverse("api-me"), headers=bearer(key)).status_code == 401
    User.objects.filter(pk=world.owner.pk).update(must_change_password=False, is_active=False)
    assert Client().get(reverse("api-me"), headers=bearer(key)).status_code == 401


def test_a_key_loses_what_its_person_loses(world: World) -> None:
    key = make_token(world.colleague)[1]
    url = reverse("api-organisation", args=[world.hospital.public_id])
    assert Client().get(url, headers=bearer(key)).status_code == 200
    world.colleague_membership.revoked_at = timezone.now() - timedelta(seconds=1)
    world.colleague_membership.save()
    assert Client().get(url, headers=bearer(key)).status_code == 404


def test_every_view_of_the_interface_stands_on_the_common_ground() -> None:
    strays = []
    for name, pattern in addresses():
        if pattern.startswith("api/v1/") and name != "api-docs":
            view = resolve("/" + _example(name)).func.cls  # type: ignore[attr-defined]
            if not issubclass(view, ApiView):
                strays.append(name)
            strays += [
                f"{name} {method}"
                for method in view.scopes
                if getattr(getattr(view, method.lower()), "operation", None) is None
            ]
    assert strays == []
