"""Pages of importing a hospital's own workbook: from the upload over the columns to writing and undoing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment
from hospitals.models import Organisation
from tests.app.test_older_workbooks import row, workbook
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def asked(client: Client, address: str) -> tuple[str, dict[str, Any]]:
    """The page that asks for the columns, and its answers as proposed."""
    file = workbook(row("01.01.1-1", "可以", 问题与差距="缺接口"), row("99.99.1-1", "符合"))
    page = client.post(
        address, {"workbook": SimpleUploadedFile("去年.xlsx", file.getvalue())}
    ).content.decode()
    columns = {
        name: chosen[1]
        for name, options in re.findall(
            r'<select[^>]+name="(column:\d+)"[^>]*>(.*?)</select>', page, re.DOTALL
        )
        if (chosen := re.search(r'<option value="(\w*)" selected', options))
    }
    return page, {"token": token(page), "sheet": "自评明细", "head": "3", **columns}


@pytest.mark.parametrize("column", ["column:20000", "column:0", f"column:{'9' * 400}"])
def test_a_column_no_sheet_has_is_not_taken(assessment: Assessment, owner: User, column: str) -> None:
    client = signed_in(owner)
    address = reverse("older-workbook", args=[assessment.public_id])
    _page, answers = asked(client, address)
    answers = {name: field for name, field in answers.items() if field != "plan"}
    shown = client.post(f"{address}columns/", {**answers, column: "plan"})
    assert shown.status_code == 200
    accepted = {"token": token(shown.content.decode()), "accept": ["9" * 5000, "x"]}
    assert client.post(f"{address}columns/", accepted).status_code == 200


def test_from_the_upload_to_the_undoing_through_the_pages(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    address = reverse("older-workbook", args=[assessment.public_id])
    page, answers = asked(client, address)
    assert "可以" in page  # a word for a state that nobody knows is asked
    nothing = {name: value for name, value in answers.items() if not name.startswith("column:")}
    assert client.post(f"{address}columns/", nothing).status_code == 422
    shown = client.post(
        f"{address}columns/", {**answers, "word": ["可以", "符合"], "state": ["partly", "met"]}
    ).content.decode()
    assert "99.99.1-1" in shown  # a code the standard does not have is listed
    assert not assessment.item_answers.exists()  # nothing is written before somebody says yes
    assert client.post(f"{address}apply/", {"token": answers["token"]}).status_code == 422  # no preview yet
    assert client.post(f"{address}apply/", {"token": token(shown)}).status_code == 302
    written = assessment.item_answers.get(item_code="01.01")
    assert written.clauses["1"][0] == "partly"
    assert "缺接口" in written.note

    again, _answers = asked(client, address)  # next year: what was said is proposed
    assert re.search(r'<option value="partly" selected', again)
    imported = assessment.workbook_imports.get()
    assert client.post(f"{address}{imported.public_id}/undo/").status_code == 302
    assert assessment.item_answers.get(item_code="01.01").clauses == {}
