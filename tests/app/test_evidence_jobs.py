"""From files to verdicts through the jobs themselves: an honest hospital, a façade, and what may go wrong between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from assessments import jobs, tasks
from assessments.actions.receiving import Upload, confirm_bundle, receive_bundle
from assessments.actions.running import cancel_run, request_run
from assessments.demo.packages.scenarios import Name, made
from assessments.demo.packages.write import write_package
from assessments.models import Assessment, EvidenceBundle, VerificationRun
from assessments.queries.verification.lensed import lensed
from hospitals.models import Organisation
from rubrics.queries import get_catalogue
from tests.factories.assessments import WINDOW, make_assessment

pytestmark = pytest.mark.django_db
RECORDS = frozenset({"online_appointment", "registration", "slot_event", "user_account", "patient_index"})
State = VerificationRun.State


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.VAR_DIR = tmp_path
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: asked.append(job))
    return asked


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, window=WINDOW)


def hand_in(
    assessment: Assessment,
    by: User,
    folder: Path,
    name: Name = "honest",
    *,
    hospital: str = "",
    **more: Any,
) -> EvidenceBundle:
    package = made(
        get_catalogue(),
        name,
        hospital=hospital or assessment.hospital.name,
        window=WINDOW,
        size=420,
        records=RECORDS,
    )
    write_package(package, folder)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    uploads = [
        Upload(str(path.relative_to(folder)), ContentFile(path.read_bytes(), name=path.name))
        for path in files
    ]
    bundle = receive_bundle(by=by, assessment=assessment, uploads=uploads, **more)
    tasks.screen_bundle(bundle.pk)
    bundle.refresh_from_db()
    return bundle


def run_of(assessment: Assessment, by: User) -> VerificationRun:
    run = request_run(by=by, assessment=assessment)
    tasks.verify(run.pk)
    run.refresh_from_db()
    return run


def word(assessment: Assessment, item: str, level: int, n: int) -> str:
    return lensed(assessment).lenses.verdicts.at(item, level, n).word


def test_an_honest_hospital_is_supported_and_the_same_files_give_the_same_digest(
    assessment: Assessment, owner: User, tmp_path: Path
) -> None:
    bundle = hand_in(assessment, owner, tmp_path / "p")
    assert bundle.state == EvidenceBundle.State.KEPT
    assert {file.record for file in bundle.files.all()} >= RECORDS
    first, second = run_of(assessment, owner), run_of(assessment, owner)
    assert (first.state, second.state) == (State.DONE, State.DONE)
    assert first.digest == second.digest
    assert first.done == first.total > 40
    assert word(assessment, "01.01", 3, 1) == "supported"  # verified accounts are one person in the index
    assert all(len(file["sha256"]) == 64 for file in first.counts["files"])


def test_a_facade_is_refuted_where_its_interface_makes_new_numbers(
    assessment: Assessment, owner: User, tmp_path: Path
) -> None:
    hand_in(assessment, owner, tmp_path / "p", "facade")
    run_of(assessment, owner)
    verdict = lensed(assessment).lenses.verdicts
    spoke = {one.id: one.outcome for one in verdict.at("01.01", 3, 4).spoke}
    assert "refuted" not in {verdict.at("03.01", 4, 1).word}  # nobody handed in complaints: no façade
    assert spoke  # the checks of bookings were counted and said something


def test_a_package_of_another_hospital_asks_before_it_is_taken(
    assessment: Assessment, owner: User, tmp_path: Path, places: list[tuple[Any, ...]]
) -> None:
    bundle = hand_in(assessment, owner, tmp_path / "p", hospital="示例别家医院")
    assert bundle.state == EvidenceBundle.State.ASKED
    assert "示例别家医院" in bundle.doubt["zh"]
    confirm_bundle(by=owner, assessment=assessment, bundle=bundle)
    assert places[-1] == (jobs.SCREEN, bundle.pk)
    tasks.screen_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == EvidenceBundle.State.KEPT


def test_a_file_that_identifies_people_is_refused_deleted_and_never_quoted(
    assessment: Assessment, owner: User, tmp_path: Path
) -> None:
    rows = "\n".join(f"R{n},11010519491231002X" for n in range(40))
    content = f"registration_no,patient_id\n{rows}\n".encode()
    uploads = [Upload("registration@HIS.csv", ContentFile(content, name="r.csv"))]
    bundle = receive_bundle(by=owner, assessment=assessment, uploads=uploads)
    place = Path(bundle.files.get().file.path)
    tasks.screen_bundle(bundle.pk)
    bundle.refresh_from_db()
    refused = bundle.files.get()
    assert (bundle.state, refused.refusal["code"]) == (EvidenceBundle.State.REFUSED, "identifies_person")
    assert "11010519491231002X" not in str(refused.refusal)
    assert not refused.file
    assert not place.exists() or place.read_bytes() == content  # the file itself goes on commit


def test_a_run_starts_by_itself_when_it_was_asked_for_with_the_upload(
    assessment: Assessment, owner: User, tmp_path: Path
) -> None:
    hand_in(assessment, owner, tmp_path / "p", run_after=True)
    assert assessment.verification_runs.get().state == State.WAITING


def test_a_cancelled_run_stops_and_leaves_no_result(
    assessment: Assessment, owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(assessment, owner, tmp_path / "p")
    run = request_run(by=owner, assessment=assessment)
    monkeypatch.setattr("assessments.verification.counting.SAY_EVERY", 0.0)
    seen = tasks.running.note_progress

    def cancelled_meanwhile(**said: Any) -> bool:
        if said["done"] == 3:
            cancel_run(by=owner, run=VerificationRun.objects.get(pk=run.pk))
        return seen(**said)

    monkeypatch.setattr(tasks.running, "note_progress", cancelled_meanwhile)
    tasks.verify(run.pk)
    run.refresh_from_db()
    assert (run.state, run.digest) == (State.CANCELLED, "")


def test_what_was_counted_before_a_worker_died_is_taken_over(
    assessment: Assessment, owner: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(assessment, owner, tmp_path / "p")
    whole = run_of(assessment, owner)
    run = request_run(by=owner, assessment=assessment)
    monkeypatch.setattr("assessments.verification.counting.SAY_EVERY", 0.0)
    monkeypatch.setattr("assessments.verification.counting.KEEP_EVERY", 0.0)
    seen = tasks.running.note_progress

    class Died(Exception):
        pass

    def dies(**said: Any) -> bool:
        going = seen(**said)
        if said["done"] == 12:
            raise Died
        return going

    monkeypatch.setattr(tasks.running, "note_progress", dies)
    monkeypatch.setattr(tasks.running, "fail_run", lambda **_: None)  # the worker is gone, nobody says so
    with pytest.raises(Died):
        tasks.verify(run.pk)
    run.refresh_from_db()
    assert len(run.counts["partial"]["counts"]["rules"]) >= 5
    monkeypatch.setattr(tasks.running, "note_progress", seen)
    VerificationRun.objects.filter(pk=run.pk).update(state=State.WAITING)
    tasks.verify(run.pk)
    run.refresh_from_db()
    assert (run.state, run.digest) == (State.DONE, whole.digest)
