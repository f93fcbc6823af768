"""What may be attached, and a corpus of files made to deceive: one sentence each, nothing left."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from PIL import ImageFile

from accounts.models import User
from assessments.actions import attaching
from assessments.actions.attaching import add_attachment, remove_attachment
from assessments.actions.lifecycle import submit_assessment
from assessments.filetypes import clean_name, judge
from assessments.models import Assessment, Attachment
from assessments.queries.readiness import fingerprint_of
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment, make_member
from tests.factories.files import GOOD, HOSTILE, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def stored() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def attach(assessment: Assessment, by: User, name: str, content: bytes, **place: str) -> Attachment:
    place = place or {"item": "01.01"}
    return add_attachment(by=by, assessment=assessment, file=ContentFile(content), name=name, **place)


@pytest.mark.parametrize("case", GOOD)
def test_a_file_that_people_look_at_is_kept_as_what_it_is(
    assessment: Assessment, owner: User, case: str
) -> None:
    name, content, content_type = GOOD[case]
    kept = attach(assessment, owner, name, content)
    assert kept.content_type == content_type
    assert kept.size == len(content)
    assert stored()[0].read_bytes() == content
    assert Event.objects.get(verb="attachment.added").facts["sha256"] == kept.sha256


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_ends_in_one_sentence_and_leaves_nothing_behind(
    assessment: Assessment, owner: User, case: str
) -> None:
    name, content = HOSTILE[case]
    with pytest.raises(Refusal) as refused:
        attach(assessment, owner, name, content)
    sentence = str(refused.value)
    assert "没有保存" in sentence or "没有重复保存" in sentence
    assert len(sentence) <= 80
    assert stored() == []
    assert not Attachment.objects.exists()
    assert not Event.objects.filter(verb="attachment.added").exists()


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(HOSTILE) >= 25


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    assessment: Assessment, owner: User, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    with pytest.raises(Refusal, match="超过1 MB"):
        attach(assessment, owner, "a.png", picture() + b"\0" * 1024 * 1024)
    assert stored() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\me\\截图.png", "截图.png"),
        ("a\x00b\r\n.png", "ab.png"),
        ("photo\u202egpj.png", "photogpj.png"),
        ("..", "file.png"),
        ("", "file.png"),
        ("a.exe", "a.exe.png"),
        ('<img src=x onerror="x">.png', "_img src=x onerror=_x__.png"),
        ("名" * 300 + ".png", "名" * 120 + ".png"),
    ],
)
def test_a_name_is_only_text(given: str, kept: str) -> None:
    assert clean_name(given, ".png") == kept


def test_the_place_on_disk_never_contains_the_name(assessment: Assessment, owner: User) -> None:
    kept = attach(assessment, owner, "../../../evil.png", picture())
    assert "evil" not in kept.file.name
    assert stored()[0].resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve())


def test_judging_leaves_the_file_at_its_beginning() -> None:
    file = io.BytesIO(picture())
    judge(file, "a.png")
    assert file.tell() == 0


def test_the_same_file_at_the_same_place_is_kept_once(assessment: Assessment, owner: User) -> None:
    attach(assessment, owner, "a.png", picture())
    with pytest.raises(Refusal, match="没有重复保存"):
        attach(assessment, owner, "b.png", picture())
    attach(assessment, owner, "b.png", picture(), item="01.01", clause="01.01.1-1")
    assert len(stored()) == 2


def test_a_proof_belongs_to_a_base_figure_and_a_new_one_takes_its_place(
    assessment: Assessment, owner: User
) -> None:
    first = attach(assessment, owner, "a.png", picture(), base="bookings")
    second = attach(assessment, owner, "b.png", picture(size=(50, 50)), base="bookings")
    first.refresh_from_db()
    assert assessment.base_figures.get(key="bookings").proof == second
    assert first.removed_at is not None
    remove_attachment(by=owner, attachment=second)
    assert assessment.base_figures.get(key="bookings").proof is None
    assert len(stored()) == 2  # removing marks, the files stay for the trail


def test_a_file_goes_only_to_places_that_exist(assessment: Assessment, owner: User) -> None:
    for place in (
        {"item": "77.77"},
        {"item": "01.01", "clause": "01.02.1-1"},
        {"base": "unknown"},
        {"item": ""},
    ):
        with pytest.raises(Refusal):
            attach(assessment, owner, "a.png", picture(), **place)
    assert stored() == []


def test_a_removed_file_is_marked_and_the_event_keeps_its_fingerprint(
    assessment: Assessment, owner: User
) -> None:
    kept = attach(assessment, owner, "a.png", picture())
    remove_attachment(by=owner, attachment=kept)
    assert not Attachment.objects.kept().exists()
    assert Event.objects.get(verb="attachment.removed").facts["sha256"] == kept.sha256
    with pytest.raises(Refusal, match="已经移除"):
        remove_attachment(by=owner, attachment=kept)


def test_only_who_uploaded_or_the_quality_lead_removes(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    kept = attach(assessment, owner, "a.png", picture())
    engineer = make_member(hospital, "engineer", Membership.Role.DATA_ENGINEER)
    with pytest.raises(Refusal, match="上传人"):
        remove_attachment(by=engineer, attachment=kept)


def test_a_contributor_attaches_to_the_own_item_only(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    with pytest.raises(Refusal, match="没有分配给您"):
        attach(assessment, colleague, "a.png", picture())
    assessment.assignments.create(item_code="01.01", person=colleague)
    attach(assessment, colleague, "a.png", picture())
    with pytest.raises(Refusal, match="统计口径"):
        attach(assessment, colleague, "b.png", picture(), base="bookings")


def test_a_submission_during_the_upload_leaves_no_file(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Assessment.objects.select_related("hospital", "edition").get(pk=assessment.pk)
    submit_assessment(
        by=owner, assessment=assessment, seen=fingerprint_of(assessment), accept_incomplete=True
    )
    with pytest.raises(Refusal, match="已提交"):
        attach(stale, owner, "a.png", picture())
    assert stored() == []


def test_a_full_disk_ends_in_a_sentence_and_no_half_file(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FileSystemStorage, name: str, content: object) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(Refusal, match="存储空间不足"):
        attach(assessment, owner, "a.png", picture())
    assert stored() == []
    assert not Attachment.objects.exists()


def test_a_failing_event_takes_the_file_with_it(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**facts: object) -> None:
        raise RuntimeError("trail is down")

    monkeypatch.setattr(attaching, "record_work", broken)
    with pytest.raises(RuntimeError):
        attach(assessment, owner, "a.png", picture())
    assert stored() == []
    assert not Attachment.objects.exists()


def test_half_a_picture_is_refused_after_a_document_was_made(assessment: Assessment, owner: User) -> None:
    """The PDF library makes Pillow forgiving for the whole process; uploads must not become so."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    name, content = HOSTILE["a picture cut in half"]
    with pytest.raises(Refusal):
        attach(assessment, owner, name, content)
