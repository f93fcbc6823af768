"""Workbooks of departments merged: what each changes, where they contradict each other, all at once, undone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from accounts.models import User
from assessments.models import Assessment, OldWorkbookImport
from audit.models import Event
from hospitals.models import Organisation
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in
from tests.factories.workbooks import edited, exported, filled, make_small_edition, put, save, values

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = "01.01/clauses.1.1", "01.01/clauses.1.2", "01.02/clauses.1.1"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition=make_small_edition(), target_level=4)


@pytest.fixture
def client(owner: User) -> Client:
    return signed_in(owner)


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def upload(client: Client, assessment: Assessment, *files: tuple[str, bytes]):  # type: ignore[no-untyped-def]
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(to("workbook-merge", assessment), {"workbooks": sent})


def nursing_and_laboratory(assessment: Assessment, owner: User) -> tuple[bytes, bytes]:
    """Both filled in 01.01.1-1 alike, contradict each other at 1-2; the laboratory has a formula and a hidden sheet."""
    handed_out = exported(assessment, owner)

    def laboratory(book: Workbook) -> None:
        put(book, ONE, "符合")
        put(book, TWO, "不符合")
        put(book, "01.02/ratio.3", "=1+1")
        put(book, "bases/discharges", 500)
        put(book, "overall/1.1", "符合")
        hidden = book.create_sheet("草稿")
        hidden.merge_cells("A1:C4")
        hidden["A1"], hidden.sheet_state = "随手记", "hidden"

    nursing = filled(handed_out, **{ONE: "符合", TWO: "部分符合", THREE: "符合"})
    return nursing, edited(handed_out, laboratory)


def test_files_are_joined_and_what_they_disagree_on_is_asked(
    client: Client, assessment: Assessment, owner: User
) -> None:
    nursing, laboratory = nursing_and_laboratory(assessment, owner)
    elsewhere = make_assessment(assessment.hospital, owner, edition=assessment.edition, title="另一份")
    save(owner, assessment, "clauses.2.1", "not_answered", "not_met")
    before = values(assessment)
    page = upload(
        client,
        assessment,
        ("护理.xlsx", nursing),
        ("检验.xlsx", laboratory),
        ("别处.xlsx", exported(elsewhere, owner)),
        ("护理副本.xlsx", nursing),
        ("坏.xlsx", b"no workbook"),
    ).context["page"]
    assert [one.file for one in page.refused] == ["别处.xlsx", "护理副本.xlsx", "坏.xlsx"]
    assert "另一份" in page.refused[0].sentence and "护理.xlsx" in page.refused[1].sentence
    assert [(one.file, one.changed, one.clashing, one.refused) for one in page.files] == [
        ("护理.xlsx", 3, 1, 0),
        ("检验.xlsx", 4, 1, 1),
    ]
    (clash,) = page.clashes
    assert [(value, len(files)) for _n, value, files in clash.options] == [("部分符合", 1), ("不符合", 1)]
    assert page.preview.refused[0].address.startswith("检验.xlsx ")
    assert page.preview.writes == 4
    assert values(assessment) == before

    data = {"token": page.preview.token, clash.choice: "1"}
    assert client.post(to("workbook-merge-apply", assessment), data).status_code == 302
    now = values(assessment)
    assert (now[ONE], now[TWO], now[THREE]) == ("met", "not_met", "met")
    assert (now["bases/discharges.value"], now["overall/1.1"]) == (500, "met")
    assert now["01.01/clauses.2.1"] == "not_met"  # what a colleague saved meanwhile stands
    event = Event.objects.get(verb="workbook.imported")
    assert [one["name"] for one in event.facts["files"]] == ["护理.xlsx", "检验.xlsx"]
    assert all(len(one["sha256"]) == 64 for one in event.facts["files"])

    made = OldWorkbookImport.objects.get()
    save(owner, assessment, "clauses.1.1", "met", "partly")
    client.post(to("older-workbook-undo", assessment, made.public_id))
    made.refresh_from_db()
    assert made.left == [ONE]
    assert values(assessment) == {**before, ONE: "partly"}


def test_neither_file_is_taken_unless_chosen_and_a_stale_preview_writes_nothing(
    client: Client, assessment: Assessment, owner: User
) -> None:
    nursing, laboratory = nursing_and_laboratory(assessment, owner)
    files = (("a.xlsx", nursing), ("a.xlsx", laboratory))
    page = upload(client, assessment, *files).context["page"]
    assert [one.file for one in page.files] == ["a.xlsx", "a.xlsx (2)"]
    save(owner, assessment, "clauses.1.2", "not_answered", "met")  # a colleague, after the preview
    before = values(assessment)
    data = {"token": page.preview.token, page.clashes[0].choice: "0"}
    again = client.post(to("workbook-merge-apply", assessment), data)
    assert again.status_code == 409 and values(assessment) == before
    page = again.context["page"]
    assert page.clashes[0].now == "符合"
    client.post(
        to("workbook-merge-apply", assessment), {"token": page.preview.token, page.clashes[0].choice: ""}
    )
    assert values(assessment)[TWO] == "met" and values(assessment)[THREE] == "met"
    for wrong in ("", "x", page.preview.token[:-3]):
        assert client.post(to("workbook-merge-apply", assessment), {"token": wrong}).status_code == 422
    assert upload(client, assessment, ("a.xlsx", nursing)).status_code == 422


def test_the_page_costs_the_same_for_any_number_of_imports(
    client: Client, assessment: Assessment, owner: User
) -> None:
    url, counts = to("workbook-merge", assessment), []
    for _n in range(2):
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
        for name in "abc":
            OldWorkbookImport.objects.create(assessment=assessment, file=name, by=owner)
    assert counts[0] == counts[1]
