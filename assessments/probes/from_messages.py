"""Files of interface messages as canonical tables: one per file, record type and sending system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assessments.probes.canonical import Raw, select_list
from assessments.probes.columns import Kept, fields_of
from assessments.probes.messages import Batch, Malformed, index_resources, kind_of, read_messages
from assessments.probes.quoting import identifier
from assessments.probes.refusals import FileProblem, note, places
from assessments.probes.store import Stored, execute_over
from assessments.probes.values import Source
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.tables import ROW


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
        try:
            for batch in read_messages(path, on_malformed=_noting(malformed), index=self._index):
                key = (batch.record, batch.system)
                if key not in tables:
                    source = Source(name, path, batch.record, batch.system)
                    kept = _kept(batch, self._catalogue)
                    tables[key] = Stored(f"{prefix}_{len(tables)}", source, kept, 0, [], [], places=True)
                self._append(engine, tables[key], batch)
        except BaseException:
            for stored in tables.values():
                engine.execute(f"drop table if exists {identifier(stored.table)}")
            raise
        if not tables:
            raise FileProblem("no_messages")
        first = next(iter(tables.values()))
        first.left_out = len(malformed)
        if malformed:
            first.notes.append(note("malformed_messages", count=len(malformed), rows=places(malformed)))
        return list(tables.values())

    def _append(self, engine: duckdb.DuckDBPyConnection, stored: Stored, batch: Batch) -> None:
        record = self._catalogue.records[batch.record]
        names = list(stored.kept.fields)
        rows = pa.table(
            {
                ROW: pa.array(batch.places, pa.int64()),
                **{
                    f"c{i}": pa.array([row.get(name) for row in batch.rows], pa.string())
                    for i, name in enumerate(names)
                },
            }
        )
        raw: Mapping[int, Raw] = {i: Raw(f"c{i}") for i in range(len(names))}
        selection = select_list(stored.kept, stored.source, record, raw)
        stored.times = selection.times
        table = identifier(stored.table)
        how = f"insert into {table}" if stored.rows else f"create table {table} as"
        execute_over(engine, "zp_batch", rows, f"{how} {selection.sql('zp_batch', ROW)}")
        stored.rows += len(batch.rows)


def _kept(batch: Batch, catalogue: Catalogue) -> Kept:
    known = fields_of(catalogue.records[batch.record])
    names = [name for name in (batch.rows[0] if batch.rows else {}) if name in known]
    return Kept({name: i for i, name in enumerate(names)}, {}, (), {})


def _noting(malformed: list[int]) -> Callable[[Malformed], None]:
    def note_place(found: Malformed) -> None:
        malformed.append(found.place)

    return note_place
