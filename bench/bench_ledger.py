"""The rectification ledger with many entries: the page, its filters, one entry, the workbook, what is offered.

    python bench/bench_ledger.py [--entries 2000]

Over HTTP's own path, on SQLite. Compared against the same page with twenty entries, and against the promise of 300 ms.
Prints median and slowest of 20 requests by the clock, CPU milliseconds and queries. Status 1 when the page breaks it
or its queries grow.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
os.environ.setdefault("ZHIPING_VAR", tempfile.mkdtemp(prefix="zhiping-bench-"))

PROMISE_MS = 300
ROUNDS = 20
FEW = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=2000)
    entries = parser.parse_args().entries
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, setup_test_environment
    from django.urls import reverse

    setup_test_environment()
    call_command("migrate", verbosity=0)
    from accounts.models import User
    from hospitals.models import Department, Membership, Organisation
    from tests.factories.assessments import complete, make_assessment
    from tests.factories.ledger import make_many

    bureau = Organisation.objects.create(kind="province", name="示例省卫生健康委员会")
    hospital = Organisation.objects.create(kind="hospital", name="示例市人民医院", parent=bureau, beds=1200)
    lead = User.objects.create_user("lead", password="bench-pass-phrase", name="质控负责人（示例）")
    Membership.objects.create(user=lead, organisation=hospital, role=Membership.Role.QUALITY_LEAD)
    places = [Department.objects.create(organisation=hospital, name=f"示例科室{n}") for n in range(25)]
    people = []
    for n, place in enumerate(places):
        person = User.objects.create_user(f"person{n}", password="bench-pass-phrase", name=f"示例人员{n}")
        Membership.objects.create(
            user=person, organisation=hospital, role=Membership.Role.CONTRIBUTOR, department=place
        )
        people.append(person)
    assessment = make_assessment(hospital, lead, edition="emr-2018", target_level=4)
    complete(assessment, lead, up_to=3)
    client = Client()
    client.force_login(lead)

    def ask(name: str, query: str = "", *more: object) -> tuple[float, float, float, int, float]:
        address = reverse(name, args=[assessment.public_id, *more]) + query
        client.get(address)
        walls, used = [], []
        for _ in range(ROUNDS):
            began, cpu = time.perf_counter(), time.process_time()
            response = client.get(address)
            walls.append((time.perf_counter() - began) * 1000)
            used.append((time.process_time() - cpu) * 1000)
            assert response.status_code == 200, address
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        size = len(response.content) / 1024
        return statistics.median(walls), max(walls), statistics.median(used), len(asked), size

    make_many(assessment, lead, FEW, department=places[0], person=people[0])
    small = ask("ledger")
    each = -(-(entries - FEW) // len(places))
    for place, person in zip(places, people, strict=True):
        make_many(assessment, lead, each, department=place, person=person)
    print(f"{assessment.ledger.count()} entries, {len(places)} departments and people")
    print(f"{'what':34}{'median ms':>11}{'slowest ms':>12}{'CPU ms':>9}{'queries':>9}{'KB':>7}")
    line = "{:34}{:11.1f}{:12.1f}{:9.1f}{:9d}{:7.0f}"
    print(line.format(f"list with {FEW} entries", *small))
    large = ask("ledger")
    print(line.format("list", *large))
    for words, query in (
        ("last page of all", "?show=all&page=9999"),
        ("overdue of a department", f"?show=late&department={places[3].public_id}"),
        ("words", "?show=all&q=申请单"),
    ):
        print(line.format(words, *ask("ledger", query)))
    print(line.format("one entry", *ask("ledger-entry", "", 7)))
    print(line.format("what is offered", *ask("ledger-proposals")))
    print(line.format("workbook of all", *ask("ledger-export", "?show=all")))
    kept = large[0] <= PROMISE_MS and large[3] == small[3]
    print(f"promise: list under {PROMISE_MS} ms, as many queries: {'kept' if kept else 'broken'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
