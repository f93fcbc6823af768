"""Writing a made-up hospital as a data package: tables, messages, dictionaries and package.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from openpyxl import Workbook

from assessments.demo.packages.fhir import Fhir
from assessments.demo.packages.hl7 import Hl7
from assessments.demo.packages.rows import Made, Part, parts_of
from assessments.demo.packages.telling import Dialect, Telling, tell
from engine.evidence.catalogue.checks import IntegrationCheck, TimelinessCheck, Where
from engine.evidence.catalogue.values import Catalogue
from engine.rubric.marked import write_plain

DIALECTS: Mapping[str, Dialect] = {"hl7": Hl7(), "fhir": Fhir()}


def write_package(made: Made, folder: Path) -> Path:
    """Write the package into ``folder`` (made if missing) and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = made.world.plan.catalogue
    systems = systems_of(catalogue)
    dialect = DIALECTS.get(made.format)
    telling = Telling() if dialect is None else tell(made, dialect, folder, systems)
    for key in catalogue.records:
        if key in made.absent or key == "dictionary" or (made.records and key not in made.records):
            continue
        if key == "interface_log" and dialect is not None and dialect.is_the_log:
            continue
        second = made.world.plan.in_two_systems.get(key)
        parts = telling.rest(key, parts_of(made, key))
        _write(made, parts, folder / f"{key}@{systems[key]}", None if second is None else (second, False))
        if second is not None:
            _write(made, parts_of(made, key), folder / f"{key}@{systems[key]}B", (second, True))
    _write_dictionaries(made, folder / "dictionary")
    first, last = made.world.window
    manifest = {
        "hospital": made.hospital,
        "window": {"from": first.isoformat(), "to": last.isoformat()},
    }
    (folder / "package.yaml").write_text(write_plain(manifest), "utf-8")
    return folder


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


def _write(made: Made, parts: Iterator[Part], stem: Path, only: tuple[Where, bool] | None = None) -> None:
    """``only``: the rows that meet the filter, or those that do not."""
    tables = (part.table for part in parts)
    if only is not None:
        where, inside = only
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
