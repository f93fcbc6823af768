"""What ./test made beforehand (scripts/prepare_tests.py), to copy instead of making it again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

TEMPLATE = "zhiping_migrated"  # as in scripts/prepare_tests.py


def prepared(name: str) -> Path | None:
    """The file or folder of this name, if it was made."""
    folder = os.environ.get("ZHIPING_TEST_PREPARED")
    path = Path(folder or "/nowhere") / name
    return path if folder and path.exists() else None


@contextmanager
def migrated() -> Iterator[None]:
    """While a test database is made within, it starts from a migrated one, if there is one: ``migrate`` then
    finds nothing left to do."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        if os.environ.get("ZHIPING_TEST_PREPARED") and _template_exists():
            settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = TEMPLATE
        yield
        return
    file = prepared("migrated.sqlite3")
    if file is None:
        yield
        return
    filled: list[str] = []

    def fill(connection: BaseDatabaseWrapper, **_: Any) -> None:
        name = str(connection.settings_dict["NAME"])
        if "mode=memory" in name and name not in filled:
            filled.append(name)
            with closing(sqlite3.connect(file)) as source:
                source.backup(connection.connection)

    connection_created.connect(fill)
    try:
        yield
    finally:
        connection_created.disconnect(fill)


def _template_exists() -> bool:
    import psycopg

    with psycopg.connect(os.environ["ZHIPING_TEST_DATABASE"]) as server:
        found = server.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone()
    return found is not None
