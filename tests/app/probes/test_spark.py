"""Spark, in one session: its tables say what files say, and its counts are those of the reference.

Everything about Spark stands here because starting it costs as much as the tests.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pytest
from ibis.expr import operations as ops

from assessments.probes.in_place import open_in_place
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.rules.reading import columns_of
from engine.evidence.tables import Tables
from tests.app.probes.test_in_place import WINDOW, content, mapping, package, says_the_same  # noqa: F401
from tests.engine.evidence.canonical_tables import arrow_tables, tables_named
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.naive_reading import Package
from tests.engine.evidence.test_rules_agree import one_rule_of_each_shape, rules_on_records
from tests.engine.evidence.test_rules_elsewhere import differences, packages

pytestmark = [
    pytest.mark.filterwarnings("ignore:PySpark does not yet:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
#: One task at a time, no web page, and nothing compiled that is asked once.
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    sql = pytest.importorskip(
        "pyspark.sql", reason="pyspark is an optional extra: pip install -r requirements-spark.txt"
    )
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17 or later, and no java was found")
    with tempfile.TemporaryDirectory(prefix="zhiping-spark-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        builder = sql.SparkSession.builder.master("local[1]")
        for key, value in (
            *SETTINGS.items(), ("spark.sql.warehouse.dir", folder), ("spark.local.dir", folder),
        ):  # fmt: skip
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        logging.getLogger("py4j").setLevel(logging.WARNING)
        yield ibis.pyspark.connect(session)
        session.stop()


def laid_out(session: Any, name: str, table: pa.Table) -> None:
    session.createDataFrame(table).createOrReplaceTempView(name)


def test_tables_of_spark_say_what_files_say(package: Any, catalogue: Catalogue, spark: Any) -> None:  # noqa: F811
    for name, (header, lines) in content().items():
        columns = zip(*lines, strict=True)
        laid_out(spark._session, name, pa.table(dict(zip(header, map(list, columns), strict=True))))
    says_the_same(open_in_place(spark, mapping(), catalogue=catalogue, window=WINDOW), package)


def in_spark(made: Package, connection: Any, rules: list[Rule]) -> Tables:
    """The record types these rules read, as views; the other tables are named and not there."""
    from pyspark.sql import types as st

    kinds = {
        pa.bool_(): st.BooleanType(),
        pa.timestamp("us"): st.TimestampNTZType(),
        pa.int64(): st.LongType(),
        pa.string(): st.StringType(),
    }
    read = {record for rule in rules for record in columns_of(rule)}
    session, tables = connection._session, {}
    for record, table in arrow_tables(made, library()).items():
        tables[record] = ops.DatabaseTable(
            f"zp_{record}", ibis.Schema.from_pyarrow(table.schema), connection
        ).to_expr()
        if record in read:
            schema = st.StructType([st.StructField(field.name, kinds[field.type]) for field in table.schema])
            rows = [tuple(row.values()) for row in table.to_pylist()]
            session.createDataFrame(rows, schema).createOrReplaceTempView(f"zp_{record}")
    named = tables_named(made, connection, {})
    return Tables(
        connection,
        tables,
        named.supplied,
        named.files,
        named.dictionary_names,
        named.not_applicable,
        named.lengths,
    )


def test_spark_counts_one_rule_of_each_shape_as_the_reference_does(spark: Any) -> None:
    one = packages(library())[0]
    whole = os.environ.get("ZHIPING_SPARK_WHOLE")
    rules = rules_on_records(library()) if whole else one_rule_of_each_shape(library())
    found = differences(one, in_spark(one, spark, rules), rules)
    assert not found, "\n".join(found[:10])
