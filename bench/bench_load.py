#!/usr/bin/env python
"""Thirty people of a bureau reading and three hundred hospitals saving answers, at once, against the real server.

Lays a province of 300 hospitals with a draft each, starts gunicorn as ``./run`` does (two workers of four threads,
loopback only), and lets every person work at an own pace for ``--seconds``: a hospital saves an answer every
``--think`` seconds, somebody of the bureau opens a page every ``--read`` seconds, both spread evenly by chance. Every
request is a new connection with a session, as behind a proxy. Afterwards every saved answer is read back from the
database and compared with what the last reply said.

Reported: requests, errors, median and 95th percentile by the clock, and CPU seconds of the server beside those of
this program, which shares the machine. On a busy machine the clock says more about the neighbours; the share of CPU
says how much of two cores the load needs. SQLite, or the database of ``ZHIPING_DATABASE``; with ``--postgres`` a
private PostgreSQL cluster is started for the run.

    python bench/bench_load.py [--seconds 60] [--hospitals 300] [--bureau 30] [--postgres]
    python bench/bench_load.py --seconds 300 --postgres          the five minutes of the target
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MOST_SECONDS, MOST_PEOPLE = 900, 1000
YEAR, ITEM = 2026, "01.01"
CLAUSE, LEVEL = 2, "3"


def prepare() -> tuple[tempfile.TemporaryDirectory[str], str]:
    """Folder and, when asked for, the private cluster: before Django reads its settings."""
    folder = tempfile.TemporaryDirectory(prefix="zhiping-load-")
    os.environ["ZHIPING_VAR"] = folder.name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    cluster = ""
    if "--postgres" in sys.argv:
        cluster = tempfile.mkdtemp(prefix="zhiping-cluster-")
        started = subprocess.run(
            [str(ROOT / "scripts" / "postgres.sh"), "start", cluster],
            capture_output=True,
            text=True,
            check=True,
        )
        os.environ["ZHIPING_DATABASE"] = started.stdout.strip().splitlines()[-1]
    return folder, cluster


@dataclass
class Visitor:
    """One signed-in person: cookies, what was sent, how long it took."""

    cookies: dict[str, str]
    assessment: str = ""
    stored: str = ""
    walls: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)


def session_of(user: Any) -> dict[str, str]:
    """Signed in without a password: hashing it is not what is measured here."""
    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    client = Client()
    client.force_login(user)
    client.get("/", HTTP_HOST="127.0.0.1")  # what a first page settles for a session
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.CSRF_COOKIE_NAME: _get_new_csrf_string()}  # fmt: skip


def lay(hospitals: int, bureau_people: int) -> tuple[list[Visitor], list[Visitor], list[str]]:
    from django.core.management import call_command

    from accounts.models import User
    from assessments.demo.province import lay_province
    from assessments.models import ItemAnswer
    from bench.pages import pages, words_of
    from hospitals.models import Membership, Organisation
    from reports.regional.filling import fill_all
    from rubrics.models import Edition
    from tests.factories.assessments import complete, make_assessment

    call_command("migrate", verbosity=0)
    call_command("rubric", "load", stdout=io.StringIO())
    bureau = lay_province(hospitals, 2, last_year=YEAR, seed=1)
    fill_all()
    edition = Edition.objects.current().get(key="emr-2018")
    saving, first = [], None
    for number, hospital in enumerate(Organisation.objects.hospitals().beneath(bureau)[:hospitals]):
        lead = User.objects.create(username=f"load-{number}", name=f"质控负责人{number}（示例）")
        Membership.objects.create(user=lead, organisation=hospital, role=Membership.Role.QUALITY_LEAD)
        made = make_assessment(hospital, lead, edition=edition, target_level=4, title="负载测试")
        if first is None:
            first = made
            complete(made, lead)
        else:
            for rows in (first.item_answers.all(), first.base_figures.all()):
                copies = list(rows)
                for row in copies:
                    row.pk, row.assessment = None, made
                rows.model.objects.bulk_create(copies)
        stored = ItemAnswer.objects.get(assessment=made, item_code=ITEM).clauses[LEVEL][CLAUSE - 1]
        saving.append(Visitor(session_of(lead), str(made.public_id), stored))
    reading = []
    for number in range(bureau_people):
        person = User.objects.create(username=f"bureau-{number}", name=f"管理员{number}（示例）")
        Membership.objects.create(user=person, organisation=bureau, role=Membership.Role.BUREAU_MANAGER)
        reading.append(Visitor(session_of(person)))
    words = words_of(bureau, YEAR)
    addresses = [page.address.format(**words) for page in pages() if not page.name.startswith("api-")]
    return saving, reading, addresses


def ask(base: str, visitor: Visitor, kind: str, method: str, address: str, **more: Any) -> Any:
    import requests

    began = time.perf_counter()
    try:
        answer = requests.request(
            method, base + address, cookies=visitor.cookies, timeout=30, allow_redirects=False, **more
        )
    except requests.RequestException as failure:
        visitor.errors.append(f"{kind}: {type(failure).__name__}")
        return None
    visitor.walls[kind].append((time.perf_counter() - began) * 1000)
    if answer.status_code != 200:
        visitor.errors.append(f"{kind}: {answer.status_code} {address.split('?')[0]}")
        return None
    return answer


def work(
    base: str, visitor: Visitor, addresses: list[str], pause: float, until: float, random: Random
) -> None:
    from django.conf import settings

    time.sleep(random.uniform(0, min(pause, max(0.0, until - time.monotonic()))))
    while time.monotonic() < until:
        if visitor.assessment:
            to = "partly" if visitor.stored == "met" else "met"
            change = {"path": f"clauses.{LEVEL}.{CLAUSE}", "from": visitor.stored, "to": to}
            body = {"changes": [change], "key": f"{random.getrandbits(128):032x}"}
            place = f"/api/v1/assessments/{visitor.assessment}/items/{ITEM}/answers/"
            token = visitor.cookies[settings.CSRF_COOKIE_NAME]
            headers = {"X-CSRFToken": token, "Referer": base + "/"}
            if ask(base, visitor, "save", "PATCH", place, json=body, headers=headers) is not None:
                visitor.stored = to
        else:
            ask(base, visitor, "page", "GET", random.choice(addresses))
        time.sleep(max(0.0, min(random.uniform(0.5, 1.5) * pause, until - time.monotonic())))


def cpu_of(group: int) -> float:
    """CPU seconds of every process of a group that is there now, and of their children that are gone."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += sum(int(fields[at]) for at in (11, 12))
    return ticks / os.sysconf("SC_CLK_TCK")


