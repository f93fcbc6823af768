"""PostgreSQL and Spark count what DuckDB counts, row for row and place for place."""

from __future__ import annotations

import logging
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
from ibis.expr import operations as ops

from engine.evidence.catalogue.checks import CompletenessCheck, IntegrationCheck
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.rules import count_rule
from engine.evidence.tables import Tables
from tests.engine.evidence.canonical_tables import arrow_tables, tables_named, tables_of
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.naive_reading import Package
from tests.engine.evidence.random_packages import random_package
from tests.engine.evidence.test_rules_agree import rules_on_records

SQL_TYPES = {
    pa.bool_(): "boolean",
    pa.timestamp("us"): "timestamp",
    pa.int64(): "bigint",
    pa.string(): "text",
}
SCRIPT = Path(__file__).parents[3] / "scripts" / "postgres.sh"


def packages(catalogue: Catalogue) -> list[Package]:
    return [random_package(1, catalogue, whole=True), random_package(12, catalogue, whole=False)]


def differences(package: Package, elsewhere: Tables, rules: list[Rule]) -> list[str]:
    catalogue = library()
    here = tables_of(package, catalogue, ibis.duckdb.connect())
    found = []
    for rule in rules:
        got, want = count_rule(rule, elsewhere, catalogue), count_rule(rule, here, catalogue)
        if got != want:
            found.append(f"{rule.id}:\n  there {got}\n  here  {want}")
    return found


def one_rule_of_each_shape(catalogue: Catalogue) -> list[Rule]:
    """Rules that differ in what their SQL is made of; one query takes Spark a tenth of a second."""
    shapes: dict[object, Rule] = {}
    for rule in rules_on_records(catalogue):
        check = rule.check
        kinds: tuple[object, ...] = ()
        if isinstance(check, IntegrationCheck):
            fields = catalogue.records[check.left].fields
            types = frozenset(fields[p.left].type for key in check.keys for p in key) - {"string", "code"}
            kinds = (check.right == "dictionary", bool(check.keys_when), types, check.left == check.right)
        if isinstance(check, CompletenessCheck):
            kinds = (check.length is None, check.unique, check.exists_in is None)
        signs = tuple(getattr(check, "signs", ()))[:2]
        shape = (type(check), bool(rule.supports_where), bool(getattr(check, "pairs", ())), len(signs), kinds)
        shapes.setdefault(shape, rule)
    return list(shapes.values())


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
        connection.con.execute("create schema zp_rules")
        connection.con.execute("set search_path to zp_rules")
        yield connection
    finally:
        connection.con.execute("drop schema zp_rules cascade")
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
def test_postgresql_counts_every_rule_as_duckdb_does(postgres: ibis.BaseBackend) -> None:
    for package in packages(library()):
        found = differences(package, in_postgres(package, postgres), rules_on_records(library()))
        assert not found, "\n".join(found[:10])


@pytest.fixture(scope="module")
def spark() -> Iterator[ibis.BaseBackend]:
    """Spark in this process's own machine, without its web page and with one task at a time."""
    pytest.importorskip(
        "pyspark", reason="pyspark is an optional extra: pip install -r requirements-spark.txt"
    )
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or later, and no java was found")
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory(prefix="zhiping-spark-") as folder:
        session = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.codegen.wholeStage", "false")
            .config("spark.sql.warehouse.dir", folder)
            .config("spark.local.dir", folder)
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        logging.getLogger("py4j").setLevel(logging.WARNING)
        connection = ibis.pyspark.connect(session)
        yield connection
        session.stop()


def in_spark(package: Package, connection: ibis.BaseBackend) -> Tables:
    from pyspark.sql import types as st

    kinds = {
        pa.bool_(): st.BooleanType(),
        pa.timestamp("us"): st.TimestampNTZType(),
        pa.int64(): st.LongType(),
        pa.string(): st.StringType(),
    }
    session, content = connection._session, arrow_tables(package, library())
    for record, table in content.items():
        schema = st.StructType([st.StructField(field.name, kinds[field.type]) for field in table.schema])
        rows = [tuple(row.values()) for row in table.to_pylist()]
        session.createDataFrame(rows, schema).createOrReplaceTempView(f"zp_{record}")
    tables = {
        record: ops.DatabaseTable(
            f"zp_{record}", ibis.Schema.from_pyarrow(table.schema), connection
        ).to_expr()
        for record, table in content.items()
    }
    named = tables_named(package, connection, {})
    return Tables(
        connection,
        tables,
        named.supplied,
        named.files,
        named.dictionary_names,
        named.not_applicable,
        named.lengths,
    )


@pytest.mark.filterwarnings("ignore:PySpark does not yet:FutureWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_spark_counts_one_rule_of_each_shape_as_duckdb_does(spark: ibis.BaseBackend) -> None:
    chosen = one_rule_of_each_shape(library())
    package = packages(library())[0]
    rules = rules_on_records(library()) if os.environ.get("ZHIPING_SPARK_WHOLE") else chosen
    found = differences(package, in_spark(package, spark), rules)
    assert not found, "\n".join(found[:10])
