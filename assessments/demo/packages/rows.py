"""The rows of a made-up hospital, record type by record type, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assessments.demo.packages.cases import Cases, World
from assessments.demo.packages.plan import Forced

Columns = dict[str, pa.Array]
#: (record, cases of the rows, columns) -> (cases, columns): what a hospital's data are really like
Fault = Callable[["World", str, Cases, Columns], tuple[Cases, Columns]]
Format = Literal["csv", "csv-gb18030", "parquet", "xlsx", "hl7", "fhir"]

ONCE = frozenset({"external_dictionary", "dictionary", "data_element", "system_inventory", "declared_volume"})
CHUNK = 200_000


@dataclass(frozen=True)
class Made:
    """How a package is to be written. ``records`` None: every record type; ``absent``: left out."""

    world: World
    hospital: str
    faults: tuple[Fault, ...] = ()
    absent: frozenset[str] = frozenset()
    records: frozenset[str] | None = None
    format: Format = "csv"


def tables_of(made: Made, record: str) -> Iterator[pa.Table]:
    """The rows of one record type in chunks: ordinary rows first, then the forced ones."""
    for part in parts_of(made, record):
        yield part.table


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a record type and the case of each; ``ordinary``: one row a case."""

    table: pa.Table
    cases: Cases
    ordinary: bool


def parts_of(made: Made, record: str) -> Iterator[Part]:
    world = made.world
    if record in ONCE:
        table = _once(world, record)
        yield Part(table, np.full(table.num_rows, -1, np.int64), ordinary=False)
        return
    serial = 0
    for forced in (None, *(one for one in world.plan.forced if one.record == record)):
        every = world.cases_of(record if forced is None else forced.left)
        if forced is not None:
            every = every[world.meets(forced.left, forced.when, every)]
            every = np.intersect1d(every, world.cases_of(record), assume_unique=True)
            every = every[~_told_already(world, forced, every)]
        for start in range(0, len(every), CHUNK):
            part = rows_of(made, record, every[start : start + CHUNK], forced, serial)
            serial += len(every[start : start + CHUNK])
            if part.table.num_rows:
                yield part


def rows_of(made: Made, record: str, cases: Cases, forced: Forced | None = None, serial: int = 0) -> Part:
    """The rows of these cases as the hospital has them, faults included; ``serial``: rows before them."""
    world = made.world
    described = world.plan.catalogue.records[record].fields
    fields = [key for key in described if key not in ("campus", "department")]
    columns = {key: world.column(record, key, cases, forced) for key in fields}
    if forced is not None:
        _renumber(world, record, columns, serial, len(cases))
    columns["campus"], columns["department"] = world.campus(cases), world.department(cases)
    for fault in made.faults:
        cases, columns = fault(world, record, cases, columns)
    return Part(pa.table(columns), cases, ordinary=forced is None)


def _told_already(world: World, forced: Forced, cases: Cases) -> np.ndarray:
    """Where the ordinary row says what the forced one would."""
    same = np.ones(len(cases), bool)
    for key, value in forced.fixed.items():
        text = str(value).lower() if isinstance(value, bool) else value
        same &= _equal(world.column(forced.record, key, cases), text)
    for key, source in forced.carried.items():
        same &= _equal(world.column(forced.record, key, cases), world.column(*source, cases))
    return same


def _equal(column: pa.Array, other: pa.Array | str) -> np.ndarray:
    equal: np.ndarray = pc.fill_null(pc.equal(column, other), False).to_numpy(zero_copy_only=False)
    return equal


def _renumber(world: World, record: str, columns: Columns, serial: int, count: int) -> None:
    """Forced rows get numbers of their own where the record's key is one of its own numbers."""
    natural = world.plan.catalogue.records[record].natural_key
    own = [key for key in natural if key in ("message_id", "entry_id", "exchange_id", "queue_no")]
    for key in own:
        digits = pc.utf8_lpad(pc.cast(pa.array(np.arange(serial, serial + count)), pa.string()), 9, "0")
        columns[key] = pc.binary_join_element_wise(f"{world.prefix}X", digits, "")


def _once(world: World, record: str) -> pa.Table:
    """Record types that are lists, not business: one row per entry."""
    codes = world.entries.columns
    if record == "external_dictionary":
        names = [name for name in codes if name != "value_domain"]
        rows = [(name, code) for name in names for code in codes[name][0].to_pylist()]
        return pa.table(
            {
                "institution_id": ["INST01"] * len(rows),
                "dictionary_name": [name for name, _code in rows],
                "external_entry_code": [f"X{n:05d}" for n in range(len(rows))],
                "external_entry_name": [f"外院条目{n}" for n in range(len(rows))],
                "mapped_code": [code for _name, code in rows],
            }
        )
    described = world.plan.catalogue.records[record].fields
    count = {"data_element": 1, "system_inventory": 12, "declared_volume": 3}[record]
    cases = np.arange(count, dtype=np.int64)
    columns = {key: world.plain(record, key, cases) for key in described}
    if record == "declared_volume":
        discharges = len(world.cases_of("discharge"))
        columns["volume_kind"] = pa.array(["discharges", "outpatient_visits", "lab_tests"])
        columns["declared_count"] = pa.array([str(discharges), str(world.size), str(world.size)])
    if record == "system_inventory":
        columns["backup_cycle"] = pa.array(["realtime"] * count)
        for key in ("uses_authentication", "unified_identity", "reliable_signature"):
            columns[key] = pa.array(["true"] * count)
    return pa.table(columns)
