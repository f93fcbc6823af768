"""What data-quality tools believe of the extracts that bench/truth/claims.py wrote.

Runs in an environment of its own (bench/requirements-peers.txt), without this product:

    python bench/truth/peers.py FOLDER NAME...     prints one JSON line a hospital and peer
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

Check = dict[str, Any]
Document = dict[str, Any]
SHOWN = {"pandera": "stock", "pandera by hand": "hand", "great expectations": "stock", "soda": "stock",
         "soda by hand": "hand"}  # fmt: skip


def pandera(document: Document, folder: Path, hand: bool) -> Callable[[Check], bool]:
    """Whether a check passes, by pandera; those in pandas by hand are frame-wide checks of its schemas."""
    import pandas as pd
    from pandera.pandas import Check as PaCheck
    from pandera.pandas import Column, DataFrameSchema

    frames: dict[str, pd.DataFrame] = {}
    enough = document["enough"]

    def frame(record: str) -> pd.DataFrame:
        if record not in frames:
            frames[record] = pd.read_parquet(folder / f"{record}.parquet")
        return frames[record]

    def kept(record: str, where: list[Any]) -> pd.DataFrame:
        rows = frame(record)
        if not where:
            return rows
        holds = pd.Series(False, rows.index)
        for alternative in where:
            lane = pd.Series(True, rows.index)
            for column, value in alternative:
                lane &= (rows[column] == value).fillna(False).astype(bool)
            holds |= lane
        return rows[holds]

    def share_of(check: Check) -> float:
        left, right = kept(check["left"], check["left_where"]), kept(check["right"], check["right_where"])
        if check["kind"] == "match":
            mine, theirs = [a for a, _ in check["on"]], [b for _, b in check["on"]]
            known = set(right[theirs].dropna().astype(str).itertuples(index=False, name=None))
            told = left[mine].astype(str).itertuples(index=False, name=None)
            return sum(row in known for row in told) / len(left) if len(left) else 0.0
        if check["on"]:
            ours, theirs = [a for a, _ in check["on"]], [b for _, b in check["on"]]
            joined = left[[*ours, check["before"]]].merge(
                right[[*theirs, check["after"]]].rename(columns={check["after"]: "after"}),
                left_on=ours, right_on=theirs, how="inner", suffixes=("", "_r"),
            )  # fmt: skip
            before, after = joined[check["before"]], joined["after"]
        else:
            before, after = left[check["before"]], left[check["after"]]
        op, minutes = check["sign"]
        if op == "gap<":
            holds = (after - before).abs() < pd.Timedelta(minutes=minutes)
        else:
            holds = before < after if op == "<" else before <= after
        return float(holds.mean()) if len(before) else 0.0

    def passes(check: Check) -> bool:
        if check["kind"] in ("match", "order"):
            schema = DataFrameSchema(checks=[PaCheck(lambda _: share_of(check) >= enough)])
            return _holds(lambda: schema.validate(frame(check["left"]).head(1)))
        rows = frame(check["record"])
        column = check["column"]
        if check["kind"] == "filled":
            schema = DataFrameSchema({column: Column(nullable=False, required=True)})
        elif check["kind"] == "unique":
            schema = DataFrameSchema({column: Column(nullable=True, unique=True)})
        else:
            schema = DataFrameSchema(
                {column: Column(checks=[PaCheck.isin(_allowed(document, check))], nullable=True)}
            )
        try:
            schema.validate(rows[[column]], lazy=True)
        except Exception as error:  # SchemaErrors of any backend
            cases = getattr(error, "failure_cases", None)
            if cases is None:
                return False
            return bool(len(cases) <= (1 - enough) * len(rows))
        return True

    return passes


def great_expectations(document: Document, folder: Path, hand: bool) -> Callable[[Check], bool]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import pandas as pd

    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_pandas(f"h{document['number']}")
    batches: dict[str, Any] = {}
    enough = document["enough"]

    def batch(record: str) -> Any:
        if record not in batches:
            asset = source.add_dataframe_asset(record)
            whole = asset.add_batch_definition_whole_dataframe("whole")
            rows = pd.read_parquet(folder / f"{record}.parquet")
            batches[record] = whole.get_batch(batch_parameters={"dataframe": rows})
        return batches[record]

    def passes(check: Check) -> bool:
        column = check["column"]
        if check["kind"] == "filled":
            expected = gx.expectations.ExpectColumnValuesToNotBeNull(column=column, mostly=enough)
        elif check["kind"] == "unique":
            expected = gx.expectations.ExpectColumnValuesToBeUnique(column=column, mostly=enough)
        else:
            allowed = _allowed(document, check)
            expected = gx.expectations.ExpectColumnValuesToBeInSet(
                column=column, value_set=allowed, mostly=enough
            )
        return bool(batch(check["record"]).validate(expected).success)

    return passes


def soda(document: Document, folder: Path, hand: bool) -> Callable[[Check], bool]:
    """All checks of a record type as one Soda contract over DuckDB, verified at the first question."""
    os.environ["SODA_TRACKING_ENABLED"] = "false"
    import duckdb
    from soda_core.common.yaml import ContractYamlSource
    from soda_core.contracts.contract_verification import ContractVerificationSession
    from soda_duckdb.common.data_sources.duckdb_data_source import DuckDBDataSourceImpl

    connection = duckdb.connect()
    for path in folder.glob("*.parquet"):
        connection.execute(f"create table \"{path.stem}\" as select * from '{path}'")
    source = DuckDBDataSourceImpl.from_existing_cursor(connection, "extracts")
    most = round((1 - document["enough"]) * 100, 6)
    checks = _all_checks(document, hand)
    verdicts: dict[str, bool] = {}

    def contract(record: str) -> str:
        columns: dict[str, list[Any]] = {}
        wide: list[Any] = []
        for check in checks:
            name = _name(check)
            if check.get("record", check.get("left")) != record:
                continue
            percent = {"metric": "percent", "must_be_less_than_or_equal": most}
            if check["kind"] == "filled":
                columns.setdefault(check["column"], []).append(
                    {"missing": {"qualifier": name, "threshold": percent}}
                )
            elif check["kind"] == "unique":
                columns.setdefault(check["column"], []).append(
                    {"duplicate": {"qualifier": name, "threshold": percent}}
                )
            elif check["kind"] == "among":
                allowed = _allowed(document, check)
                columns.setdefault(check["column"], []).append(
                    {"invalid": {"qualifier": name, "valid_values": allowed, "threshold": percent}}
                )
            else:
                least = {"must_be_greater_than_or_equal": document["enough"]}
                wide.append({"metric": {"qualifier": name, "query": check["sql"], "threshold": least}})
        parts = {
            "columns": [{"name": column, "checks": those} for column, those in columns.items()],
            "checks": wide,
        }
        said = {key: part for key, part in parts.items() if part}
        return json.dumps({"dataset": f"extracts/main/{record}", **said}, ensure_ascii=False)

    for record in sorted({check.get("record", check.get("left")) for check in checks}):
        if not (folder / f"{record}.parquet").exists():
            continue
        result = ContractVerificationSession.execute(
            contract_yaml_sources=[ContractYamlSource.from_str(contract(record))], data_source_impls=[source]
        )
        for verified in result.contract_verification_results:
            for one in verified.check_results:
                verdicts[one.check.qualifier] = one.outcome.name == "PASSED"
    connection.close()
    return lambda check: verdicts.get(_name(check), False)


PEERS: dict[str, Callable[[Document, Path, bool], Callable[[Check], bool]]] = {
    "pandera": pandera, "great expectations": great_expectations, "soda": soda,
}  # fmt: skip


def _holds(work: Callable[[], object]) -> bool:
    try:
        work()
    except Exception:  # a schema error of any backend
        return False
    return True


def _allowed(document: Document, check: Check) -> list[str]:
    allowed: list[str] = check.get("allowed") or document["values"][check["dictionary"]]
    return allowed


def _name(check: Check) -> str:
    parts = [
        str(check.get(key, ""))
        for key in ("kind", "record", "column", "left", "before", "right", "after", "sql")
    ]
    import hashlib

    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:16]


def _all_checks(document: Document, hand: bool) -> list[Check]:
    found: dict[str, Check] = {}
    for rule in document["rules"].values():
        for check in [*rule["stock"], *(rule["hand"] if hand else [])]:
            found[_name(check)] = check
    return list(found.values())


def believed(document: Document, folder: Path, peer: str, hand: bool) -> list[str]:
    """The clauses all of whose rules pass: every table has rows and every check holds."""
    passes = PEERS[peer](document, folder, hand)
    known: dict[str, bool] = {}

    def holds(check: Check) -> bool:
        name = _name(check)
        if name not in known:
            known[name] = passes(check)
        return known[name]

    def rule_holds(rule: dict[str, Any]) -> bool:
        if not all((folder / f"{record}.parquet").exists() for record in rule["records"]):
            return False
        checks = [*rule["stock"], *(rule["hand"] if hand else [])]
        return all(holds(check) for check in checks)

    rules = document["rules"]
    return [
        clause for clause, ids in document["clauses"].items() if all(rule_holds(rules[one]) for one in ids)
    ]


def main() -> int:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    root, names = Path(sys.argv[1]), sys.argv[2:] or list(SHOWN)
    for folder in sorted(path.parent for path in root.glob("*/claims.json")):
        document = json.loads((folder / "claims.json").read_text("utf-8"))
        for name in names:
            peer, hand = name.removesuffix(" by hand"), name.endswith(" by hand")
            began = time.process_time()
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                clauses = believed(document, folder, peer, hand)
            spent = round(time.process_time() - began, 3)
            line = {"number": document["number"], "peer": name, "believed": clauses, "cpu_s": spent}
            print(json.dumps(line, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
