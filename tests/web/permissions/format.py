"""What a row of the table is made of. How to write one: the docstring of this package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.web.permissions.world import PEOPLE, World

SIGN_IN = "sign-in"
NOT_ALLOWED = 405
ANONYMOUS = "anonymous"
METHODS = ("get", "post", "put", "patch", "delete")
#: who tries a method that an address does not know: nobody's role can matter there
SAMPLE = ("owner", "stranger", ANONYMOUS)

Status = int | str
Expectation = Mapping[str, Status]
FromWorld = Callable[[World], dict[str, Any]]


def expect(*, others: Status, **named: Status) -> Expectation:
    """Who gets what; whoever is not named gets ``others``, the anonymous are sent to sign in."""
    unknown = set(named) - {*PEOPLE, ANONYMOUS}
    if unknown:
        raise ValueError(f"nobody in world.py is called {', '.join(sorted(unknown))}")
    return {**dict.fromkeys(PEOPLE, others), ANONYMOUS: SIGN_IN, **named}


def EVERYBODY(status: Status) -> Expectation:
    return expect(others=status)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to one method of an address."""

    answers: Expectation
    data: FromWorld | None = None
    json: FromWorld | None = None
    kwargs: FromWorld | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    about: str = ""  # which case this is, for the message of a failure
    people: tuple[str, ...] = (*PEOPLE, ANONYMOUS)


Asks = Ask | tuple[Ask, ...] | None


def nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Row:
    kwargs: FromWorld = nothing
    query: str = ""
    get: Asks = None
    post: Asks = None
    put: Asks = None
    patch: Asks = None
    delete: Asks = None
    json: bool = False  # an address of the JSON interface: the anonymous get 401, not a page
    scopes: Mapping[str, str] | None = None  # method -> what a key must be made for; "": any key
    open: bool = False  # needs nobody signed in: a missing method answers the anonymous 405 too

    def asks(self, method: str) -> tuple[Ask, ...]:
        written: Asks = getattr(self, method)
        if written is None:
            anonymous: Status = 401 if self.json else NOT_ALLOWED if self.open else SIGN_IN
            return (Ask(expect(others=NOT_ALLOWED, anonymous=anonymous), people=SAMPLE),)
        return written if isinstance(written, tuple) else (written,)


def api(kwargs: FromWorld = nothing, *, scopes: Mapping[str, str], query: str = "", **methods: Asks) -> Row:
    """A row of the HTTP interface: the anonymous get 401, and every method says its scope."""
    told: dict[str, Any] = {}
    for method, asks in methods.items():
        listed = asks if isinstance(asks, tuple) else (asks,) if asks is not None else ()
        told[method] = tuple(replace(ask, answers={**ask.answers, ANONYMOUS: 401}) for ask in listed)
    return Row(kwargs=kwargs, query=query, json=True, scopes=scopes, **told)
