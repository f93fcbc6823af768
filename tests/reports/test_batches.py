"""Documents of many hospitals at once: made by the one job, a few at a time, with rights looked at again each time."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Engagement, Organisation
from hospitals.refusals import Refusal
from reports import actions as reports
from reports import tasks
from reports.batches import actions, feeding
from reports.batches.archive import archive_of, safe_name, streamed
from reports.batches.choosing import candidates
from reports.models import Batch, IssuedReport
from rubrics.models import Edition
from tests.factories.assessments import make_assessment
from tests.factories.people import make_bureau, make_consultancy, make_engagement, make_hospital, make_person
from tests.reports.test_region_filling import frozen

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[list[Callable[[], object]]]]
State = IssuedReport.State


def fresh(user: User) -> User:
    """As in another request: memberships are read again."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def edition() -> Edition:
    return Edition.objects.get(key="emr-2018")


@pytest.fixture
def manager(bureau: Organisation) -> User:
    return make_person(bureau, Role.BUREAU_MANAGER)


@pytest.fixture
def six(bureau: Organisation, manager: User, edition: Edition) -> list[Any]:
    """Submissions of six hospitals beneath the bureau."""
    made = [make_hospital(f"示例{n}院", parent=bureau, grade="3A" if n < 2 else "2A") for n in range(6)]
    return [frozen(one, manager, edition, 2026, 3).assessment for one in made]


