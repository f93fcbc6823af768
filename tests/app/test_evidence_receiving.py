"""Bundles: taken in, screened, used twice, removed, and destroyed when their days are over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import TestCase
from django.utils import timezone

from accounts.models import User
from assessments import jobs
from assessments.actions.receiving import (
    MOST_FILES,
    Screened,
    Upload,
    claim_bundle,
    destroy_overdue,
    finish_screening,
    receive_bundle,
    remove_bundle,
    requeue_bundles,
    use_bundle,
)
from assessments.models import Assessment, Assignment, EvidenceBundle, EvidenceUse
from audit.models import Event
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment, submit
from tests.factories.evidence import days_ago, make_bundle

pytestmark = pytest.mark.django_db
State = EvidenceBundle.State
CODE = {"code": "unknown_record", "zh": "没有读取。", "en": "Not read."}


@pytest.fixture(autouse=True)
def queued(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Jobs are noted, not run."""
    settings.MEDIA_ROOT = tmp_path
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: asked.append(job))
    return asked


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def upload(name: str = "lab_report.csv", content: bytes = b"report_no\n1\n") -> Upload:
    return Upload(name, ContentFile(content, name=name))


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_files_are_kept_with_digest_window_and_days_and_handed_to_screening(
    assessment: Assessment, owner: User, queued: list[tuple[object, ...]], settings: Any
) -> None:
    bundle = receive_bundle(by=owner, assessment=assessment, uploads=[upload(), upload("msg/a.hl7", b"MSH|")])
    assert sorted(bundle.files.values_list("path", flat=True)) == ["lab_report.csv", "msg/a.hl7"]
    assert (bundle.effective_from, bundle.effective_to) == (assessment.window_from, assessment.window_to)
    assert bundle.keep_until == timezone.localdate() + timedelta(days=settings.EXTRACT_KEEP_DAYS)
    assert len(bundle.sha256) == 64
    assert queued == [(jobs.SCREEN, bundle.pk)]
    assert Event.objects.get(verb="evidence.received").facts["sha256"] == bundle.sha256


def test_a_corrected_bundle_is_the_next_revision_and_takes_the_place_of_the_first(
    assessment: Assessment, owner: User
) -> None:
    first = make_bundle(assessment, owner)
    second = receive_bundle(by=owner, assessment=assessment, uploads=[upload()], replaces=first)
    assert (second.revision, second.replaces) == (2, first)
    assert [use.bundle for use in assessment.evidence_uses.all()] == [second]


