"""The same file or the same rows from two hospitals: a question without a name, a note with one for the bureau."""

from __future__ import annotations

import html
import io
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments import jobs, tasks
from assessments.actions.receiving import Upload, confirm_bundle, receive_bundle
from assessments.demo.packages.scenarios import made
from assessments.demo.packages.write import write_package
from assessments.models import Assessment, ContentMark, EvidenceBundle, SharedContent
from assessments.queries.verification.shared import shared_lines
from audit.models import Event
from hospitals.models import Membership, Organisation
from rubrics.queries import get_catalogue
from tests.factories.assessments import WINDOW, complete, make_assessment, make_member, submit
from tests.factories.people import make_bureau, make_hospital

pytestmark = pytest.mark.django_db
RECORDS = frozenset({"registration", "lab_request", "patient_index"})
State = EvidenceBundle.State
OTHER = "示例另一家医院甲"


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(jobs, "enqueue", lambda *_job: None)


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, window=WINDOW)


@pytest.fixture
def elsewhere(bureau: Organisation) -> tuple[Assessment, User]:
    """Another hospital of the same province, and its quality lead."""
    there = make_hospital(OTHER, parent=bureau)
    lead = make_member(there, "other-lead", Membership.Role.QUALITY_LEAD)
    return make_assessment(there, lead, window=WINDOW), lead


def files_of(folder: Path, seed: int = 1) -> dict[str, bytes]:
    """A made-up package without package.yaml, which would name a hospital."""
    what = made(get_catalogue(), "honest", hospital="", window=WINDOW, size=200, records=RECORDS, seed=seed)
    write_package(what, folder)
    (folder / "package.yaml").unlink()
    for path in (folder / "dictionary").iterdir():
        if path.stem != "drug":
            path.unlink()
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hand_in(assessment: Assessment, by: User, files: dict[str, bytes]) -> EvidenceBundle:
    uploads = [Upload(name, ContentFile(content, name=Path(name).name)) for name, content in files.items()]
    bundle = receive_bundle(by=by, assessment=assessment, uploads=uploads)
    tasks.screen_bundle(bundle.pk)
    bundle.refresh_from_db()
    return bundle


def confirm(bundle: EvidenceBundle, assessment: Assessment, by: User) -> None:
    confirm_bundle(by=by, assessment=assessment, bundle=bundle)
    tasks.screen_bundle(bundle.pk)
    bundle.refresh_from_db()


def page(user: User, name: str, *args: object) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_file_another_hospital_handed_in_is_asked_about_without_telling_whose_it_is(
    assessment: Assessment, owner: User, elsewhere: tuple[Assessment, User], tmp_path: Path
) -> None:
    files = files_of(tmp_path / "p")
    assert hand_in(*elsewhere, files).state == State.KEPT
    bundle = hand_in(assessment, owner, files)
    assert (bundle.state, bundle.doubt["code"]) == (State.ASKED, "same_content")
    assert "挂号" in bundle.doubt["zh"]
    event = Event.objects.get(verb="evidence.same-content")
    assert event.facts["records"] == ["lab_request", "registration"]  # undated master data may be alike
    for said in (str(bundle.doubt), str(event.facts), page(owner, "verification", assessment.public_id)):
        assert OTHER not in said
    assert not SharedContent.objects.exists()  # nothing was taken yet
    confirm(bundle, assessment, owner)
    assert bundle.state == State.KEPT
    assert {(one.record, one.how) for one in SharedContent.objects.all()} == {
        ("lab_request", "file"),
        ("registration", "file"),
    }


