"""Shortcuts of reading say what the long way says: each is compared with it on awkward values."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from assessments.probes import store, tuning
from assessments.probes.canonical import BLANKS, NOTHING, Raw, text_sql
from assessments.probes.times import is_usual, time_macro, time_sql, usual_time
from engine.evidence.rules import count_rule
from tests.app.probes.reading import codes, rows

OTHERS = [
    "a",
    "Z",
    "l",
    "L",
    "~",
    "\x7f",
    "\x1f",
    "中",
    "、",
    "\u2fff",
    "\u3001",
    "０",
    "\ufefe",
    "\uff01",
    "𠮷",
    "e\u0301",
]


def python_says(text: str | None) -> str | None:
    kept = (text or "").strip(BLANKS)
    return None if kept in NOTHING else kept


def awkward_texts() -> list[str | None]:
    """Every blank and many other characters before and after everything that exports write."""
    edges = ["", *BLANKS, *OTHERS, "7"]
    middles = ["", "x", "7", "a b", *NOTHING, "ull", "NULLL", "NULL 7", "\\NN"]
    return [None, *(before + middle + after for before in edges for middle in middles for after in edges)]


@pytest.mark.parametrize("tidy", [False, True])
def test_a_text_is_trimmed_and_emptied_as_python_does_it(tidy: bool) -> None:
    texts = awkward_texts()
    if tidy:  # values without other blanks than spaces, as a look through the file has shown
        texts = [t for t in texts if t is None or not set(t) & set(BLANKS) - {" "}]
        texts = [t for t in texts if python_says(t) is not None or not (t or "").strip(" ")]
    with duckdb.connect() as engine:
        engine.register("given", pa.table({"n": range(len(texts)), "v": pa.array(texts, pa.string())}))
        found = engine.execute(f"select {text_sql(Raw('v', tidy=tidy))} from given order by n").fetchall()
    assert [(t, row[0]) for t, row in zip(texts, found, strict=True)] == [(t, python_says(t)) for t in texts]


def nearly_usual(chance: random.Random) -> str:
    """A moment as most are written, with up to three characters changed, added or left out."""
    text = list(
        f"{chance.randrange(0, 10000):04d}-{chance.randrange(0, 14):02d}-{chance.randrange(0, 33):02d}"
    )
    text += list(
        f" {chance.randrange(0, 26):02d}:{chance.randrange(0, 62):02d}:{chance.randrange(0, 62):02d}"
    )
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(text))
        text[at : at + chance.randrange(2)] = chance.choice(["", *"0129 -/:TZ+.时"])
    return "".join(text)


def test_the_first_look_at_a_time_says_what_all_lanes_together_say() -> None:
    chance = random.Random(20260701)
    texts = [nearly_usual(chance) for _ in range(60_000)]
    assert sum(len(text) == 19 for text in texts) > 20_000
    with duckdb.connect() as engine:
        engine.execute(time_macro())
        engine.register("given", pa.table({"v": texts}))
        trimmed = f"(select v, {text_sql(Raw('v'))} as t, {usual_time('v')} as u from given)"
        sql = f"select v, u, {time_sql('t')} as long from {trimmed} where {is_usual('u')}"
        found = engine.execute(sql).fetchall()
    assert len(found) > 10_000
    assert [row for row in found if row[1] != row[2]] == []


def laboratory(folder: Path, count: int, fields: Iterable[str]) -> None:
    """Reports of several departments, some of them wrong, in a text file and in Parquet."""
    chance = random.Random(7)
    table = {name: [None if n % 53 == 0 else f"{name} {n % 300}" for n in range(count)] for name in fields}
    table |= {
        "report_no": [f"R{n if n % 97 else n - 1:07d}" for n in range(count)],
        "request_no": [None if n % 31 == 0 else f"Q{n}" for n in range(count)],
        "care_setting": [chance.choice(["inpatient", "outpatient", " emergency", ""]) for _ in range(count)],
        "campus": [chance.choice(["东院", "西院 ", None]) for _ in range(count)],
        "department": [f"科室{n % 11}" for n in range(count)],
        "result_item_code": [f"C{n % 40}" for n in range(count)],
        "reported_at": [f"2026-07-{1 + n % 31:02d} 08:0{n % 10}:09" for n in range(count)],
    }
    pa.parquet.write_table(pa.table(table), folder / "lab_report@LIS.parquet")
    lines = zip(*([value or "" for value in column] for column in table.values()), strict=True)
    text = "\n".join([",".join(table), *(",".join(line) for line in lines)])
    (folder / "lab_report@OLD.csv").write_text(text + "\n2026,7\n", "utf-8")  # the last line is ragged


def test_a_store_in_memory_on_disk_and_of_few_rows_says_the_same(
    folder, opened, catalogue, monkeypatch
) -> None:
    laboratory(folder, 4000, catalogue.records["lab_report"].fields)
    monkeypatch.setattr(tuning, "LARGE", 100)
    rules = [rule for rule in catalogue.rules.values() if re.search("lab_report", repr(rule.check))]
    said, kinds = [], set()
    for small, memory in ((20_000, store.IN_MEMORY), (0, store.IN_MEMORY), (0, 0)):
        monkeypatch.setattr(tuning, "SMALL", small)
        monkeypatch.setattr(store, "IN_MEMORY", memory)
        package = opened()
        assert codes(package) == {}
        counts = [count_rule(rule, package.tables, catalogue) for rule in rules]
        every = [name for name in package.tables.tables["lab_report"].columns if name != "zp_system"]
        said.append((rows(package, "lab_report", *every), counts, package.tables.files))
        kinds.add((type_of(package.engine, "campus"), store.is_on_disk(package.engine)))
    assert said[0] == said[1] == said[2]
    assert len(said[0][0]) == 8000
    assert sum(bool(count.denominator) and bool(count.failing) for count in said[0][1]) > 3
    assert kinds == {("VARCHAR", False), ("ENUM", False), ("VARCHAR", True)}


def type_of(engine: duckdb.DuckDBPyConnection, name: str) -> str:
    described = engine.execute("describe lab_report").fetchall()
    return next(str(row[1]) for row in described if row[0] == name).partition("(")[0]
