"""The twelve rules of bench/laboratory.py by this product and, in the same run, by four other validators.

    python bench/bench_validators.py                  1,000,000 rows
    python bench/bench_validators.py --rows 100000    fewer

The others run in an environment of their own under var/, each in its fastest form: pandera and
pointblank on polars frames, Soda on DuckDB, Great Expectations on pandas frames. Each measurement
is a process of its own, once without being counted (the disk's cache, and SQL that ours writes once)
and then three times, of which the median stands. Ours also counts by campus and department, finds
up to 20 failing rows of each rule and writes the counts down; of the others pandera and pointblank keep
failing rows, none splits. The program ends with an error when a count differs otherwise than ``OTHERWISE`` says.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.apart import apart  # noqa: E402
from bench.laboratory import ITEMS, PATTERN, STATES  # noqa: E402
from bench.truth.beside import python_of_the_peers  # noqa: E402

Counts = Mapping[str, int]
Done = dict[str, Any]
NAMES = ("pandera", "pointblank", "soda", "great expectations")
TIMES = 3
RULES = str(ROOT / "bench" / "bench_rules.py")

#: Where a peer counts otherwise: what it must count, from our counts, and why.
_EMPTY_CODE = (
    lambda ours: ours["dictionary"] - ours["filled item_code"],
    "an empty code is in no dictionary; it passes over empty values, which its check of filled fields counts",
)
OTHERWISE: Mapping[tuple[str, str], tuple[Callable[[Counts], int], str]] = {
    ("pandera", "dictionary"): _EMPTY_CODE,
    ("soda", "dictionary"): _EMPTY_CODE,
    ("great expectations", "dictionary"): _EMPTY_CODE,
    ("soda", "unique"): (
        lambda ours: ours["unique"] // 2,
        "every row of a repeated key is one; it counts the rows beyond the first (keys repeat in pairs here)",
    ),
}


def peer(python: Path, name: str, folder: Path) -> Done:
    """One peer's figures, in a process of its own."""
    done = subprocess.run(
        [str(python), str(ROOT / "bench" / "validators" / "peers.py"), str(folder), name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def median(measured: Sequence[Done]) -> Done:
    """The measurement with the middle wall time."""
    return sorted(measured, key=lambda one: one.get("wall_s", 0))[len(measured) // 2]


def differences(name: str, theirs: Counts, mine: Counts) -> tuple[dict[str, str], list[str]]:
    """What a peer counts otherwise with the reason, and what no reason is known for."""
    explained, wrong = {}, []
    for rule, count in mine.items():
        found = theirs.get(rule, 0)
        if found == count:
            continue
        expected, why = OTHERWISE.get((name, rule), (None, ""))
        if expected is None or expected(mine) != found:
            wrong.append(f"{name}, {rule}: {found}, ours {count}")
        else:
            explained[rule] = f"{found} instead of {count}: {why}"
    return explained, wrong


def main() -> int:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--rows", type=int, default=1_000_000)
    given = reader.parse_args()
    python = python_of_the_peers()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="zhiping-validators-") as place:
        folder = Path(place)
        apart(RULES, "--extract", str(folder), str(given.rows))
        named = {"items": ITEMS, "states": STATES, "pattern": PATTERN}
        (folder / "rules.json").write_text(json.dumps(named), encoding="utf-8")
        load = os.getloadavg()[0]
        measured: dict[str, list[Done]] = {name: [] for name in ("zhiping", *NAMES)}
        for time in range(TIMES + 1):
            for name, kept in measured.items():
                if name == "great expectations" and time > 1:
                    continue  # tens of seconds each
                done = (
                    apart(RULES, "--pipeline", str(folder), "parquet")
                    if name == "zhiping"
                    else peer(python, name, folder)
                )
                if time:
                    kept.append(done)
    figures = {name: median(kept) for name, kept in measured.items()}
    mine = figures["zhiping"]
    for name, done in figures.items():
        if "failed" not in done and name != "zhiping":
            done["differs"], unknown = differences(name, done.pop("violations"), mine["violations"])
            wrong += unknown
            done["wall to ours"] = round(done["wall_s"] / mine["wall_s"], 2)
            done["cpu to ours"] = round(done["cpu_s"] / mine["cpu_s"], 2)
    print(
        json.dumps(
            {"rows": given.rows, "load before": round(load, 1), **figures}, ensure_ascii=False, indent=2
        )
    )
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
