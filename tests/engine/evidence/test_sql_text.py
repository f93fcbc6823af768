"""Rules as SQL text: every one in every dialect, and the same counts as the engine's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import duckdb as duck
import ibis
import pytest
import sqlglot
from sqlglot import exp

from engine.evidence.catalogue.checks import StatisticCheck, TimelinessCheck
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.mapping import MappingDocument, SourceMapping
from engine.evidence.rules import count_rule
from engine.evidence.sql_text import DIALECTS, DUCKDB, NoStatement, rule_sql
from engine.evidence.sql_text.dialects import Dialect
from engine.evidence.statistics import count_statistic
from tests.engine.evidence.canonical_tables import tables_of
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.naive_reading import Package
from tests.engine.evidence.random_packages import random_package
from tests.engine.evidence.raw_tables import columns_of, rows_of, their_mapping, their_name
from tests.engine.evidence.test_rules_elsewhere import postgres  # noqa: F401

ALL_TIME = (date(1900, 1, 1), date(2900, 1, 1))
Ask = Callable[[str], tuple[Any, ...]]


def written(catalogue: Catalogue) -> list[Rule]:
    return [rule for rule in catalogue.rules.values() if rule.check is not None and rule.mechanisable]


@pytest.mark.parametrize("key", sorted(DIALECTS))
def test_every_mechanisable_rule_is_one_select_that_can_be_read_back(key: str) -> None:
    dialect, catalogue = DIALECTS[key], library()
    for rule in written(catalogue):
        statement = rule_sql(rule, catalogue, dialect)
        found = [
            one
            for one in sqlglot.parse(statement.text, read=dialect.sqlglot)
            if one is not None and not isinstance(one, exp.Semicolon)
        ]
        assert len(found) == 1, rule.id
        assert isinstance(found[0], exp.Select), rule.id
        assert not list(found[0].find_all(exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)) or all(
            isinstance(part, exp.Query)
            for part in found[0].find_all(exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)
        ), rule.id
        assert [column.alias for column in found[0].selects][:2] == ["numerator", "denominator"]
        assert rule.id in statement.text.splitlines()[0]
        assert rule.label.zh in statement.text
        assert " ".join(rule.label.en.split()) in statement.text
        assert dialect.parameters[0] in statement.text
        assert all(line.startswith("-- ") for line in statement.text.split("WITH\n")[0].splitlines())


def test_a_rule_that_people_count_has_no_statement_and_says_so() -> None:
    catalogue = library()
    with pytest.raises(NoStatement) as refused:
        rule_sql(catalogue.rules["10.01.5-completeness-1"], catalogue, DIALECTS["oracle"])
    assert "填报" in refused.value.sentence.zh


def test_what_the_mapping_does_not_have_is_named_in_the_comment() -> None:
    catalogue = library()
    rule = catalogue.rules["02.02.5-integration-1"]
    mapping = MappingDocument("示例医院", (SourceMapping("yz", "order", {"YZH": "order_no"}),))
    statement = rule_sql(rule, catalogue, DIALECTS["oracle"], mapping, ALL_TIME)
    assert "order_execution" in statement.unmapped
    assert "order.route" in statement.unmapped
    assert "order_execution" in statement.text.split("WITH\n")[0]
    assert "YZH" in statement.query


def test_a_regular_expression_asks_for_a_newer_sql_server_and_says_so() -> None:
    catalogue = library()
    text = rule_sql(catalogue.rules["SEM-08"], catalogue, DIALECTS["mssql"]).text
    assert "SQL Server 2025" in text
    assert "SQL Server 2025" not in rule_sql(catalogue.rules["SEM-08"], catalogue, DIALECTS["oracle"]).text


def test_words_and_local_codes_of_a_hospital_cannot_leave_their_literals() -> None:
    catalogue = library()
    rule = next(r for r in written(catalogue) if r.setting == "inpatient" and getattr(r.check, "record", ""))
    record = rule.check.record  # type: ignore[union-attr]
    mapping = MappingDocument(
        "示例医院",
        (
            SourceMapping(
                'a"; DROP TABLE x; --',
                record,
                {'c"]`; DELETE FROM y; --': "care_setting"},
                values={"care_setting": {"1'; DROP TABLE z; --": "inpatient"}},
            ),
        ),
    )
    for dialect in DIALECTS.values():
        query = rule_sql(rule, catalogue, dialect, mapping, ALL_TIME).query
        assert len(sqlglot.parse(query, read=dialect.sqlglot)) == 1


def differences(
    package: Package, ask: Ask, dialect: Dialect, mapping: MappingDocument | None
) -> tuple[list[str], int]:
    """Rules whose statement gives other counts than the engine; and how many had rows to count."""
    catalogue = library()
    tables = tables_of(package, catalogue, ibis.duckdb.connect())
    found, counted = [], 0
    for rule in written(catalogue):
        if isinstance(rule.check, StatisticCheck):
            count = count_statistic(rule, tables, catalogue, failing=0, splits=False)
        else:
            count = count_rule(rule, tables, catalogue, failing=0, splits=False)
        if count.blocked is not None and count.blocked.code in (
            "file_absent",
            "column_absent",
            "nothing_joins",
        ):
            continue
        row = ask(rule_sql(rule, catalogue, dialect, mapping, ALL_TIME).query)
        got = [int(value) for value in row]
        want = [count.numerator, count.denominator]
        for clause in () if isinstance(rule.check, StatisticCheck) else rule.supports_where:
            want += [*count.narrowed.get(clause, (0, 0))]
        if isinstance(rule.check, StatisticCheck) and rule.check.kind == "distinct_count":
            want.append(int(count.value or 0))
        if count.blocked is None and got != want:
            found.append(f"{rule.id}: text {got}, engine {want}")
        counted += count.blocked is None and bool(count.denominator)
    return found, counted


def in_duckdb(package: Package) -> duck.DuckDBPyConnection:
    connection, catalogue = duck.connect(), library()
    connection.execute("set threads = 1")
    for record in package.rows:
        kinds = columns_of(package, catalogue, record)
        written_columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
        connection.execute(f'create table "{record}" ({written_columns})')
        if rows := list(rows_of(package, catalogue, record)):
            connection.executemany(f'insert into "{record}" values ({", ".join("?" * len(kinds))})', rows)
    return connection


@pytest.mark.parametrize("seed", [1])
def test_the_text_gives_the_counts_of_the_engine(seed: int) -> None:
    package = random_package(seed, library(), whole=True)
    connection = in_duckdb(package)
    found, counted = differences(package, lambda sql: connection.execute(sql).fetchone() or (), DUCKDB, None)
    assert not found, "\n".join(found[:10])
    assert counted > 200


def test_the_text_over_mapped_tables_gives_the_counts_of_the_engine() -> None:
    """Every record type in two tables of the hospital's own, with its own column names."""
    catalogue = library()
    package = random_package(4, catalogue, whole=True)
    mapping = their_mapping(package, catalogue)
    connection = duck.connect()
    connection.execute("create schema his")
    for record in package.rows:
        kinds = columns_of(package, catalogue, record)
        names = ", ".join(f'"{their_name(name)}" {kind}' for name, kind in kinds.items())
        for part, half in (("a", 0), ("b", 1)):
            connection.execute(f"create table his.{record}_{part} ({names})")
            if rows := list(rows_of(package, catalogue, record))[half::2]:
                marks = ", ".join("?" * len(kinds))
                connection.executemany(f"insert into his.{record}_{part} values ({marks})", rows)
    found, counted = differences(
        package, lambda sql: connection.execute(sql).fetchone() or (), DUCKDB, mapping
    )
    assert not found, "\n".join(found[:10])
    assert counted > 200


