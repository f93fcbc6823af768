"""The pages around a workbook: handed out, previewed, written, refused with a sentence, and nothing kept for long."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import User
from assessments.actions.answers import save_changes
from assessments.actions.merging import Change
from assessments.models import Assessment, Assignment, ItemAnswer
from assessments.workbook.kept import MOST_OF_ONE, folder
from audit.models import Event
from hospitals.models import Membership, Organisation
from tests.factories.assessments import make_assessment, make_member, submit
from tests.factories.workbooks import edited, exported, filled, make_small_edition, put

pytestmark = pytest.mark.django_db
ITEM = "01.01"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition=make_small_edition(), target_level=4)


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def upload(client: Client, assessment: Assessment, content: bytes, name: str = "填报.xlsx") -> HttpResponse:
    return client.post(
        reverse("workbook-import", args=[assessment.public_id]),
        {"workbook": SimpleUploadedFile(name, content)},
    )


def confirm(client: Client, assessment: Assessment, token: str, **choices: str) -> HttpResponse:
    return client.post(
        reverse("workbook-apply", args=[assessment.public_id]), {"token": token, **choices}, follow=True
    )


def token_of(response: HttpResponse) -> str:
    return response.context["page"].preview.token


def save(by: User, assessment: Assessment, path: str, before: object, to: object) -> None:
    by = User.objects.get(pk=by.pk)
    assert (
        save_changes(by=by, assessment=assessment, item=ITEM, changes=[Change(path, before, to)]).status
        == 200
    )


def test_the_export_is_a_workbook_in_the_language_asked_for(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    for language, word in (("zh", "填写说明"), ("en", "Met,Partly met,Not met,Not answered")):
        response = client.get(
            f"{reverse('workbook-export', args=[assessment.public_id])}?language={language}"
        )
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert ".xlsx" in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"] == "private, no-store"
        book = load_workbook(io.BytesIO(response.content))
        said = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
        said += " ".join(rule.formula1 or "" for rule in book.worksheets[1].data_validations.dataValidation)
        assert word in said


def test_preview_then_confirm_writes_and_forgets_the_file(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    preview = upload(
        client, assessment, filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})
    )
    assert preview.status_code == 200
    page = preview.context["page"].preview
    assert (page.writes, page.conflict_count, page.refused) == (1, 0, ())
    assert not ItemAnswer.objects.exists()
    [kept] = folder().iterdir()
    assert kept.name.startswith(f"{owner.pk}-")
    response = confirm(client, assessment, token_of(preview))
    assert "1" in str(next(iter(response.context["messages"])))
    assert ItemAnswer.objects.get().clauses["1"][0] == "met"
    assert list(folder().iterdir()) == []
    assert Event.objects.filter(verb="workbook.imported").get().facts["file"] == "填报.xlsx"
    again = client.post(reverse("workbook-apply", args=[assessment.public_id]), {"token": token_of(preview)})
    assert again.status_code == 422  # sent twice: nothing is written twice
    assert Event.objects.filter(verb="workbook.imported").count() == 1


def test_conflicts_are_asked_one_by_one_or_all_at_once(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    typed = {f"{ITEM}/clauses.1.1": "符合", f"{ITEM}/clauses.1.2": "符合"}
    content = filled(exported(assessment, owner), **typed)
    for n in (1, 2):
        save(colleague, assessment, f"clauses.1.{n}", "not_answered", "not_met")
    client = signed_in(owner)
    preview = upload(client, assessment, content)
    text = preview.content.decode()
    assert text.count(colleague.get_full_name()) == 2 and f'name="choice:{ITEM}/clauses.1.2"' in text
    confirm(client, assessment, token_of(preview), all="each", **{f"choice:{ITEM}/clauses.1.2": "mine"})
    assert ItemAnswer.objects.get().clauses["1"] == ["not_met", "met"]
    confirm(client, assessment, token_of(upload(client, assessment, content)), all="theirs")
    assert ItemAnswer.objects.get().clauses["1"] == ["not_met", "met"]
    confirm(client, assessment, token_of(upload(client, assessment, content)), all="mine")
    assert ItemAnswer.objects.get().clauses["1"] == ["met", "met"]


def test_a_stale_preview_is_shown_again_and_writes_nothing(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    preview = upload(
        client, assessment, filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})
    )
    save(owner, assessment, "clauses.1.1", "not_answered", "partly")
    stale = confirm(client, assessment, token_of(preview))
    assert stale.status_code == 409 and stale.context["page"].preview.stale
    assert ItemAnswer.objects.get().clauses["1"][0] == "partly"
    confirm(client, assessment, token_of(stale), all="mine")
    assert ItemAnswer.objects.get().clauses["1"][0] == "met"


def test_what_is_not_taken_is_named_by_cell(assessment: Assessment, owner: User) -> None:
    address = ""

    def type_in(book: Workbook) -> None:
        nonlocal address
        address = put(book, f"{ITEM}/clauses.1.1", "<script>alert(1)</script>")
        put(book, f"{ITEM}/clauses.1.2", "符合")

    response = upload(signed_in(owner), assessment, edited(exported(assessment, owner), type_in))
    text = response.content.decode()
    assert address in text and "<script>alert(1)" not in text and "&lt;script&gt;" in text
    assert response.context["page"].preview.writes == 1


def test_a_contributor_sees_what_is_not_written(assessment: Assessment, owner: User, colleague: User) -> None:
    Assignment.objects.create(assessment=assessment, item_code=ITEM, person=colleague)
    typed = {f"{ITEM}/clauses.1.1": "符合", "01.02/clauses.1.1": "符合"}
    response = upload(signed_in(colleague), assessment, filled(exported(assessment, owner), **typed))
    preview = response.context["page"].preview
    assert preview.writes == 1 and [code for code, _name, _count in preview.withheld] == ["01.02"]


def test_a_workbook_of_another_assessment_is_taken_after_a_tick(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    other = make_assessment(hospital, owner, edition=assessment.edition, title="另一份", target_level=4)
    client = signed_in(owner)
    refused = upload(client, assessment, filled(exported(other, owner), **{f"{ITEM}/clauses.1.1": "符合"}))
    assert refused.status_code == 422 and "另一份" in refused.content.decode()
    offer = refused.context["page"].offer
    preview = client.post(
        reverse("workbook-import", args=[assessment.public_id]), {"token": offer, "other": "1"}
    )
    assert preview.status_code == 200 and preview.context["page"].preview.other
    confirm(client, assessment, token_of(preview))
    assert ItemAnswer.objects.get(assessment=assessment).clauses["1"][0] == "met"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", "不是工作簿".encode()])
def test_a_wrong_file_is_one_sentence_and_is_not_kept(
    assessment: Assessment, owner: User, content: bytes
) -> None:
    response = upload(signed_in(owner), assessment, content)
    assert response.status_code == 422 and response.context["page"].refusal
    assert not folder().exists() or list(folder().iterdir()) == []


def test_no_file_and_too_large_a_file_are_refused(assessment: Assessment, owner: User, settings: Any) -> None:
    client = signed_in(owner)
    assert client.post(reverse("workbook-import", args=[assessment.public_id])).status_code == 422
    settings.UPLOAD_MAX_BYTES = 1000
    response = upload(client, assessment, exported(assessment, owner))
    assert response.status_code == 422 and "MB" in response.context["page"].refusal


def test_a_token_serves_one_person_one_assessment_and_a_limited_time(
    assessment: Assessment, owner: User, hospital: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = make_member(hospital, "second", Membership.Role.QUALITY_LEAD)
    other = make_assessment(hospital, owner, edition=assessment.edition, title="另一份", target_level=4)
    client = signed_in(owner)
    content = filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})
    token = token_of(upload(client, assessment, content))
    for who, where, what in (
        (signed_in(second), assessment, token),
        (client, other, token),
        (client, assessment, token[:-2] + "xx"),
        (client, assessment, ""),
    ):
        response = who.post(reverse("workbook-apply", args=[where.public_id]), {"token": what})
        assert response.status_code == 422
    monkeypatch.setattr("assessments.views.workbook.KEPT_FOR", -1)
    response = client.post(reverse("workbook-apply", args=[assessment.public_id]), {"token": token})
    assert response.status_code == 422 and "过期" in response.context["page"].refusal
    assert not ItemAnswer.objects.exists()


def test_old_previews_and_too_many_of_one_person_are_swept(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    content = exported(assessment, owner)
    for _n in range(MOST_OF_ONE + 2):
        upload(client, assessment, content)
    assert len(list(folder().iterdir())) == MOST_OF_ONE
    for file in folder().iterdir():
        os.utime(file, (0, 0))
    upload(client, assessment, content)
    assert len(list(folder().iterdir())) == 1


def test_an_assessment_submitted_after_the_preview_refuses_with_the_sentence(
    assessment: Assessment, owner: User
) -> None:
    client = signed_in(owner)
    content = filled(exported(assessment, owner), **{f"{ITEM}/clauses.1.1": "符合"})
    token = token_of(upload(client, assessment, content))
    submit(assessment, User.objects.get(pk=owner.pk))
    response = client.post(reverse("workbook-apply", args=[assessment.public_id]), {"token": token})
    assert response.status_code == 403 and "不能再修改" in response.content.decode()
    assert not ItemAnswer.objects.exists()


def test_a_form_from_elsewhere_is_not_accepted(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner, enforce_csrf_checks=True)
    assert upload(client, assessment, b"x").status_code == 403


def test_the_json_export_is_what_the_engine_reads(assessment: Assessment, owner: User) -> None:
    save(owner, assessment, "clauses.1.1", "not_answered", "met")
    response = signed_in(owner).get(reverse("json-export", args=[assessment.public_id]))
    assert response.json()["format"] == "zhiping-assessment/1"
    assert response.json()["items"][ITEM]["clauses"]["1"][0] == "met"


def queries(client: Client, ask: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert ask(client).status_code == 200
    return len(captured)


def test_pages_cost_the_same_for_an_empty_and_a_full_assessment(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    content = exported(assessment, owner)
    asks = {
        "form": lambda c: c.get(reverse("workbook-import", args=[assessment.public_id])),
        "export": lambda c: c.get(reverse("workbook-export", args=[assessment.public_id])),
        "preview": lambda c: upload(c, assessment, filled(content, **{f"{ITEM}/clauses.2.1": "符合"})),
    }
    for ask in asks.values():
        ask(client)
    empty = {name: queries(client, ask) for name, ask in asks.items()}
    for n in (1, 2):
        save(owner, assessment, f"clauses.1.{n}", "not_answered", "met")
    save(owner, assessment, "denominator", None, 100)
    full = {name: queries(client, ask) for name, ask in asks.items()}
    assert full == empty
    assert max(full.values()) <= 12, full
