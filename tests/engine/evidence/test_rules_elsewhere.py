"""PostgreSQL counts what the reference counts, as DuckDB does (test_rules_agree), row for row and place for
place; tests/app/probes/test_spark.py asks Spark the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import ibis
import pyarrow as pa
import pytest

from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.rules import count_rule
from engine.evidence.tables import Tables
from tests.engine.evidence.canonical_tables import arrow_tables, tables_named
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.naive_reading import Package
from tests.engine.evidence.naive_rules import Naive
from tests.engine.evidence.random_packages import random_package
from tests.engine.evidence.test_rules_agree import (
    comparable,
    expected,
    one_rule_of_each_shape,
    rules_on_records,
)

SQL_TYPES = {
    pa.bool_(): "boolean",
    pa.timestamp("us"): "timestamp",
    pa.int64(): "bigint",
    pa.string(): "text",
}
SCRIPT = Path(__file__).parents[3] / "scripts" / "postgres.sh"
SCHEMA = f"zp_rules_{os.getpid()}"  # two processes may use one server


def packages(catalogue: Catalogue) -> list[Package]:
    return [random_package(1, catalogue, whole=True), random_package(12, catalogue, whole=False)]


def differences(package: Package, elsewhere: Tables, rules: list[Rule]) -> list[str]:
    catalogue, found = library(), []
    for rule in rules:
        count = count_rule(rule, elsewhere, catalogue)
        got, want = comparable(count), expected(Naive(rule, package, catalogue).count())
        if not count.denominator:
            got["narrowed"] = {}
        if got != want:
            found.append(f"{rule.id}:\n  there     {got}\n  reference {want}")
    return found


@pytest.fixture(scope="module")
def postgres() -> Iterator[ibis.BaseBackend]:
    """The server of the test run, else one of its own."""
    address, folder = os.environ.get("ZHIPING_TEST_DATABASE", ""), None
    if not address.startswith("postgresql://"):
        folder = tempfile.mkdtemp(prefix="zhiping-postgres-")
        started = subprocess.run([SCRIPT, "start", folder], capture_output=True, text=True, check=False)
        if started.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"no PostgreSQL server: {started.stderr.strip()[:200]}")
        address = started.stdout.strip()
    parts = urlsplit(address)
    connection = ibis.postgres.connect(
        host=parts.hostname, port=parts.port, user=parts.username, database=parts.path.lstrip("/")
    )
    try:
        connection.con.execute(f"create schema {SCHEMA}")
        connection.con.execute(f"set search_path to {SCHEMA}")
        yield connection
    finally:
        connection.con.execute(f"drop schema {SCHEMA} cascade")
        connection.disconnect()
        if folder:
            subprocess.run([SCRIPT, "stop", folder], check=False)


def in_postgres(package: Package, connection: ibis.BaseBackend) -> Tables:
    content = arrow_tables(package, library())
    for record, table in content.items():
        columns = ", ".join(f'"{field.name}" {SQL_TYPES[field.type]}' for field in table.schema)
        connection.con.execute(f'drop table if exists "{record}"; create table "{record}" ({columns})')
        rows = [tuple(row.values()) for row in table.to_pylist()]
        if rows:
            marks = ", ".join(["%s"] * table.num_columns)
            with connection.con.cursor() as cursor:
                cursor.executemany(f'insert into "{record}" values ({marks})', rows)
    return tables_named(package, connection, content)


@pytest.mark.postgres
def test_postgresql_counts_every_rule_as_the_reference_does(postgres: ibis.BaseBackend) -> None:
    whole, with_gaps = packages(library())
    for package, rules in (
        (whole, rules_on_records(library())),
        (with_gaps, one_rule_of_each_shape(library())),
    ):
        found = differences(package, in_postgres(package, postgres), rules)
        assert not found, "\n".join(found[:10])
