"""What-if on the gap page: the answer to switches, over HTTP's own path and in the engine alone.

    python bench/bench_what_if.py

Compared against the promise of 300 ms per answer. Prints the median and the slowest of 30 answers
with 1, 10 and 39 switches on the EMR standard, and of the whole gap and result pages. Status 1 when
an answer is slower than promised.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
os.environ.setdefault("ZHIPING_VAR", tempfile.mkdtemp(prefix="zhiping-bench-"))

PROMISE_MS = 300
ROUNDS = 30


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """(median, slowest)"""
    work()
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), max(took)


def main() -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import reverse

    setup_test_environment()
    call_command("migrate", verbosity=0)
    from accounts.models import User
    from hospitals.models import Membership, Organisation
    from reports.standing import standing_of
    from reports.view_models.what_if import read_switches, what_if
    from tests.factories.assessments import complete, make_assessment

    bureau = Organisation.objects.create(kind="province", name="示例省卫生健康委员会")
    hospital = Organisation.objects.create(kind="hospital", name="示例市人民医院", parent=bureau, beds=1200)
    lead = User.objects.create_user("lead", password="bench-pass-phrase", name="质控负责人（示例）")
    Membership.objects.create(user=lead, organisation=hospital, role=Membership.Role.QUALITY_LEAD)
    assessment = make_assessment(hospital, lead, edition="emr-2018", target_level=5)
    complete(assessment, lead, up_to=3)
    standing = standing_of(assessment, submitted_only=False)
    assert standing is not None
    codes = [item.code for item in standing.rubric.items if 5 in item.by_level]
    client = Client()
    client.force_login(lead)

    slowest = 0.0
    print(f"{'what':34}{'median ms':>12}{'slowest ms':>12}")
    for count in (1, 10, len(codes)):
        switches = {"target": ["5"], "lift": [f"{code}:5" for code in codes[:count]]}
        address = reverse("what-if", args=[assessment.public_id])
        over_http = milliseconds(lambda address=address, switches=switches: client.post(address, switches))
        chosen = read_switches(switches)
        alone = milliseconds(lambda chosen=chosen: what_if(standing, chosen, 5))
        slowest = max(slowest, over_http[1])
        print(f"{f'{count} switches, whole answer':34}{over_http[0]:12.1f}{over_http[1]:12.1f}")
        print(f"{f'{count} switches, view model alone':34}{alone[0]:12.1f}{alone[1]:12.1f}")
    for name in ("gap", "result"):
        address = reverse(name, args=[assessment.public_id])
        page = milliseconds(lambda address=address: client.get(address), 10)
        print(f"{f'{name} page':34}{page[0]:12.1f}{page[1]:12.1f}")
    kept = slowest <= PROMISE_MS
    print(f"promise: {PROMISE_MS} ms per answer: {'kept' if kept else 'broken'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