@pytest.mark.parametrize(
    ("uploads", "clause", "sentence"),
    [
        ([], "", "没有收到文件"),
        ([upload(f"{n}.csv") for n in range(MOST_FILES + 1)], "", "一次最多上传"),
        ([upload("a.csv"), upload("a.csv")], "", "有两个文件同名"),
        ([upload("..")], "", "没有名称"),
        ([upload()], "01.01.9-9", "没有条款"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_and_leaves_nothing(
    assessment: Assessment, owner: User, settings: Any, uploads: list[Upload], clause: str, sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        receive_bundle(by=owner, assessment=assessment, uploads=uploads, clause=clause)
    assert not EvidenceBundle.objects.exists()
    assert files_in(Path(settings.MEDIA_ROOT)) == []


def test_too_much_at_once_is_refused(assessment: Assessment, owner: User, settings: Any) -> None:
    settings.EXTRACT_MAX_BYTES = 5
    with pytest.raises(Refusal, match="超过上限"):
        receive_bundle(by=owner, assessment=assessment, uploads=[upload()])


def test_a_contributor_hands_in_only_for_clauses_of_the_own_item(
    assessment: Assessment, colleague: User
) -> None:
    with pytest.raises(Refusal, match="由本院质控负责人或信息工程师上传"):
        receive_bundle(by=colleague, assessment=assessment, uploads=[upload()])
    Assignment.objects.create(assessment=assessment, item_code="01.01", person=colleague)
    bundle = receive_bundle(by=colleague, assessment=assessment, uploads=[upload()], clause="01.01.1-1")
    assert bundle.uses.get().clause_code == "01.01.1-1"


def test_screening_is_taken_by_one_worker_until_it_falls_silent(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner, state=State.RECEIVED)
    assert claim_bundle(bundle.pk) == bundle
    assert claim_bundle(bundle.pk) is None
    EvidenceBundle.objects.update(heard_at=timezone.now() - timedelta(minutes=10))
    assert claim_bundle(bundle.pk) == bundle


def test_what_no_worker_took_is_handed_over_again(
    assessment: Assessment, owner: User, queued: list[tuple[object, ...]]
) -> None:
    bundle = make_bundle(
        assessment, owner, state=State.RECEIVED, heard_at=timezone.now() - timedelta(minutes=10)
    )
    make_bundle(assessment, owner, state=State.SCREENING)
    assert requeue_bundles(now=timezone.now()) == 1
    assert queued == [(jobs.SCREEN, bundle.pk)]


def screened(bundle: EvidenceBundle, **refusals: Any) -> list[Screened]:
    return [
        Screened(
            path=one.path, sha256=one.sha256, size=one.size, refusal=refusals.get(one.path.split(".")[0])
        )
        for one in bundle.files.all()
    ]


def test_a_refused_file_is_deleted_its_reason_and_columns_stay(
    assessment: Assessment, owner: User, settings: Any
) -> None:
    bundle = make_bundle(
        assessment,
        owner,
        state=State.SCREENING,
        files={"lab_report.csv": b"report_no\n1\n", "V_LAB.csv": b"REPORT_NO,PAT_ID\n7,x\n"},
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        held = finish_screening(bundle=bundle, found=screened(bundle, V_LAB=CODE), manifest={})
    assert held.state == State.KEPT
    refused = held.files.get(path="V_LAB.csv")
    assert (refused.refusal["code"], bool(refused.file), refused.header) == (
        "unknown_record",
        False,
        ["REPORT_NO", "PAT_ID"],
    )
    assert len(files_in(Path(settings.MEDIA_ROOT))) == 1
    assert Event.objects.get(verb="evidence.refused").facts["reasons"] == ["unknown_record"]


def test_a_first_row_of_values_is_no_header_to_remember(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(
        assessment,
        owner,
        state=State.SCREENING,
        files={"V_LAB.csv": "张三丰,13800000000,2026-07-01\n".encode()},
    )
    finish_screening(bundle=bundle, found=screened(bundle, V_LAB=CODE), manifest={})
    assert bundle.files.get().header == []


def test_a_file_refused_for_privacy_leaves_no_columns(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(
        assessment, owner, state=State.SCREENING, files={"V_LAB.csv": b"REPORT_NO,PAT_ID\n7,x\n"}
    )
    found = screened(bundle, V_LAB={**CODE, "code": "privacy"})
    held = finish_screening(bundle=bundle, found=found, manifest={})
    assert held.state == State.REFUSED
    assert bundle.files.get().header == []


def test_members_of_an_archive_stand_for_it(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner, state=State.SCREENING, files={"all.zip": b"PK"})
    member = Screened(
        path="lab_report.csv",
        sha256="4" * 64,
        size=3,
        record="lab_report",
        rows=1,
        content=ContentFile(b"report_no\n1\n"),
    )
    held = finish_screening(bundle=bundle, found=[member], manifest={"hospital": "示例"})
    [extract] = held.files.all()
    assert (extract.path, extract.rows, held.manifest) == ("lab_report.csv", 1, {"hospital": "示例"})
    assert extract.file.read() == b"report_no\n1\n"
    extract.file.close()


def test_a_bundle_serves_another_assessment_and_a_clause(
    assessment: Assessment, owner: User, hospital: Organisation
) -> None:
    bundle = make_bundle(assessment, owner)
    other = make_assessment(hospital, owner, edition="emr-2018", title="电子病历")
    use_bundle(by=owner, assessment=other, bundle=bundle)
    use_bundle(by=owner, assessment=other, bundle=bundle, clause="01.01.3-1")
    assert Event.objects.filter(verb="evidence.used").count() == 2
    with pytest.raises(Refusal, match="已经用在这里"):
        use_bundle(by=owner, assessment=other, bundle=bundle)


def test_a_bundle_that_is_gone_or_foreign_serves_nowhere(
    assessment: Assessment, owner: User, stranger: User
) -> None:
    gone = make_bundle(assessment, owner, state=State.DESTROYED)
    with pytest.raises(Refusal, match="不能再次使用"):
        use_bundle(by=owner, assessment=assessment, bundle=gone)
    elsewhere = make_assessment(stranger.memberships.get().organisation, stranger)
    with pytest.raises(Refusal, match="属于另一家医院"):
        use_bundle(by=owner, assessment=assessment, bundle=make_bundle(elsewhere, stranger))


def test_the_last_removal_destroys_the_raw_data_and_keeps_the_digest(
    assessment: Assessment, owner: User, hospital: Organisation, settings: Any
) -> None:
    bundle = make_bundle(assessment, owner)
    other = make_assessment(hospital, owner, edition="emr-2018", title="电子病历")
    use_bundle(by=owner, assessment=other, bundle=bundle)
    remove_bundle(by=owner, assessment=assessment, bundle=bundle)
    bundle.refresh_from_db()
    assert bundle.state == State.KEPT
    with TestCase.captureOnCommitCallbacks(execute=True):
        remove_bundle(by=owner, assessment=other, bundle=bundle)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.files.get().sha256) == (State.DESTROYED, "2" * 64)
    assert files_in(Path(settings.MEDIA_ROOT)) == []
    assert Event.objects.filter(verb="evidence.removed").count() == 2
    assert Event.objects.get(verb="evidence.destroyed").facts["sha256"] == bundle.sha256
    with pytest.raises(Refusal, match="已经移除"):
        remove_bundle(by=owner, assessment=other, bundle=bundle)


def test_raw_data_are_destroyed_when_their_days_are_over_and_not_before(
    assessment: Assessment, owner: User, settings: Any
) -> None:
    over = make_bundle(assessment, owner, keep_until=days_ago(1))
    today = make_bundle(assessment, owner, keep_until=days_ago(0))
    screening = make_bundle(assessment, owner, keep_until=days_ago(1), state=State.SCREENING)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert destroy_overdue() == 1
    states = dict(EvidenceBundle.objects.values_list("pk", "state"))
    assert states == {over.pk: State.DESTROYED, today.pk: State.KEPT, screening.pk: State.SCREENING}
    assert len(files_in(Path(settings.MEDIA_ROOT))) == 2
    event = Event.objects.get(verb="evidence.destroyed")
    assert (event.actor_id, event.facts["bundle"]) == (None, str(over.public_id))
    assert destroy_overdue() == 0


def test_a_bundle_nobody_uses_any_more_is_destroyed_too(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner, keep_until=days_ago(1))
    EvidenceUse.objects.all().delete()
    assert destroy_overdue() == 1
    bundle.refresh_from_db()
    assert bundle.state == State.DESTROYED


def test_nothing_comes_in_or_goes_once_submitted(assessment: Assessment, owner: User) -> None:
    bundle = make_bundle(assessment, owner)
    submit(assessment, owner)
    for action in (
        lambda: receive_bundle(by=owner, assessment=assessment, uploads=[upload()]),
        lambda: remove_bundle(by=owner, assessment=assessment, bundle=bundle),
        lambda: use_bundle(by=owner, assessment=assessment, bundle=bundle, clause="01.01.1-1"),
    ):
        with pytest.raises(Refusal, match="不能再修改"):
            action()
