"""Marks of the rows of a package, by which rows handed in twice are recognised without keeping a row.

Of every dated record type a few rows are chosen by a hash of their numbers, so that the same rows are
chosen wherever they turn up, whatever file, order or further columns they come in. Each becomes one
keyed 63-bit digest of its numbers and its time. Nobody can read a row out of it, and two hospitals
that number alike do not have the same numbers at the same second by chance.
"""

from __future__ import annotations

from assessments.probes.quoting import identifier, literal
from engine.evidence.catalogue.values import Catalogue, RecordType
from engine.evidence.tables import Tables

MARKS = 16  # per record type
LEAST_ROWS = 30  # fewer rows mark nothing
ENOUGH = 4  # marks two hospitals share before their rows count as the same
LARGEST = 2**63 - 1


def marks_of(tables: Tables, catalogue: Catalogue, *, salt: str) -> dict[str, frozenset[int]]:
    """Record type to the marks of its rows; record types without a number, a time or enough rows have none.

    ``salt``: a secret of the installation. The tables stand in the embedded engine.
    """
    found = {}
    for key in tables.tables:
        marks = _marks(tables, catalogue.records[key], salt)
        if len(marks) >= ENOUGH:
            found[key] = marks
    return found


def _marks(tables: Tables, record: RecordType, salt: str) -> frozenset[int]:
    on, supplied = record.window_on, tables.supplied[record.key]
    numbers = [name for name in record.natural_key if record.fields[name].type in ("string", "code")]
    if on is None or not numbers or not {on, *numbers} <= supplied:
        return frozenset()
    columns = [identifier(name) for name in numbers]
    filled = " and ".join(f"{name} is not null" for name in (*columns, identifier(on)))
    told = ", ".join([literal(salt), literal(record.key), *columns, f"{identifier(on)}::varchar"])
    rows = tables.connection.con.execute(
        f"select count(*) over (), (md5_number(concat_ws(chr(31), {told})) % {LARGEST})::bigint"
        f" from (select * from {identifier(record.key)} where {filled})"
        f" order by hash({', '.join(columns)}), 2 limit {4 * MARKS}"
    ).fetchall()
    if not rows or rows[0][0] < LEAST_ROWS:
        return frozenset()
    return frozenset(list(dict.fromkeys(mark for _, mark in rows))[:MARKS])