@pytest.fixture(autouse=True)
def pages_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in a document is tested elsewhere."""

    def make(report: IssuedReport) -> None:
        text = f"{report.assessment} {report.language}".encode()
        reports.finish_report(report=report, document=io.BytesIO(text), pages=3, by=report.requested_by)

    monkeypatch.setattr(tasks, "_make", make)


def start(by: User, edition: Edition, chosen: list[Any], **changed: Any) -> Batch:
    wanted: dict[str, Any] = {"kind": "gap", "form": "pdf", "languages": ["zh-hans"], "year": 2026} | changed
    return actions.start_batch(by=by, edition=edition, chosen=[one.public_id for one in chosen], **wanted)


def taken(batch: Batch) -> zipfile.ZipFile:
    batch.refresh_from_db()
    lines = list(
        batch.lines.select_related("assessment__hospital", "report__assessment__hospital", "report__snapshot")
    )
    return zipfile.ZipFile(io.BytesIO(b"".join(streamed(archive_of(batch, lines)))))


def test_a_batch_is_made_line_by_line_and_packed_with_its_digests(
    manager: User, edition: Edition, six: list[Any], django_capture_on_commit_callbacks: Committed
) -> None:
    Organisation.objects.filter(pk=six[0].hospital_id).update(code="33010000X", name='=示例<甲>:"院"?')
    with django_capture_on_commit_callbacks(execute=True):
        batch = start(manager, edition, six, languages=["en", "zh-hans"])
    batch.refresh_from_db()
    assert batch.finished_at is not None and batch.lines.filter(report__state=State.DONE).count() == 12
    packed = taken(batch)
    assert packed.testzip() is None
    names = packed.namelist()
    assert "33010000X_=示例-甲-院-_差距分析报告_zh.pdf" in names and len(names) == 12 + 2
    rows = list(csv.reader(io.StringIO(packed.read("manifest.csv").decode("utf-8-sig"))))
    assert len(rows) == 13 and rows[1][4].startswith("'=") and rows[1][10] == "3"
    listed = json.loads(packed.read("manifest.json"))
    by_name = {one["file"]: one["sha256"] for one in listed["documents"]}
    kept = IssuedReport.objects.get(language="zh-hans", assessment=six[0])
    assert by_name["33010000X_=示例-甲-院-_差距分析报告_zh.pdf"] == kept.sha256 and listed["not_made"] == []
    assert Event.objects.filter(verb="batch.started").count() == 1


def test_only_a_few_wait_at_a_time_and_the_next_has_its_turn_when_one_ends(
    manager: User, edition: Edition, six: list[Any]
) -> None:
    batch = start(manager, edition, six)
    assert feeding.hand_over(batch.pk) == feeding.IN_HAND == 4
    assert feeding.hand_over(batch.pk) == 0
    first = IssuedReport.objects.earliest("pk")
    tasks.make_report(first.pk)
    assert IssuedReport.objects.count() == 5
    assert batch.lines.filter(report__isnull=True).count() == 1


def test_a_worker_that_died_stops_no_batch(manager: User, edition: Edition, six: list[Any]) -> None:
    batch = start(manager, edition, six[:5])
    feeding.hand_over(batch.pk)
    long_ago = timezone.now() - timedelta(minutes=5)
    IssuedReport.objects.update(
        state=State.RUNNING, heard_at=long_ago, attempts=reports.MOST_ATTEMPTS, started_at=long_ago
    )
    tasks.requeue_lost()
    assert IssuedReport.objects.filter(state=State.FAILED).count() == 4
    assert IssuedReport.objects.filter(state=State.WAITING).count() == 1
    tasks.make_report(IssuedReport.objects.get(state=State.WAITING).pk)
    batch.refresh_from_db()
    assert batch.finished_at is not None
    packed = taken(batch)
    missing = packed.read("未生成.csv").decode("utf-8-sig")
    assert missing.count("多次中断") == 4
    assert actions.retry_batch(by=manager, batch=batch) == 4
    feeding.hand_over(batch.pk)
    assert batch.lines.filter(report__state=State.WAITING).count() == 4


def test_a_cancelled_batch_begins_nothing_more_and_can_be_taken_up_again(
    manager: User, edition: Edition, six: list[Any], stranger: User
) -> None:
    batch = start(manager, edition, six)
    feeding.hand_over(batch.pk)
    with pytest.raises(Refusal):
        actions.cancel_batch(by=stranger, batch=batch)
    actions.cancel_batch(by=manager, batch=batch)
    for report in IssuedReport.objects.all():
        tasks.make_report(report.pk)
    batch.refresh_from_db()
    assert batch.finished_at is not None and IssuedReport.objects.count() == 4
    with pytest.raises(Refusal):
        actions.cancel_batch(by=manager, batch=batch)
    assert "已取消" in taken(batch).read("未生成.csv").decode("utf-8-sig")
    assert actions.retry_batch(by=manager, batch=batch) == 2


def test_the_same_document_is_not_made_twice_unless_the_cover_changed(
    manager: User, edition: Edition, six: list[Any], bureau: Organisation
) -> None:
    first = start(manager, edition, six[:2])
    feeding.hand_over(first.pk)
    for report in IssuedReport.objects.all():
        tasks.make_report(report.pk)
    again = start(manager, edition, six[:3])
    assert feeding.hand_over(again.pk) == 1
    assert again.lines.filter(reused=True).count() == 2
    from reports.covers.actions import set_cover

    set_cover(by=manager, organisation=bureau, texts={"title": "示例"}, contact="")
    assert feeding.hand_over(start(manager, edition, six[:2], target_level=4).pk) == 2


def test_a_consultancy_makes_those_of_its_clients_and_loses_them_with_the_engagement(
    edition: Edition, hospital: Organisation, owner: User, six: list[Any]
) -> None:
    consultancy = make_consultancy("示例咨询机构")
    engagement: Engagement = make_engagement(consultancy, hospital, owner)
    consultant = make_person(consultancy, Role.CONSULTANT)
    draft = make_assessment(hospital, owner)
    year = draft.created_at.year
    found = candidates(fresh(consultant), draft.edition, draft.window_to.year if draft.window_to else year)
    assert [one.public_id for one in found] == [draft.public_id] and not found[0].submitted
    with pytest.raises(Refusal, match="权限"):
        start(fresh(consultant), edition, [*six[:1]])
    when = draft.window_to.year if draft.window_to else year
    batch = start(fresh(consultant), draft.edition, [draft], year=when)
    roadmap = start(fresh(consultant), draft.edition, [draft], year=when, kind="roadmap", form="docx")
    feeding.hand_over(roadmap.pk)
    assert "还没有采纳建设规划" in roadmap.lines.get().problem
    feeding.hand_over(batch.pk)
    tasks.make_report(batch.lines.get().report_id or 0)
    batch.refresh_from_db()
    lines = list(batch.lines.select_related("assessment__hospital", "report__assessment__hospital"))
    actions.take_archive(by=fresh(consultant), batch=batch, lines=lines)
    Engagement.objects.filter(pk=engagement.pk).update(revoked_at=timezone.now())
    with pytest.raises(Refusal, match="示例市人民医院"):
        actions.take_archive(by=fresh(consultant), batch=batch, lines=lines)


def test_what_cannot_be_made_is_refused_with_a_sentence(
    manager: User, edition: Edition, six: list[Any], owner: User
) -> None:
    elsewhere = make_hospital(parent=make_bureau("另一示例省卫生健康委员会"))
    other = frozen(elsewhere, owner, edition, 2026, 2).assessment
    for changed, sentence in (
        ({"form": "zip"}, "没有zip格式"),
        ({"kind": "bulletin"}, "请选择"),
        ({"languages": ["fr"]}, "至少选择一种语言"),
        ({"target_level": 9}, "目标等级"),
        ({"kind": "roadmap"}, "不能导出"),
        ({"year": 2025}, "权限之内"),
    ):
        with pytest.raises(Refusal, match=sentence):
            start(manager, edition, six, **changed)
    with pytest.raises(Refusal, match="勾选"):
        start(manager, edition, [])
    with pytest.raises(Refusal, match="权限之内"):
        start(manager, edition, [*six, other])
    with pytest.raises(Refusal, match="管理员"):
        start(owner, edition, six)
    for _number in range(actions.MOST_OPEN):
        start(manager, edition, six[:1])
    with pytest.raises(Refusal, match="批正在生成"):
        start(manager, edition, six[:1])


def test_lists_of_old_batches_are_thrown_away_and_their_documents_stay(
    manager: User, edition: Edition, six: list[Any]
) -> None:
    batch = start(manager, edition, six[:1])
    feeding.hand_over(batch.pk)
    tasks.make_report(IssuedReport.objects.get().pk)
    assert feeding.forget_old() == 0
    assert feeding.forget_old(now=timezone.now() + timedelta(days=31)) == 1
    assert IssuedReport.objects.get().file.size > 0 and not Batch.objects.exists()


def test_who_asked_for_much_besides_waits_and_loses_no_line(
    manager: User, edition: Edition, six: list[Any], django_capture_on_commit_callbacks: Committed
) -> None:
    """The fifth document a person asked for of one hospital: the sixth is not refused, the sweep comes back to it."""
    for target in range(1, 6):
        reports.request_report(
            assessment=six[0], language="en", target_level=target, form="docx", by=fresh(manager)
        )
    batch = start(manager, edition, six[:1])
    assert feeding.hand_over(batch.pk) == 0
    batch.refresh_from_db()
    line = batch.lines.get()
    assert (line.report, line.problem, batch.finished_at) == (None, "", None)
    IssuedReport.objects.update(state=State.FAILED)
    assert feeding.feed_left_lying() == 1


def test_one_batch_that_fails_keeps_no_other_from_its_turn(
    manager: User, edition: Edition, six: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (start(manager, edition, [one]) for one in six[:2])
    real = feeding.hand_over

    def broken(number: int) -> int:
        if number == first.pk:
            raise RuntimeError("broken")
        return real(number)

    monkeypatch.setattr(feeding, "hand_over", broken)
    Batch.objects.update(finished_at=None)
    second.lines.update(report=None)
    IssuedReport.objects.all().delete()
    assert feeding.feed_left_lying() == 1


def test_names_are_such_as_windows_takes() -> None:
    assert safe_name('a<b>:"c/d\\e|f?*g. ') == "a-b-c-d-e-f-g"
    assert (
        safe_name("CON.pdf") == "CON_.pdf"
        and safe_name("lpt1") == "lpt1_"
        and safe_name("console") == "console"
    )
    assert safe_name("示例\u202efdp.exe") == "示例fdp.exe"
