"""Canonical tables over the tables of a database: lazy, counted where the rows are."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import ibis
from ibis.common.exceptions import TableNotFound
from ibis.expr import types as ir

from assessments.probes.columns import Kept, choose, fields_of
from assessments.probes.in_place.values import canonical, text_of, type_of
from assessments.probes.naming import MappingLike
from assessments.probes.refusals import FileProblem, note
from assessments.probes.values import Source, Window
from engine.evidence.catalogue.values import Catalogue, Field, RecordType
from engine.evidence.counts import FileRead, FileRefused
from engine.evidence.rules.querying import rows_from
from engine.evidence.tables import FILE, ROW, SYSTEM, Tables
from engine.rubric.values import Text

MOST_OUTSIDE = 0.05


@dataclass(frozen=True)
class InPlace:
    """What stands in a database. ``Tables.files`` are its tables; they have no digest."""

    tables: Tables
    refused: tuple[FileRefused, ...]


@dataclass(frozen=True)
class _Read:
    source: Source
    kept: Kept
    rows: ir.Table  # canonical columns, zp_row, zp_inside, zp_bad
    counted: FileRead


def open_in_place(
    connection: ibis.BaseBackend,
    mapping: MappingLike,
    *,
    catalogue: Catalogue,
    window: Window | None = None,
    not_applicable: Mapping[str, str] | None = None,
) -> InPlace:
    """Canonical tables over the tables ``mapping`` names (``table`` or ``schema.table``).

    Nothing is written. Row numbers follow the natural key, because rows of a database have no order.
    A table that is not there or cannot be mapped is refused; the others go on.
    """
    read: list[_Read] = []
    refused: list[FileRefused] = []
    for mapped in mapping.sources:
        name = str(mapped.source)
        try:
            read.append(_opened(connection, mapped, catalogue, window))
        except FileProblem as problem:
            refused.append(problem.of(name))
    parts: dict[str, list[tuple[int, _Read]]] = {}
    for position, one in enumerate(read):
        parts.setdefault(one.source.record, []).append((position, one))
    tables = {key: _united(catalogue.records[key], those) for key, those in parts.items()}
    found = Tables(
        connection=connection,
        tables=tables,
        supplied={
            key: frozenset(name for _, one in those for name in one.kept.supplied)
            for key, those in parts.items()
        },
        files=tuple(one.counted for one in read),
        dictionary_names=_dictionary_names(connection, tables.get("dictionary")),
        not_applicable={k: v for k, v in (not_applicable or {}).items() if k not in tables},
        lengths={
            key: names
            for key, those in parts.items()
            if (names := frozenset(name for _, one in those for name in one.kept.lengths))
        },
    )
    return InPlace(found, tuple(refused))


def _opened(connection: ibis.BaseBackend, mapped: Any, catalogue: Catalogue, window: Window | None) -> _Read:
    if mapped.record not in catalogue.records:
        raise FileProblem("mapping_unknown_record", record=mapped.record)
    record = catalogue.records[mapped.record]
    source = Source(
        name=mapped.source,
        path=Path(mapped.source),
        record=mapped.record,
        system=getattr(mapped, "system", None),
        columns=dict(mapped.columns) if getattr(mapped, "columns", None) else None,
        values=dict(getattr(mapped, "values", None) or {}),
        constants=dict(getattr(mapped, "constants", None) or {}),
        datetime_format=getattr(mapped, "datetime_format", None),
    )
    table = _table(connection, mapped.source)
    kept = choose(table.columns, source, record)
    rows = _canonical_rows(table, kept, source, record, window, connection.name)
    return _Read(source, kept, rows, _counted(connection, rows, source, kept))


def _table(connection: ibis.BaseBackend, name: str) -> ir.Table:
    database, _dot, table = name.rpartition(".")
    try:
        with warnings.catch_warnings():  # the query library asks its engine by a name that grew old
            warnings.simplefilter("ignore", DeprecationWarning)
            return connection.table(table, database=database or None)
    except TableNotFound:
        raise FileProblem("unknown_table") from None


def _canonical_rows(
    table: ir.Table, kept: Kept, source: Source, record: RecordType, window: Window | None, backend: str
) -> ir.Table:
    columns: dict[str, ir.Value] = {}
    bad: list[ir.BooleanValue] = []
    for key, described in fields_of(record).items():
        value, unreadable = _column(table, key, described, kept, source, backend)
        columns[key] = value.cast(type_of(described))
        if unreadable is not None:
            bad.append(unreadable)
    for key, position in kept.lengths.items():
        text = text_of(table[table.columns[position]])
        digits = ibis.cases((text.re_search("^[0-9]{1,9}([.]0+)?$"), text))
        columns[f"{key}__length"] = digits.cast("float64").cast("int64")
    columns["zp_bad"] = sum((one.ifelse(1, 0) for one in bad), start=ibis.literal(0, "int64")).cast("int64")
    rows = table.select(**columns)
    order = [rows[key] for key in record.natural_key if key in kept.supplied]
    order += [rows[key] for key in sorted(kept.supplied) if key not in record.natural_key]
    numbered = rows.mutate(**{ROW: (ibis.row_number().over(order_by=order) + 1).cast("int64")})
    return numbered.mutate(zp_inside=_inside(numbered, record, kept, window))


def _column(
    table: ir.Table, key: str, described: Field, kept: Kept, source: Source, backend: str
) -> tuple[ir.Value, ir.BooleanValue | None]:
    if key in kept.constants:
        value, _bad = canonical(ibis.literal(str(kept.constants[key])), described, None, None, backend)
        return value, None
    if key not in kept.fields:
        return ibis.null(type_of(described)), None
    column = table[table.columns[kept.fields[key]]]
    return canonical(column, described, source.values.get(key), source.datetime_format, backend)


def _inside(rows: ir.Table, record: RecordType, kept: Kept, window: Window | None) -> ir.BooleanValue:
    on = record.window_on
    if window is None or on is None or on not in kept.supplied:
        return ibis.literal(True)
    first = datetime.combine(window[0], time())
    end = datetime.combine(window[1] + timedelta(days=1), time())
    moment = rows[on]
    return moment.isnull() | ((moment >= ibis.literal(first)) & (moment < ibis.literal(end)))


def _counted(connection: ibis.BaseBackend, rows: ir.Table, source: Source, kept: Kept) -> FileRead:
    whole = rows.aggregate(
        rows=rows.count(), outside=(~rows.zp_inside).ifelse(1, 0).sum(), bad=rows.zp_bad.sum()
    )
    ((total, outside, bad),) = rows_from(connection, str(connection.compile(whole)))
    counts = [int(cast(Any, value) or 0) for value in (total, outside, bad)]
    notes: list[Text] = list(kept.notes)
    if counts[1] > MOST_OUTSIDE * counts[0]:
        share = f"{100 * counts[1] / counts[0]:.1f}"
        notes.append(note("outside_window", count=counts[1], share=share))
    return FileRead(
        name=source.name,
        record=source.record,
        source_system=source.system or "",
        sha256="",
        rows=counts[0],
        outside_window=counts[1],
        unparsed_times=counts[2],
        notes=tuple(notes),
    )


def _united(record: RecordType, parts: list[tuple[int, _Read]]) -> ir.Table:
    """Rows inside the window of every table of a record type, with file, row and system."""
    lengths = sorted({name for _, one in parts for name in one.kept.lengths})
    selects = []
    for position, one in parts:
        rows = one.rows.filter(one.rows.zp_inside) if one.counted.outside_window else one.rows
        columns: dict[str, ir.Value] = {key: rows[key] for key in fields_of(record)}
        for key in lengths:
            name = f"{key}__length"
            columns[name] = rows[name] if key in one.kept.lengths else ibis.null("int64")
        columns[FILE] = ibis.literal(position, "int64")
        columns[ROW] = rows[ROW]
        columns[SYSTEM] = ibis.literal(one.source.system) if one.source.system else ibis.null("string")
        selects.append(rows.select(**columns))
    return ibis.union(*selects) if len(selects) > 1 else selects[0]


def _dictionary_names(connection: ibis.BaseBackend, dictionary: ir.Table | None) -> frozenset[str]:
    if dictionary is None:
        return frozenset()
    names = dictionary.select("dictionary_name").distinct()
    found = rows_from(connection, str(connection.compile(names)))
    return frozenset(str(row[0]) for row in found if row[0] is not None)
