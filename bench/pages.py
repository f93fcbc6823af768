"""Pages of a bureau over a made-up province: what each may cost (contract.json) and what one request costs.

Used by bench/bench_province.py, which reports the clock, and by the tests, which hold queries and bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.models import Assessment, Campaign, Participation, Review
from hospitals.models import Consortium, Organisation

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parent / "contract.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Page:
    """``name``: of its address in the URLconf; ``queries`` and ``kb`` are upper bounds at any size."""

    name: str
    address: str
    queries: int = 0
    kb: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    wall_ms: float
    cpu_ms: float
    queries: int
    kb: float


def pages() -> tuple[Page, ...]:
    return tuple(Page(**page) for page in CONTRACT["pages"])


def files() -> tuple[Page, ...]:
    """Whole lists taken along as a file: they grow with the region, so they are held at 300 hospitals."""
    return tuple(Page(page["name"], page["address"]) for page in CONTRACT["files"])


def words_of(bureau: Organisation, year: int, edition: str = "emr-2018") -> Mapping[str, str]:
    """What the braces of an address stand for in this province."""
    campaign = Campaign.objects.get(bureau=bureau)
    here = {"hospital__path__startswith": bureau.path, "edition__key": edition}
    assessment = Assessment.objects.filter(**here, window_to__year=year).order_by("pk")[0]
    review = Review.objects.get(assessment=assessment)
    participation = Participation.objects.get(campaign=campaign, hospital=assessment.hospital)
    consortium = Consortium.objects.filter(bureau=bureau)[0]
    return {
        "bureau": str(bureau.public_id),
        "choice": f"bureau={bureau.public_id}&edition={edition}&year={year}",
        "campaign": str(campaign.public_id),
        "participation": str(participation.public_id),
        "consortium": str(consortium.public_id),
        "review": str(review.public_id),
        "scheme": str(review.scheme_id),
        "assessment": str(assessment.public_id),
    }


def visit(client: Client, address: str) -> Cost:
    """One whole request through every middleware; the queries are counted in a second one, out of the time."""
    began, used = perf_counter(), process_time()
    response = client.get(address)
    wall, cpu = perf_counter() - began, process_time() - used
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    if response.status_code != 200:
        raise AssertionError(f"{address}: {response.status_code}")
    return Cost(wall * 1000, cpu * 1000, 0, len(body) / 1024)


def counted(client: Client, address: str) -> Cost:
    """The same with queries, on a page that was opened before: what is kept in memory is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        cost = visit(client, address)
    return Cost(cost.wall_ms, cost.cpu_ms, len(asked), cost.kb)
