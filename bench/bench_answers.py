#!/usr/bin/env python
"""Saving one answer and opening the questionnaire, with 10, 100 and 300 hospitals in the database.

Whole requests through every middleware, with a session, against SQLite on disk as ``./run`` uses it
(journal synced at every commit), or the database of ``ZHIPING_DATABASE``. Every hospital has a
complete EMR assessment: 39 items, 769 clauses, figures, indices. What counts is that saving stays
flat: ``growth`` is the time with the most hospitals over that with the fewest. The sizes take turns, each on
its own copy of the database. Medians by the clock, and CPU time beside them for machines that do other
things too; the last line is JSON for machines.

The peer this replaces was recorded once, on another machine, at the same three sizes: 102, 704 and
1,880 ms per saved answer. These are recorded numbers, not a run of this script.

    python bench/bench_answers.py [--hospitals 10 100 300] [--repeat 40]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import warnings
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.TemporaryDirectory(prefix="zhiping-bench-")
os.environ["ZHIPING_VAR"] = FOLDER.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

import django  # noqa: E402

warnings.filterwarnings("ignore", message="No directory at")  # static files are not what is measured
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from assessments.models import Assessment, ItemAnswer  # noqa: E402
from hospitals.models import Membership, Organisation  # noqa: E402
from rubrics.models import Edition  # noqa: E402
from tests.factories.assessments import complete, make_assessment  # noqa: E402
from tests.factories.rubrics import make_edition  # noqa: E402

RECORDED_PEER_MS = {"10": 102, "100": 704, "300": 1880}
ITEM = "01.01"


def add_hospital(bureau: Organisation, edition: Edition, number: int) -> Assessment:
    """A hospital with its quality lead and a complete assessment; the first is filled by the product, others copy it."""
    hospital = Organisation.objects.create(kind="hospital", name=f"示例第{number}医院", parent=bureau)
    lead = User.objects.create(username=f"lead-{number}", name=f"质控负责人{number}（示例）")
    Membership.objects.create(user=lead, organisation=hospital, role="quality_lead")
    made = make_assessment(hospital, lead, edition=edition, target_level=4)
    first = Assessment.objects.order_by("pk").first()
    if first is None or first == made:
        complete(made, lead)
        return made
    for rows in (first.item_answers.all(), first.base_figures.all(), first.overall_answers.all()):
        copies = list(rows)
        for row in copies:
            row.pk, row.assessment = None, made
        rows.model.objects.bulk_create(copies)
    return made


class Size:
    """The product with so many hospitals: a database file of its own, one signed-in quality lead."""

    def __init__(self, assessment: Assessment, database: str) -> None:
        self.database = database
        self.client = Client()
        self.client.force_login(assessment.created_by)
        self.page = reverse("item", args=[assessment.public_id, ITEM])
        self.answers = reverse("api-answers", args=[assessment.public_id, ITEM])
        self.stored = ItemAnswer.objects.get(assessment=assessment, item_code=ITEM).clauses["3"][1]
        self.walls: dict[str, list[float]] = {"save": [], "page": []}
        self.busy: dict[str, list[float]] = {"save": [], "page": []}
        self.queries: dict[str, int] = {}

    def open(self) -> None:
        if connection.settings_dict["NAME"] != self.database:
            connection.close()
            connection.settings_dict["NAME"] = self.database

    def save(self) -> None:
        to = "partly" if self.stored == "met" else "met"
        body = {"changes": [{"path": "clauses.3.2", "from": self.stored, "to": to}], "key": "0" * 32}
        response = self.client.patch(self.answers, json.dumps(body), "application/json")
        assert response.status_code == 200, response.content
        self.stored = to

    def look(self) -> None:
        assert self.client.get(self.page).status_code == 200

    def once(self, measured: bool = True) -> None:
        self.open()
        self.look()  # an opened database, as in a server that has been running
        for name, work in (("save", self.save), ("page", self.look)):
            start, cpu = perf_counter(), process_time()
            work()
            if measured:
                self.walls[name].append((perf_counter() - start) * 1000)
                self.busy[name].append((process_time() - cpu) * 1000)

    def count_queries(self) -> None:
        self.open()
        for name, work in (("save", self.save), ("page", self.look)):
            with CaptureQueriesContext(connection) as asked:
                work()
            self.queries[name] = len(asked)

    def result(self) -> dict[str, float | int]:
        found: dict[str, float | int] = {}
        for name in ("save", "page"):
            found[f"{name}_ms"] = round(median(self.walls[name]), 1)
            found[f"{name}_p95_ms"] = round(quantiles(self.walls[name], n=20)[-1], 1)
            found[f"{name}_cpu_ms"] = round(median(self.busy[name]), 1)
            found[f"{name}_queries"] = self.queries[name]
        return found


def set_aside(hospitals: int) -> str:
    """A copy of the database as it is now; PostgreSQL has no such copy and goes on with the one there is."""
    if connection.vendor != "sqlite":
        return str(connection.settings_dict["NAME"])
    copy = Path(FOLDER.name) / f"hospitals-{hospitals}.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    return str(copy)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hospitals", type=int, nargs="+", default=[10, 100, 300])
    parser.add_argument("--repeat", type=int, default=40)
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    bureau = Organisation.objects.create(kind="province", name="示例省卫生健康委员会")
    edition = make_edition("emr-2018")
    sizes: dict[int, Size] = {}
    there = 0
    middle: Assessment | None = None
    for wanted in sorted(given.hospitals):
        with transaction.atomic():
            while there < wanted:
                there += 1
                made = add_hospital(bureau, edition, there)
                middle = middle or (made if there >= wanted // 2 else None)
        assert middle is not None
        size = sizes[wanted] = Size(middle, "")
        size.database = set_aside(wanted)
        if connection.vendor != "sqlite":
            for _ in range(given.repeat):
                size.once()
    for size in sizes.values():
        size.once(
            measured=False
        )  # the first request of a process loads the rubric and compiles the templates
        size.count_queries()
    if connection.vendor == "sqlite":
        for _ in range(given.repeat):  # taking turns, so that what else the machine does hits all sizes alike
            for size in sizes.values():
                size.once()
    results = {str(wanted): size.result() for wanted, size in sizes.items()}
    heads = ("save", "p95", "cpu", "queries", "page", "p95", "cpu", "queries")
    print(f"{'hospitals':>9}" + "".join(f"{head:>10}" for head in heads))
    for name, result in results.items():
        shown = [f"{value} ms" if key.endswith("ms") else str(value) for key, value in result.items()]
        print(f"{name:>9}" + "".join(f"{text:>10}" for text in shown))
    few, many = results[str(min(given.hospitals))], results[str(max(given.hospitals))]
    growth = {
        key: round(float(many[f"save{key}_ms"]) / float(few[f"save{key}_ms"]), 2) for key in ("", "_cpu")
    }
    print(
        f"growth of saving from {min(given.hospitals)} to {max(given.hospitals)} hospitals:"
        f" {growth['']} by the clock, {growth['_cpu']} by CPU time of this process"
    )
    print(
        f"peer, recorded elsewhere at 10, 100, 300: {', '.join(f'{ms} ms' for ms in RECORDED_PEER_MS.values())}"
    )
    holds = (
        all(r["save_ms"] < 60 and r["page_ms"] < 150 for r in results.values()) and min(growth.values()) < 1.3
    )
    print(
        json.dumps(
            {
                "bench": "answers",
                "database": connection.vendor,
                "results": results,
                "growth": growth[""],
                "growth_cpu": growth["_cpu"],
                "recorded_peer_ms": RECORDED_PEER_MS,
                "targets": {"save_ms": 60, "page_ms": 150},
                "holds": holds,
            }
        )
    )
    connection.close()
    FOLDER.cleanup()
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
