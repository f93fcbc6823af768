#!/usr/bin/env python
"""Every page of a bureau with 300 and with 3,000 hospitals and five years under two rubrics.

Whole requests through every middleware on SQLite on disk, or the database of ``ZHIPING_DATABASE``. The pages and
what they may cost stand in bench/contract.json. Per page and size: the 95th percentile of ``--repeat`` requests by the
clock and in CPU time, queries and kilobytes. What counts is that queries are the same and pages do not grow; what
breaks the contract is marked and makes the exit status 1 (time alone does not, machines differ). Then whole lists
as files, filling everything again, and filling one hospital. The last line is JSON.

Recorded of a peer (another machine, 300 hospitals, not a run of this script): its report across hospitals took 40.3 s
and 73.7 MB.

    python bench/bench_province.py [--hospitals 300 3000] [--repeat 20] [--only region]

A folder named in ``ZHIPING_BENCH_FOLDER`` keeps what was laid: laying takes most of the time, and a second run with
the same sizes measures at once.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="zhiping-bench-")
os.environ["ZHIPING_VAR"] = os.environ.get("ZHIPING_BENCH_FOLDER", FOLDER.name)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django  # noqa: E402

warnings.filterwarnings("ignore", message="No directory at")  # static files are not what is measured
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from assessments.demo.province import lay_province  # noqa: E402
from bench.pages import CONTRACT, Page, counted, files, pages, visit, words_of  # noqa: E402
from hospitals.models import Membership, Organisation  # noqa: E402
from reports.comparing import gaps as gap_counts  # noqa: E402
from reports.models import CountedGaps, YearlyResult  # noqa: E402
from reports.regional.filling import fill, fill_all  # noqa: E402

YEAR = 2026
GAPS_COUNTED = (
    40  # what each lacks is counted once in its life, by a job; the rest of the province copies these
)


class Clock:
    """Seconds by the clock and of this process's CPU since it was made."""

    def __init__(self) -> None:
        self.began, self.used = perf_counter(), process_time()

    def read(self) -> dict[str, float]:
        return {"s": round(perf_counter() - self.began, 2), "cpu_s": round(process_time() - self.used, 2)}


def measured(client: Client, page: Page, address: str, repeat: int) -> dict[str, Any]:
    first = counted(client, address)
    found = [visit(client, address) for _n in range(repeat)]
    return {
        "page": page.address,
        "p95_ms": round(quantiles([one.wall_ms for one in found], n=20, method="inclusive")[-1], 1),
        "cpu_ms": round(quantiles([one.cpu_ms for one in found], n=20, method="inclusive")[-1], 1),
        "queries": first.queries,
        "kb": round(first.kb, 1),
        "queries_allowed": page.queries,
        "kb_allowed": page.kb,
    }


def _copy_gaps() -> None:
    """Every other submission of the last two years lacks what a counted one of the same standard and level lacks."""
    known = {
        (one.snapshot.assessment.edition_id, one.level): one
        for one in CountedGaps.objects.select_related("snapshot__assessment")
    }
    rows = YearlyResult.objects.filter(year__gte=YEAR - 1, snapshot__counted_gaps__isnull=True)
    CountedGaps.objects.bulk_create(
        (
            CountedGaps(
                snapshot_id=snapshot, level=like.level, gaps=like.gaps, engine_version=like.engine_version
            )
            for snapshot, edition, claimed in rows.values_list("snapshot", "edition", "claimed")
            if (like := known.get((edition, claimed + 1))) is not None
        ),
        batch_size=500,
    )


def at_size(hospitals: int, years: int, repeat: int, seed: int, only: str) -> dict[str, Any]:
    clock = Clock()
    bureau = Organisation.objects.filter(name_en=f"Example Province {seed}").first() or lay_province(
        hospitals, years, last_year=YEAR, seed=seed
    )
    laid = clock.read()
    person, _new = User.objects.get_or_create(username=f"bench-{seed}", defaults={"name": "测量（示例）"})
    Membership.objects.get_or_create(user=person, organisation=bureau, role=Membership.Role.BUREAU_MANAGER)
    clock = Clock()
    rows = fill_all()
    filled = clock.read()
    clock = Clock()
    counted_now = gap_counts.count(gap_counts.uncounted()[:GAPS_COUNTED])
    gaps = clock.read()
    _copy_gaps()
    one = Organisation.objects.filter(path__startswith=bureau.path, kind="hospital").first()
    assert one is not None
    clock = Clock()
    fill([one.pk])
    gap_counts.count(gap_counts.uncounted([one.pk]))
    single = clock.read()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what its own housekeeping does within a minute
    gc.collect()
    gc.freeze()  # what laying left behind is nothing a server would hold
    client = Client()
    client.force_login(person)
    words = words_of(bureau, YEAR)
    wanted = [page for page in (*pages(), *files()) if page.name.startswith(only)]
    found = [measured(client, page, page.address.format(**words), repeat) for page in wanted]
    return {
        "laid": laid,
        "rows": rows,
        "filled": filled,
        "gaps": {**gaps, "n": counted_now},
        "one": single,
        "pages": found,
    }


def table(found: dict[int, dict[str, Any]]) -> list[str]:
    """Prints one line per page, sizes side by side; gives what breaks the contract."""
    sizes = sorted(found)
    for size in sizes:
        one = found[size]
        print(
            f"{size} hospitals: laid in {one['laid']['s']} s; {one['rows']} results filled anew in {one['filled']['s']} s "
            f"(CPU {one['filled']['cpu_s']}), gaps of {one['gaps']['n']} counted in {one['gaps']['s']} s (CPU {one['gaps']['cpu_s']}), "
            f"one hospital filled in {one['one']['s']} s"
        )
    heads = "".join(f" | {f'{size}: p95 ms':>13} {'cpu ms':>7} {'queries':>7} {'KB':>7}" for size in sizes)
    print(f"{'page':58}{heads}")
    broken = []
    for lines in zip(*(found[size]["pages"] for size in sizes), strict=True):
        cells = "".join(
            f" | {line['p95_ms']:13.1f} {line['cpu_ms']:7.1f} {line['queries']:7} {line['kb']:7.1f}"
            for line in lines
        )
        marks = []
        if any(line["p95_ms"] > CONTRACT["p95_ms"] for line in lines):
            marks.append("slow")
        last = lines[-1]
        if last["queries_allowed"]:
            if any(line["queries"] > line["queries_allowed"] for line in lines):
                marks.append(f"over {last['queries_allowed']} queries")
            if any(line["kb"] > line["kb_allowed"] for line in lines):
                marks.append(f"over {last['kb_allowed']} KB")
        print(f"{last['page'][:58]:58}{cells}  {', '.join(marks)}")
        broken += [f"{last['page']}: {mark}" for mark in marks if mark != "slow"]
    return broken


def main() -> int:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--hospitals", type=int, nargs="+", default=[300, 3000])
    reader.add_argument("--years", type=int, default=5)
    reader.add_argument("--repeat", type=int, default=20)
    reader.add_argument("--only", default="", help="pages whose name begins so")
    given = reader.parse_args()
    call_command("migrate", verbosity=0)
    call_command("rubric", "load", stdout=io.StringIO())
    found = {
        n: at_size(n, given.years, given.repeat, seed, given.only)
        for seed, n in enumerate(given.hospitals, start=1)
    }
    broken = table(found)
    for line in broken:
        print(f"contract broken: {line}")
    print(
        json.dumps({"database": connection.vendor, **{str(size): figures for size, figures in found.items()}})
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
