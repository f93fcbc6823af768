#!/usr/bin/env python
"""A batch of gap reports for the hospitals of a province, made by a real worker with one process and with two.

Lays a province, orders the batch as a bureau's manager does, starts the worker as ``./run`` does (prefork, filesystem
broker, beat) and waits for the end of the batch. Every quarter of a second the resident memory of the worker and all
its processes is summed: pages they share count for each, so the sum is more than what the machine gives. CPU seconds
are those of the worker's processes. ``cores``: CPU seconds by wall seconds of the batch; near 2 on an idle machine of
two cores, less where neighbours take their share, which ``load`` tells. The last line is JSON.

    python bench/bench_batch.py [--reports 50] [--processes 1 2]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="zhiping-batch-")
os.environ["ZHIPING_VAR"] = FOLDER.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402

from accounts.models import User  # noqa: E402
from assessments.demo.province import lay_province  # noqa: E402
from hospitals.models import Membership  # noqa: E402
from reports.batches.actions import start_batch  # noqa: E402
from reports.batches.archive import archive_of, streamed  # noqa: E402
from reports.batches.choosing import candidates  # noqa: E402
from reports.batches.reading import lines_of  # noqa: E402
from reports.models import Batch, IssuedReport  # noqa: E402
from rubrics.models import Edition  # noqa: E402

YEAR, MOST_SECONDS = 2026, 1800
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


def family(root: int) -> dict[int, tuple[float, float]]:
    """Process -> (CPU seconds, resident MB) of a process and everything beneath it."""
    found: dict[int, tuple[int, float, float]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        seconds = (int(fields[11]) + int(fields[12])) / TICKS
        found[int(entry.name)] = int(fields[1]), seconds, int(fields[21]) * PAGE / 2**20
    kept = {root}
    while more := {pid for pid, one in found.items() if one[0] in kept} - kept:
        kept |= more
    return {pid: found[pid][1:] for pid in kept if pid in found}


def worker(processes: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "config",
        "--quiet",
        "worker",
        "--concurrency",
        str(processes),
    ]
    command += [
        "--beat",
        "--loglevel",
        "ERROR",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measured(by: User, edition: Edition, chosen: list[Any], processes: int, target: int) -> dict[str, Any]:
    """``target`` differs between runs, so that nothing made before is taken again."""
    batch = start_batch(
        by=by, edition=edition, year=YEAR, kind="gap", form="pdf", languages=["zh-hans"], chosen=chosen,
        target_level=target,
    )  # fmt: skip
    running = worker(processes)
    began, peak, used = None, 0.0, dict[int, float]()
    idle = 0.0
    started = time.perf_counter()
    try:
        while time.perf_counter() - started < MOST_SECONDS:
            rows = family(running.pid)
            if began is None and IssuedReport.objects.filter(batch_lines__batch=batch).exists():
                began, idle = time.perf_counter(), sum(cpu for cpu, _mb in rows.values())
            used.update({pid: cpu for pid, (cpu, _mb) in rows.items()})
            peak = max(peak, sum(mb for _cpu, mb in rows.values()))
            if Batch.objects.filter(pk=batch.pk, finished_at__isnull=False).exists():
                break
            time.sleep(0.25)
        wall = time.perf_counter() - (began or started)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)
    made = IssuedReport.objects.filter(batch_lines__batch=batch, state="done")
    cpu = sum(used.values()) - idle
    return {
        "processes": processes,
        "made": made.count(),
        "pages": sum(made.values_list("pages", flat=True)),
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "cores": round(cpu / wall, 2),
        "peak_mb": round(peak),
        "load": round(os.getloadavg()[0], 1),
        "batch": batch.pk,
    }


def main() -> int:
    given = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    given.add_argument("--reports", type=int, default=50)
    given.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    asked = given.parse_args()
    for folder in ("queue", "queue-control", "files"):
        (Path(FOLDER.name) / folder).mkdir()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("rubric", "load", verbosity=0, stdout=io.StringIO())
    bureau = lay_province(max(asked.reports * 2, 20), 1, last_year=YEAR, seed=1)
    by = User.objects.create(username="bench", name="测量（示例）")
    Membership.objects.create(user=by, organisation=bureau, role=Membership.Role.BUREAU_MANAGER)
    edition = Edition.objects.get(key="emr-2018")
    chosen = [one.public_id for one in candidates(by, edition, YEAR)[: asked.reports]]
    runs = []
    for number, processes in enumerate(asked.processes):
        runs.append(measured(by, edition, chosen, processes, target=4 + number % 2))
        print(runs[-1], flush=True)
    began = time.perf_counter()
    last = Batch.objects.get(pk=runs[-1]["batch"])
    size = sum(len(piece) for piece in streamed(archive_of(last, lines_of(last))))
    archive = {"mb": round(size / 2**20, 1), "seconds": round(time.perf_counter() - began, 2)}
    ratio = round(runs[0]["wall_s"] / runs[-1]["wall_s"], 2)
    print(json.dumps({"runs": runs, "one_by_two": ratio, "archive": archive}))
    return 0 if all(run["made"] == len(chosen) for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