def test_rows_outside_the_window_are_left_out_and_rows_without_a_time_stay() -> None:
    catalogue = library()
    rule = next(
        r
        for r in written(catalogue)
        if r.dimension == "completeness"
        and catalogue.records[getattr(r.check, "record", "dictionary")].window_on
        and r.setting == "all"
        and not r.check.where  # type: ignore[union-attr]
    )
    record = rule.check.record  # type: ignore[union-attr]
    on = catalogue.records[record].window_on
    assert on is not None
    connection = duck.connect()
    names = ", ".join(
        f'"{name}" {"timestamp" if field.type == "datetime" else "text"}'
        for name, field in catalogue.records[record].fields.items()
    )
    connection.execute(f'create table "{record}" ({names})')
    for moment in (
        datetime(2026, 6, 30, 23, 59, 59),
        datetime(2026, 7, 1),
        datetime(2026, 9, 30, 23, 59, 59, 9),
        datetime(2026, 10, 1),
        None,
    ):
        connection.execute(f'insert into "{record}" ("{on}") values (?)', [moment])
    window = (date(2026, 7, 1), date(2026, 9, 30))
    row = connection.execute(rule_sql(rule, catalogue, DUCKDB, None, window).query).fetchone()
    assert row is not None
    assert row[1] == 3
    asked = rule_sql(rule, catalogue, DUCKDB).query
    assert connection.execute(asked, {"from_date": "2026-07-01", "to_date": "2026-09-30"}).fetchone() == row


@pytest.mark.postgres
def test_postgresql_runs_every_text_and_gives_the_counts_of_the_engine(postgres: ibis.BaseBackend) -> None:  # noqa: F811
    catalogue = library()
    package = random_package(1, catalogue, whole=True)
    connection: Any = postgres.con
    for record in package.rows:
        kinds = columns_of(package, catalogue, record)
        names = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
        connection.execute(f'drop table if exists "{record}"; create table "{record}" ({names})')
        rows = list(rows_of(package, catalogue, record))
        with connection.cursor() as cursor:
            cursor.executemany(f'insert into "{record}" values ({", ".join(["%s"] * len(kinds))})', rows)
    with connection.cursor() as cursor:
        found, counted = differences(
            package, lambda sql: cursor.execute(sql.encode()).fetchone() or (), DIALECTS["postgres"], None
        )
    assert not found, "\n".join(found[:10])
    assert counted > 200


def test_a_text_time_is_read_in_its_format_or_the_comment_says_that_it_is_not() -> None:
    catalogue = library()
    rule = next(
        r for r in written(catalogue) if isinstance(r.check, TimelinessCheck) and r.check.signs[0].op == "<"
    )
    moments = rule.check.moments  # type: ignore[union-attr]
    sources: dict[str, dict[str, str]] = {m.record: {} for m in moments}
    for moment in moments:
        sources[moment.record][moment.field.upper()] = moment.field

    def text(dialect: str, form: str) -> str:
        mapping = MappingDocument(
            "", tuple(SourceMapping(r, r, c, datetime_format=form) for r, c in sources.items())
        )
        return rule_sql(rule, catalogue, DIALECTS[dialect], mapping, ALL_TIME).text

    assert "'YYYYMMDDHH24MISS'" in text("oracle", "%Y%m%d%H%M%S")
    assert "'%Y年%m月%d日'" in text("mysql", "%Y年%m月%d日")
    assert "TRY_CONVERT" in text("mssql", "%Y%m%d%H%M%S")
    assert "不能直接写成SQL Server的语句" in text("mssql", "%d.%m.%Y %H:%M")
    assert "不能直接写成Oracle的语句" in text("oracle", "%Y-%m-%d %H:%M:%S.%f")
