"""The laboratory extract and the twelve rules other validators are measured with.

Four fields filled, no repeated key, a dictionary of 500 codes, a range, a set of codes, a pattern,
two orders of time, a key that must exist among the visits. Errors are seeded, so every tool must
count the same.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb

from engine.evidence.catalogue.checks import (
    Check,
    Comparison,
    CompletenessCheck,
    DictionaryCheck,
    IntegrationCheck,
    Moment,
    Pair,
    Sign,
    StatisticCheck,
    TimelinessCheck,
)
from engine.evidence.catalogue.values import Catalogue, Field, RecordType, Rule
from engine.rubric.values import Text

RUBRIC = "bench"
FORMS = ("parquet", "csv")
LAB_FIELDS = {
    "result_id": "string",
    "visit_id": "string",
    "patient_id": "string",
    "item_code": "code",
    "item_name": "string",
    "result_value": "number",
    "status": "code",
    "doctor": "string",
    "specimen_no": "string",
    "collected_at": "datetime",
    "received_at": "datetime",
    "reported_at": "datetime",
}
RANGE = r"^([0-9]{1,3}(\.[0-9]+)?|1000(\.0+)?)$"  # 0 to 1000
PATTERN = "^S[0-9]{8}$"
ITEMS = tuple(f"I{i}" for i in range(500))
STATES = ("0", "1", "2", "3")


def record(key: str, fields: dict[str, str], dictionaries: dict[str, str]) -> RecordType:
    label = Text(key, key)
    columns = {k: Field(k, label, t, dictionary=dictionaries.get(k)) for k, t in fields.items()}  # type: ignore[arg-type]
    return RecordType(key, label, columns, None, (), "any", label, (next(iter(fields)),))


def twelve_rules(catalogue: Catalogue) -> Catalogue:
    """The library's catalogue with two record types and twelve rules instead of its own."""
    lab = record("lab", LAB_FIELDS, {"item_code": "item", "status": "status"})
    visit = record("visit", {"visit_id": "string"}, {})

    def time_order(before: str, after: str) -> TimelinessCheck:
        return TimelinessCheck(
            (Moment("lab", before), Moment("lab", after)), (Sign("<="),), ({"lab": "result_id"},)
        )

    def matching(field: str, pattern: str) -> StatisticCheck:
        given = {"fields": ({"record": "lab", "field": field},), "pattern": pattern}
        return StatisticCheck("pattern_share", given, Comparison(">=", (Decimal("0.95"),)))

    key = (Pair("visit_id", "visit_id"),)
    checks: dict[str, tuple[str, Check]] = {
        **{
            f"filled {f}": ("completeness", CompletenessCheck("lab", ((f,),)))
            for f in ("patient_id", "item_code", "result_value", "doctor")
        },
        "unique": ("completeness", CompletenessCheck("lab", (("result_id",),), unique=True)),
        "dictionary": ("consistency", DictionaryCheck("lab", (("item_code",),))),
        "range": ("consistency", matching("result_value", RANGE)),
        "status": ("consistency", DictionaryCheck("lab", (("status",),))),
        "pattern": ("consistency", matching("specimen_no", PATTERN)),
        "collected before received": ("timeliness", time_order("collected_at", "received_at")),
        "received before reported": ("timeliness", time_order("received_at", "reported_at")),
        "visit": ("integration", IntegrationCheck("lab", "visit", (key,), (key,))),
    }
    rules = {
        name: Rule(name, "dq_rules", RUBRIC, dimension, Text(name, name), "all", "hospital", True, check)  # type: ignore[arg-type]
        for name, (dimension, check) in checks.items()
    }
    records = {"lab": lab, "visit": visit, "dictionary": catalogue.records["dictionary"]}
    names = {"item": Text("项目", "Item"), "status": Text("状态", "Status")}
    return replace(catalogue, content_hash="twelve rules", records=records, rules=rules, dictionaries=names)


def write_extract(folder: Path, rows: int) -> None:
    """Laboratory rows with seeded errors and their visits: ``parquet`` and ``csv``, a package each."""
    engine = duckdb.connect(config={"threads": 2})
    visits = rows * 198 // 1000
    engine.execute(f"""create table visit as select 'V' || i as visit_id from range({visits}) t(i)""")
    engine.execute(f"""
        create table lab as
        with r as (select i, hash(i) as h from range({rows}) t(i)),
        t as (select *, timestamp '2026-01-01' + to_seconds(h % 7776000) as taken from r)
        select 'R' || (if(h % 997 = 0, i - i % 2, i)) as result_id,
          if(h % 103 = 0, 'X' || i, 'V' || (h % {visits})) as visit_id,
          if(h % 211 = 0, null, 'P' || (h // 7 % 100000)) as patient_id,
          if(h % 307 = 0, '  ', if(h % 124 = 0, 'Z', 'I') || (h // 11 % 500)) as item_code,
          '项目' || (h // 11 % 500) as item_name,
          if(h % 203 = 0, '-5.0', if(h % 509 = 0, '', cast(h // 13 % 9000 / 10.0 as varchar))) as result_value,
          if(h % 246 = 0, '9', cast(h // 17 % 4 as varchar)) as status,
          if(h % 101 = 0, null, '医' || (h // 19 % 800)) as doctor,
          if(h % 401 = 0, 'S12', 'S' || lpad(cast(h // 23 % 100000000 as varchar), 8, '0')) as specimen_no,
          strftime(taken, '%Y-%m-%d %H:%M:%S') as collected_at,
          strftime(taken + to_seconds(if(h % 99 = 0, -600, 600)), '%Y-%m-%d %H:%M:%S') as received_at,
          strftime(taken + to_seconds(if(h % 173 = 0, 30, 7200)), '%Y-%m-%d %H:%M:%S') as reported_at,
          if(h % 3 = 0, '东院', '西院') as campus, '科室' || (h // 29 % 12) as department
        from t""")
    for form in FORMS:
        place = folder / form
        (place / "dictionary").mkdir(parents=True, exist_ok=True)
        for name, codes in (("item", ITEMS), ("status", STATES)):
            text = "\n".join(["code", *codes])
            (place / "dictionary" / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
        given = "(format parquet)" if form == "parquet" else "(header)"
        for name in ("lab", "visit"):
            engine.execute(f"copy {name} to '{place / name}.{form}' {given}")
