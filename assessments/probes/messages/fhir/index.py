"""What references point at: a few facts of every resource, in memory and, beyond a limit, on disk.

A file is read twice: resources may refer to others that come later, and a bulk export keeps each
type in a file of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

Facts = dict[str, str]
IN_MEMORY = 200_000


class ReferenceIndex:
    """Facts by key (``Type/id``, fullUrl, ``system|value``). Use as a context manager: it may own a file."""

    def __init__(self, in_memory: int = IN_MEMORY, folder: Path | None = None) -> None:
        self._held: dict[str, Facts] = {}
        self._limit = in_memory
        self._where = folder
        self._folder: TemporaryDirectory[str] | None = None
        self._disk: sqlite3.Connection | None = None

    def __enter__(self) -> ReferenceIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._held.clear()
        if self._disk is not None:
            self._disk.close()
            self._disk = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def put(self, keys: Iterable[str], facts: Facts) -> None:
        for key in keys:
            if key:
                self._held[key] = facts
        if len(self._held) > self._limit:
            self._spill()

    def get(self, key: str) -> Facts | None:
        held = self._held.get(key)
        if held is not None or self._disk is None:
            return held
        row = self._disk.execute("SELECT facts FROM facts WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        loaded: Facts = orjson.loads(row[0])
        return loaded

    def _spill(self) -> None:
        if self._disk is None:
            self._folder = TemporaryDirectory(prefix="zhiping-references-", dir=self._where)
            self._disk = sqlite3.connect(Path(self._folder.name) / "facts.sqlite3", check_same_thread=False)
            self._disk.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"
                "CREATE TABLE facts (key TEXT PRIMARY KEY, facts BLOB NOT NULL) WITHOUT ROWID;"
            )
        self._disk.executemany(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)",
            sorted((key, orjson.dumps(facts)) for key, facts in self._held.items()),
        )
        self._disk.commit()
        self._held.clear()


def keys_of_reference(reference: str) -> tuple[str, ...]:
    """Where a literal reference may be found: as it is, and as ``Type/id``; a conditional one by its identifier."""
    reference = reference.strip()
    if "?identifier=" in reference:
        return (reference.split("?identifier=", 1)[1].split("&", 1)[0],)
    if "/_history/" in reference:
        reference = reference.split("/_history/", 1)[0]
    parts = reference.rsplit("/", 2)
    relative = "/".join(parts[-2:]) if len(parts) >= 2 else reference
    return (reference,) if relative == reference else (reference, relative)
