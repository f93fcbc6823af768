"""Canonical tables of all files together: what one run can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import ibis
from ibis.expr import operations as ops

from assessments.probes.canonical import BAD_FLAGS, BAD_TIMES, SQL_TYPES
from assessments.probes.columns import Kept, fields_of
from assessments.probes.manifest import NAMES
from assessments.probes.quoting import identifier
from assessments.probes.refusals import note
from assessments.probes.store import Stored, create_view, view_columns
from assessments.probes.tuning import is_small, number_places, plan_simply
from assessments.probes.values import Manifest, Source, Window
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import FileRead
from engine.evidence.tables import Tables
from engine.rubric.values import Text

_IBIS = {"varchar": "string", "boolean": "boolean", "timestamp": "timestamp(6)", "bigint": "int64"}
VOLUMES = "declared_volume"


def tables_of(
    engine: duckdb.DuckDBPyConnection,
    stored: Sequence[Stored],
    catalogue: Catalogue,
    manifest: Manifest,
    digests: Mapping[str, str],
    window: Window | None,
) -> tuple[Tables, list[Text]]:
    """One view per record type, and notes about contradictions between files and package.yaml."""
    connection = ibis.duckdb.from_connection(engine)
    small = is_small(sum(one.rows for one in stored))
    if small:
        plan_simply(engine)
    else:
        number_places(engine, stored)
    parts: dict[str, list[tuple[int, Stored]]] = {}
    for position, one in enumerate(stored):
        parts.setdefault(one.source.record, []).append((position, one))
    tables, supplied, lengths = {}, {}, {}
    for key, those in parts.items():
        record = catalogue.records[key]
        lengths[key] = frozenset(name for _, one in those for name in one.kept.lengths)
        supplied[key] = frozenset(name for _, one in those for name in one.kept.supplied)
        create_view(engine, record, those, window, lengths[key], written=small)
        schema = ibis.schema({n: _IBIS[kind] for n, kind in view_columns(record, lengths[key]).items()})
        tables[key] = ops.DatabaseTable(key, schema, connection).to_expr()
    contradicted = [key for key in manifest.not_applicable if key in tables]
    found = Tables(
        connection=connection,
        tables=tables,
        supplied=supplied,
        files=tuple(_read(one, digests) for one in stored),
        dictionary_names=_dictionary_names(engine, "dictionary" in tables),
        not_applicable={k: v for k, v in manifest.not_applicable.items() if k not in tables},
        lengths={key: names for key, names in lengths.items() if names},
    )
    return found, [note("declared_absent", record=key) for key in contradicted]


def declared_discharges(
    engine: duckdb.DuckDBPyConnection,
    stored: list[Stored],
    manifest: Manifest,
    catalogue: Catalogue,
    files: Mapping[str, Path],
) -> None:
    """The number of discharges package.yaml declares, as a row of the declared volumes."""
    record = catalogue.records.get(VOLUMES)
    there = any(one.source.record == VOLUMES for one in stored)
    if manifest.discharges is None or record is None or there:
        return
    name = next(name for name in files if name in NAMES)
    values = {"volume_kind": "'discharges'", "declared_count": f"'{manifest.discharges}'"}
    columns = [
        f"{values.get(key, 'null')}::{SQL_TYPES[one.type]} as {identifier(key)}"
        for key, one in fields_of(record).items()
    ]
    table = f"zp_{len(stored)}_declared"
    columns += [f"0::utinyint as {BAD_TIMES}", f"0::utinyint as {BAD_FLAGS}"]
    engine.execute(f"create table {identifier(table)} as select {', '.join(columns)}")
    kept = Kept({key: i for i, key in enumerate(values)}, {}, (), {})
    stored.append(Stored(table, Source(name, files[name], VOLUMES), kept, 1, [], []))


def _read(stored: Stored, digests: Mapping[str, str]) -> FileRead:
    return FileRead(
        name=stored.source.name,
        record=stored.source.record,
        source_system=stored.source.system or "",
        sha256=digests.get(stored.source.name, ""),
        rows=stored.rows,
        outside_window=stored.outside,
        unparsed_times=stored.bad_times,
        malformed=stored.left_out,
        notes=tuple(stored.notes),
    )


def _dictionary_names(engine: duckdb.DuckDBPyConnection, there: bool) -> frozenset[str]:
    if not there:
        return frozenset()
    rows = engine.execute("select distinct dictionary_name from dictionary where dictionary_name is not null")
    return frozenset(str(row[0]) for row in rows.fetchall())
