"""Made-up hospitals handed to the engine as tables, without a file in between.

For a benchmark whose lies are not about files: writing and reading back some fifty files a hospital
costs more than all its checks. tests/app/test_truthfulness.py holds these tables against the same
hospital read from its files.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from assessments.demo.packages.rows import Made, parts_of
from assessments.demo.packages.write import meets, systems_of
from assessments.probes.columns import Kept, fields_of
from assessments.probes.quoting import identifier
from assessments.probes.store import Stored, inside_sql
from assessments.probes.uniting import tables_of
from assessments.probes.values import Manifest, Source
from engine.evidence.catalogue.values import Catalogue, RecordType
from engine.evidence.tables import ROW, Tables

Window = tuple[date, date]


def open_directly(
    made: Made, catalogue: Catalogue, engine: duckdb.DuckDBPyConnection, window: Window
) -> Tables:
    """The canonical tables of a made-up hospital in ``engine``, which is emptied first."""
    for (name,) in engine.execute("select view_name from duckdb_views() where not internal").fetchall():
        engine.execute(f"drop view {identifier(name)}")
    stored: list[Stored] = []
    for record, system, table in [*records_in(made, catalogue), ("dictionary", None, _dictionaries(made))]:
        stored.append(_store(engine, f"zp_{len(stored)}", catalogue.records[record], system, table, window))
    tables, _ = tables_of(engine, stored, catalogue, Manifest(), {}, window)
    return tables


def typed(table: pa.Table, record: RecordType) -> pa.Table:
    """Every canonical column in its type; null where the hospital has no such column."""
    columns = {}
    for key, described in fields_of(record).items():
        type_ = {"bool": pa.bool_(), "datetime": pa.timestamp("us")}.get(described.type, pa.string())
        there = key in table.column_names
        columns[key] = table[key].cast(type_) if there else pa.nulls(table.num_rows, type_)
    return pa.table(columns)


def records_in(made: Made, catalogue: Catalogue) -> Iterator[tuple[str, str | None, pa.Table]]:
    systems = systems_of(catalogue)
    for key in catalogue.records:
        if key in made.absent or key == "dictionary" or (made.records and key not in made.records):
            continue
        parts = [part.table for part in parts_of(made, key)]
        if not parts:
            continue
        table = pa.concat_tables(parts)
        second = made.world.plan.in_two_systems.get(key)
        if second is None:
            yield key, systems[key], table
        else:
            there = meets(table, second)
            yield key, systems[key], table.filter(pa.array(~there))
            yield key, f"{systems[key]}B", table.filter(pa.array(there))


def _dictionaries(made: Made) -> pa.Table:
    columns = made.world.entries.columns
    return pa.table(
        {
            "dictionary_name": pa.array(
                np.repeat(np.asarray(list(columns), object), [len(codes) for codes, _ in columns.values()])
            ),
            "entry_code": pa.concat_arrays([codes for codes, _ in columns.values()]),
            "entry_name": pa.concat_arrays([names for _, names in columns.values()]),
        }
    )


def _store(
    engine: duckdb.DuckDBPyConnection,
    name: str,
    record: RecordType,
    system: str | None,
    table: pa.Table,
    window: Window,
) -> Stored:
    there = [key for key in fields_of(record) if key in table.column_names]
    numbered = typed(table, record).append_column(ROW, pa.array(np.arange(1, table.num_rows + 1)))
    engine.register(name, numbered)
    kept = Kept({key: n for n, key in enumerate(there)}, {}, (), {})
    source = Source(record.key, Path(record.key), record.key, system)
    stored = Stored(name, source, kept, table.num_rows, [], [], places=True)
    inside = inside_sql(record, stored, window)
    if inside is not None:
        stored.outside = engine.execute(f"select count(*) from {name} where not {inside}").fetchall()[0][0]
    return stored
