"""A hospital's mapped tables as canonical tables (engine.evidence.tables), one SELECT per table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.mapping import MappingDocument, SourceMapping
from engine.evidence.sql_text.dialects import Dialect
from engine.evidence.sql_text.sources import LENGTH, Sources
from engine.evidence.tables import CAMPUS, DEPARTMENT, FILE, ROW, SYSTEM

SPLITS = (CAMPUS, DEPARTMENT)


@dataclass(frozen=True, slots=True)
class TableText:
    """``rows``: every canonical column of the record type and where a row stands; ``counted``: all
    rows and those outside the window, as one row of two numbers."""

    source: SourceMapping
    rows: str
    counted: str
    types: Mapping[str, str]  # of the columns of ``rows``, in the words of the query-expression library


def table_text(
    catalogue: Catalogue,
    dialect: Dialect,
    mapping: MappingDocument,
    source: SourceMapping,
    number: int,
    window: tuple[date, date] | None,
) -> TableText:
    """The text over one mapped table; ``number`` is its position among the files of the run.

    Rows of a database have no number of their own: it is 0 and their places are not told.
    """
    sources = Sources(catalogue, dialect, mapping, window)
    types = {FILE: "int64", ROW: "int64", SYSTEM: "string"}
    columns = [f"CAST({number} AS bigint) AS {FILE}", f"CAST(0 AS bigint) AS {ROW}"]
    system = "CAST(NULL AS varchar(1))" if source.system is None else dialect.literal(source.system)
    columns.append(f"CAST({system} AS varchar(200)) AS {SYSTEM}")
    kind = catalogue.records[source.record]
    for name, field in kind.fields.items():
        written = sources.canonical(source.record, name, source)
        if field.type == "bool":
            written = f"({written}) = 1"
        elif field.type == "datetime":
            written = f"CAST({written} AS timestamp)"
        columns.append(f"{written} AS {dialect.name(name)}")
        types[name] = {"bool": "boolean", "datetime": "timestamp(6)"}.get(field.type, "string")
    for name in SPLITS:
        if name not in kind.fields:
            columns.append(f"{sources.extra(name, source)} AS {name}")
            types[name] = "string"
    for name in lengths_of(catalogue, mapping, source.record):
        columns.append(f"CAST({sources.extra(name + LENGTH, source, 'number')} AS bigint) AS {name}{LENGTH}")
        types[f"{name}{LENGTH}"] = "int64"
    table = dialect.table(source.source)
    inside = sources.inside(source.record, source) if window is not None else ""
    rows = f"SELECT {', '.join(columns)} FROM {table}" + (f" WHERE {inside}" if inside else "")
    outside = f"COALESCE(SUM(CASE WHEN {inside} THEN 0 ELSE 1 END), 0)" if inside else "0"
    return TableText(source, rows, f"SELECT COUNT(*) AS n, {outside} AS outside FROM {table}", types)


def supplied_by(mapping: MappingDocument, record: str) -> frozenset[str]:
    """Canonical fields that the mapped tables of a record type really carry."""
    found: set[str] = set()
    for source in mapping.sources:
        if source.record == record:
            found |= {*source.columns.values(), *source.constants}
    return frozenset(name for name in found if not name.endswith(LENGTH))


def lengths_of(catalogue: Catalogue, mapping: MappingDocument, record: str) -> tuple[str, ...]:
    """Texts of which only the length is mapped."""
    found = {
        name.removesuffix(LENGTH)
        for source in mapping.sources
        if source.record == record
        for name in source.columns.values()
        if name.endswith(LENGTH)
    }
    return tuple(sorted(name for name in found if name in catalogue.records[record].fields))
