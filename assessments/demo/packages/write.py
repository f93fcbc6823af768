"""Writing a made-up hospital as a data package: CSV, Parquet or XLSX, dictionaries and package.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from openpyxl import Workbook

from assessments.demo.packages.cases import Cases, World
from assessments.demo.packages.plan import Forced
from engine.evidence.catalogue.checks import IntegrationCheck, TimelinessCheck, Where
from engine.evidence.catalogue.values import Catalogue
from engine.rubric.marked import write_plain

Columns = dict[str, pa.Array]
#: (record, cases of the rows, columns) -> (cases, columns): what a hospital's data are really like
Fault = Callable[["World", str, Cases, Columns], tuple[Cases, Columns]]
Format = Literal["csv", "csv-gb18030", "parquet", "xlsx"]

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


def write_package(made: Made, folder: Path) -> Path:
    """Write the package into ``folder`` (made if missing) and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = made.world.plan.catalogue
    systems = systems_of(catalogue)
    for key in catalogue.records:
        if key in made.absent or key == "dictionary" or (made.records and key not in made.records):
            continue
        second = made.world.plan.in_two_systems.get(key)
        _write(made, key, folder / f"{key}@{systems[key]}", None if second is None else (second, False))
        if second is not None:
            _write(made, key, folder / f"{key}@{systems[key]}B", (second, True))
    _write_dictionaries(made, folder / "dictionary")
    first, last = made.world.window
    manifest = {
        "hospital": made.hospital,
        "window": {"from": first.isoformat(), "to": last.isoformat()},
    }
    (folder / "package.yaml").write_text(write_plain(manifest), "utf-8")
    return folder


def tables_of(made: Made, record: str) -> Iterator[pa.Table]:
    """The rows of one record type in chunks: ordinary rows first, then the forced ones."""
    world = made.world
    if record in ONCE:
        yield _once(world, record)
        return
    groups: list[Forced | None] = [None, *(f for f in world.plan.forced if f.record == record)]
    fields = [
        key for key in world.plan.catalogue.records[record].fields if key not in ("campus", "department")
    ]
    serial = 0
    for forced in groups:
        every = world.cases_of(record if forced is None else forced.left)
        if forced is not None:
            every = every[world.meets(forced.left, forced.when, every)]
            every = np.intersect1d(every, world.cases_of(record), assume_unique=True)
        for start in range(0, len(every), CHUNK):
            cases = every[start : start + CHUNK]
            if not len(cases):
                continue
            columns = {key: world.column(record, key, cases, forced) for key in fields}
            if forced is not None:
                _renumber(world, record, columns, serial, len(cases))
            serial += len(cases)
            columns["campus"], columns["department"] = world.campus(cases), world.department(cases)
            for fault in made.faults:
                cases, columns = fault(world, record, cases, columns)
            if len(cases):
                yield pa.table(columns)


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


def systems_of(catalogue: Catalogue) -> dict[str, str]:
    """A source system per record type, different on the two sides of every two-sided check."""
    apart: dict[str, set[str]] = {key: set() for key in catalogue.records}
    for rule in catalogue.rules.values():
        if not rule.two_sided:
            continue
        check = rule.check
        if isinstance(check, IntegrationCheck):
            sides = [check.left, check.right]
        elif isinstance(check, TimelinessCheck):
            sides = [moment.record for moment in check.moments]
        else:
            continue
        for side in sides:
            apart.setdefault(side, set()).update(other for other in sides if other != side)
    chosen: dict[str, str] = {}
    for key, record in catalogue.records.items():
        taken = {chosen[other] for other in apart[key] if other in chosen}
        own = [_system(name) for name in record.systems] or ["HIS"]
        names = own + [f"{own[0]}{number}" for number in range(2, 10)]
        chosen[key] = next(name for name in names if name not in taken)
    return chosen


def meets(table: pa.Table, where: Where) -> np.ndarray:
    """Which rows of a written table meet a filter."""
    result = np.zeros(table.num_rows, bool)
    for alternative in where:
        holds = np.ones(table.num_rows, bool)
        for condition in alternative:
            value = str(condition.value).lower() if isinstance(condition.value, bool) else condition.value
            holds &= pc.fill_null(pc.equal(table[condition.field], value), False).to_numpy(
                zero_copy_only=False
            )
        result |= holds
    return result


def _system(name: str) -> str:
    return "".join(c if c.isalnum() else "" for c in name.title()) or "HIS"


def _write(made: Made, record: str, stem: Path, part: tuple[Where, bool] | None = None) -> None:
    """``part``: only the rows that meet the filter, or only those that do not."""
    tables = tables_of(made, record)
    if part is not None:
        where, inside = part
        tables = (table.filter(pa.array(meets(table, where) == inside)) for table in tables)
    first = next(tables, None)
    if first is None:
        return
    if made.format == "parquet":
        with pa.parquet.ParquetWriter(f"{stem}.parquet", first.schema) as writer:
            for table in _chain(first, tables):
                writer.write_table(table)
    elif made.format == "xlsx":
        _write_sheet(Path(f"{stem}.xlsx"), [_as_text(table) for table in _chain(first, tables)])
    else:
        _write_csv(Path(f"{stem}.csv"), first, tables, gb18030=made.format == "csv-gb18030")


def _write_csv(path: Path, first: pa.Table, rest: Iterator[pa.Table], *, gb18030: bool) -> None:
    if gb18030:
        lines = [",".join(first.column_names)]
        for table in _chain(first, rest):
            lines += [",".join(row.values()) for row in _as_text(table).to_pylist()]
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
        return
    schema = _as_text(first.slice(0, 0)).schema
    with pa.csv.CSVWriter(path, schema) as writer:
        for table in _chain(first, rest):
            writer.write_table(_as_text(table))


def _write_sheet(path: Path, tables: Sequence[pa.Table]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.append(tables[0].column_names)
    for table in tables:
        for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
            sheet.append(row)
    book.save(path)


def _as_text(table: pa.Table) -> pa.Table:
    """Times as people's exports write them; everything else is text already."""
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_timestamp(column.type):
            column = pc.strftime(column, "%Y-%m-%d %H:%M:%S")
        columns[name] = column
    return pa.table(columns)


def _chain(first: pa.Table, rest: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    yield from rest


def _write_dictionaries(made: Made, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    entries = dict(made.world.entries.columns)
    codes, names = entries["value_domain"]
    entries["CV05.01.001"] = (codes, pc.binary_join_element_wise("取值", names, ""))
    for name, (codes, names) in entries.items():
        rows = "".join(f"{c},{n}\n" for c, n in zip(codes.to_pylist(), names.to_pylist(), strict=True))
        (folder / f"{name}.csv").write_text(f"code,name\n{rows}", "utf-8")
