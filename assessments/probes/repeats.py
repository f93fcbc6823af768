"""The same export handed in twice: by digest before reading, by the rows themselves afterwards; and
files that tell of the same records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

import duckdb

from assessments.probes.columns import fields_of
from assessments.probes.quoting import identifier
from assessments.probes.store import Stored
from engine.evidence.catalogue.values import Catalogue

#: A file is compared with so many of those before it: whoever splits by day has more, in order of time.
MOST_COMPARED = 4


def same_rows(
    engine: duckdb.DuckDBPyConnection, stored: Sequence[Stored], catalogue: Catalogue
) -> list[tuple[Stored, Stored]]:
    """Pairs (earlier, later) of tables of one record type with the same rows in any order.

    Rows are compared by a sum of hashes over every canonical field, and only where two files have
    equally many rows.
    """
    found = []
    prints: dict[tuple[str, int, object], Stored] = {}
    sizes: dict[tuple[str, int], int] = {}
    for one in stored:
        sizes[one.source.record, one.rows] = sizes.get((one.source.record, one.rows), 0) + 1
    for one in stored:
        if not one.rows or sizes[one.source.record, one.rows] < 2:
            continue
        names = ", ".join(identifier(key) for key in fields_of(catalogue.records[one.source.record]))
        row = engine.execute(
            f"select sum(hash(row({names}))::hugeint)::varchar, bit_xor(hash(row({names}), 1)) from {identifier(one.table)}"
        ).fetchall()[0]
        earlier = prints.setdefault((one.source.record, one.rows, row), one)
        if earlier is not one and earlier.source.name != one.source.name:
            found.append((earlier, one))
    return found


def same_records(
    engine: duckdb.DuckDBPyConnection, stored: Sequence[Stored], catalogue: Catalogue
) -> list[tuple[Stored, Stored, int]]:
    """(earlier, later, how many): files of one record type and one system that both hold records of the
    same key. Two systems may well tell of the same thing, and messages do again and again."""
    found = []
    there: dict[tuple[str, str | None], list[Stored]] = {}
    for one in stored:
        keys = catalogue.records[one.source.record].natural_key
        if not one.rows or not keys or not _is_told_of_once(one, keys):
            continue
        names = ", ".join(map(identifier, keys))
        filled = " and ".join(f"{identifier(key)} is not null" for key in keys)
        for earlier in there.setdefault((one.source.record, one.source.system), [])[-MOST_COMPARED:]:
            (many,) = engine.execute(
                f"select count(*) from {identifier(one.table)} where {filled} and ({names}) in"
                f" (select ({names}) from {identifier(earlier.table)} where {filled})"
            ).fetchall()[0]
            if many:
                found.append((earlier, one, int(many)))
        there[one.source.record, one.source.system].append(one)
    return found


def _is_told_of_once(stored: Stored, keys: Sequence[str]) -> bool:
    name = PurePosixPath(stored.source.name)
    messages = "messages" in name.parts[:-1] or name.suffix.lower() in (".json", ".ndjson")
    return (
        not messages and stored.source.record != "dictionary" and all(k in stored.kept.fields for k in keys)
    )
