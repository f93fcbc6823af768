"""With what a person acts, when it is not the person's own browser: part of every event of that request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_through: ContextVar[str] = ContextVar("through", default="")


@contextmanager
def acting_through(token: str) -> Iterator[None]:
    """Events recorded inside carry the beginning of the key that was used; ``""``: no key."""
    mark = _through.set(token)
    try:
        yield
    finally:
        _through.reset(mark)


def token_in_use() -> str:
    return _through.get()
