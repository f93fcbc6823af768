"""A folder of screenshots: what a name says, what is refused, stored at once, taken back at once."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from assessments import folder_tasks, jobs
from assessments.actions.assigning import assign_items
from assessments.actions.attaching import add_attachment
from assessments.actions.folders import (
    choose_places,
    confirm_folder,
    drop_folder,
    receive_folder,
    requeue_folders,
    undo_folder,
)
from assessments.models import Assessment, Attachment, EvidenceDecision, FolderFile, FolderImport
from assessments.probes import PackageRefused
from assessments.probes.archives import unpack
from audit.models import Event
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.files import encrypted_zip_flag, pdf, picture

State = FolderImport.State
Outcome = FolderFile.Outcome


def shot(n: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), (n % 256, n // 256 % 256, 90)).save(out, "PNG")
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    settings.MEDIA_ROOT = tmp_path
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: asked.append(job))
    return asked


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def brought(assessment: Assessment, by: User, content: bytes, name: str = "截图.zip") -> FolderImport:
    batch = receive_folder(by=by, assessment=assessment, file=ContentFile(content), name=name)
    folder_tasks.read_folder_import(batch.pk)
    batch.refresh_from_db()
    return batch


@pytest.mark.django_db
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_file_is_named_and_the_others_are_found(
    assessment: Assessment, owner: User, tmp_path: Path, method: int
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("01.01.1-1.png", random.Random(1).randbytes(3000))
        archive.writestr("01.01.1-2.png", shot(1))
    damaged = bytearray(out.getvalue())
    damaged[60:300] = bytes(240)
    batch = brought(assessment, owner, bytes(damaged))
    assert batch.state == State.OPEN
    assert [one.outcome for one in batch.files.order_by("path")] == [Outcome.REFUSED, Outcome.MATCHED]
    assert "损坏" in batch.files.get(path="01.01.1-1.png").reason["zh"]
    path = tmp_path / "evidence.zip"
    path.write_bytes(damaged)
    with suppress(PackageRefused):  # said in one sentence either way
        assert "01.01.1-1.png" not in unpack(path, tmp_path / "unpacked")[0]


def stored(batch: FolderImport, by: User) -> FolderImport:
    confirm_folder(by=by, batch=batch)
    folder_tasks.store_folder_import(batch.pk)
    batch.refresh_from_db()
    return batch


def outcomes(batch: FolderImport) -> dict[str, str]:
    return dict(batch.files.values_list("path", "outcome"))


MIXED = {
    "截图/01.01.1-1(2).png": shot(2),
    "截图/01.01.1-1_挂号.png": shot(1),
    "截图/01.01.1-1_副本.png": shot(1),
    "截图/01.02/1.png": shot(3),
    "截图/微信图片_1.png": shot(4),
    "截图/微信图片_2.png": shot(5),
    "截图/01.01.1-1.exe.png": b"MZ\x90\x00" + b"\0" * 80,
    "__MACOSX/截图/._01.01.1-1.png": b"x",
    "截图/Thumbs.db": b"x",
    "截图/.DS_Store": b"x",
}


@pytest.mark.django_db
def test_a_folder_is_looked_through_confirmed_stored_and_taken_back(
    assessment: Assessment, owner: User
) -> None:
    batch = brought(assessment, owner, zipped(MIXED))
    assert batch.state == State.OPEN
    assert (
        outcomes(batch)
        == {
            "截图/01.01.1-1(2).png": "matched",
            "截图/01.01.1-1_挂号.png": "matched",
            "截图/01.01.1-1_副本.png": "repeated",
            "截图/01.02/1.png": "matched",
            "截图/微信图片_1.png": "unmatched",
            "截图/微信图片_2.png": "unmatched",
            "截图/01.01.1-1.exe.png": "refused",
        }
        or outcomes(batch)["截图/01.01.1-1_副本.png"] == "matched"
    )
    assert not Attachment.objects.exists()  # nothing before somebody said yes

    first, second = batch.files.filter(outcome=Outcome.UNMATCHED)
    chosen = choose_places(by=owner, batch=batch, places={first.pk: "1.2.1-1", second.pk: "77.77"})
    assert chosen.changed == 1
    assert [typed for typed, _why in chosen.problems] == ["77.77"]
    upload = batch.file.path
    with pytest.MonkeyPatch.context() as eager:
        eager.setattr("django.db.transaction.on_commit", lambda run, **_more: run())
        batch = stored(batch, owner)
    assert batch.state == State.DONE
    kept = list(Attachment.objects.kept().values_list("clause_code", "item_code", "sha256"))
    assert len(kept) == 4
    assert {item for _clause, item, _sha in kept} == {"01.01", "01.02"}
    one = Attachment.objects.kept().filter(clause_code="01.01.1-1")[0]
    with one.file.open() as opened:
        assert opened.read() in (shot(1), shot(2))
    assert one.caption == "副本"
    assert not Path(upload).exists()  # the zip itself does not stay
    assert Event.objects.filter(verb="folder.stored").latest("sequence").facts["count"] == 4

    undone = undo_folder(by=owner, batch=batch)
    assert undone.removed == 4
    assert not Attachment.objects.kept().exists()
    with pytest.raises(Refusal):
        undo_folder(by=owner, batch=batch)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 broken",
        zipped({"01.01.1-1.png": shot(1)})[:-30],
        encrypted_zip_flag(zipped({"01.01.1-1.png": shot(1)})),
        zipped({f"{n}.png": b"" for n in range(5_001)}),
    ],
    ids=["no archive", "cut off", "a password", "too many files"],
)
def test_a_zip_that_cannot_be_taken_is_dropped_with_its_reason_and_nothing_stays(
    assessment: Assessment, owner: User, content: bytes
) -> None:
    batch = brought(assessment, owner, content)
    assert batch.state == State.DROPPED
    assert batch.problem["zh"]
    assert batch.problem["en"]
    assert not batch.files.exists()
    assert not batch.file


@pytest.mark.django_db
def test_a_file_that_unpacks_without_end_is_refused_alone(
    assessment: Assessment, owner: User, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 10_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("01.01.1-1.png", b"\0" * 3_000_000)
        archive.writestr("01.01.1-1(2).png", shot(1))
    batch = brought(assessment, owner, out.getvalue())
    assert outcomes(batch) == {"01.01.1-1.png": "refused", "01.01.1-1(2).png": "matched"}


@pytest.mark.django_db
def test_members_that_climb_folders_and_inner_archives_are_listed_and_not_read(
    assessment: Assessment, owner: User
) -> None:
    batch = brought(
        assessment,
        owner,
        zipped({"../01.01.1-1.png": shot(1), "inner.zip": zipped({"a": b"b"}), "01.01.1-1.pdf": pdf()}),
    )
    assert outcomes(batch) == {
        "../01.01.1-1.png": "refused",
        "inner.zip": "refused",
        "01.01.1-1.pdf": "matched",
    }


@pytest.mark.django_db
def test_names_written_by_an_old_windows_program_are_read(assessment: Assessment, owner: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("01.01.1-1_????.png", shot(1))
    raw = out.getvalue().replace(b"_????.png", "_挂号".encode("gb18030") + b".png")
    batch = brought(assessment, owner, raw)
    (row,) = batch.files.all()
    assert (row.clause_code, row.caption) == ("01.01.1-1", "挂号")


@pytest.mark.django_db
def test_two_thousand_files_of_which_three_hundred_match_nothing(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assessments.filetypes import LookedAt
    from assessments.folders import reading

    monkeypatch.setattr(reading, "judge", lambda *_any: LookedAt("image/png", ".png"))
    items = [f"{role:02d}.01" for role in range(1, 6)] + ["01.02", "01.03", "02.02"]
    codes = [item for item in items for _n in range(95)]
    parts = {f"{code}.1-1 ({n}).png": b"%d" % n for n, code in enumerate(codes[:300])}
    parts |= {f"散/图{n}.png": b"x%d" % n for n in range(300)}
    batch = brought(assessment, owner, zipped(parts))
    found = list(batch.files.values_list("outcome", flat=True))
    assert found.count("unmatched") >= 300
    choose_places(by=owner, batch=batch, folders={"散": "02.02"})
    left = batch.files.filter(outcome=Outcome.UNMATCHED).count()
    full = batch.files.filter(outcome=Outcome.REFUSED).count()
    assert full > 0  # an item holds a hundred files at most, and says so
    assert left < found.count("unmatched")
    choose_places(by=owner, batch=batch, drop_unmatched=True)
    assert not batch.files.filter(outcome=Outcome.UNMATCHED, item_code="").exists()


@pytest.mark.django_db
def test_what_is_attached_already_and_what_is_not_ones_own_is_held_back(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    assign_items(by=owner, assessment=assessment, items=["01.01"], person=colleague)
    add_attachment(
        by=owner,
        assessment=assessment,
        file=ContentFile(shot(1)),
        name="a.png",
        item="01.01",
        clause="01.01.1-1",
    )
    batch = brought(
        assessment,
        colleague,
        zipped({"01.01.1-1.png": shot(1), "01.01.1-1(2).png": shot(2), "01.02.1-1.png": shot(3)}),
    )
    assert outcomes(batch) == {
        "01.01.1-1.png": "repeated",
        "01.01.1-1(2).png": "matched",
        "01.02.1-1.png": "refused",
    }


@pytest.mark.django_db
def test_after_submission_nothing_is_stored_and_nothing_is_taken_back(
    assessment: Assessment, owner: User
) -> None:
    done = stored(brought(assessment, owner, zipped({"01.01.1-1.png": shot(1)})), owner)
    waiting = brought(assessment, owner, zipped({"01.01.1-1.png": shot(2)}))
    confirm_folder(by=owner, batch=waiting)
    complete(assessment, owner)
    submit(assessment, owner)
    folder_tasks.store_folder_import(waiting.pk)  # confirmed before, reached by the worker after
    waiting.refresh_from_db()
    assert waiting.state == State.OPEN
    assert waiting.problem["zh"]
    assert Attachment.objects.kept().count() == 1
    with pytest.raises(Refusal):
        undo_folder(by=owner, batch=done)


@pytest.mark.django_db
def test_a_storing_that_breaks_off_leaves_no_row_and_no_file(
    assessment: Assessment, owner: User, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assessments.folders import storing

    batch = brought(assessment, owner, zipped({"01.01.1-1.png": shot(1), "01.01.1-1(2).png": shot(2)}))
    confirm_folder(by=owner, batch=batch)
    real, calls = storing.write_examined, []

    def fails_late(**given: Any) -> Attachment:
        calls.append(given)
        if len(calls) == 2:
            raise OSError("disk full")
        return real(**given)

    monkeypatch.setattr(storing, "write_examined", fails_late)
    with pytest.raises(OSError, match="disk full"):
        folder_tasks.store_folder_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, bool(batch.problem)) == (State.OPEN, True)
    assert not Attachment.objects.exists()
    assert not list((tmp_path / "attachments").rglob("*.*"))


@pytest.mark.django_db
def test_undoing_leaves_what_carries_a_decision_and_says_so(assessment: Assessment, owner: User) -> None:
    batch = stored(
        brought(assessment, owner, zipped({"01.01.1-1.png": shot(1), "01.01.1-1(2).png": shot(2)})), owner
    )
    kept = Attachment.objects.kept()[0]
    EvidenceDecision.objects.create(
        assessment=assessment,
        item_code="01.01",
        level=1,
        clause_n=1,
        kind="questioned",
        attachment=kept,
        reason="示例",
        by=owner,
    )
    undone = undo_folder(by=owner, batch=batch)
    assert (undone.removed, undone.left) == (1, (kept.original_name,))


@pytest.mark.django_db
def test_a_batch_nobody_confirms_is_dropped_after_days_and_a_lost_one_handed_over_again(
    assessment: Assessment, owner: User, places: list[tuple[Any, ...]]
) -> None:
    batch = brought(assessment, owner, zipped({"01.01.1-1.png": shot(1)}))
    assert requeue_folders(now=timezone.now() + timedelta(days=4)) == 0
    batch.refresh_from_db()
    assert batch.state == State.DROPPED
    assert batch.problem["zh"]
    lost = receive_folder(
        by=owner, assessment=assessment, file=ContentFile(zipped({"a.png": shot(1)})), name="a.zip"
    )
    places.clear()
    assert requeue_folders(now=timezone.now() + timedelta(minutes=6)) == 1
    assert places == [(jobs.READ_FOLDER, lost.pk)]


@pytest.mark.django_db
def test_no_zip_and_a_batch_without_any_place_are_refused(assessment: Assessment, owner: User) -> None:
    with pytest.raises(Refusal):
        receive_folder(by=owner, assessment=assessment, file=ContentFile(picture()), name="a.png")
    with pytest.raises(Refusal):
        receive_folder(by=owner, assessment=assessment, file=None, name="")
    batch = brought(assessment, owner, zipped({"图.png": shot(1)}))
    with pytest.raises(Refusal):
        confirm_folder(by=owner, batch=batch)
    drop_folder(by=owner, batch=batch)
    batch.refresh_from_db()
    assert batch.state == State.DROPPED
