"""Tables of a database read in place say what the same rows say as files."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import ibis
import psycopg
import pytest

from assessments.probes.in_place import open_in_place
from assessments.probes.quoting import identifier, literal
from engine.evidence.rules.querying import rows_from
from engine.evidence.tables import FILE, ROW, SYSTEM
from tests.app.probes.test_package_times import READABLE

PLACE = f"zp_in_place_{os.getpid()}"  # two processes may use one server
WINDOW = (date(2026, 7, 1), date(2026, 9, 30))
TIMES = [
    *READABLE,
    "2026-02-30 08:00:00", "2025-02-29", "2000-02-29", "1900-02-29", "2026-13-01", "2026-07-01 24:00:00", "20261301",
    "1/7/2026", "1751328309", "99999", "infinity", "now", "昨天", "0", "", "2026-10-01 00:00:00", "2026-06-30T23:59:59", "46000.5",
]  # fmt: skip
WORDS = ["是", "否", "Y", "n", "TRUE", "false", "1", "0", "也许", ""]
TEXTS = [
    " a ",
    "\u3000b\u3000",
    "NULL",
    "\\N",
    "",
    "  ",
    "００７",
    "007",
    "c\td",
    "\ue000\u200b",
    "x\n",
    "(null)",
]
DAYS = ["1980/3/5", "token7f", "", "19800305", "1980年3月5日"]
FORMATTED = ["01/07/2026 08:05", "31/02/2026 08:05", "2026-07-01 08:05:09", "", "1/7/2026 8:05"]
COLUMNS = ["NO", "T", "FLAG", "TXT", "SET"]


def content() -> dict[str, tuple[list[str], list[list[str]]]]:
    count = max(len(TIMES), len(WORDS), len(TEXTS))
    results = [
        [f"N{n:03d}", TIMES[n % len(TIMES)], WORDS[n % len(WORDS)], TEXTS[n % len(TEXTS)], str(n % 3)]
        for n in range(count)
    ]
    return {
        "lis_result": (["NO", "T", "FLAG", "TXT", "SET"], results),
        "old_result": (["NO", "T"], [[f"O{n:03d}", FORMATTED[n]] for n in range(len(FORMATTED))]),
        "rx": (
            ["NO", "BORN", "LEN"],
            [[f"P{n}", DAYS[n], ["12", "", "x", "3.0", "-1"][n]] for n in range(len(DAYS))],
        ),
        "dept": (["CODE", "NAME"], [["01", "内科"], ["02", "外科"]]),
    }


def mapping() -> Any:
    result = {
        "NO": "request_no",
        "T": "result_reported_at",
        "FLAG": "external_origin",
        "TXT": "result_value",
        "SET": "care_setting",
    }
    sources = [
        SimpleNamespace(
            source="lis_result", record="lab_result", system="LIS", columns=result,
            values={"care_setting": {"0": "inpatient", "1": "outpatient"}}, constants={"campus": "本部"},
        ),
        SimpleNamespace(
            source="old_result", record="lab_result", system=None, columns=result, datetime_format="%d/%m/%Y %H:%M"
        ),
        SimpleNamespace(
            source="rx", record="prescription", system="HIS",
            columns={"NO": "prescription_no", "BORN": "birth_date", "LEN": "diagnosis_name__length"},
        ),
        SimpleNamespace(
            source="dept", record="dictionary", columns={"CODE": "entry_code", "NAME": "entry_name"},
            constants={"dictionary_name": "dept"},
        ),
    ]  # fmt: skip
    return SimpleNamespace(sources=sources)


def as_files() -> Any:
    document = mapping()
    for source in document.sources:
        source.source += ".csv"
    return document


@pytest.fixture
def package(folder: Path, opened: Any) -> Any:
    for name, (header, lines) in content().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *lines])
    return opened(mapping=as_files(), window=WINDOW)


def create(execute: Any) -> None:
    for name, (header, lines) in content().items():
        columns = ", ".join(f"{identifier(column)} text" for column in header)
        execute(f"create table {identifier(name)} ({columns})")
        rows = ", ".join("(" + ", ".join(literal(cell) for cell in line) + ")" for line in lines)
        execute(f"insert into {identifier(name)} values {rows}")


def everything(tables: Any, record: str) -> list[tuple[Any, ...]]:
    """Rows without their numbers, which a database gives by its natural key; moments as text, because
    a driver may shift them on the way."""
    rows = tables.tables[record].drop(ROW, FILE)
    moments = [name for name, kind in rows.schema().items() if kind.is_timestamp()]
    rows = rows.mutate(**{name: rows[name].cast("string") for name in moments})
    return sorted(rows_from(tables.connection, str(tables.connection.compile(rows))), key=repr)


def says_the_same(found: Any, package: Any) -> None:
    assert package.refused == found.refused == ()
    ours, theirs = package.tables, found.tables
    assert set(ours.tables) == set(theirs.tables)
    for record in ours.tables:
        assert everything(theirs, record) == everything(ours, record)
        assert ours.tables[record].schema() == theirs.tables[record].schema()
    assert ours.supplied == theirs.supplied and ours.lengths == theirs.lengths
    assert ours.dictionary_names == theirs.dictionary_names
    counted = lambda tables: {  # noqa: E731
        one.name.removesuffix(".csv"): (one.record, one.rows, one.outside_window, one.unparsed_times)
        for one in tables.files
    }
    assert counted(ours) == counted(theirs)
    numbers = (
        theirs.tables["lab_result"]
        .filter(theirs.tables["lab_result"][SYSTEM] == "LIS")
        .select("request_no", ROW)
    )
    places = dict(rows_from(theirs.connection, str(theirs.connection.compile(numbers))))
    assert all(int(number.removeprefix("N")) + 1 == place for number, place in places.items())


def test_tables_of_the_embedded_engine_say_what_files_say(package, catalogue) -> None:
    connection = ibis.duckdb.from_connection(duckdb.connect(config={"threads": 1}))
    create(connection.con.execute)
    says_the_same(open_in_place(connection, mapping(), catalogue=catalogue, window=WINDOW), package)
    connection.disconnect()


@pytest.fixture
def postgres() -> Iterator[Any]:
    address = os.environ.get("ZHIPING_TEST_DATABASE", "")
    if not address:
        pytest.skip("needs the PostgreSQL cluster of the test command")
    with psycopg.connect(address, autocommit=True) as plain:
        plain.execute(f"drop schema if exists {PLACE} cascade; create schema {PLACE}")
        plain.execute(f"set search_path to {PLACE}")
        create(plain.execute)
        plain.execute("create table typed (no double precision, at timestamptz, flag boolean)")
        plain.execute("insert into typed values (17, '2026-07-01 00:05:09.7+00', true), (null, null, null)")
        connection = ibis.connect(address)
        yield connection
        connection.disconnect()
        plain.execute(f"drop schema {PLACE} cascade")


def in_schema(document: Any) -> Any:
    for source in document.sources:
        source.source = f"{PLACE}.{source.source}"
    return document


@pytest.mark.postgres
@pytest.mark.database
def test_tables_of_postgresql_say_what_files_say(package, catalogue, postgres) -> None:
    found = open_in_place(postgres, in_schema(mapping()), catalogue=catalogue, window=WINDOW)
    assert all(one.name.startswith(f"{PLACE}.") for one in found.tables.files)
    files = tuple(
        type(one)(
            **{**{f: getattr(one, f) for f in one.__slots__}, "name": one.name.removeprefix(f"{PLACE}.")}
        )
        for one in found.tables.files
    )
    tables = type(found.tables)(**{**vars(found.tables), "files": files})
    says_the_same(SimpleNamespace(tables=tables, refused=found.refused), package)


@pytest.mark.postgres
@pytest.mark.database
def test_types_of_postgresql_keep_what_they_say(catalogue, postgres) -> None:
    columns = {"no": "request_no", "at": "result_reported_at", "flag": "external_origin"}
    source = SimpleNamespace(source=f"{PLACE}.typed", record="lab_result", columns=columns)
    found = open_in_place(postgres, SimpleNamespace(sources=[source]), catalogue=catalogue)
    rows = found.tables.tables["lab_result"].select("request_no", "result_reported_at", "external_origin")
    read = [tuple(map(str, row)) for row in rows_from(postgres, str(postgres.compile(rows)))]
    assert sorted(read) == [("17", "2026-07-01 08:05:09", "True"), ("None", "None", "None")]


def test_a_table_that_is_not_there_is_refused_and_the_rest_goes_on(catalogue) -> None:
    connection = ibis.duckdb.from_connection(duckdb.connect(config={"threads": 1}))
    connection.con.execute("create table here (no text)")
    sources = [
        SimpleNamespace(source=name, record="lab_result", columns={"no": "request_no"})
        for name in ("here", "gone")
    ]
    found = open_in_place(connection, SimpleNamespace(sources=sources), catalogue=catalogue)
    assert [(one.name, one.code) for one in found.refused] == [("gone", "unknown_table")]
    assert set(found.tables.tables) == {"lab_result"}
    connection.disconnect()
