"""Looking up the record that a screen shows."""

from __future__ import annotations

from datetime import datetime

import ibis
import pyarrow as pa
import pytest
from ibis.expr import operations as ops

from engine.evidence.looking_up import moments_of
from engine.evidence.tables import Tables
from tests.engine.evidence.library import catalogue


@pytest.fixture(scope="module")
def tables() -> Tables:
    connection = ibis.duckdb.connect()
    content = pa.table(
        {
            "registration_no": ["R1", "R1", "R2"],
            "visit_registered_at": pa.array(
                [datetime(2026, 7, 1, 8), None, datetime(2026, 7, 2, 9)], pa.timestamp("us")
            ),
        }
    )
    connection.con.register("zp_new", content)
    connection.con.execute("create table registration as select * from zp_new")
    table = ops.DatabaseTable("registration", ibis.Schema.from_pyarrow(content.schema), connection).to_expr()
    return Tables(connection, {"registration": table}, {"registration": frozenset(content.column_names)}, ())


def test_the_rows_of_a_key_are_found_with_their_moments(tables: Tables) -> None:
    found = moments_of(tables, catalogue(), "registration", " R1 ")
    assert found is not None
    assert sorted(found, key=str) == sorted([datetime(2026, 7, 1, 8), None], key=str)


def test_a_key_that_is_not_there_gives_no_rows(tables: Tables) -> None:
    assert moments_of(tables, catalogue(), "registration", "R3") == []


def test_a_record_type_nobody_supplied_says_nothing(tables: Tables) -> None:
    assert moments_of(tables, catalogue(), "lab_report", "R1") is None
    assert moments_of(tables, catalogue(), "no such record", "R1") is None
