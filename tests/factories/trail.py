"""Reaching past the guards of the audit trail, as somebody with the database's password could."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection

guards = import_module("audit.migrations.0002_events_never_change")


class PlainEditor:
    """Enough of a schema editor for the guards; works inside a test's transaction."""

    connection = connection

    def execute(self, statement: str, params: None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def triggers_dropped() -> Iterator[None]:
    """Inside, the rows of the trail can be changed; afterwards the triggers stand again."""
    if connection.vendor == "postgresql":  # checks still waiting for the end would forbid the change
        PlainEditor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    guards.unguard(None, PlainEditor())
    try:
        yield
    finally:
        guards.guard(None, PlainEditor())


def alter(statement: str, *values: object) -> None:
    """One SQL statement behind the application's back."""
    with triggers_dropped(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
