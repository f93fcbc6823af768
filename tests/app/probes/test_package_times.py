"""Times in the notations hospitals write, against a slow second reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.probes.times import time_sql

MOMENT = datetime(2026, 7, 1, 8, 5, 9)
MINUTE = MOMENT.replace(second=0)
DAY = datetime(2026, 7, 1)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("create table t (n int, v varchar)")
        yield connection


def read(engine: duckdb.DuckDBPyConnection, *texts: str, form: str | None = None) -> list[datetime | None]:
    engine.execute("delete from t")
    engine.execute("insert into t select unnest(?), unnest(?)", [list(range(len(texts))), list(texts)])
    return [row[0] for row in engine.execute(f"select {time_sql('v', form)} from t order by n").fetchall()]


READABLE = {
    "2026-07-01 08:05:09": MOMENT,
    "2026-07-01T08:05:09": MOMENT,
    "2026-07-01 08:05:09.999": MOMENT,
    "2026-07-01 08:05:09,5": MOMENT,
    "2026/7/1 8:05": MINUTE,
    "2026/07/01 08:05:09": MOMENT,
    "2026-7-1 8:5:9": MOMENT,
    "2026.7.1 8:05:09": MOMENT,
    "2026-07-01": DAY,
    "2026/7/1": DAY,
    "20260701": DAY,
    "202607010805": MINUTE,
    "20260701080509": MOMENT,
    "20260701080509.123": MOMENT,
    "20260701T080509": MOMENT,
    "20260701080509+0800": MOMENT,
    "20260701000509Z": MOMENT,
    "2026年7月1日8时5分": MINUTE,
    "2026年07月01日 08时05分09秒": MOMENT,
    "2026年7月1日": DAY,
    "2026年7月1日 8:05:09": MOMENT,
    "2026年7月1日8时": datetime(2026, 7, 1, 8),
    "2026-07-01T00:05:09Z": MOMENT,
    "2026-07-01T00:05:09.25+00:00": MOMENT,
    "2026-07-01T08:05:09+08:00": MOMENT,
    "2026-06-30T19:05:09-05:00": MOMENT,
    "2026-07-01 08:05:09+08": MOMENT,
    "2026-07-01 08:05:09.123456+00": MOMENT + timedelta(hours=8),
    "2026/7/1 上午8:05:09": MOMENT,
    "2026/7/1 下午 8:05:09": MOMENT + timedelta(hours=12),
    "2026/7/1 8:05:09 PM": MOMENT + timedelta(hours=12),
    "2026-07-01 12:05:09 AM": MOMENT - timedelta(hours=8),
    "46204.336909722224": MOMENT,
    "46204": DAY,
    "2024-02-29 00:00:00": datetime(2024, 2, 29),
}


@pytest.mark.parametrize(("text", "moment"), READABLE.items(), ids=list(READABLE))
def test_a_time_in_a_usual_notation_is_read_to_the_second(engine, text, moment) -> None:
    assert read(engine, text) == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30 08:00:00",
        "2025-02-29",
        "2026-13-01 08:00:00",
        "2026-07-01 24:00:00",
        "2026-07-01 08:60:00",
        "20261301",
        "20260701250000",
        "1/7/2026",
        "07/01/2026 08:05",
        "1751328309",
        "1751328309000",
        "99999",
        "infinity",
        "epoch",
        "now",
        "未知",
        "2026-07-01 08:05:09 (BC)",
        "昨天",
        "0",
    ],
)
def test_what_cannot_be_told_is_no_time(engine, text) -> None:
    assert read(engine, text) == [None]


def test_a_stated_format_is_the_only_one_that_is_read(engine) -> None:
    texts = ("01/07/2026 08:05", "2026-07-01 08:05:09")
    assert read(engine, *texts, form="%d/%m/%Y %H:%M") == [MINUTE, None]


FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y年%m月%d日%H时%M分%S秒",
    "%Y-%m-%dT%H:%M:%S",
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.datetimes(datetime(1954, 1, 1), datetime(2119, 1, 1)), st.sampled_from(FORMS)),
        min_size=1,
    )
)
def test_every_notation_says_the_same_moment(engine, drawn) -> None:
    moments = [moment.replace(microsecond=0) for moment, _form in drawn]
    texts = [moment.strftime(form) for moment, (_any, form) in zip(moments, drawn, strict=True)]
    assert read(engine, *texts) == moments


@settings(max_examples=60, deadline=None)
@given(st.lists(st.datetimes(datetime(1960, 1, 1), datetime(2110, 1, 1)), min_size=1))
def test_serial_numbers_of_spreadsheets_are_days_since_1900(engine, drawn) -> None:
    moments = [moment.replace(microsecond=0) for moment in drawn]
    serials = [(moment - datetime(1899, 12, 30)) / timedelta(days=1) for moment in moments]
    assert read(engine, *(f"{serial:.9f}" for serial in serials)) == moments


NONSENSE = st.text(alphabet="0123456789-/.: T年月日时分秒Z+APM上下午", max_size=24)


@settings(max_examples=30, deadline=None)
@given(st.lists(NONSENSE, min_size=1, max_size=30))
def test_nonsense_is_never_an_error(engine, texts) -> None:
    assert len(read(engine, *texts)) == len(texts)
