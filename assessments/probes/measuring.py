"""What must be said about a table once it is written: rows outside the window, values nobody can
read, numbers a spreadsheet has spoiled. One query per table."""

from __future__ import annotations

import duckdb

from assessments.probes.canonical import BAD_FLAGS, BAD_TIMES
from assessments.probes.columns import fields_of
from assessments.probes.quoting import identifier, literal
from assessments.probes.refusals import FileProblem, note, places
from assessments.probes.store import Stored, inside_sql, row_sql
from assessments.probes.values import Window
from engine.evidence.catalogue.values import Field, RecordType

MOST_OUTSIDE = 0.05
#: 1.10105E+17 was a number of more than ten digits; 5E+1 and 1E+09 are codes that only look like it.
SPOILED = "^[0-9]([.][0-9]+)?[eE][+][1-9][0-9]{1,2}$"
MANY_ROWS = 50_000
SAMPLE_ROWS = 20_000
FEW_ROWS = 200  # below this, lengths of numbers say nothing
EATEN_LEAST, EATEN_MOST = 0.02, 0.6  # digits missing on average


def measure(
    engine: duckdb.DuckDBPyConnection, stored: Stored, record: RecordType, window: Window | None
) -> None:
    """Fill the counts of ``stored`` and add its notes. Raises FileProblem for spoiled numbers."""
    fields = fields_of(record)
    numbers = [key for key in stored.kept.fields if is_code(fields[key])]
    coded = [key for key in stored.kept.fields if fields[key].values and fields[key].type == "code"]
    inside = inside_sql(record, stored, window)
    asked = [f"count(*) filter (where not {inside})" if inside else "0"]
    asked += [f"coalesce(sum({BAD_TIMES}), 0)", f"coalesce(sum({BAD_FLAGS}), 0)"]
    table = identifier(stored.table)
    asked += [_count(table, _spoiled(key), stored.rows) for key in numbers]
    asked += [
        _count(
            table, f"{identifier(key)} not in ({', '.join(map(literal, fields[key].values))})", stored.rows
        )
        for key in coded
    ]
    found = engine.execute(f"select {', '.join(asked)} from {table}").fetchall()[0]
    counts = [int(value) for value in found]
    for key, count in zip(numbers, counts[3:], strict=False):
        if count:
            rows = _first_rows(engine, stored, _spoiled(key))
            raise FileProblem("scientific_notation", field=key, count=count, rows=places(rows))
    stored.outside, stored.bad_times = counts[0], counts[1]
    if stored.outside > MOST_OUTSIDE * stored.rows:
        share = f"{100 * stored.outside / stored.rows:.1f}"
        stored.notes.append(note("outside_window", count=stored.outside, share=share))
    if counts[1]:
        stored.notes.append(note("unparsed_times", count=counts[1], fields=", ".join(stored.times)))
    if counts[2]:
        stored.notes.append(note("unparsed_flags", count=counts[2]))
    for key, count in zip(coded, counts[3 + len(numbers) :], strict=True):
        if count:
            stored.notes.append(note("unknown_values", field=key, count=count))
    stored.notes += [note("leading_zeros", field=key) for key in _zeros_eaten(engine, stored, numbers)]


def is_code(described: Field) -> bool:
    """Whether a field holds numbers of things, which a spreadsheet must not take for amounts."""
    return described.type in ("string", "code") and (
        described.role == "identifier" or described.type == "code" or described.key.endswith(("_no", "_id"))
    )


def _count(table: str, condition: str, rows: int) -> str:
    """A filter is planned faster; a subquery of its own stops early in each row, where a filter's
    parts are computed for all of them."""
    if rows < MANY_ROWS:
        return f"count(*) filter (where {condition})"
    return f"(select count(*) from {table} where {condition})"


def _spoiled(key: str) -> str:
    name = identifier(key)
    digit = f"{name} >= '1' and {name} < ':'"
    return f"{digit} and (contains({name}, 'E+') or contains({name}, 'e+')) and regexp_matches({name}, '{SPOILED}')"


def _first_rows(engine: duckdb.DuckDBPyConnection, stored: Stored, condition: str) -> list[int]:
    found = engine.execute(
        f"select {row_sql(stored)} as n from {identifier(stored.table)} where {condition} order by n limit 5"
    ).fetchall()
    return [int(row[0]) for row in found]


def _zeros_eaten(engine: duckdb.DuckDBPyConnection, stored: Stored, numbers: list[str]) -> list[str]:
    """Columns of numbers, most of one length, some shorter, none with a leading zero."""
    if not numbers or stored.rows < FEW_ROWS:
        return []
    asked = []
    for key in numbers:
        name = identifier(key)
        size = f"strlen({name})"
        asked.append(
            f"count({name}) >= {FEW_ROWS}"
            f" and count({name}) = count(*) filter (where regexp_full_match({name}, '[1-9][0-9]*'))"
            f" and mode({size}) = max({size}) and max({size}) >= 4"
            f" and max({size}) - avg({size}) between {EATEN_LEAST} and {EATEN_MOST}"
        )
    names = ", ".join(map(identifier, numbers))
    found = engine.execute(
        f"select {', '.join(asked)} from (select {names} from {identifier(stored.table)} limit {SAMPLE_ROWS})"
    ).fetchall()[0]
    return [key for key, eaten in zip(numbers, found, strict=True) if eaten]
