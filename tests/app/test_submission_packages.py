"""A submission leaves one network as a signed file and arrives in another with the same level, or not at all."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from assessments.actions.exporting_submissions import export_submission
from assessments.actions.lifecycle import accept_assessment, return_assessment
from assessments.actions.receiving_submissions import receive_submission
from assessments.models import Assessment, ImportedSubmission, ItemAnswer
from assessments.queries.results import card_of
from audit.models import Event
from engine.evidence.attestation import SUBMISSION_FORMAT, new_key, read_private_key, sign
from hospitals.access import Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.commands import command
from tests.factories.evidence import make_key, make_picture, make_run
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys() -> tuple[bytes, bytes]:
    return new_key()


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_person(bureau, Role.REVIEWER)


@pytest.fixture
def submitted(hospital: Organisation, owner: User, keys: tuple[bytes, bytes]) -> Assessment:
    make_key(hospital, owner, keys[1])
    assessment = make_assessment(hospital, owner, edition="emr-2018")
    complete(assessment, owner)
    make_picture(assessment, owner)
    make_run(assessment, owner)
    submit(assessment, owner)
    return assessment


def package(assessment: Assessment, by: User, keys: tuple[bytes, bytes], settings: Any) -> bytes:
    settings.SIGNING_KEY = keys[0].decode()
    return export_submission(by=by, assessment=assessment)


def resigned(content: bytes, keys: tuple[bytes, bytes], **changes: Any) -> bytes:
    """What a hospital could make itself: other content, its own good signature."""
    body = json.loads(content)["body"] | changes
    return json.dumps(sign(body, read_private_key(keys[0]), document_format=SUBMISSION_FORMAT)).encode()


def test_what_arrives_has_the_level_the_answers_and_the_checks_of_what_left(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], settings: Any
) -> None:
    received = receive_submission(by=reviewer, content=package(submitted, owner, keys, settings))
    before, after = submitted.snapshots.get(), received.snapshot
    assert (after.level, after.total, after.number) == (before.level, before.total, before.number)
    assert (after.answers, after.card, after.basis) == (before.answers, before.card, before.basis)
    assert after.verified["coverage"] == before.verified["coverage"]
    assert after.verified["strict"] == before.verified["strict"]
    assert received.assessment.status == Assessment.Status.SUBMITTED
    assert received.differences == []
    assert card_of(received.assessment) == card_of(submitted)
    rows = ItemAnswer.objects.filter(assessment=received.assessment)
    assert rows.count() == submitted.item_answers.count()
    assert Event.objects.filter(verb__in=["assessment.exported", "assessment.imported"]).count() == 2


def test_the_package_names_files_and_holds_none_of_them(
    submitted: Assessment, owner: User, keys: tuple[bytes, bytes], settings: Any
) -> None:
    content = package(submitted, owner, keys, settings)
    body = json.loads(content)["body"]
    assert [row["kind"] for row in body["evidence"]] == ["file"]
    assert all(rule["failing"] == [] for rule in body["counts"]["rules"] if "failing" in rule)
    assert b"lab_report.csv" in content and b"row_number" not in content


SIGNED = (
    "assessment", "title", "hospital", "rubric", "edition", "engine_version", "flags", "window", "target_level",
    "number", "made_at", "answers", "card", "verified", "counts", "counts_digest", "basis", "evidence", "decisions",
)  # fmt: skip


def test_any_part_changed_after_signing_is_found(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], settings: Any
) -> None:
    document = json.loads(package(submitted, owner, keys, settings))
    for key in SIGNED:
        altered = copy.deepcopy(document)
        altered["body"][key] = {"another": "value"}
        with pytest.raises(Refusal, match="改动"):
            receive_submission(by=reviewer, content=json.dumps(altered).encode())
        assert not ImportedSubmission.objects.exists(), key


def test_a_better_level_signed_with_the_hospitals_own_key_is_found_by_counting_again(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], settings: Any
) -> None:
    content = package(submitted, owner, keys, settings)
    card = json.loads(content)["body"]["card"]
    better = card | {"level": card["level"] + 1}
    with pytest.raises(Refusal, match="不符"):
        receive_submission(by=reviewer, content=resigned(content, keys, card=better))


def test_other_flags_are_counted_again_and_said(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], settings: Any
) -> None:
    content = resigned(package(submitted, owner, keys, settings), keys, flags="0" * 64)
    received = receive_submission(by=reviewer, content=content)
    assert [found["en"] for found in received.differences] == [
        "The basic and optional items are confirmed differently there."
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"edition": "0" * 64}, "没有上报包所用的标准版本"),
        ({"window": ["2026-07-01", "2026-08-31"]}, "月"),
        ({"made_at": (timezone.now() + timedelta(days=3)).isoformat()}, "将来"),
        ({"number": 0}, "number"),
        ({"title": 7}, "title"),
        ({"basis": "none"}, "basis"),
        ({"assessment": "not-a-number"}, "格式"),
        ({"card": {}}, "格式"),
        ({"answers": {"format": "zhiping-assessment/1", "rubric": "emr-2018", "items": {"99.99": {}}}}, "99.99"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_sentence_and_leaves_nothing(
    changes: dict[str, Any], sentence: str, submitted: Assessment, owner: User, reviewer: User,
    keys: tuple[bytes, bytes], settings: Any,
) -> None:  # fmt: skip
    content = resigned(package(submitted, owner, keys, settings), keys, **changes)
    with pytest.raises(Refusal, match=sentence):
        receive_submission(by=reviewer, content=content)
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"[]", b'{"format": "zhiping-attestation/1"}', b"{" * 5000]
)
def test_a_file_that_is_no_package_is_refused(content: bytes, reviewer: User) -> None:
    with pytest.raises(Refusal):
        receive_submission(by=reviewer, content=content)


def test_an_unsigned_package_cannot_be_taken_in(submitted: Assessment, owner: User, reviewer: User) -> None:
    with pytest.raises(Refusal, match="格式"):
        receive_submission(by=reviewer, content=export_submission(by=owner, assessment=submitted))


def test_a_key_of_a_hospital_elsewhere_is_as_good_as_unknown(
    submitted: Assessment, owner: User, keys: tuple[bytes, bytes], settings: Any
) -> None:
    elsewhere = Organisation.objects.create(kind="province", name="另一示例省卫生健康委员会")
    content = package(submitted, owner, keys, settings)
    with pytest.raises(Refusal, match="没有登记"):
        receive_submission(by=make_person(elsewhere, Role.REVIEWER), content=content)


def test_the_same_package_comes_in_once_and_an_older_one_never(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], settings: Any
) -> None:
    first = package(submitted, owner, keys, settings)
    received = receive_submission(by=reviewer, content=first)
    with pytest.raises(Refusal, match="已经导入过"):
        receive_submission(by=reviewer, content=first)
    with pytest.raises(Refusal, match="已有第1次提交"):
        receive_submission(by=reviewer, content=resigned(first, keys, title="改名"))
    return_assessment(by=reviewer, assessment=submitted, reason="请补充")
    return_assessment(by=reviewer, assessment=received.assessment, reason="请补充")
    submitted.refresh_from_db()
    submit(submitted, owner)
    again = receive_submission(by=reviewer, content=package(submitted, owner, keys, settings))
    assert (again.assessment, again.snapshot.number) == (received.assessment, 2)
    accept_assessment(by=reviewer, assessment=again.assessment)
    with pytest.raises(Refusal, match="不再接受"):
        receive_submission(by=reviewer, content=resigned(first, keys, number=3))


def test_several_files_are_taken_in_one_by_one(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], settings: Any, client: Client
) -> None:  # fmt: skip
    from django.core.files.uploadedfile import SimpleUploadedFile

    good = SimpleUploadedFile("good.json", package(submitted, owner, keys, settings))
    client.force_login(reviewer)
    response = client.post(
        "/submissions/import/", {"packages": [SimpleUploadedFile("bad.json", b"{}"), good]}
    )
    assert response.status_code == 422
    outcomes = response.context["page"].outcomes
    assert [(o.name, bool(o.line), bool(o.problem)) for o in outcomes] == [
        ("bad.json", False, True),
        ("good.json", True, False),
    ]


def test_the_page_asks_for_the_same_queries_for_one_import_and_for_many(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], settings: Any,
    client: Client, django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    content = package(submitted, owner, keys, settings)
    for n in range(3):
        source = f"00000000-0000-0000-0000-00000000000{n}"
        receive_submission(by=reviewer, content=resigned(content, keys, assessment=source))
    client.force_login(reviewer)
    client.get("/submissions/import/")
    with django_assert_max_num_queries(5):
        assert client.get("/submissions/import/").content.count(b"level-chip") >= 3


def test_the_command_signs_where_the_key_is_kept_and_checks(
    submitted: Assessment, owner: User, reviewer: User, keys: tuple[bytes, bytes], tmp_path: Path
) -> None:
    (tmp_path / "key.pem").write_bytes(keys[0])
    (tmp_path / "key.pub.pem").write_bytes(keys[1])
    (tmp_path / "body.json").write_bytes(export_submission(by=owner, assessment=submitted))
    out = tmp_path / "package.json"
    assert (
        command(
            "submission", "sign", tmp_path / "body.json", "--key", tmp_path / "key.pem", "--out", out
        ).returncode
        == 0
    )
    assert command("submission", "verify", out, "--key", tmp_path / "key.pub.pem").returncode == 0
    document = json.loads(out.read_text())
    document["body"]["number"] = 9
    (tmp_path / "altered.json").write_text(json.dumps(document))
    done = command("submission", "verify", tmp_path / "altered.json", "--key", tmp_path / "key.pub.pem")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    for words in (
        ("submission", "verify", tmp_path / "body.json", "--key", tmp_path / "key.pub.pem"),
        ("submission", "sign", out, "--key", tmp_path / "key.pem", "--out", tmp_path / "x.json"),
        (
            "submission",
            "sign",
            tmp_path / "absent.json",
            "--key",
            tmp_path / "key.pem",
            "--out",
            tmp_path / "x.json",
        ),
        ("submission", "export", "00000000-0000-0000-0000-000000000000", "--out", tmp_path / "x.json"),
    ):
        done = command(*words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), words
    assert receive_submission(by=reviewer, content=out.read_bytes()).snapshot.number == 1
