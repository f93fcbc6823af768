"""PostgreSQL counts statistics, loops, metrics, fragmentation and authenticity as DuckDB does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis
import pytest
from ibis.expr import operations as ops

from engine.evidence.authenticity import count_check
from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.decision_support import count_topics
from engine.evidence.fragmentation import count_fragmentation
from engine.evidence.loops import count_loop
from engine.evidence.metrics import count_metric
from engine.evidence.statistics import count_statistic
from engine.evidence.tables import Tables
from tests.engine.evidence.library import catalogue
from tests.engine.evidence.made_up_rows import made_up
from tests.engine.evidence.test_rules_elsewhere import postgres  # noqa: F401  (a fixture)

LOOPS = ("CL-03", "CL-09")  # nested links, one record
METRICS = ("AM-SS-01.02", "AM-SS-05.01", "AM-EMR-01.06", "AM-EMR-09.04")
KINDS = {"string": "text", "boolean": "boolean", "int64": "bigint", "timestamp(6)": "timestamp"}


def everything(tables: Tables, window: Any) -> dict[Any, Any]:
    known = catalogue()
    found: dict[Any, Any] = {
        rule.id: count_statistic(rule, tables, known, window)
        for rule in known.rules.values()
        if isinstance(rule.check, StatisticCheck)
    }
    found |= {name: count_loop(known.loops[name], tables, known, "inpatient") for name in LOOPS}
    found |= {name: count_metric(known.metrics[name], tables, known, window) for name in METRICS}
    checks = [replace(check, applies_to=check.applies_to[:1]) for check in known.authenticity.values()]
    found |= {check.id: count_check(check, known, tables, window, {}) for check in checks}
    return found | {
        "fragmentation": count_fragmentation(known, tables),
        "topics": count_topics(known, tables),
    }


def in_postgres(here: Tables, connection: Any) -> Tables:
    there = {}
    with connection.con.cursor() as cursor:
        for record, table in here.tables.items():
            columns = ", ".join(f'"{name}" {KINDS[str(kind)]}' for name, kind in table.schema().items())
            cursor.execute(f'drop table if exists "{record}"; create table "{record}" ({columns})')
            rows = here.connection.con.execute(f'select * from "{record}"').fetchall()
            if rows:
                cursor.executemany(
                    f'insert into "{record}" values ({", ".join(["%s"] * len(rows[0]))})', rows
                )
            there[record] = ops.DatabaseTable(record, table.schema(), connection).to_expr()
    connection.con.commit()
    return Tables(
        connection, there, here.supplied, here.files, here.dictionary_names, here.not_applicable, here.lengths
    )


@pytest.mark.postgres
def test_postgresql_counts_what_duckdb_counts(postgres: ibis.BaseBackend) -> None:  # noqa: F811
    data, here = made_up(catalogue(), 1)
    expected, got = everything(here, data.window), everything(in_postgres(here, postgres), data.window)
    assert [key for key, count in expected.items() if got[key] != count] == []
