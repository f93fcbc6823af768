"""Speed of rules: all rules of the library on small tables, and twelve rules on a laboratory extract.

    python bench/bench_rules.py            1,000,000 rows
    python bench/bench_rules.py --large    10,000,000 rows as well

The extract has seeded errors; the twelve rules are those other validators are measured with: four
fields filled, no repeated key, a dictionary of 500 codes, a range, a set of codes, a pattern, two
orders of time, a key that must exist among 198,000 visits. "pipeline" reads the file into canonical
columns, counts every rule with its split by campus and department and up to 20 failing places, and
writes the counts down. Each measurement is a process of its own, so that peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import duckdb
import ibis
from ibis.expr import operations as ops

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.evidence.catalogue.checks import (  # noqa: E402
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
from engine.evidence.catalogue.load import load_catalogue  # noqa: E402
from engine.evidence.catalogue.values import Catalogue, Field, RecordType, Rule  # noqa: E402
from engine.evidence.counts import FileRead, RuleCount  # noqa: E402
from engine.evidence.rules import count_rule  # noqa: E402
from engine.evidence.rules.texts import TEXTS  # noqa: E402
from engine.evidence.tables import Tables  # noqa: E402
from engine.rubric.values import Text  # noqa: E402

TYPES = {"bool": "boolean", "datetime": "timestamp", "number": "varchar"}
PROVENANCE = {
    "zp_file": "bigint",
    "zp_row": "bigint",
    "zp_system": "varchar",
    "campus": "varchar",
    "department": "varchar",
}
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


def number_of_cpus() -> int:
    return os.cpu_count() or 1


# the twelve rules


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
        "pattern": ("consistency", matching("specimen_no", "^S[0-9]{8}$")),
        "collected before received": ("timeliness", time_order("collected_at", "received_at")),
        "received before reported": ("timeliness", time_order("received_at", "reported_at")),
        "visit": ("integration", IntegrationCheck("lab", "visit", (key,), (key,))),
    }
    rules = {
        name: Rule(name, "dq_rules", "bench", dimension, Text(name, name), "all", "hospital", True, check)  # type: ignore[arg-type]
        for name, (dimension, check) in checks.items()
    }
    from dataclasses import replace

    records = {"lab": lab, "visit": visit, "dictionary": catalogue.records["dictionary"]}
    return replace(catalogue, content_hash="twelve rules", records=records, rules=rules)


def write_extract(folder: Path, rows: int) -> None:
    """Laboratory rows with seeded errors, as Parquet and as CSV, and the visits they belong to."""
    engine = duckdb.connect()
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
    for name in ("lab", "visit"):
        engine.execute(f"copy {name} to '{folder / name}.parquet' (format parquet)")
        engine.execute(f"copy {name} to '{folder / name}.csv' (header)")


def canonical(
    engine: duckdb.DuckDBPyConnection, folder: Path, name: str, fields: dict[str, str], form: str, file: int
) -> None:
    """A file as a canonical table: trimmed, blanks empty, times parsed."""
    source = (
        f"read_parquet('{folder / name}.parquet', file_row_number = true)"
        if form == "parquet"
        else (
            f"(select *, row_number() over () - 1 as file_row_number from read_csv('{folder / name}.csv', all_varchar = true))"
        )
    )
    places = (
        "nullif(trim(campus), '') as campus, nullif(trim(department), '') as department"
        if name == "lab"
        else "null::varchar as campus, null::varchar as department"
    )
    columns = [
        f"try_cast(trim({f}) as timestamp) as {f}" if kind == "datetime" else f"nullif(trim({f}), '') as {f}"
        for f, kind in fields.items()
    ]
    engine.execute(
        f"create table {name} as select {', '.join(columns)}, {file}::bigint as zp_file, file_row_number + 1 as zp_row,"
        f" '{name}' as zp_system, {places} from {source}"
    )


def table_named(connection: ibis.BaseBackend, name: str, columns: dict[str, str]) -> ibis.Table:
    return ops.DatabaseTable(name, ibis.schema(columns), connection).to_expr()


def typed(fields: dict[str, str]) -> dict[str, str]:
    kinds = {"bool": "boolean", "datetime": "timestamp"}
    provenance = {
        "zp_file": "int64",
        "zp_row": "int64",
        "zp_system": "string",
        "campus": "string",
        "department": "string",
    }
    return {**{f: kinds.get(kind, "string") for f, kind in fields.items()}, **provenance}


def pipeline(folder: Path, form: str) -> dict[str, object]:
    """Read, count, write down: seconds and what was counted."""
    catalogue = twelve_rules(load_catalogue(ROOT / "rubrics" / "library"))
    began = time.perf_counter()
    connection = ibis.duckdb.connect()
    engine = connection.con
    engine.execute("set memory_limit = '700MB'")
    engine.execute(f"set temp_directory = '{folder}/spill'")
    engine.execute(
        "set preserve_insertion_order = false" if form == "parquet" else "set preserve_insertion_order = true"
    )
    canonical(engine, folder, "lab", LAB_FIELDS, form, 0)
    canonical(engine, folder, "visit", {"visit_id": "string"}, form, 1)
    engine.execute(
        "create table dictionary as select 'item' as dictionary_name, 'I' || i as entry_code, null::varchar as entry_name,"
        " 2::bigint as zp_file, i as zp_row, null::varchar as zp_system, null::varchar as campus, null::varchar as department"
        " from range(500) t(i) union all select 'status', i::varchar, null, 2, 500 + i, null, null, null from range(4) t(i)"
    )
    read = time.perf_counter()
    fields = {
        "lab": LAB_FIELDS,
        "visit": {"visit_id": "string"},
        "dictionary": dict.fromkeys(("dictionary_name", "entry_code", "entry_name"), "code"),
    }
    tables = Tables(
        connection,
        {name: table_named(connection, name, typed(given)) for name, given in fields.items()},
        {name: frozenset(given) for name, given in fields.items()},
        tuple(FileRead(f"{name}.{form}", name, name, "", 0, 0) for name in fields),
        frozenset({"item", "status"}),
    )
    counts = [count_rule(rule, tables, catalogue) for rule in catalogue.rules.values()]
    stored = folder / "counts.json"
    stored.write_text(
        json.dumps([asdict(count) for count in counts], default=str, ensure_ascii=False), encoding="utf-8"
    )
    done = time.perf_counter()
    return {
        "read_s": round(read - began, 3),
        "rules_s": round(done - read, 3),
        "pipeline_s": round(done - began, 3),
        "violations": {c.rule: c.blocked.code if c.blocked else c.denominator - c.numerator for c in counts},
    }


# all rules of the library on small tables


def small_tables(catalogue: Catalogue, rows: int) -> Tables:
    """Every record type with a few rows that mostly agree with each other."""
    connection = ibis.duckdb.connect()
    engine = connection.con
    engine.execute("set threads = 1")
    tables = {}
    for key, kind in catalogue.records.items():
        values = {}
        for name, field in kind.fields.items():
            if field.type == "bool":
                values[name] = "i % 3 > 0"
            elif field.type == "datetime":
                values[name] = "timestamp '2026-01-01' + to_hours(i)"
            elif field.type == "number":
                values[name] = "(i * 10)::varchar"
            elif field.values:
                options = ", ".join(f"'{value}'" for value in field.values)
                values[name] = f"([{options}])[1 + (i % {len(field.values)})::int]"
            else:
                values[name] = (
                    "'n' || i % 5"
                    if name.endswith("_name") and field.dictionary
                    else "'c' || i % 5"
                    if field.dictionary
                    else "'k' || i"
                )
        values |= {
            "zp_file": "0::bigint",
            "zp_row": "i",
            "zp_system": f"'{key}'",
            "campus": "'东院'",
            "department": "'科室' || i % 3",
        }
        columns = ", ".join(f'{value} as "{name}"' for name, value in values.items())
        engine.execute(f'create table "{key}" as select {columns} from range({rows}) t(i)')
        tables[key] = table_named(
            connection, key, typed({name: field.type for name, field in kind.fields.items()})
        )
    engine.execute("delete from dictionary")
    for number, name in enumerate(sorted(catalogue.dictionaries)):
        engine.execute(
            "insert into dictionary (dictionary_name, entry_code, entry_name, zp_file, zp_row)"
            f" select '{name}', 'c' || i, 'n' || i, 0, {number} * 10 + i from range(5) t(i)"
        )
    supplied = {key: frozenset(kind.fields) for key, kind in catalogue.records.items()}
    return Tables(
        connection,
        tables,
        supplied,
        (FileRead("small.csv", "", "", "", 0, 0),),
        frozenset(catalogue.dictionaries),
    )


def rules_per_second(stored: Path | None) -> dict[str, object]:
    """Rules a second, with split and failing places; first with SQL to write, then with SQL known."""
    catalogue = load_catalogue(ROOT / "rubrics" / "library")
    tables = small_tables(catalogue, 40)
    rules = [rule for rule in catalogue.rules.values() if rule.check is not None]
    taken = TEXTS.load(stored) if stored and stored.exists() else 0

    def once() -> tuple[float, list[RuleCount]]:
        began = time.perf_counter()
        counts = [count_rule(rule, tables, catalogue) for rule in rules]
        return len(rules) / (time.perf_counter() - began), counts

    first, counts = once()
    if stored and not taken:
        TEXTS.save(stored)
    again = max(once()[0] for _ in range(3))
    engine = tables.connection.con
    floor = time.perf_counter()
    for _ in range(200):
        engine.execute(
            'select campus, department, count(*), count(order_no) from "order" group by all'
        ).fetchall()
    return {
        "rules": len(rules),
        "texts_loaded": taken,
        "first_pass_rules_per_s": round(first),
        "next_pass_rules_per_s": round(again),
        "with_failing_rows": sum(bool(c.failing) for c in counts),
        "could_not_check": sum(c.blocked is not None for c in counts),
        "floor_one_query_per_s": round(200 / (time.perf_counter() - floor)),
    }


def apart(*arguments: str) -> dict[str, object]:
    """A measurement in a process of its own, with its peak memory."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> int:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--large", action="store_true", help="10,000,000 rows as well")
    reader.add_argument("--pipeline", nargs=2, metavar=("FOLDER", "FORM"), help=argparse.SUPPRESS)
    reader.add_argument("--extract", nargs=2, metavar=("FOLDER", "ROWS"), help=argparse.SUPPRESS)
    reader.add_argument("--small", metavar="FILE", help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.extract:  # a child starts with its parent's peak memory, so the parent stays small
        write_extract(Path(given.extract[0]), int(given.extract[1]))
        print("{}")
        return 0
    if given.pipeline or given.small:
        result = (
            pipeline(Path(given.pipeline[0]), given.pipeline[1])
            if given.pipeline
            else rules_per_second(Path(given.small))
        )
        result["cpu_s"] = round(time.process_time(), 2)
        result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        print(json.dumps(result, ensure_ascii=False))
        return 0
    figures: dict[str, object] = {
        "cpus": number_of_cpus(),
        "duckdb": duckdb.__version__,
        "ibis": ibis.__version__,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures["small, SQL not written yet"] = apart("--small", str(folder / "texts.json"))
        figures["small, SQL kept from another process"] = apart("--small", str(folder / "texts.json"))
        for rows in (1_000_000, 10_000_000) if given.large else (1_000_000,):
            apart("--extract", str(folder), str(rows))
            for form in ("parquet", "csv"):
                figures[f"{rows} rows, {form}"] = apart("--pipeline", str(folder), form)
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
