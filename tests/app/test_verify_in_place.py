"""verify on tables in place: PostgreSQL gives the counts that the same rows give as canonical tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import pytest

from assessments.probes.reaching import SourceRefused, count_in_place
from engine.evidence.mapping import MappingDocument, SourceMapping
from engine.evidence.rules import count_rule
from tests.app.probes.test_in_place import PLACE
from tests.engine.evidence.canonical_tables import tables_of
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.naive_reading import Package
from tests.engine.evidence.random_packages import random_package
from tests.engine.evidence.raw_tables import columns_of, rows_of, their_name
from tests.engine.evidence.test_rules_elsewhere import postgres  # noqa: F401

EMR = "emr-2018"
RECORDS = ("order", "order_execution", "lab_request", "lab_report", "prescription", "dictionary")


def quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody listens."""


def laid_out(package: Package, connection: Any) -> MappingDocument:
    """Every record type as a table with the hospital's column names, and its mapping."""
    catalogue, sources = library(), []
    for record in package.rows:
        kinds = columns_of(package, catalogue, record)
        names = ", ".join(f'"{their_name(name)}" {kind}' for name, kind in kinds.items())
        connection.execute(f"create table {PLACE}.t_{record} ({names})")
        if rows := list(rows_of(package, catalogue, record)):
            with connection.cursor() as cursor:
                marks = ", ".join(["%s"] * len(kinds))
                cursor.executemany(f"insert into {PLACE}.t_{record} values ({marks})", rows)
        columns = {their_name(name): name for name in kinds}
        sources.append(SourceMapping(f"{PLACE}.t_{record}", record, columns, system=record))
    connection.commit()
    return MappingDocument("示例医院", tuple(sources))


@pytest.fixture
def place(postgres: Any) -> Iterator[Any]:  # noqa: F811
    postgres.con.execute(f"create schema {PLACE}")
    yield postgres
    postgres.con.rollback()
    postgres.con.execute(f"drop schema {PLACE} cascade")
    postgres.con.commit()


@pytest.mark.postgres
def test_tables_in_place_give_the_counts_of_the_same_rows_in_files(place: Any) -> None:
    catalogue = library()
    package = random_package(1, catalogue, whole=True)
    package.rows = {record: package.rows[record] for record in RECORDS}
    mapping = laid_out(package, place.con)
    info = place.con.info
    address = os.environ.get("ZHIPING_TEST_DATABASE", "")
    if not address.startswith("postgresql://"):
        address = f"postgresql://{info.user}@{info.host}:{info.port}/{info.dbname}"
    counts = count_in_place(
        "postgres", address, rubric=EMR, catalogue=catalogue, mapping=mapping, window=None,
        reading=quiet, counting=quiet,
    )  # fmt: skip
    assert counts.backend == "postgres"
    assert not counts.refused
    assert {file.record: file.rows for file in counts.files} == {
        record: len(rows) for record, rows in package.rows.items()
    }
    here, compared = tables_of(package, catalogue, ibis.duckdb.connect()), 0
    for rule in catalogue.rules_of(EMR):
        if not rule.active or rule.two_sided:  # the random package has other systems than the mapping
            continue
        want, got = count_rule(rule, here, catalogue, failing=0), counts.rules[rule.id]
        assert (got.numerator, got.denominator, got.blocked) == (
            want.numerator,
            want.denominator,
            want.blocked,
        ), rule.id
        compared += bool(want.denominator)
    assert compared > 8


@pytest.mark.parametrize(
    ("backend", "address"),
    [("postgres", "mysql://h/x"), ("postgres", "postgresql://127.0.0.1:1/none"), ("spark", "no-such-folder")],
)
def test_a_source_that_cannot_be_read_is_one_sentence(backend: str, address: str) -> None:
    window = (date(2026, 7, 1), date(2026, 9, 30))
    with pytest.raises(SourceRefused) as refused:
        count_in_place(
            backend, address, rubric=EMR, catalogue=library(), mapping=MappingDocument("", ()),
            window=window, reading=quiet, counting=quiet,
        )  # fmt: skip
    assert refused.value.sentence.zh and "Traceback" not in refused.value.sentence.zh