def serve() -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--worker-class", "gthread", "--log-level", "warning", "--preload",
    ]  # fmt: skip
    web = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return web, f"http://127.0.0.1:{port}"
        time.sleep(0.2)
    web.terminate()
    raise SystemExit("the server did not answer within a minute")


def lost(saving: list[Visitor]) -> int:
    """Answers that are not in the database as the last reply said."""
    from assessments.models import ItemAnswer

    rows = ItemAnswer.objects.filter(item_code=ITEM, assessment__title="负载测试")
    kept = {
        str(key): clauses[LEVEL][CLAUSE - 1]
        for key, clauses in rows.values_list("assessment__public_id", "clauses")
    }
    return sum(kept[one.assessment] != one.stored for one in saving)


def report(kind: str, people: list[Visitor]) -> dict[str, Any]:
    walls = [wall for one in people for wall in one.walls[kind]]
    errors = [error for one in people for error in one.errors]
    return {
        "people": len(people),
        "requests": len(walls),
        "errors": len(errors),
        "first_errors": sorted(set(errors))[:5],
        "median_ms": round(median(walls), 1) if walls else None,
        "p95_ms": round(quantiles(walls, n=20, method="inclusive")[-1], 1) if len(walls) > 1 else None,
        "slowest_ms": round(max(walls), 1) if walls else None,
    }


def main() -> int:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--seconds", type=int, default=60)
    reader.add_argument("--hospitals", type=int, default=300)
    reader.add_argument("--bureau", type=int, default=30)
    reader.add_argument("--think", type=float, default=10.0, help="seconds between two answers of a hospital")
    reader.add_argument(
        "--read", type=float, default=20.0, help="seconds between two pages of somebody of the bureau"
    )
    reader.add_argument("--postgres", action="store_true", help="a private PostgreSQL cluster for this run")
    given = reader.parse_args()
    if not 5 <= given.seconds <= MOST_SECONDS or not 1 <= given.hospitals + given.bureau <= MOST_PEOPLE:
        reader.error(f"between 5 and {MOST_SECONDS} seconds, at most {MOST_PEOPLE} people")
    # a run that is stopped from outside leaves no server and no cluster behind
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    folder, cluster = prepare()
    try:
        return run(given)
    finally:
        if cluster:
            subprocess.run([str(ROOT / "scripts" / "postgres.sh"), "stop", cluster], check=False)
        folder.cleanup()


def run(given: argparse.Namespace) -> int:
    import django

    warnings.filterwarnings("ignore", message="No directory at")
    django.setup()
    from django.db import connection, connections

    saving, reading, addresses = lay(given.hospitals, given.bureau)
    connections.close_all()
    web, base = serve()
    try:
        random = Random(1)
        for visitor in reading[:2]:  # what a process that has been running knows already
            for address in addresses:
                ask(base, visitor, "warm", "GET", address)
        warm = [error for visitor in reading for error in visitor.errors]
        began, used, own = time.perf_counter(), cpu_of(web.pid), time.process_time()
        until = time.monotonic() + given.seconds
        threads = [
            threading.Thread(target=work, args=(base, one, [], given.think, until, Random(random.random())))
            for one in saving
        ] + [
            threading.Thread(
                target=work, args=(base, one, addresses, given.read, until, Random(random.random()))
            )
            for one in reading
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lasted = time.perf_counter() - began
        server, client = cpu_of(web.pid) - used, time.process_time() - own
    finally:
        web.terminate()
        web.wait(30)
    found = {
        "database": connection.vendor, "seconds": round(lasted, 1), "save": report("save", saving), "page": report("page", reading),
        "lost": lost(saving), "server_cpu_s": round(server, 1), "client_cpu_s": round(client, 1), "warm_errors": warm[:5],
    }  # fmt: skip
    print(f"{connection.vendor}, {lasted:.0f} s: server {server:.1f} CPU s ({server / lasted:.2f} of 2 cores), this program {client:.1f}")  # fmt: skip
    print(
        f"{'':6} {'people':>7} {'requests':>9} {'errors':>7} {'median ms':>10} {'p95 ms':>8} {'slowest':>8}"
    )
    for kind in ("save", "page"):
        one: Any = found[kind]
        print(f"{kind:6} {one['people']:7} {one['requests']:9} {one['errors']:7} {one['median_ms'] or 0:10.1f} {one['p95_ms'] or 0:8.1f} {one['slowest_ms'] or 0:8.1f}  {' '.join(one['first_errors'])}")  # fmt: skip
    done = found["save"]["requests"] + found["page"]["requests"]  # type: ignore[index]
    print(f"answers lost: {found['lost']}; server CPU per request {server / max(1, done) * 1000:.0f} ms")
    print(json.dumps(found))
    wrong = found["lost"] or report("save", saving)["errors"] or report("page", reading)["errors"] or warm
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
