"""Pages of screenshots: the editor and its answers, warnings beside files, and how many queries the list takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, Attachment, PictureDraft
from assessments.queries.panels import read_attachments
from hospitals.models import Membership, Organisation
from rubrics.queries import get_rubric
from tests.factories.assessments import make_assessment, make_member
from tests.factories.evidence import make_picture
from tests.factories.screenshots import as_file, make_picture_draft, screen

pytestmark = pytest.mark.django_db
PART = {"X-Requested-With": "attachments"}


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessments.picture_tasks.read_lines", lambda path: ())


def upload(client: Client, assessment: Assessment, name: str = "picture-add", **fields: Any) -> Any:
    return client.post(
        reverse(name, args=[assessment.public_id]),
        {"item": "01.01", "file": SimpleUploadedFile("截图.png", as_file(screen()), "image/png"), **fields},
        headers=PART,
    )


def test_a_pasted_screenshot_is_edited_and_stands_among_the_files(
    client: Client, assessment: Assessment, owner: User
) -> None:
    client.force_login(owner)
    answer = upload(client, assessment, clause="01.01.1-1")
    assert answer.status_code == 201
    editor = answer.json()["address"]
    page = client.get(editor)
    assert page.status_code == 200
    assert "只有您能看到" in page.content.decode()
    assert page.headers["Cache-Control"].startswith("max-age=0")
    assert "继续编辑" in client.get(reverse("item", args=[assessment.public_id, "01.01"])).content.decode()
    file = client.get(f"{editor}file/")
    assert b"".join(file.streaming_content).startswith(b"\x89PNG")
    assert (file.headers["Cache-Control"], file.headers["Content-Type"]) == ("private, no-store", "image/png")
    assert client.get(f"{editor}proposals/").json() == {"state": "waiting", "boxes": []}
    marks = {
        "boxes": [{"x": 0, "y": 50, "width": 999, "height": 90}],
        "legend": ["一"],
        "numbers": [{"x": 9, "y": 9}],
    }
    for wrong in ("", "[" * 100_000, json.dumps({**marks, "legend": []})):
        refused = client.post(editor, {"marks": wrong}, headers=PART)
        assert refused.status_code == 422
        assert "没有保存" in refused.content.decode()
    done = client.post(
        editor, {"marks": json.dumps(marks), "caption": "登录", "clause": "01.01.2-1"}, headers=PART
    )
    listed = client.get(done.json()["address"].partition("#")[0]).content.decode()
    assert "共遮盖1处" in listed
    assert 'data-file-of-clause="01.01.2-1"' in listed
    assert client.get(editor).status_code == 404


def test_a_draft_is_hidden_from_colleagues_and_named_to_nobody_else(
    client: Client, assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    draft = make_picture_draft(assessment, owner)
    client.force_login(make_member(hospital, "engineer", Membership.Role.DATA_ENGINEER))
    for name in ("picture-draft", "picture-draft-file", "picture-proposals"):
        assert client.get(reverse(name, args=[assessment.public_id, draft.public_id])).status_code == 404
    assert (
        "继续编辑" not in client.get(reverse("item", args=[assessment.public_id, "01.01"])).content.decode()
    )


def test_a_nearly_equal_upload_is_kept_and_the_other_one_named(
    client: Client, assessment: Assessment, owner: User
) -> None:
    client.force_login(owner)
    assert "data-attachment-warning" not in upload(client, assessment, "attachment-add").content.decode()
    second = upload(client, assessment, "attachment-add", clause="01.01.1-1")
    assert second.status_code == 201
    assert "与01.01的“截图.png”几乎相同" in second.content.decode()
    editor = upload(client, assessment).json()["address"]
    assert "几乎相同" in client.get(editor).content.decode()
    marks = json.dumps({"numbers": [{"x": 9, "y": 9}], "legend": [""]})
    listed = client.get(client.post(editor, {"marks": marks}, headers=PART).json()["address"])
    assert "几乎相同" in listed.content.decode()


def test_the_list_of_files_takes_the_same_queries_for_one_and_for_many(
    assessment: Assessment, owner: User, django_assert_num_queries: Any
) -> None:
    item = get_rubric(assessment.edition).by_code["01.01"]
    assessment = Assessment.objects.select_related("hospital", "edition").get(pk=assessment.pk)
    for count in (1, 12):
        for n in range(Attachment.objects.count(), count):
            make_picture(assessment, owner, clause="01.01.1-1", look=f"{n:032x}")
            make_picture_draft(assessment, owner)
        with django_assert_num_queries(2):
            panel = read_attachments(assessment, owner, item=item)
        assert (len(panel.rows), len(panel.drafts)) == (count, count)
    assert [row.first for row in panel.rows[:2]] == [True, False]
    assert PictureDraft.objects.count() == 12
