"""All rules of the library on a large package: some 20,000,000 rows in 32 tables, made on the spot.

    python bench/bench_large.py                 650,000 cases, about 19.5 million rows
    python bench/bench_large.py --cases 20000   fewer
    python bench/bench_large.py --keep FOLDER   make the package there, or take the one that is there

Compared with what the engine alone needs to read the same files once: "decoded" goes through every column
of every file and keeps nothing, "kept" also writes them as tables of a database file, which a check of
several tables cannot do without. "run" opens the package (digests, canonical values, what must be said of
files) and counts everything both rubrics ask: rules with split and failing places, loops, metrics,
decision support, codes of one thing, authenticity. Each part is a process of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assessments.demo.packages.scenarios import BUSY, CASES, made  # noqa: E402
from assessments.demo.packages.write import write_package  # noqa: E402
from assessments.probes.package import open_package  # noqa: E402
from bench.apart import apart, usage  # noqa: E402
from engine.evidence.catalogue.load import load_catalogue  # noqa: E402
from engine.evidence.rules.texts import TEXTS  # noqa: E402
from engine.evidence.run import run  # noqa: E402

LIBRARY = ROOT / "rubrics" / "library"
WINDOW = (date(2026, 1, 1), date(2026, 3, 31))
WORST = 25


def make(folder: Path, cases: int) -> dict[str, object]:
    """Write the package."""
    began, cpu = time.perf_counter(), time.process_time()
    catalogue = load_catalogue(LIBRARY)
    package = made(
        catalogue, "honest", hospital="示例医院", window=WINDOW, size=cases, format="parquet", records=BUSY
    )
    write_package(package, folder)
    return usage(began, cpu)


def read_once(folder: Path, *, keep: bool) -> dict[str, object]:
    """The engine alone, with the threads and the memory a run has."""
    files = sorted(folder.glob("*.parquet"))
    began, cpu = time.perf_counter(), time.process_time()
    rows = 0
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        engine = duckdb.connect(f"{place}/once.duckdb", config={"threads": 2, "memory_limit": "700MB"})
        engine.execute("set enable_progress_bar = false")
        for number, path in enumerate(files):
            if keep:
                engine.execute(f"create table t{number} as select * from '{path}'")
            else:
                engine.execute(f"select count(columns(*)) from '{path}'").fetchall()
            rows += int(engine.execute(f"select count(*) from '{path}'").fetchall()[0][0])
        engine.close()
    return {"files": len(files), "rows": rows, **usage(began, cpu)}


@contextlib.contextmanager
def timed(spent: dict[str, float]) -> Iterator[Callable[[str, int, int], None]]:
    """Seconds by what a run reports to have done."""
    last = [time.perf_counter()]

    def done(what: str, _number: int, _total: int) -> None:
        now = time.perf_counter()
        spent[what] = spent.get(what, 0.0) + now - last[0]
        last[0] = now

    yield done


def count(folder: Path, texts: Path) -> dict[str, Any]:
    """Everything both rubrics ask of the package."""
    catalogue = load_catalogue(LIBRARY)
    known = TEXTS.load(texts)
    spent: dict[str, float] = {}
    figures: dict[str, Any] = {"texts_loaded": known}
    began, cpu = time.perf_counter(), time.process_time()
    with (
        tempfile.TemporaryDirectory(dir=folder.parent) as work,
        open_package(folder, catalogue=catalogue, work=Path(work)) as package,
    ):
        if package.refused:
            raise SystemExit(f"refused: {package.refused}")
        figures["read"] = usage(began, cpu)
        rules = blocked = failing = 0
        for rubric in sorted({rule.rubric for rule in catalogue.rules.values()}):
            with timed(spent) as progress:
                counts = run(catalogue, package.tables, rubric=rubric, window=WINDOW, on_progress=progress)
            rules += len(counts.rules)
            blocked += sum(one.blocked is not None for one in counts.rules.values())
            failing += sum(bool(one.failing) for one in counts.rules.values())
        store = [path.stat().st_size for path in Path(work).rglob("*") if path.is_file()]
        figures |= {"rules": rules, "could_not_check": blocked, "with_failing_rows": failing}
        figures |= {"store_mb": round(sum(store) / 1e6), **usage(began, cpu)}
    TEXTS.save(texts)
    worst = sorted(spent.items(), key=lambda one: -one[1])[:WORST]
    figures["longest_s"] = {what: round(seconds, 2) for what, seconds in worst}
    return figures


def main() -> int:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--cases", type=int, default=CASES["large"])
    reader.add_argument("--keep", type=Path, metavar="FOLDER")
    reader.add_argument("--part", nargs=2, metavar=("PART", "FOLDER"), help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.part:
        part, folder = given.part[0], Path(given.part[1])
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "make": lambda: make(folder, given.cases),
            "decoded": lambda: read_once(folder, keep=False),
            "kept": lambda: read_once(folder, keep=True),
            "run": lambda: count(folder, folder.parent / "texts.json"),
        }
        print(json.dumps(parts[part](), ensure_ascii=False))
        return 0
    figures: dict[str, Any] = {"cases": given.cases, "load before": round(os.getloadavg()[0], 1)}
    with tempfile.TemporaryDirectory(prefix="zhiping-large-") as place:
        folder = (given.keep or Path(place)).resolve() / "package"
        if not folder.exists():
            figures["made"] = apart(__file__, "--part", "make", str(folder), "--cases", str(given.cases))
        for part in ("decoded", "kept"):
            figures[part] = apart(__file__, "--part", part, str(folder))
        figures["run, SQL to write"] = apart(__file__, "--part", "run", str(folder))
        figures["run"] = apart(__file__, "--part", "run", str(folder))
    for part in ("decoded", "kept"):
        for clock in ("wall_s", "cpu_s"):
            ratio = figures["run"][clock] / figures[part][clock]
            figures[f"run / {part}, {clock}"] = round(ratio, 2)
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
