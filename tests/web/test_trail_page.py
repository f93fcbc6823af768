"""The trail as auditors read it: what it shows, whom, in which order."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actions import record
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Organisation
from tests.factories.people import make_hospital, make_person

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture
def auditor(hospital: Organisation) -> User:
    return make_person(hospital, Role.AUDITOR, "auditor")


def tell(
    hospital: Organisation, by: User | None, number: int, verb: str = "department.added", **facts: Any
) -> Event:
    return record(
        verb=verb,
        by=by,
        subject_kind="department",
        subject_id=number,
        chain=str(hospital.public_id),
        facts=facts,
    )


def test_an_auditor_reads_who_did_what_and_nothing_of_other_hospitals(
    auditor: User, owner: User, hospital: Organisation
) -> None:
    tell(hospital, owner, 1, name="检验科")
    tell(make_hospital(), owner, 1, name="外院科室")
    page = page_of(signed_in(auditor), "/audit/")
    assert owner.name in page
    assert "新增科室" in page
    assert "检验科" in page
    assert "外院科室" not in page


def test_the_trail_is_filtered_by_person_verb_subject_and_day(
    auditor: User, owner: User, hospital: Organisation
) -> None:
    tell(hospital, owner, 1, name="甲科")
    tell(hospital, None, 2, verb="department.closed", name="乙科")
    client = signed_in(auditor)
    today = timezone.localdate()
    assert "乙科" not in page_of(client, "/audit/", person="负责人")
    assert "甲科" not in page_of(client, "/audit/", verb="department.closed")
    assert "甲科" in page_of(client, "/audit/", subject="department", since=str(today), until=str(today))
    assert "没有符合条件的记录" in page_of(client, "/audit/", since=str(today + timedelta(days=1)))
    assert "没有符合条件的记录" in page_of(client, "/audit/", subject="assessment")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "yesterday"}, "日期"),
        ({"verb": "no.such"}, "no.such"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "起始日期晚于结束日期"),
        ({"chain": "another"}, ""),
        ({"before": "-5", "after": "1e9"}, ""),
        ({"before": "9" * 40}, ""),
        ({"person": "\x00"}, ""),
    ],
)
def test_filters_that_cannot_be_understood_say_so(
    auditor: User, query: dict[str, str], sentence: str
) -> None:
    assert sentence in page_of(signed_in(auditor), "/audit/", **query)


def test_the_trail_is_read_in_pages_that_do_not_move(
    auditor: User, owner: User, hospital: Organisation, django_assert_max_num_queries: Any
) -> None:
    for n in range(120):
        tell(hospital, owner, n, name=f"科室{n:03d}")
    client = signed_in(auditor)
    newest = page_of(client, "/audit/")
    assert "科室119" in newest
    assert "科室069" not in newest
    older = re.search(r'rel="next" href="\?([^"]*)"', newest).group(1)  # type: ignore[union-attr]
    tell(hospital, owner, 200, name="后来的科室")
    with django_assert_max_num_queries(8):
        middle = client.get(f"/audit/?{older}").content.decode()
    assert "科室069" in middle
    assert "科室070" not in middle
    newer = re.search(r'rel="prev" href="\?([^"]*)"', middle).group(1)  # type: ignore[union-attr]
    assert "科室119" in client.get(f"/audit/?{newer}").content.decode()


def test_what_people_typed_is_shown_as_text_in_the_trail(
    auditor: User, owner: User, hospital: Organisation
) -> None:
    tell(hospital, owner, 1, name="<script>alert(1)</script>")
    page = page_of(signed_in(auditor), "/audit/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_auditor_of_a_province_reads_which_organisation_an_event_belongs_to(
    bureau: Organisation, hospital: Organisation, owner: User
) -> None:
    auditor = make_person(bureau, Role.AUDITOR)
    tell(hospital, owner, 1, name="检验科")
    page = page_of(signed_in(auditor), "/audit/")
    assert f"<td>{hospital.name}</td>" in page
    assert "检验科" not in page_of(signed_in(auditor), "/audit/", chain=str(bureau.public_id))
