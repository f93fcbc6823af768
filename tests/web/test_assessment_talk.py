"""Files, comments and the history of an assessment, over the pages."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.actions.attaching import add_attachment
from assessments.actions.talking import add_comment
from assessments.models import Assessment, Attachment
from audit.models import Event
from hospitals.models import Membership, Organisation
from tests.factories.assessments import make_assessment, make_member, submit
from tests.factories.browser import patch, signed_in, to, upload
from tests.factories.files import HOSTILE, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


@pytest.fixture
def as_owner(owner: User) -> Client:
    return signed_in(owner)


# -- files
def test_a_file_is_kept_and_handed_out_as_what_it_is(assessment: Assessment, as_owner: Client) -> None:
    answer = upload(as_owner, assessment, "医嘱<b>.png", picture(), clause="01.01.1-1")
    assert answer.status_code == 201
    kept = Attachment.objects.get()
    assert f'id="{answer.context["panel"].dom_id}"' in answer.content.decode()
    served = as_owner.get(to("attachment", assessment, kept.public_id))
    assert b"".join(served.streaming_content) == picture()
    assert served["Content-Type"] == "image/png"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert served["Content-Disposition"].startswith("attachment")
    inline = as_owner.get(to("attachment", assessment, kept.public_id) + "?inline=1")
    inline.close()
    assert inline["Content-Disposition"].startswith("inline")


def test_only_pictures_are_shown_in_the_page(assessment: Assessment, as_owner: Client, owner: User) -> None:
    from tests.factories.files import pdf

    kept = add_attachment(
        by=owner, assessment=assessment, file=ContentFile(pdf()), name="a.pdf", item="01.01"
    )
    served = as_owner.get(to("attachment", assessment, kept.public_id) + "?inline=1")
    served.close()
    assert served["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("case", ["html called png", "a document with a macro", "nothing", "one byte"])
def test_a_hostile_upload_answers_one_sentence(assessment: Assessment, as_owner: Client, case: str) -> None:
    name, content = HOSTILE[case]
    answer = upload(as_owner, assessment, name, content)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert "没有保存" in answer.content.decode() or "没有选择文件" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_an_upload_over_the_limit_is_stopped_and_leaves_nothing(
    assessment: Assessment, as_owner: Client, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    answer = upload(as_owner, assessment, "a.png", picture() + b"\0" * 3_000_000)
    assert (answer.status_code, "超过" in answer.content.decode()) == (422, True)
    assert not list(django_settings.MEDIA_ROOT.rglob("*"))


def test_an_upload_without_the_token_is_refused(assessment: Assessment, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert upload(client, assessment, "a.png", picture()).status_code == 403
    assert not Attachment.objects.exists()


def test_files_are_not_handed_to_strangers_before_submission_or_after_removal(
    assessment: Assessment, as_owner: Client, owner: User, stranger: User, reviewer: User
) -> None:
    kept = add_attachment(
        by=owner, assessment=assessment, file=ContentFile(picture()), name="a.png", item="01.01"
    )
    url = to("attachment", assessment, kept.public_id)
    assert signed_in(reviewer).get(url).status_code == 404
    submit(assessment, owner)
    assert signed_in(stranger).get(url).status_code == 404
    shown = signed_in(reviewer).get(url)  # the evidence beside the clause is what a reviewer judges
    assert b"".join(shown.streaming_content) == picture()  # reading to the end closes the file
    as_owner.post(to("reopen", assessment), {"reason": "x"})
    assert as_owner.post(to("attachment-remove", assessment, kept.public_id)).status_code == 302
    assert as_owner.get(url).status_code == 404
    again = as_owner.post(to("attachment-remove", assessment, kept.public_id))
    assert (again.status_code, "已经移除" in again.content.decode()) == (403, True)


def test_a_file_of_another_assessment_is_not_found_under_this_one(
    assessment: Assessment, as_owner: Client, owner: User, hospital: Organisation
) -> None:
    other = make_assessment(hospital, owner, title="另一份")
    kept = add_attachment(by=owner, assessment=other, file=ContentFile(picture()), name="a.png", item="01.01")
    assert as_owner.get(to("attachment", assessment, kept.public_id)).status_code == 404
    assert as_owner.get(to("attachment", assessment, uuid.uuid4())).status_code == 404


# -- talk and history
def test_comments_are_escaped_and_mentions_marked(
    assessment: Assessment, as_owner: Client, colleague: User
) -> None:
    text = f"<script>alert(1)</script> @{colleague.name}\n请看"
    answer = as_owner.post(
        to("comment-add", assessment),
        {"item": "01.01", "text": text, "mentions": [str(colleague.public_id)]},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert "<script>" not in page
    assert f'<span class="mention">@{colleague.name}</span><br>请看' in page
    assert (
        as_owner.post(to("comment-add", assessment), {"text": ""}, headers={"HX-Request": "1"}).status_code
        == 422
    )


def test_a_comment_is_resolved_and_folds_away(assessment: Assessment, as_owner: Client, owner: User) -> None:
    comment = add_comment(by=owner, assessment=assessment, item="01.01", text="口径？")
    url = to("comment-resolve", assessment, comment.pk)
    panel = as_owner.post(url, headers={"HX-Request": "1"}).context["panel"]
    assert (len(panel.open_rows), len(panel.settled_rows)) == (0, 1)
    assert as_owner.post(to("comment-resolve", assessment, 10**6)).status_code == 404


def test_the_history_says_everything_in_words_and_narrows_to_an_item(
    assessment: Assessment, as_owner: Client, owner: User
) -> None:
    add_comment(by=owner, assessment=assessment, item="01.01", text="一")
    patch(as_owner, reverse("api-basis", args=[assessment.public_id]), ("bases.discharges.value", None, 10))
    as_owner.post(
        to("assignments", assessment), {"items": ["01.01", "01.02"], "person": str(owner.public_id)}
    )
    page = as_owner.get(to("history", assessment)).content.decode()
    for words in ("发起自评", "发表评论", "修改统计口径", "出院人次：未填 → 10", "分配项目01.01、01.02"):
        assert words in page
    verbs = set(Event.objects.filter(subject_kind="assessment").values_list("verb", flat=True))
    assert not any(verb in page for verb in verbs)
    narrowed = as_owner.get(to("history", assessment) + "?item=01.01").context["page"]
    assert [line.what for line in narrowed.lines] == ["发表评论"]
