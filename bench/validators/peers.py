"""The twelve rules of bench/laboratory.py by data-quality tools, each with its own checks.

Runs in an environment of its own (bench/requirements-peers.txt), without this product:

    python bench/validators/peers.py FOLDER PEER     prints one JSON line

FOLDER holds parquet/lab.parquet, parquet/visit.parquet and rules.json. None of these tools takes a blank for nothing,
a text for a number or a time: that is done while reading, and counted with it. What is imported
is imported before the clock starts, as for ours.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["SODA_TRACKING_ENABLED"] = "false"
os.environ["GX_ANALYTICS_ENABLED"] = "false"
FILLED = ("patient_id", "item_code", "result_value", "doctor")
TIMES = ("collected_at", "received_at", "reported_at")
ORDERS = {
    "collected before received": ("collected_at", "received_at"),
    "received before reported": ("received_at", "reported_at"),
}
Counts = dict[str, int]
#: reads the extract, then counts violations by rule
Steps = tuple[Callable[[], Any], Callable[[Any], Counts]]


def _frames(folder: Path) -> tuple[Any, Any]:
    import polars as pl

    blank = [
        pl.col(name).str.strip_chars().replace("", None)
        for name in ("result_id", "visit_id", "patient_id", "item_code", "status", "doctor", "specimen_no")
    ]
    typed = [pl.col("result_value").str.strip_chars().replace("", None).cast(pl.Float64)]
    typed += [pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S") for name in TIMES]
    lab = pl.read_parquet(folder / "lab.parquet").with_columns(*blank, *typed)
    return lab, pl.read_parquet(folder / "visit.parquet")


def pandera(folder: Path, rules: dict[str, Any]) -> Steps:
    import pandera.polars as pa
    import polars as pl

    def in_order(rule: str) -> Any:
        before, after = ORDERS[rule]
        return pa.Check(lambda data: data.lazyframe.select(pl.col(before) <= pl.col(after)), name=rule)

    def schema(visits: Any) -> Any:
        known, column = visits["visit_id"].implode(), pa.Column
        found = pa.Check(lambda data: data.lazyframe.select(pl.col(data.key).is_in(known)), name="visit")
        among = pa.Check.isin(rules["items"], name="dictionary")
        return pa.DataFrameSchema(
            {
                "result_id": column(str, unique=True),
                "patient_id": column(str),
                "item_code": column(str, among),
                "result_value": column(float, pa.Check.in_range(0, 1000, name="range")),
                "doctor": column(str),
                "status": column(str, pa.Check.isin(rules["states"], name="status"), nullable=True),
                "specimen_no": column(
                    str, pa.Check.str_matches(rules["pattern"], name="pattern"), nullable=True
                ),
                "visit_id": column(str, found, nullable=True),
            },
            checks=[in_order(rule) for rule in ORDERS],
        )

    def validate(read: Any) -> Counts:
        lab, visits = read
        try:
            schema(visits).validate(lab, lazy=True)
        except pa.errors.SchemaErrors as errors:
            found: Counts = {}
            for one in errors.schema_errors:
                rule = getattr(one.check, "name", one.check)
                if rule == "not_nullable":
                    rule = f"filled {one.schema.name}"
                found["unique" if rule == "field_uniqueness" else rule] = len(one.failure_cases)
            return found
        return {}

    return lambda: _frames(folder), validate


def pointblank(folder: Path, rules: dict[str, Any]) -> Steps:
    import pointblank as pb

    def validate(read: Any) -> Counts:
        lab, visits = read
        plan = pb.Validate(lab).col_vals_not_null(list(FILLED)).rows_distinct("result_id")
        plan = plan.col_vals_in_set("item_code", rules["items"])
        plan = plan.col_vals_between("result_value", 0, 1000, na_pass=True)
        plan = plan.col_vals_in_set("status", rules["states"])
        plan = plan.col_vals_regex("specimen_no", rules["pattern"])
        for before, after in ORDERS.values():
            plan = plan.col_vals_le(before, pb.col(after))
        plan = plan.col_vals_in_table("visit_id", visits, "visit_id").interrogate(get_first_n=20)
        names = [f"filled {name}" for name in FILLED]
        names += ["unique", "dictionary", "range", "status", "pattern", *ORDERS, "visit"]
        failed = plan.n_failed()
        return {name: int(failed[i]) for i, name in enumerate(names, start=1)}

    return lambda: _frames(folder), validate


def soda(folder: Path, rules: dict[str, Any]) -> Steps:
    import duckdb
    from soda_core.common.yaml import ContractYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession
    from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

    none = {"must_be": 0}
    columns: dict[str, list[Any]] = {
        name: [{"missing": {"qualifier": f"filled {name}", "threshold": none}}] for name in FILLED
    }
    wanted = {
        "item_code": ("dictionary", _listed("item", "code")),
        "result_value": ("range", {"valid_min": 0, "valid_max": 1000}),
        "status": ("status", {"valid_values": rules["states"]}),
        "specimen_no": ("pattern", {"valid_format": {"name": "specimen", "regex": rules["pattern"]}}),
        "visit_id": ("visit", _listed("visit", "visit_id")),
    }
    for name, (rule, how) in wanted.items():
        columns.setdefault(name, []).append({"invalid": {"qualifier": rule, **how, "threshold": none}})
    columns["result_id"] = [{"duplicate": {"qualifier": "unique", "threshold": none}}]
    wide = [
        {"failed_rows": {"qualifier": rule, "expression": f"{before} > {after}", "threshold": none}}
        for rule, (before, after) in ORDERS.items()
    ]
    contract = {
        "dataset": "bench/main/lab",
        "columns": [{"name": name, "checks": checks} for name, checks in columns.items()],
        "checks": wide,
    }

    def read() -> Any:
        connection = duckdb.connect(config={"threads": 2})
        blank = ", ".join(
            f"nullif(trim({name}), '') as {name}"
            for name in ("patient_id", "item_code", "doctor", "status", "specimen_no")
        )
        times = ", ".join(f"{name}::timestamp as {name}" for name in TIMES)
        number = "nullif(trim(result_value), '')::double as result_value"
        connection.execute(
            f"create table lab as select * replace ({blank}, {number}, {times}) from '{folder / 'lab.parquet'}'"
        )
        connection.execute(
            f"create table item as select * from read_csv('{folder / 'dictionary' / 'item.csv'}', all_varchar = true)"
        )
        connection.execute(f"create table visit as select * from '{folder / 'visit.parquet'}'")
        return connection

    def validate(connection: Any) -> Counts:
        result = ContractVerificationSession.execute(
            contract_yaml_sources=[ContractYamlSource.from_str(json.dumps(contract))],
            data_source_impls=[DuckDBDataSourceImpl.from_existing_cursor(connection, "bench")],
        )
        told = ("missing_count", "duplicate_count", "invalid_count", "failed_rows_count")
        found: Counts = {}
        for verified in result.contract_verification_results:
            for one in verified.check_results:
                values = one.diagnostic_metric_values or {}
                kind = next(name for name in told if name in values and _tells(one, name))
                found[one.check.qualifier] = int(values[kind])
        return found

    return read, validate


def _listed(dataset: str, column: str) -> dict[str, Any]:
    """Its fastest form of a dictionary; the same as a list of values takes it seconds to read."""
    return {"valid_reference_data": {"dataset": f"bench/main/{dataset}", "column": column}}


def _tells(result: Any, figure: str) -> bool:
    return str(result.check.type).split("_")[0] in figure


def great_expectations(folder: Path, rules: dict[str, Any]) -> Steps:
    import great_expectations as gx
    import pandas as pd

    e = gx.expectations

    def read() -> Any:
        lab = pd.read_parquet(folder / "lab.parquet")
        for name in ("patient_id", "item_code", "doctor", "status", "specimen_no"):
            lab[name] = lab[name].str.strip().replace("", None)
        lab["result_value"] = pd.to_numeric(lab["result_value"])
        for name in TIMES:
            lab[name] = pd.to_datetime(lab[name], format="%Y-%m-%d %H:%M:%S")
        return lab, pd.read_parquet(folder / "visit.parquet")

    def validate(read: Any) -> Counts:
        lab, visits = read
        not_null, among = e.ExpectColumnValuesToNotBeNull, e.ExpectColumnValuesToBeInSet
        expected = {f"filled {name}": not_null(column=name) for name in FILLED}
        expected |= {
            "unique": e.ExpectColumnValuesToBeUnique(column="result_id"),
            "dictionary": among(column="item_code", value_set=rules["items"]),
            "range": e.ExpectColumnValuesToBeBetween(column="result_value", min_value=0, max_value=1000),
            "status": among(column="status", value_set=rules["states"]),
            "pattern": e.ExpectColumnValuesToMatchRegex(column="specimen_no", regex=rules["pattern"]),
            "visit": among(column="visit_id", value_set=visits["visit_id"].tolist()),
        }
        for rule, (before, after) in ORDERS.items():
            expected[rule] = e.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A=after, column_B=before, or_equal=True
            )
        for rule, one in expected.items():
            one.meta = {"rule": rule}
        context = gx.get_context(mode="ephemeral")
        whole = context.data_sources.add_pandas("bench").add_dataframe_asset("lab")
        batch = whole.add_batch_definition_whole_dataframe("whole").get_batch(
            batch_parameters={"dataframe": lab}
        )
        suite = gx.ExpectationSuite(name="twelve", expectations=list(expected.values()))
        results = batch.validate(suite, result_format="SUMMARY").results
        return {one.expectation_config.meta["rule"]: int(one.result["unexpected_count"]) for one in results}

    return read, validate


PEERS: dict[str, Callable[[Path, dict[str, Any]], Steps]] = {
    "pandera": pandera,
    "pointblank": pointblank,
    "soda": soda,
    "great expectations": great_expectations,
}


def main() -> int:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    folder, name = Path(sys.argv[1]), sys.argv[2]
    rules = json.loads((folder / "rules.json").read_text("utf-8"))
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        began = time.perf_counter()
        read, validate = PEERS[name](folder / "parquet", rules)
        imported = time.perf_counter() - began
        began, cpu = time.perf_counter(), time.process_time()
        data = read()
        seen, seen_cpu = time.perf_counter(), time.process_time()
        violations = validate(data)
        ended, ended_cpu = time.perf_counter(), time.process_time()
    line = {
        "import_s": round(imported, 2),
        "read_s": round(seen - began, 2),
        "read_cpu_s": round(seen_cpu - cpu, 2),
        "wall_s": round(ended - began, 2),
        "cpu_s": round(ended_cpu - cpu, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "violations": violations,
    }
    print(json.dumps(line, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
