"""Pages of reports of many hospitals: what is offered, how far it is, who gets the archive; the same queries for one
hospital and for many."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from hospitals.access import Role
from hospitals.models import Membership, Organisation
from reports import actions as reports
from reports.batches import feeding
from reports.models import Batch, IssuedReport
from rubrics.models import Edition
from tests.factories.people import make_bureau, make_hospital, make_person
from tests.reports.test_region_filling import frozen

pytestmark = pytest.mark.django_db
CHOICE = "?edition=emr-2018&year=2026"


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


@pytest.fixture
def signed_in(client: Client, manager: User) -> Client:
    client.force_login(manager)
    client.get("/batches/")
    return client


def lay(bureau: Organisation, by: User, count: int, **fields: Any) -> list[Any]:
    edition = Edition.objects.get(key="emr-2018")
    made = [make_hospital(parent=bureau, **fields) for _n in range(count)]
    return [frozen(one, by, edition, 2026, 3).assessment for one in made]


def order(client: Client, chosen: list[Any], **changed: Any) -> Any:
    data = {"edition": "emr-2018", "year": 2026, "document": "gap-pdf", "language": ["zh-hans"]}
    return client.post("/batches/new/", data | {"h": [str(one.public_id) for one in chosen]} | changed)


def finished(batch: Batch, by: User) -> None:
    """Every document made, without laying anything out."""
    feeding.hand_over(batch.pk)
    while rows := list(IssuedReport.objects.filter(state="waiting")):
        for waiting in rows:
            claimed = reports.claim_report(waiting.pk)
            assert claimed is not None
            reports.finish_report(report=claimed, document=io.BytesIO(b"%PDF-"), pages=2, by=by)
        feeding.hand_over(batch.pk)


def test_filters_narrow_what_is_offered_and_the_region_ends_at_the_bureau(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    city = make_bureau("示例甲市卫生健康委员会", parent=bureau)
    lay(bureau, manager, 3, grade="3A", beds=1200)
    lay(city, manager, 2, grade="2A", beds=300)
    lay(make_bureau("另一示例省卫生健康委员会"), manager, 2)
    for query, n in (
        ("", 5), ("&grade=2A", 2), (f"&city={city.pk}", 2), ("&level=3", 5), ("&level=4", 0), ("&band=2", 2),
        ("&search=没有这家", 0), ("&ownership=private", 0),
    ):  # fmt: skip
        assert len(signed_in.get(f"/batches/new/{CHOICE}{query}").context["page"].lines) == n, query
    assert signed_in.get("/batches/new/?edition=unknown").status_code == 404


def test_a_batch_is_ordered_followed_retried_and_taken(
    signed_in: Client, bureau: Organisation, manager: User, client: Client
) -> None:
    chosen = lay(bureau, manager, 3)
    refused = order(signed_in, chosen, language=[])
    assert refused.status_code == 422 and "至少选择一种语言" in refused.content.decode()
    assert len(refused.context["page"].chosen) == 3
    assert order(signed_in, chosen).status_code == 302
    batch = Batch.objects.get()
    address = f"/batches/{batch.public_id}/"
    feeding.hand_over(batch.pk)
    part = signed_in.get(f"{address}progress/").content.decode()
    assert 'hx-trigger="every 2s"' in part and "排队中" in part and "下载压缩包" not in part
    assert signed_in.get(f"{address}download/").status_code == 403
    failed = IssuedReport.objects.earliest("pk")
    claimed = reports.claim_report(failed.pk)
    assert claimed is not None
    reports.fail_report(report=claimed, sentence="示例原因")
    finished(batch, manager)
    page = signed_in.get(address)
    assert page.context["page"].row.made == 2 and "示例原因" in page.content.decode()
    assert (
        signed_in.post(f"{address}retry/", {"line": page.context["page"].documents[0].number}).status_code
        == 302
    )
    finished(batch, manager)
    answer = signed_in.get(f"{address}download/")
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert sum(name.endswith("_zh.pdf") for name in packed.namelist()) == 3
    assert "已生成3/3份" in signed_in.get("/batches/").content.decode()
    client.force_login(make_person(make_bureau("另一示例省卫生健康委员会"), Role.BUREAU_MANAGER))
    assert client.get(address).status_code == 404
    reviewer = make_person(bureau, Role.REVIEWER)
    client.force_login(reviewer)
    assert client.get(address).status_code == 404


def test_who_lost_the_bureau_lost_its_batches(signed_in: Client, bureau: Organisation, manager: User) -> None:
    order(signed_in, lay(bureau, manager, 1))
    batch = Batch.objects.get()
    finished(batch, manager)
    Membership.objects.filter(user=manager).update(until=timezone.localdate() - timedelta(days=1))
    assert signed_in.get(f"/batches/{batch.public_id}/download/").status_code == 404


def test_pages_ask_as_often_for_many_hospitals_as_for_one(
    signed_in: Client, bureau: Organisation, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, person and memberships are three."""
    order(signed_in, lay(bureau, manager, 1))
    order(signed_in, lay(bureau, manager, 9))
    small, large = Batch.objects.order_by("pk")
    for batch in (small, large):
        finished(batch, manager)
    signed_in.get("/batches/")
    with django_assert_num_queries(4):
        signed_in.get("/batches/")
    for batch in (small, large):
        with django_assert_num_queries(6):
            signed_in.get(f"/batches/{batch.public_id}/")
    with django_assert_num_queries(8):  # editions, years, flags, cities, hospitals
        assert len(signed_in.get(f"/batches/new/{CHOICE}").context["page"].lines) == 10
    with django_assert_num_queries(8):  # editions, years, flags, cities, hospitals
        assert not signed_in.get(f"/batches/new/{CHOICE}&level=4").context["page"].lines
