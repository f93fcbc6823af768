"""Samples for a mock on-site review: reproducible, agreeing with a draw by hand; intervals of Wilson."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr import operations as ops

from engine.evidence.catalogue.values import RecordType
from engine.evidence.counts import FileRead
from engine.evidence.sampling import (
    Draw,
    DrawnCase,
    can_be_drawn,
    dealt,
    draw,
    key_fields,
    most_used,
    wilson,
)
from engine.evidence.tables import Tables
from tests.engine.evidence.library import catalogue

Row = dict[str, Any]
CODES = st.one_of(st.none(), st.sampled_from(["A1", "b|2", "c'3", "钾", "007"]))
TIMES = st.one_of(st.none(), st.datetimes(datetime(2026, 7, 1), datetime(2026, 9, 30)))
ROWS = st.lists(
    st.fixed_dictionaries(
        {"request_no": CODES, "result_item_code": CODES, "result_reported_at": TIMES, "department": CODES}
    ),
    max_size=30,
)
SEEDS = st.text("abc0123456789", min_size=1, max_size=12)


@pytest.fixture(scope="module")
def connection() -> Any:
    return ibis.duckdb.connect()


def lab_result() -> RecordType:
    return catalogue().records["lab_result"]


def tables_of(connection: Any, rows: list[Row], *, without: str = "") -> Tables:
    """Rows as two files, the first row of each being row 1."""
    half = len(rows) // 2
    content = pa.table(
        {
            name: pa.array([row[name] for row in rows], kind)
            for name, kind in (
                ("request_no", pa.string()),
                ("result_item_code", pa.string()),
                ("result_reported_at", pa.timestamp("us")),
                ("department", pa.string()),
            )
        }
        | {
            "zp_file": pa.array([int(n >= half) for n in range(len(rows))], pa.int64()),
            "zp_row": pa.array([n + 1 if n < half else n - half + 1 for n in range(len(rows))], pa.int64()),
        }
    )
    connection.con.register("zp_new", content)
    connection.con.execute("create or replace table lab_result as select * from zp_new")
    connection.con.unregister("zp_new")
    table = ops.DatabaseTable("lab_result", ibis.Schema.from_pyarrow(content.schema), connection).to_expr()
    return Tables(
        connection,
        {"lab_result": table},
        {"lab_result": frozenset(content.column_names) - {without}},
        (FileRead("a.csv", "", "", "", 0, 0), FileRead("b.csv", "", "", "", 0, 0)),
    )


def by_hand(rows: list[Row], seed: str, most: int) -> list[tuple[str, str, int]]:
    """The draw as a person would do it with a spreadsheet: key, file and row in drawn order."""
    half = len(rows) // 2
    first: dict[str, tuple[int, int]] = {}
    for n, row in enumerate(rows):
        if row["request_no"] is None or row["result_item_code"] is None:
            continue
        key = f"{row['request_no']} / {row['result_item_code']}"
        first.setdefault(key, (int(n >= half), n + 1 if n < half else n - half + 1))

    def place(key: str) -> str:
        return hashlib.sha256(f"{seed}|lab_result|{key}".encode()).hexdigest()

    return [(key, ("a.csv", "b.csv")[first[key][0]], first[key][1]) for key in sorted(first, key=place)][
        :most
    ]


@given(rows=ROWS, seed=SEEDS, most=st.integers(1, 12))
@settings(max_examples=60, deadline=None)
def test_the_engine_draws_what_a_person_draws_by_hand(
    connection: Any, rows: list[Row], seed: str, most: int
) -> None:
    found = draw(tables_of(connection, rows), lab_result(), seed=seed, most=most)
    assert [(case.key, case.file, case.row) for case in found.cases] == by_hand(rows, seed, most)
    assert found.of == len(by_hand(rows, seed, 999))


@given(rows=ROWS, seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_does_not_change_the_sample(connection: Any, rows: list[Row], seed: str) -> None:
    one = draw(tables_of(connection, rows), lab_result(), seed=seed, most=5)
    other = draw(tables_of(connection, rows[::-1]), lab_result(), seed=seed, most=5)
    assert [case.key for case in one.cases] == [case.key for case in other.cases]


@given(rows=ROWS, seed=SEEDS, few=st.integers(1, 5), more=st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_a_larger_sample_begins_with_the_smaller_one(
    connection: Any, rows: list[Row], seed: str, few: int, more: int
) -> None:
    tables = tables_of(connection, rows)
    small = draw(tables, lab_result(), seed=seed, most=few).cases
    assert draw(tables, lab_result(), seed=seed, most=few + more).cases[: len(small)] == small


def test_another_seed_draws_other_cases(connection: Any) -> None:
    rows = [
        {
            "request_no": f"R{n}",
            "result_item_code": "K",
            "result_reported_at": datetime(2026, 7, 1, 8, 30),
            "department": "检验科",
        }
        for n in range(200)
    ]
    tables = tables_of(connection, rows)
    one, other = (draw(tables, lab_result(), seed=seed, most=10) for seed in ("a", "b"))
    assert {case.key for case in one.cases} != {case.key for case in other.cases}
    assert one.of == 200
    assert one.cases[0].department == "检验科"
    assert one.cases[0].moment == datetime(2026, 7, 1, 8, 30)


def test_without_a_field_of_the_key_nothing_is_drawn(connection: Any) -> None:
    row = {"request_no": "R1", "result_item_code": "K", "result_reported_at": None, "department": None}
    without = tables_of(connection, [row], without="result_item_code")
    assert draw(without, lab_result(), seed="a", most=5) == Draw("lab_result", 0, ())
    assert draw(without, catalogue().records["order"], seed="a", most=5).cases == ()


def test_the_patient_s_number_is_part_of_a_key_only_where_nothing_else_tells_the_case() -> None:
    records = catalogue().records
    assert key_fields(records["front_sheet"]) == ("encounter_id",)
    assert "patient_id" in key_fields(records["vital_sign"])
    assert key_fields(records["lab_result"]) == ("request_no", "result_item_code")


def test_only_what_happened_is_drawn() -> None:
    records = catalogue().records
    assert can_be_drawn(records["order"])
    assert not can_be_drawn(records["dictionary"])
    assert not can_be_drawn(records["data_element"])


def cases(record: str, count: int) -> Draw:
    return Draw(
        record,
        count,
        tuple(DrawnCase(record, f"{record}{n}", "a.csv", n, None, "") for n in range(1, count + 1)),
    )


@given(counts=st.lists(st.integers(0, 6), max_size=4), most=st.integers(0, 12))
def test_record_types_are_dealt_in_turn_and_nothing_is_lost(counts: list[int], most: int) -> None:
    draws = [cases(f"r{n}", count) for n, count in enumerate(counts)]
    taken = dealt(draws, most)
    assert len(taken) == min(most, sum(counts))
    by_record = [sum(case.record == one.record for case in taken) for one in draws]
    for one, got in zip(draws, by_record, strict=True):
        assert [case for case in taken if case.record == one.record] == list(one.cases[:got])
        assert got == one.of or got >= max(by_record) - 1


def test_a_type_that_is_checked_half_as_often_is_drawn_too() -> None:
    assert most_used({"order": 9, "decision_alert": 3}) == ("order",)
    assert most_used({"transfusion": 4, "crossmatch": 5, "order": 1}) == ("crossmatch", "transfusion")
    assert most_used({}) == ()


@given(of=st.integers(1, 2000), data=st.data())
def test_the_interval_holds_the_share_and_stays_between_nothing_and_all(of: int, data: Any) -> None:
    passed = data.draw(st.integers(0, of))
    found = wilson(passed, of)
    assert found is not None
    low, high = found
    assert 0 <= low <= Decimal(passed) / of <= high <= 1
    assert low < high


@given(of=st.integers(1, 500), data=st.data())
def test_the_interval_of_the_failures_is_the_mirror_of_that_of_the_passes(of: int, data: Any) -> None:
    passed = data.draw(st.integers(0, of))
    one, other = wilson(passed, of), wilson(of - passed, of)
    assert one is not None
    assert other is not None
    assert (1 - one[1], 1 - one[0]) == other


@given(share=st.integers(1, 9), of=st.integers(10, 300))
def test_more_cases_narrow_the_interval(share: int, of: int) -> None:
    small, large = wilson(share * of // 10, of), wilson(share * of // 10 * 4, of * 4)
    assert small is not None
    assert large is not None
    assert large[1] - large[0] < small[1] - small[0]


@given(of=st.integers(1, 300), data=st.data())
def test_each_end_solves_the_equation_it_is_defined_by(of: int, data: Any) -> None:
    """Wilson's ends are the shares p with |x/n - p| = z·sqrt(p(1-p)/n); they stand to four places outwards."""
    passed = data.draw(st.integers(0, of))
    found = wilson(passed, of)
    assert found is not None
    for end, outwards in zip(found, (-1, 1), strict=True):
        p = float(end)
        distance, allowed = abs(passed / of - p), 1.959963984540054 * (p * (1 - p) / of) ** 0.5
        if 0 < end < 1:
            nearer = p - outwards * 0.00012
            assert distance >= allowed - 1e-9
            assert abs(passed / of - nearer) <= 1.959963984540054 * (nearer * (1 - nearer) / of) ** 0.5 + 1e-9


def test_ten_of_ten_still_leaves_room_for_doubt() -> None:
    assert wilson(10, 10) == (Decimal("0.7224"), Decimal(1))
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)
