"""A Parquet file as the engine can scan it. Types are kept where they say more than text."""

from __future__ import annotations

from pathlib import Path

import duckdb

from assessments.probes.canonical import Raw
from assessments.probes.columns import choose
from assessments.probes.quoting import identifier, literal
from assessments.probes.refusals import FileProblem
from assessments.probes.store import Input
from assessments.probes.values import Source
from engine.evidence.catalogue.values import RecordType

SAMPLE = 200
#: An instant with a zone is written in China Standard Time.
_CST = "interval 8 hour"


def open_parquet(engine: duckdb.DuckDBPyConnection, path: Path, source: Source, record: RecordType) -> Input:
    """Raises FileProblem: damaged, no known column, two for one field."""
    scan = f"read_parquet({literal(str(path))})"
    try:
        described = engine.execute(f"describe select * from {scan}").fetchall()
    except duckdb.Error:
        raise FileProblem("damaged_file") from None
    header = [str(row[0]) for row in described]
    kinds = [str(row[1]) for row in described]
    kept = choose(header, source, record)
    raw = {i: _raw(identifier(name), kind) for i, (name, kind) in enumerate(zip(header, kinds, strict=True))}
    texts = ", ".join(f"left(cast({identifier(name)} as varchar), 200)" for name in header)
    try:
        sample = engine.execute(f"select {texts} from {scan} limit {SAMPLE}").fetchall()
    except duckdb.Error:
        raise FileProblem("damaged_file") from None
    rows = [tuple("" if cell is None else str(cell) for cell in row) for row in sample]
    return Input(scan, raw, kept, header, rows)


def _raw(name: str, kind: str) -> Raw:
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return Raw(f"(epoch_ms(epoch_ms({name})) + {_CST})", "TIMESTAMP")
    if kind.startswith("TIMESTAMP"):
        return Raw(f"cast({name} as timestamp)", "TIMESTAMP")
    if kind == "DATE":
        return Raw(f"cast({name} as varchar)", "VARCHAR")
    if kind in ("VARCHAR", "BOOLEAN", "DOUBLE", "FLOAT"):
        return Raw(name, kind)
    if kind == "BLOB":
        return Raw(f"try(decode({name}))", "VARCHAR")
    return Raw(f"cast({name} as varchar)", "VARCHAR")
