"""Raw packages as canonical tables in a query engine, as probes would leave them."""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis.expr import operations as ops

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import FileRead
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW, SYSTEM, Tables
from tests.engine.evidence.naive_reading import Package, parsed

TYPES = {"bool": pa.bool_(), "datetime": pa.timestamp("us")}


def arrow_tables(package: Package, catalogue: Catalogue) -> dict[str, pa.Table]:
    found = {}
    for record, rows in package.rows.items():
        fields = catalogue.records[record].fields
        columns: dict[str, pa.Array] = {}
        for name, field in fields.items():
            values = [parsed(field.type, row.raw.get(name)) for row in rows]
            columns[name] = pa.array(values, TYPES.get(field.type, pa.string()))
        for name in sorted(package.lengths.get(record, ())):
            lengths = [None if (n := row.raw[f"{name}__length"]) is None else int(n) for row in rows]
            columns[f"{name}__length"] = pa.array(lengths, pa.int64())
        columns[FILE] = pa.array([row.file for row in rows], pa.int64())
        columns[ROW] = pa.array([row.number for row in rows], pa.int64())
        columns[SYSTEM] = pa.array([row.system for row in rows], pa.string())
        columns[CAMPUS] = pa.array([row.campus for row in rows], pa.string())
        columns[DEPARTMENT] = pa.array([row.department for row in rows], pa.string())
        found[record] = pa.table(columns)
    return found


def tables_of(package: Package, catalogue: Catalogue, connection: ibis.BaseBackend) -> Tables:
    """The package in DuckDB; tables of an earlier package are replaced."""
    engine, content = connection.con, arrow_tables(package, catalogue)
    for record, table in content.items():
        engine.register("zp_new", table)
        engine.execute(f'create or replace table "{record}" as select * from zp_new')
        engine.unregister("zp_new")
    return tables_named(package, connection, content)


def tables_named(package: Package, connection: ibis.BaseBackend, content: dict[str, pa.Table]) -> Tables:
    """Tables that stand under the names of their record types."""
    return Tables(
        connection=connection,
        tables={
            record: ops.DatabaseTable(record, ibis.Schema.from_pyarrow(table.schema), connection).to_expr()
            for record, table in content.items()
        },
        supplied=package.supplied,
        files=tuple(FileRead(name, "", "", "", 0, 0) for name in package.files),
        dictionary_names=package.dictionary_names,
        not_applicable=package.not_applicable,
        lengths=package.lengths,
    )
