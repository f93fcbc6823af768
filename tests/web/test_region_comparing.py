"""Pages that compare the hospitals of a region: they open, cost the same for more hospitals, and name nobody too early."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from hospitals.access import Role
from hospitals.models import Organisation
from reports.comparing.asking import answer_question, ask_hospitals
from reports.comparing.dual_track import Position, Question, named
from reports.models import DualTrackQuestion, IssuedReport
from tests.factories.people import make_person
from tests.web.test_region_pages import lay

pytestmark = pytest.mark.django_db
PAGES = (
    "heatmap", "difficulty", "scatter", "inflation", "dual-track", "consortia", "bulletins", "pair", "doubts",
)  # fmt: skip


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


@pytest.fixture
def signed_in(client: Client, manager: User) -> Client:
    client.force_login(manager)
    client.get("/region/")
    return client


def costs(client: Client) -> dict[str, int]:
    found = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/region/{page}/").status_code == 200, page
        found[page] = len(asked)
    return found


def test_thirty_hospitals_cost_as_many_queries_as_three(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 3)
    costs(signed_in)
    few = costs(signed_in)
    lay(bureau, manager, 27)
    assert costs(signed_in) == few


def test_a_bulletin_about_four_hospitals_is_refused(
    signed_in: Client, bureau: Organisation, manager: User
) -> None:
    lay(bureau, manager, 4)
    signed_in.post("/region/bulletins/ask/", {"language": "en"})
    assert not IssuedReport.objects.exists()


def in_corner(hospital: Organisation, **changed: Any) -> Position:
    fields: dict[str, Any] = {
        "hospital": hospital.pk, "grade": "3A", "discharges": None, "beds": None, "emr_claimed": 4, "emr_at_most": 2,
        "emr_strict": 1, "coverage": 1, "service_claimed": 3, "service_at_most": None,
    }  # fmt: skip
    return Position(**{**fields, **changed})


def test_a_hospital_is_asked_before_its_name_is_shown(
    bureau: Organisation, hospital: Organisation, owner: User, manager: User
) -> None:
    place = in_corner(hospital)
    today = timezone.localdate()
    assert named([place], {}, today) == frozenset()
    assert ask_hospitals(by=manager, bureau=bureau, year=2026, positions=[place]) == 1
    row = DualTrackQuestion.objects.get()
    asked = Question(hospital.pk, today, row.answer_by, None, "")
    assert named([place], {hospital.pk: asked}, row.answer_by) == frozenset()
    assert named([place], {hospital.pk: asked}, row.answer_by + timedelta(days=1)) == {hospital.pk}
    answer_question(by=owner, question=row, answer="口径不同")
    row.refresh_from_db()
    told = Question(hospital.pk, today, row.answer_by, today, row.answer)
    assert named([place], {hospital.pk: told}, today) == {hospital.pk}
    assert named([in_corner(hospital, emr_at_most=3)], {hospital.pk: told}, today) == frozenset()
