"""Files of interface messages as canonical tables: one per file, record type and sending system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from assessments.probes.canonical import Raw, select_list
from assessments.probes.columns import Kept, fields_of
from assessments.probes.messages import Batch, Malformed, index_resources, kind_of, read_messages
from assessments.probes.quoting import identifier
from assessments.probes.refusals import FileProblem, note, places
from assessments.probes.store import Stored, execute_over
from assessments.probes.values import Source
from engine.evidence.catalogue.values import Catalogue, Field, RecordType
from engine.evidence.tables import ROW

#: As times of messages are written; anything else is read, or counted as unread, by the engine.
MOMENT = r"^[12]\d{3}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$"


class MessageFiles:
    """Reads message files of one package; FHIR files may refer to each other."""

    def __init__(self, files: Sequence[Path], catalogue: Catalogue, work: Path) -> None:
        self._catalogue = catalogue
        self._closing = ExitStack()
        fhir = [path for path in files if kind_of(path) == "fhir"]
        self._index: Any = None
        if len(fhir) > 1:
            self._index = self._closing.enter_context(closing(index_resources(fhir, folder=work)))

    def close(self) -> None:
        self._closing.close()

    def write(self, engine: duckdb.DuckDBPyConnection, prefix: str, name: str, path: Path) -> list[Stored]:
        """Every record type and system of one file; raises FileProblem and then leaves no table."""
        malformed: list[int] = []
        tables: dict[tuple[str, str | None], Stored] = {}
        said: dict[tuple[str, str | None], set[str]] = {}
        try:
            for batch in read_messages(path, on_malformed=_noting(malformed), index=self._index):
                key = (batch.record, batch.system)
                if key not in tables:
                    source = Source(name, path, batch.record, batch.system)
                    kept = _kept(batch, self._catalogue)
                    times = _times(kept, source, self._catalogue.records[batch.record])
                    table = f"{prefix}_{len(tables)}"
                    tables[key] = Stored(table, source, kept, 0, times, [], places=True)
                self._append(engine, tables[key], batch)
                filled = (name for name, column in batch.columns.items() if column.null_count < len(column))
                said.setdefault(key, set()).update(filled)
        except BaseException:
            for stored in tables.values():
                engine.execute(f"drop table if exists {identifier(stored.table)}")
            raise
        if not tables:
            raise FileProblem("no_messages")
        for key, stored in tables.items():
            stored.kept = _said(stored.kept, said[key])
        first = next(iter(tables.values()))
        first.left_out = len(malformed)
        if malformed:
            first.notes.append(note("malformed_messages", count=len(malformed), rows=places(malformed)))
        return list(tables.values())

    def _append(self, engine: duckdb.DuckDBPyConnection, stored: Stored, batch: Batch) -> None:
        record = self._catalogue.records[batch.record]
        fields, names = fields_of(record), list(stored.kept.fields)
        given: dict[str, pa.Array] = {ROW: pa.array(batch.places, pa.int64())}
        raw: dict[int, Raw] = {}
        for i, name in enumerate(names):
            given[f"c{i}"], kind = _typed(batch.columns[name], fields[name])
            raw[i] = Raw(f"c{i}", kind, tidy=kind == "VARCHAR")
        selection = select_list(stored.kept, stored.source, record, raw)
        table = identifier(stored.table)
        how = f"insert into {table}" if stored.rows else f"create table {table} as"
        rows = pa.table(given)
        execute_over(engine, "zp_batch", rows, f"{how} {selection.sql('zp_batch', ROW)}")
        stored.rows += rows.num_rows


def _typed(column: pa.Array, described: Field) -> tuple[pa.Array, str]:
    """A column and its engine type: moments where every value is one, else the text."""
    if described.type != "datetime":
        return column, "VARCHAR"
    encoded = column.dictionary_encode()
    if not pc.all(pc.match_substring_regex(encoded.dictionary, MOMENT)).as_py():
        return column, "VARCHAR"
    try:
        return encoded.dictionary.cast(pa.timestamp("us")).take(encoded.indices), "TIMESTAMP"
    except pa.ArrowInvalid:  # a day no calendar has: it is counted as unread
        return column, "VARCHAR"


def _kept(batch: Batch, catalogue: Catalogue) -> Kept:
    known = fields_of(catalogue.records[batch.record])
    names = [name for name in batch.columns if name in known]
    return Kept({name: i for i, name in enumerate(names)}, {}, (), {})


def _said(kept: Kept, names: set[str]) -> Kept:
    """Without the fields that no message of the file carries: those count as not supplied."""
    return replace(kept, fields={name: at for name, at in kept.fields.items() if name in names})


def _times(kept: Kept, source: Source, record: RecordType) -> list[str]:
    """Fields whose values may be unreadable as times."""
    untyped = {i: Raw(f"c{i}") for i in kept.fields.values()}
    return select_list(kept, source, record, untyped).times


def _noting(malformed: list[int]) -> Callable[[Malformed], None]:
    def note_place(found: Malformed) -> None:
        malformed.append(found.place)

    return note_place
