"""What an address does, said once: the view keeps to it and the OpenAPI description is made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from django.utils.functional import Promise

Handler = TypeVar("Handler", bound=Callable[..., Any])
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Operation:
    """``answer``: a serializer class, a JSON schema as a dict, or None for no body. ``many``: a page with a
    cursor, or a whole list. ``body``: a serializer class (JSON), or media type -> serializer or schema.
    ``filters``: a serializer of the query. ``tagged``: the answer carries an ETag and If-None-Match may save
    it. ``match``: If-Match is required (428) and compared (412). ``once``: an Idempotency-Key is honoured.
    ``also``: further statuses a refusal may have. ``job``: long work, answered with 202 and its address.
    """

    name: str
    summary: Words
    answer: Any = None
    status: int = 200
    many: Literal["", "page", "list"] = ""
    body: Any = None
    filters: Any = None
    tagged: bool = False
    match: bool = False
    once: bool = False
    also: tuple[int, ...] = ()
    media: str = "application/json"
    more: Words = ""  # a second sentence for the description
    headers: Mapping[str, Words] | None = None  # further headers of the answer
    outcomes: Mapping[int, Any] | None = None  # further statuses that are no refusal, with their answers

    @property
    def refusals(self) -> tuple[int, ...]:
        found = {400, 401, 403, 404, 406, 429, *self.also}
        if self.body is not None:
            found |= {413, 415}
        if self.match:
            found |= {412, 428}
        if self.once:
            found |= {409}
        if self.many == "page":
            found |= {422}
        return tuple(sorted(found))


def operation(name: str, summary: Words, answer: Any = None, **facts: Any) -> Callable[[Handler], Handler]:
    """Says what a handler does; with ``once`` also sees to it that a repetition does nothing twice."""
    said = Operation(name, summary, answer, **facts)

    def say(handler: Handler) -> Handler:
        from accounts.api.repetitions import only_once

        told: Any = only_once(handler) if said.once else handler
        told.operation = said
        found: Handler = told
        return found

    return say
