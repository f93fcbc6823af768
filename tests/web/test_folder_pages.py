"""Pages of a folder of screenshots: the report, places typed by hand, what was typed wrong, few queries."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments import folder_tasks, jobs
from assessments.models import Assessment, Attachment, FolderFile, FolderImport
from hospitals.models import Organisation
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in
from tests.factories.files import picture
from tests.factories.folders import make_folder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_lists_need_as_few_queries_for_many_files_as_for_one(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    few = make_folder(assessment, owner)
    folders = reverse("folders", args=[assessment.public_id])
    report = reverse("folder", args=[assessment.public_id, few.public_id])
    one = queries(client, folders), queries(client, report)
    for _n in range(3):
        make_folder(assessment, owner, files=40, state="done")
    many = make_folder(assessment, owner, files=60)
    longer = reverse("folder", args=[assessment.public_id, many.public_id])
    assert (queries(client, folders), queries(client, longer)) == one


def test_from_the_upload_to_the_undoing_through_the_pages(assessment: Assessment, owner: User) -> None:
    client = signed_in(owner)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("截图/01.01.1-1.png", picture())
        archive.writestr("截图/其他/图1.png", picture(size=(50, 40)))
        archive.writestr("截图/其他/图2.png", picture(size=(60, 40)))
    address = reverse("folders", args=[assessment.public_id])
    refused = client.post(address, {"folder": SimpleUploadedFile("a.rar", b"Rar!")})
    assert refused.status_code == 422
    answer = client.post(address, {"folder": SimpleUploadedFile("截图.zip", out.getvalue())})
    batch = FolderImport.objects.get()
    page = reverse("folder", args=[assessment.public_id, batch.public_id])
    assert answer["Location"] == page
    assert "hx-trigger" in client.get(page).content.decode()  # it asks again while the job is at work
    folder_tasks.read_folder_import(batch.pk)
    shown = client.get(page).content.decode()
    assert "截图/其他/图1.png" in shown
    assert "截图/01.01.1-1.png" in client.get(f"{page}?show=matched").content.decode()

    first, second = batch.files.filter(outcome=FolderFile.Outcome.UNMATCHED)
    wrong = client.post(f"{page}places/", {f"place:{first.pk}": "88.88", "show": "unmatched"})
    assert wrong.status_code == 422
    assert "88.88" in wrong.content.decode()
    grouped = {
        "folder_name": "截图/其他",
        "folder_place": "01.02",
        "drop": str(second.pk),
        "show": "unmatched",
    }
    assert client.post(f"{page}places/", grouped).status_code == 302
    assert client.post(f"{page}confirm/").status_code == 302
    folder_tasks.store_folder_import(batch.pk)
    assert sorted(Attachment.objects.kept().values_list("item_code", flat=True)) == ["01.01", "01.02"]
    assert "undo-folder" in client.get(page).content.decode()
    assert client.post(f"{page}undo/").status_code == 302
    assert not Attachment.objects.kept().exists()
