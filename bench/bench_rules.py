"""Speed of rules: all rules of the library on small tables, and twelve rules on a laboratory extract.

    python bench/bench_rules.py            1,000,000 rows
    python bench/bench_rules.py --large    10,000,000 rows as well

"pipeline" opens the package as a run does (digest, canonical tables, what must be said of them),
counts every rule of bench/laboratory.py with its split by campus and department and up to 20 failing
places, and writes the counts down. Each measurement is a process of its own, so that peak memory is
its own; what a worker has loaded when a run begins (Python packages, the catalogue, SQL another run
has written) is loaded before the clock starts, and counted in the peak.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import ibis
from ibis.expr import operations as ops

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assessments.probes.package import open_package  # noqa: E402
from assessments.probes.tuning import plan_simply  # noqa: E402
from bench.apart import apart, usage  # noqa: E402
from bench.laboratory import FORMS, RUBRIC, twelve_rules, write_extract  # noqa: E402
from engine.evidence.catalogue.load import load_catalogue  # noqa: E402
from engine.evidence.catalogue.values import Catalogue  # noqa: E402
from engine.evidence.counts import FileRead, RuleCount  # noqa: E402
from engine.evidence.findings_json import counts_to_json  # noqa: E402
from engine.evidence.rules import count_rule  # noqa: E402
from engine.evidence.rules.texts import TEXTS  # noqa: E402
from engine.evidence.run import run  # noqa: E402
from engine.evidence.tables import Tables  # noqa: E402


def number_of_cpus() -> int:
    return os.cpu_count() or 1


# twelve rules on a laboratory extract


def pipeline(folder: Path, form: str) -> dict[str, object]:
    """Read, count, write down: seconds and what was counted."""
    catalogue = twelve_rules(load_catalogue(ROOT / "rubrics" / "library"))
    ibis.duckdb.from_connection(duckdb.connect()).compile(ibis.literal(1))  # imports on first use
    texts = folder / "twelve.json"
    known = TEXTS.load(texts)
    began, cpu = time.perf_counter(), time.process_time()
    with (
        tempfile.TemporaryDirectory(dir=folder) as work,
        open_package(folder / form, catalogue=catalogue, work=Path(work)) as package,
    ):
        read, read_cpu = time.perf_counter(), time.process_time()
        counts = run(catalogue, package.tables, rubric=RUBRIC, window=None, rules=list(catalogue.rules))
        stored = json.dumps(counts_to_json(counts), ensure_ascii=False)
        (folder / "counts.json").write_text(stored, encoding="utf-8")
        figures = usage(began, cpu)
    if package.refused:
        raise SystemExit(f"refused: {package.refused}")
    TEXTS.save(texts)
    return {
        "SQL known": bool(known),
        "read_s": round(read - began, 2),
        "read_cpu_s": round(read_cpu - cpu, 2),
        **figures,
        "violations": {
            c.rule: c.blocked.code if c.blocked else c.denominator - c.numerator
            for c in counts.rules.values()
        },
    }


# all rules of the library on small tables


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


def small_tables(catalogue: Catalogue, rows: int) -> Tables:
    """Every record type with a few rows that mostly agree with each other."""
    connection = ibis.duckdb.connect()
    engine = connection.con
    plan_simply(engine)  # as a package of few rows is
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
        began = time.process_time()
        counts = [count_rule(rule, tables, catalogue) for rule in rules]
        return len(rules) / (time.process_time() - began), counts

    first, counts = once()
    if stored and not taken:
        TEXTS.save(stored)
    again = max(once()[0] for _ in range(5))
    return {
        "rules": len(rules),
        "texts_loaded": taken,
        "rules_per_cpu_s_first_pass": round(first),
        "rules_per_cpu_s_next_pass": round(again),
        "with_failing_rows": sum(bool(c.failing) for c in counts),
        "could_not_check": sum(c.blocked is not None for c in counts),
        "floor_queries_per_cpu_s": floor(tables),
    }


def floor(tables: Tables) -> int:
    """A grouped query of one table as often as can be, on the same engine."""
    engine = tables.connection.con  # type: ignore[attr-defined]
    sql = 'select campus, department, count(*), count(order_no) from "order" group by all'
    best = 1.0
    for _ in range(10):
        began = time.process_time()
        for _ in range(20):
            engine.execute(sql).fetchall()
        best = min(best, (time.process_time() - began) / 20)
    return round(1 / best)


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
    if given.pipeline:
        print(json.dumps(pipeline(Path(given.pipeline[0]), given.pipeline[1]), ensure_ascii=False))
        return 0
    if given.small:
        began, cpu = time.perf_counter(), time.process_time()
        print(json.dumps({**rules_per_second(Path(given.small)), **usage(began, cpu)}, ensure_ascii=False))
        return 0
    figures: dict[str, object] = {
        "cpus": number_of_cpus(),
        "load before": round(os.getloadavg()[0], 1),
        "duckdb": duckdb.__version__,
        "ibis": ibis.__version__,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures["small, SQL not written yet"] = apart(__file__, "--small", str(folder / "texts.json"))
        figures["small, SQL kept from another process"] = apart(
            __file__, "--small", str(folder / "texts.json")
        )
        for rows in (1_000_000, 10_000_000) if given.large else (1_000_000,):
            apart(__file__, "--extract", str(folder), str(rows))
            for form in ("parquet", *FORMS):  # the first one writes the SQL
                done = apart(__file__, "--pipeline", str(folder), form)
                figures[f"{rows} rows, {form}, SQL {'known' if done['SQL known'] else 'to write'}"] = done
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
