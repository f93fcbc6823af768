"""What the exact counting says in single cases that random packages seldom reach."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ibis
import pytest

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.rules import count_rule
from engine.evidence.rules.querying import rows_from
from engine.evidence.rules.texts import Texts
from engine.evidence.tables import Tables
from tests.engine.evidence.canonical_tables import tables_of
from tests.engine.evidence.library import catalogue as library
from tests.engine.evidence.naive_reading import Package, Row

TWO_SIDED = "FC-02.01-1"  # pushed laboratory reports are reports of the laboratory


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return library()


def row(number: int, system: str | None, **values: str | None) -> Row:
    return Row(0, number, system, None, "内科", dict(values))


def tables(catalogue: Catalogue, rows: dict[str, list[Row]]) -> Tables:
    supplied = {record: frozenset(catalogue.records[record].fields) for record in rows}
    return tables_of(Package(["a.csv"], rows, supplied), catalogue, ibis.duckdb.connect())


def pushed(number: int, system: str | None, report: str | None) -> Row:
    return row(number, system, message_topic="lab_report", ref_no=report, patient_id="p1")


def report(number: int, system: str | None, no: str) -> Row:
    return row(number, system, report_no=no, patient_id="p1")


def counted(catalogue: Catalogue, left: list[Row], right: list[Row] | None):
    rows = {"push_message": left} | ({} if right is None else {"lab_report": right})
    return count_rule(catalogue.rules[TWO_SIDED], tables(catalogue, rows), catalogue)


def test_a_left_row_matches_once_however_many_right_rows_equal_it(catalogue: Catalogue) -> None:
    count = counted(catalogue, [pushed(1, "APP", "r1")], [report(i, "LIS", "r1") for i in range(1, 40)])
    assert (count.numerator, count.denominator, count.blocked) == (1, 1, None)


def test_one_system_on_both_sides_proves_nothing_and_the_sentence_names_it(catalogue: Catalogue) -> None:
    count = counted(catalogue, [pushed(1, "HIS", "r1")], [report(1, "HIS", "r1")])
    assert count.blocked is not None
    assert count.blocked.code == "one_system"
    assert "HIS" in count.blocked.text.zh
    assert "HIS" in count.blocked.text.en
    assert (count.numerator, count.denominator) == (0, 0)


def test_a_system_nobody_named_is_not_taken_for_another_one(catalogue: Catalogue) -> None:
    count = counted(catalogue, [pushed(1, None, "r1")], [report(1, "LIS", "r1")])
    assert count.blocked is not None
    assert count.blocked.code == "system_unknown"


def test_an_empty_left_side_is_not_applicable_even_without_a_right_file(catalogue: Catalogue) -> None:
    count = counted(catalogue, [row(1, "APP", message_topic="payment")], None)
    assert (count.denominator, count.blocked) == (0, None)


def test_left_rows_without_a_right_file_could_not_be_checked(catalogue: Catalogue) -> None:
    count = counted(catalogue, [pushed(1, "APP", "r1")], None)
    assert count.blocked is not None
    assert count.blocked.code == "file_absent"


def test_failing_places_are_twenty_at_most_and_never_hold_a_value(catalogue: Catalogue) -> None:
    left = [pushed(i, "APP", f"secret-{i}") for i in range(1, 60)]
    count = counted(catalogue, left, [report(1, "LIS", "r1")])
    assert [place.row for place in count.failing] == list(range(1, 21))
    assert {place.fields for place in count.failing} == {("ref_no",)}
    assert "secret" not in repr(count)


def test_a_row_that_fails_many_times_is_one_place_with_all_its_fields(catalogue: Catalogue) -> None:
    rule = catalogue.rules["01.01.6-timeliness-2"]  # order, then the pharmacist's review of it
    order = {"order_class": "medication", "care_setting": "inpatient"}
    early, late = "2026-01-02 08:00:00", "2026-01-03 08:00:00"
    orders = [row(1, "HIS", order_no="n1", ordered_at=late, **order)]
    orders += [row(i, "HIS", order_no=f"n{i}", ordered_at=early, **order) for i in range(2, 40)]
    given = {"order_no": "n1", "care_setting": "inpatient"}
    reviews = [row(i, "PASS", reviewed_at=early, **given) for i in range(1, 30)]  # all before the order
    reviews += [row(30, "PASS", reviewed_at=None, **given)]
    late_ones = [{"order_no": f"n{i}", "care_setting": "inpatient"} for i in range(2, 40)]
    reviews += [row(31 + i, "PASS", reviewed_at=None, **one) for i, one in enumerate(late_ones)]
    count = count_rule(rule, tables(catalogue, {"order": orders, "pharmacist_review": reviews}), catalogue)
    assert (count.numerator, count.denominator) == (0, 30 + 38)
    assert [place.row for place in count.failing] == list(range(1, 21))
    assert count.failing[0].fields == ("ordered_at", "reviewed_at")
    assert {place.fields for place in count.failing[1:]} == {("reviewed_at",)}


def test_splits_and_places_of_all_groups_are_told_together(catalogue: Catalogue) -> None:
    left = [replace(pushed(i, "APP", f"r{i}"), department=f"科{i % 7}") for i in range(1, 200)]
    count = counted(catalogue, left, [report(1, "LIS", "r7")])
    assert [place.row for place in count.failing] == [i for i in range(1, 22) if i != 7]
    assert sum(split.denominator for split in count.splits) == count.denominator == 199
    assert [split.department for split in count.splits] == [f"科{i}" for i in range(7)]


def test_a_query_that_breaks_off_says_nothing_instead_of_zero(catalogue: Catalogue) -> None:
    given = tables(
        catalogue, {"push_message": [pushed(1, "APP", "r1")], "lab_report": [report(1, "LIS", "r1")]}
    )
    given.connection.con.execute("drop table lab_report")
    count = count_rule(catalogue.rules[TWO_SIDED], given, catalogue)
    assert count.blocked is not None
    assert count.blocked.code == "probe_failed"


def test_kept_sql_is_not_taken_for_a_rule_that_changed(catalogue: Catalogue) -> None:
    given = tables(
        catalogue, {"push_message": [pushed(1, "APP", "r1")], "lab_report": [report(1, "LIS", "r2")]}
    )
    rule = catalogue.rules[TWO_SIDED]
    assert count_rule(rule, given, catalogue).denominator == 1
    narrower = replace(rule, check=replace(rule.check, left_where=()))
    given.connection.con.execute("insert into push_message (zp_file, zp_row, zp_system) values (0, 9, 'APP')")
    assert count_rule(rule, given, catalogue).denominator == 1
    assert count_rule(narrower, given, catalogue).denominator == 2


def test_sql_saved_by_one_process_serves_another_and_a_broken_file_serves_none(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    rule, path = catalogue.rules[TWO_SIDED], tmp_path / "texts.json"
    one, other = Texts(10), Texts(10)
    key = ("id", "hash", "duckdb", ("lab", (None, None, "lab"), frozenset({"b", "a"}), frozenset()), "split0")
    assert one.get(key, rule, lambda: "select 1") == "select 1"
    one.save(path)
    assert other.load(path) == 1
    assert other.get(key, rule, lambda: "written anew") == "select 1"
    path.write_text("{", encoding="utf-8")
    assert Texts(10).load(path) == 0


def test_answers_are_tuples_and_never_frames() -> None:
    assert rows_from(ibis.duckdb.connect(), "select 1, 'a'") == [(1, "a")]
