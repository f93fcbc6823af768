"""Running SQL text on a backend; answers come as tuples, never as frames."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any, cast

import ibis

Rows = list[tuple[object, ...]]


class _Statements:
    """Texts the embedded engine has read already, at most ``size`` (20 kB each): reading one takes it
    as long as answering it on a small table."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._read: OrderedDict[str, object] = OrderedDict()
        self._lock = Lock()

    def of(self, connection: Any, sql: str) -> object:
        with self._lock:
            found = self._read.get(sql)
            if found is not None:
                self._read.move_to_end(sql)
                return found
        (found,) = connection.extract_statements(sql)
        with self._lock:
            self._read[sql] = found
            while len(self._read) > self._size:
                self._read.popitem(last=False)
        return found


_STATEMENTS = _Statements(2048)


def rows_from(connection: ibis.BaseBackend, sql: str, *, again: bool = False) -> Rows:
    """Answer of a query in the backend's own dialect. ``again``: a text that is asked many times and
    holds no value from a row."""
    backend = cast(Any, connection)
    if connection.name == "duckdb":
        asked = _STATEMENTS.of(backend.con, sql) if again else sql
        return cast(Rows, backend.con.execute(asked).fetchall())
    if connection.name == "pyspark":
        return [tuple(row) for row in backend.raw_sql(sql).collect()]
    with backend.con.cursor() as cursor:
        try:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            backend.con.rollback()  # reading leaves no transaction open, and a failed one ends
