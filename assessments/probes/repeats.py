"""The same export handed in twice: by digest before reading, by the rows themselves afterwards."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from assessments.probes.columns import fields_of
from assessments.probes.quoting import identifier
from assessments.probes.store import Stored
from engine.evidence.catalogue.values import Catalogue


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
