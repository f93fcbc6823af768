"""Canonical tables in the embedded engine: one table per file, one view per record type.

The row number of a table's row is its place in the file: tables are written in file order and never
changed, so it is the engine's row id and costs nothing to keep.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from assessments.probes.canonical import SQL_TYPES, Raw, select_list
from assessments.probes.columns import Kept, fields_of
from assessments.probes.packing import packed_columns
from assessments.probes.quoting import identifier, literal
from assessments.probes.refusals import FileProblem
from assessments.probes.times import time_macro
from assessments.probes.values import Source, Window
from engine.evidence.catalogue.values import RecordType
from engine.evidence.tables import FILE, ROW, SYSTEM
from engine.rubric.values import Text

#: Packages that take up to so many bytes stay in memory (the engine moves them to disk when it must);
#: larger ones are kept in a database file, which costs more to write and much less to hold.
IN_MEMORY = 450 * 1000 * 1000
MEMORY_LIMIT = "700MB"
#: Bytes in memory for each byte of a file, about.
_GROWTH = {".parquet": 5.0, ".xlsx": 5.0, ".hl7": 1.0, ".json": 0.5, ".ndjson": 0.5}
_GROWTH_OF_TEXT = 2.0
DATABASE = "canonical.duckdb"

Rejected = Callable[[duckdb.DuckDBPyConnection, int], tuple[list[int], list[Text]]]


@dataclass(frozen=True)
class Left:
    """Another way to read a file. ``rejected``: data rows that were left out, and notes."""

    scan: str
    rejected: Rejected | None


@dataclass
class Input:
    """A file as the engine can scan it: raw columns by position, and what of them is kept.

    ``sample``: some data rows of all columns for screening; it is never stored.
    """

    scan: str
    raw: Mapping[int, Raw]
    kept: Kept
    header: Sequence[str]
    sample: Sequence[Sequence[str]]
    again: Callable[[duckdb.DuckDBPyConnection, duckdb.Error], Left | None] | None = None
    notes: list[Text] = field(default_factory=list)
    arrow: pa.Table | None = None  # what ``scan`` names, where it is not a file
    numbered: bool = False  # the scan has row numbers of its own


@dataclass
class Stored:
    """One file as a canonical table. ``places``: row numbers stand in it because rows were left out
    or because a place is not a row (messages)."""

    table: str
    source: Source
    kept: Kept
    rows: int
    times: Sequence[str]
    notes: list[Text]
    places: bool = False
    left_out: int = 0
    outside: int = 0
    bad_times: int = 0


def memory_for(files: Iterable[Path]) -> int:
    """Bytes that the tables of these files take in memory, about."""
    return round(sum(one.stat().st_size * _GROWTH.get(one.suffix.lower(), _GROWTH_OF_TEXT) for one in files))


def open_store(work: Path, size: int) -> duckdb.DuckDBPyConnection:
    """The engine on a fresh store for tables of ``size`` bytes, in the emptied folder ``work``; offline,
    two threads, bounded memory."""
    target = ":memory:" if size <= IN_MEMORY else str(work / DATABASE)
    engine = duckdb.connect(
        target,
        config={
            "threads": 2,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(work / "spill"),
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    engine.execute("set enable_progress_bar = false")
    engine.execute(time_macro())
    return engine


def clear(work: Path) -> None:
    """Delete what opening a package leaves in its work folder."""
    for name in (DATABASE, DATABASE + ".wal", "text.csv"):
        (work / name).unlink(missing_ok=True)
    for folder in ("spill", "unpacked"):
        shutil.rmtree(work / folder, ignore_errors=True)


def is_on_disk(engine: duckdb.DuckDBPyConnection) -> bool:
    """Whether the store is a database file."""
    sql = "select path is not null from duckdb_databases() where database_name = current_database()"
    return bool(engine.execute(sql).fetchall()[0][0])


def write_table(
    engine: duckdb.DuckDBPyConnection, table: str, given: Input, source: Source, record: RecordType
) -> Stored:
    """Parse a file once into ``table``. Raises FileProblem and leaves no table behind."""
    selection = select_list(given.kept, source, record, given.raw)
    scan, rejected = given.scan, None
    own = (ROW,) if given.numbered else ()
    columns = ""
    if is_on_disk(engine):
        columns = packed_columns(given.kept, given.sample, record, dict.fromkeys(own, "bigint"))
    while True:
        try:
            _fill(engine, table, columns, given, scan, selection.sql(scan, *own))
            break
        except duckdb.OutOfMemoryException:
            raise  # says nothing about the file
        except duckdb.Error as error:
            other = given.again(engine, error) if given.again else None
            if other is None:
                raise FileProblem("cannot_read", kind=type(error).__name__) from None
            scan, rejected = other.scan, other.rejected
            if given.again is not None and any(raw.tidy for raw in given.raw.values()):
                given.raw = {key: Raw(raw.sql, raw.type) for key, raw in given.raw.items()}
                selection = select_list(given.kept, source, record, given.raw)
    rows = _count(engine, table)
    notes = [*given.kept.notes, *given.notes]
    stored = Stored(table, source, given.kept, rows, selection.times, notes, places=given.numbered)
    if rejected is not None:
        try:
            gaps, more = rejected(engine, rows)
        except FileProblem:
            engine.execute(f"drop table {identifier(table)}")
            raise
        stored.notes += more
        stored.left_out = len(gaps)
        if gaps:
            _number_rows(engine, stored, gaps)
    return stored


def _fill(
    engine: duckdb.DuckDBPyConnection, table: str, columns: str, given: Input, scan: str, select: str
) -> None:
    """The answer of ``select`` as a table; none is left where the engine refuses it."""
    name = identifier(table)
    how = f"create or replace table {name} as {select}"
    if columns:
        engine.execute(f"create or replace table {name} ({columns})")
        how = f"insert into {name} {select}"
    try:
        if given.arrow is None:
            engine.execute(how).fetchall()
        else:
            execute_over(engine, scan, given.arrow, how)
    except duckdb.Error:
        engine.execute(f"drop table if exists {name}")
        raise


def _count(engine: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(engine.execute(f"select count(*) from {identifier(table)}").fetchall()[0][0])


def execute_over(engine: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, sql: str) -> None:
    """Run ``sql`` that reads ``rows`` as ``name``; on a cursor, because whoever asked last on the
    engine may not have read the answer to its end."""
    with engine.cursor() as cursor:
        cursor.register(name, rows)
        cursor.execute(sql).fetchall()
        cursor.unregister(name)


def inside_sql(record: RecordType, stored: Stored, window: Window | None) -> str | None:
    """Rows that count: window_on in the window or empty. None: every row does."""
    on = record.window_on
    if window is None or on is None or on not in stored.kept.supplied:
        return None
    first, last = window
    moment = identifier(on)
    if record.fields[on].type != "datetime":
        moment = f"try_cast({moment} as timestamp)"
    end = last + timedelta(days=1)
    return (
        f"({moment} is null or ({moment} >= timestamp {literal(first.isoformat())}"
        f" and {moment} < timestamp {literal(end.isoformat())}))"
    )


def row_sql(stored: Stored) -> str:
    """SQL of the data row number of a row, counted from 1."""
    if stored.places:
        return ROW
    return "rowid + 1"


def _number_rows(engine: duckdb.DuckDBPyConnection, stored: Stored, gaps: list[int]) -> None:
    """Write row numbers into a table some of whose rows were left out."""
    table = identifier(stored.table)
    # The k-th row left out (from 0) at data row g had g - 1 - k good rows before it.
    before = [(gap - 1 - k, k + 1) for k, gap in enumerate(gaps)]
    engine.execute("create or replace temp table zp_gaps (before bigint, gaps bigint)")
    engine.executemany("insert into zp_gaps values (?, ?)", before)
    engine.execute(
        f"create or replace table zp_numbered as select t.*, t.rowid + 1 + coalesce(g.gaps, 0) as {ROW}"
        f" from {table} t asof left join (select before, max(gaps) as gaps from zp_gaps group by before) g"
        " on t.rowid >= g.before"
    )
    engine.execute(f"drop table {table}; drop table zp_gaps; alter table zp_numbered rename to {table}")
    stored.places = True


def create_view(
    engine: duckdb.DuckDBPyConnection,
    record: RecordType,
    parts: Sequence[tuple[int, Stored]],
    window: Window | None,
    lengths: frozenset[str],
    *,
    written: bool = False,
) -> None:
    """The record type as one view over its files; ``parts`` are (position of the file, table).
    ``written``: as a table instead of its files' tables; a question of few rows costs half as much.
    """
    selects = []
    for position, stored in parts:
        columns = [identifier(key) for key in fields_of(record)]
        for key in sorted(lengths):
            name = identifier(f"{key}__length")
            columns.append(name if key in stored.kept.lengths else f"null::bigint as {name}")
        system = literal(stored.source.system) if stored.source.system else "null"
        place = f"{position}::bigint as {FILE}, ({row_sql(stored)})::bigint as {ROW}, {system}::varchar as {SYSTEM}"
        inside = inside_sql(record, stored, window) if stored.outside else None
        where = f" where {inside}" if inside else ""
        selects.append(f"select {', '.join(columns)}, {place} from {identifier(stored.table)}{where}")
    kind = "table" if written else "view"
    engine.execute(f"create or replace {kind} {identifier(record.key)} as {' union all '.join(selects)}")
    for _, stored in parts if written else ():
        engine.execute(f"drop table {identifier(stored.table)}")


def view_columns(record: RecordType, lengths: frozenset[str]) -> dict[str, str]:
    """Column to engine type of a record type's view, in order."""
    columns = {key: SQL_TYPES[one.type] for key, one in fields_of(record).items()}
    columns |= {f"{key}__length": "bigint" for key in sorted(lengths)}
    return columns | {FILE: "bigint", ROW: "bigint", SYSTEM: "varchar"}