def test_the_same_rows_in_another_format_and_only_half_of_them_are_recognised(
    assessment: Assessment, owner: User, elsewhere: tuple[Assessment, User], tmp_path: Path
) -> None:
    files = files_of(tmp_path / "p")
    hand_in(*elsewhere, files)
    (name,) = (name for name in files if name.startswith("registration@"))
    table = pyarrow.csv.read_csv(io.BytesIO(files[name]))
    written = io.BytesIO()
    half = table.slice(0, table.num_rows * 3 // 5).select(list(reversed(table.column_names[:-3])))
    pyarrow.parquet.write_table(half, written)
    bundle = hand_in(assessment, owner, {"registration@New.parquet": written.getvalue()})
    assert bundle.doubt["code"] == "same_content"
    confirm(bundle, assessment, owner)
    (shared,) = SharedContent.objects.all()
    assert (shared.record, shared.how) == ("registration", "rows")


def test_ones_own_files_other_data_and_equal_dictionaries_raise_no_question(
    assessment: Assessment, owner: User, elsewhere: tuple[Assessment, User], tmp_path: Path
) -> None:
    files = files_of(tmp_path / "p")
    assert hand_in(assessment, owner, files).state == State.KEPT
    again = hand_in(assessment, owner, files)
    assert again.doubt["code"] == "same_again"  # the same hospital once more: a question of its own
    others = files_of(tmp_path / "q", seed=2)
    same = {name for name in others if name.startswith("dictionary/")}
    assert same and all(others[name] == files[name] for name in same)
    assert hand_in(*elsewhere, others).state == State.KEPT


def test_what_was_asked_about_and_not_taken_is_held_against_nobody(
    assessment: Assessment, owner: User, elsewhere: tuple[Assessment, User], tmp_path: Path
) -> None:
    files = files_of(tmp_path / "p")
    hand_in(*elsewhere, files)
    hand_in(assessment, owner, files)
    assert not ContentMark.objects.filter(bundle__hospital=assessment.hospital).exists()
    third = make_hospital("示例第三家医院", parent=assessment.hospital.parent)
    lead = make_member(third, "third-lead", Membership.Role.QUALITY_LEAD)
    bundle = hand_in(make_assessment(third, lead, window=WINDOW), lead, files)
    confirm(bundle, bundle.uses.get().assessment, lead)
    assert {one.before.hospital for one in SharedContent.objects.all()} == {elsewhere[0].hospital}


def test_both_hospitals_read_that_it_is_shared_and_only_the_bureau_above_both_reads_with_whom(
    assessment: Assessment,
    owner: User,
    bureau: Organisation,
    elsewhere: tuple[Assessment, User],
    tmp_path: Path,
) -> None:
    files = files_of(tmp_path / "p")
    theirs, other_lead = elsewhere
    hand_in(theirs, other_lead, files)
    ours = hand_in(assessment, owner, files)
    confirm(ours, assessment, owner)
    complete(assessment, owner)
    submit(assessment, owner)
    complete(theirs, other_lead)
    submit(theirs, other_lead)
    for user, there, unsaid in ((owner, assessment, OTHER), (other_lead, theirs, assessment.hospital.name)):
        for name in ("verification", "verified-authenticity"):
            body = page(user, name, there.public_id)
            assert "另一家医院" in body, name
            assert unsaid not in body, name
        assert {line.hospital for line in shared_lines(there, user)} == {""}
    assert "另一家医院也交过相同的内容" in page(owner, "bundle", assessment.public_id, ours.public_id)
    manager = make_member(bureau, "manager", Membership.Role.BUREAU_MANAGER)
    body = page(manager, "verified-authenticity", assessment.public_id)
    assert OTHER in body and "另一家在先" in body
    assert "本院在先" in page(manager, "verified-authenticity", theirs.public_id)


def test_a_bureau_above_one_of_them_reads_no_name_of_the_other(
    assessment: Assessment, owner: User, bureau: Organisation, tmp_path: Path
) -> None:
    far = make_hospital("示例外省医院", parent=make_bureau("示例外省卫生健康委员会"))
    lead = make_member(far, "far-lead", Membership.Role.QUALITY_LEAD)
    files = files_of(tmp_path / "p")
    hand_in(make_assessment(far, lead, window=WINDOW), lead, files)
    bundle = hand_in(assessment, owner, files)
    confirm(bundle, assessment, owner)
    manager = make_member(bureau, "manager", Membership.Role.BUREAU_MANAGER)
    lines = shared_lines(assessment, manager)
    assert lines and {line.hospital for line in lines} == {""}


def test_looking_up_asks_two_questions_however_much_is_there(
    assessment: Assessment,
    owner: User,
    elsewhere: tuple[Assessment, User],
    tmp_path: Path,
    django_assert_num_queries: Any,
) -> None:
    from assessments.queries.verification.shared import same_elsewhere

    files = files_of(tmp_path / "p")
    bundle = hand_in(*elsewhere, files)
    ours = hand_in(assessment, owner, {name: files[name] for name in files if name.startswith("lab_request")})
    digests = {one.record: {one.sha256} for one in bundle.files.all() if one.record}
    marks = {one.record: {one.mark} for one in bundle.marks.all()}
    with django_assert_num_queries(2):
        found = same_elsewhere(ours, digests, marks)
    assert {one.record for one in found} == {"lab_request", "registration"}
