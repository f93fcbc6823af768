"""The page of yearly data-quality tables: linked, downloaded, changed, previewed and approved."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from engine.evidence.yearly_table import rows_of
from hospitals.models import Membership, Organisation
from rubrics.actions import approve_table
from rubrics.models import Edition, QualityTable
from rubrics.queries import get_catalogue
from tests.factories.assessments import make_member
from tests.factories.browser import signed_in

pytestmark = pytest.mark.django_db
EMR = "emr-2018"
PAGE = "/rubrics/emr-2018/tables/"


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_member(bureau, "manager", Membership.Role.BUREAU_MANAGER)


def download(user: User, year: int = 2018) -> bytes:
    answer = signed_in(user).get(reverse("figures-export", args=[EMR, year]))
    assert "xlsx" in answer["Content-Disposition"]
    return bytes(answer.content)


def send(user: User, content: bytes, year: str = "2027") -> Any:
    file = SimpleUploadedFile("dq.xlsx", content)
    return signed_in(user).post(PAGE, {"year": year, "table": file})


def changed(content: bytes) -> bytes:
    """One rule removed, one reworded."""
    book = load_workbook(io.BytesIO(content))
    sheet: Any = book.active
    sheet.delete_rows(2)
    sheet.cell(2, 5).value = f"{sheet.cell(2, 5).value}（新）"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_standard_links_its_tables_and_one_without_tables_does_not(owner: User) -> None:
    client = signed_in(owner)
    assert PAGE in client.get("/rubrics/emr-2018/").content.decode()
    assert "/tables/" not in client.get("/rubrics/smart-service-2019/").content.decode()


def test_the_table_that_is_downloaded_is_read_back_without_a_difference(owner: User, manager: User) -> None:
    answer = send(manager, download(owner))
    assert answer.status_code == 200
    assert answer.context["page"].preview.groups == ()
    assert "与标准自带的表完全相同" in answer.content.decode()


def test_a_changed_table_is_previewed_approved_and_offered_for_download(manager: User) -> None:
    answer = send(manager, changed(download(manager)))
    preview = answer.context["page"].preview
    assert {group.kind: len(group.rules) for group in preview.groups} == {"removed": 1, "reworded": 1}
    assert not QualityTable.objects.exists()
    answer = signed_in(manager).post(PAGE, {"reading": preview.token}, follow=True)
    assert [table.year for table in answer.context["page"].tables] == [2018, 2027]
    own = [row.text for row in rows_of(get_catalogue(), EMR)]
    sheet: Any = load_workbook(io.BytesIO(download(manager, 2027))).active
    assert sheet.max_row - 1 == len(own) - 1
    assert sheet.cell(2, 5).value == f"{own[1]}（新）"


def test_in_english_rules_of_the_library_stand_in_english(manager: User) -> None:
    content = changed(download(manager))
    User.objects.filter(pk=manager.pk).update(language="en")
    groups = {group.kind: group.rules[0] for group in send(manager, content).context["page"].preview.groups}
    rule = get_catalogue().rules[groups["removed"].rule]
    assert groups["removed"].before == rule.label.en
    assert groups["removed"].place.startswith(f"{rule.item} Level {rule.level}")


def test_what_was_typed_stays_when_the_file_is_refused(manager: User) -> None:
    answer = send(manager, b"no workbook", "2031")
    assert answer.status_code == 400
    assert 'value="2031"' in answer.content.decode()


def test_the_page_asks_as_often_for_five_tables_as_for_one(manager: User) -> None:
    def tables(years: range) -> None:
        for year in years:
            approve_table(
                by=manager,
                edition=Edition.objects.get(key=EMR),
                catalogue=get_catalogue(),
                year=year,
                rows=rows_of(get_catalogue(), EMR),
            )

    client = signed_in(manager)

    def asked() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE)
        return len(found)

    tables(range(2030, 2031))
    few = asked()
    tables(range(2031, 2035))
    assert asked() == few <= 8
