"""A run's life: asked for once, taken by one worker, progress, cancelling, an end with a digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from assessments import jobs
from assessments.actions.running import (
    MOST_ATTEMPTS,
    cancel_run,
    claim_run,
    digest_of,
    fail_run,
    finish_run,
    note_progress,
    request_run,
    requeue_runs,
    stop_run,
)
from assessments.models import Assessment, EvidenceBundle, VerificationRun
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment, make_member, submit
from tests.factories.evidence import hand_in_with, make_bundle, make_figure, make_mapping, make_run

pytestmark = pytest.mark.django_db
State = VerificationRun.State
LONG_AGO = timedelta(hours=1)


@pytest.fixture(autouse=True)
def queued(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    settings.MEDIA_ROOT = tmp_path
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: asked.append(job))
    return asked


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


def again(run: VerificationRun) -> VerificationRun:
    return VerificationRun.objects.get(pk=run.pk)


def test_a_run_takes_every_kept_bundle_the_newest_mapping_and_the_window(
    assessment: Assessment, owner: User, queued: list[tuple[object, ...]]
) -> None:
    kept = make_bundle(assessment, owner)
    make_bundle(assessment, owner, state=EvidenceBundle.State.REFUSED)
    make_mapping(assessment.hospital, owner)
    run = request_run(by=owner, assessment=assessment)
    assert (run.number, run.state) == (1, State.WAITING)
    assert list(run.bundles.all()) == [kept]
    assert run.mapping is not None
    assert (run.window_from, run.window_to) == (assessment.window_from, assessment.window_to)
    assert queued == [(jobs.VERIFY, run.pk)]
    assert Event.objects.get(verb="run.requested").facts["run"] == 1


def test_asking_twice_gives_the_run_that_is_under_way(assessment: Assessment, owner: User) -> None:
    make_bundle(assessment, owner)
    first = request_run(by=owner, assessment=assessment)
    assert request_run(by=owner, assessment=assessment) == first
    VerificationRun.objects.update(state=State.CANCELLED)
    assert request_run(by=owner, assessment=assessment).number == 2


def test_figures_alone_are_enough_to_begin(assessment: Assessment, owner: User) -> None:
    make_figure(assessment, owner)
    assert not request_run(by=owner, assessment=assessment).bundles.exists()


def test_a_run_without_data_window_or_screened_files_is_refused(assessment: Assessment, owner: User) -> None:
    with pytest.raises(Refusal, match="还没有可核验的数据"):
        request_run(by=owner, assessment=assessment)
    bundle = make_bundle(assessment, owner, state=EvidenceBundle.State.SCREENING)
    with pytest.raises(Refusal, match="有文件还在检查"):
        request_run(by=owner, assessment=assessment)
    EvidenceBundle.objects.filter(pk=bundle.pk).update(state=EvidenceBundle.State.KEPT)
    Assessment.objects.filter(pk=assessment.pk).update(window_from=None, window_to=None)
    with pytest.raises(Refusal, match="还没有统计时段"):
        request_run(by=owner, assessment=assessment)


def test_only_data_people_start_and_only_while_open(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    make_bundle(assessment, owner)
    with pytest.raises(Refusal, match="由本院质控负责人、信息工程师或咨询顾问发起"):
        request_run(by=colleague, assessment=assessment)
    submit(assessment, owner)
    with pytest.raises(Refusal, match="不能再修改"):
        request_run(by=owner, assessment=assessment)


def test_one_worker_counts_and_another_takes_over_when_it_falls_silent(
    assessment: Assessment, owner: User
) -> None:
    run = make_run(assessment, owner, state=State.WAITING)
    first = claim_run(run.pk)
    assert first is not None
    assert claim_run(run.pk) is None
    VerificationRun.objects.update(heard_at=timezone.now() - LONG_AGO)
    second = claim_run(run.pk)
    assert second is not None
    assert second.attempt != first.attempt
    assert not note_progress(run=first, done=1, total=2, step="")
    assert not finish_run(run=first, counts={"a": 1}, catalogue_hash="c", version="1")


def test_progress_is_kept_with_what_was_counted_and_says_when_to_stop(
    assessment: Assessment, owner: User
) -> None:
    claimed = claim_run(make_run(assessment, owner, state=State.WAITING).pk)
    assert claimed is not None
    assert note_progress(run=claimed, done=3, total=9, step="检验报告", known={"r": 1})
    now = again(claimed)
    assert (now.done, now.total, now.step, now.counts) == (3, 9, "检验报告", {"partial": {"r": 1}})
    cancel_run(by=owner, run=now)
    assert not note_progress(run=claimed, done=4, total=9, step="")
    stop_run(run=claimed)
    assert again(claimed).state == State.CANCELLED


def test_a_finished_run_has_a_digest_that_the_same_counts_give_again(
    assessment: Assessment, owner: User
) -> None:
    claimed = claim_run(make_run(assessment, owner, state=State.WAITING).pk)
    assert claimed is not None
    assert finish_run(run=claimed, counts={"b": 1, "a": [2]}, catalogue_hash="c" * 64, version="1.0.0")
    done = again(claimed)
    assert (done.state, done.digest) == (State.DONE, digest_of({"a": [2], "b": 1}))
    assert digest_of({"a": [3], "b": 1}) != done.digest
    assert Event.objects.get(verb="run.finished").facts["digest"] == done.digest
    with pytest.raises(Refusal, match="已经结束"):
        cancel_run(by=owner, run=done)


def test_a_failed_run_says_why(assessment: Assessment, owner: User) -> None:
    claimed = claim_run(make_run(assessment, owner, state=State.WAITING).pk)
    assert claimed is not None
    fail_run(run=claimed, sentence="磁盘已满。")
    assert (again(claimed).state, again(claimed).error) == (State.FAILED, "磁盘已满。")


def test_a_waiting_run_is_cancelled_at_once(assessment: Assessment, owner: User, colleague: User) -> None:
    run = make_run(assessment, owner, state=State.WAITING)
    with pytest.raises(Refusal, match="咨询顾问取消"):
        cancel_run(by=colleague, run=run)
    cancel_run(by=owner, run=run)
    assert again(run).state == State.CANCELLED
    assert claim_run(run.pk) is None
    assert Event.objects.filter(verb="run.cancelled").count() == 1


def test_lost_runs_are_handed_over_again_and_given_up_after_three_attempts(
    assessment: Assessment, owner: User, hospital: Organisation, queued: list[tuple[object, ...]]
) -> None:
    now = timezone.now()
    before = now - LONG_AGO
    waiting = make_run(assessment, owner, state=State.WAITING, requested_at=before)
    silent = make_run(assessment, owner, state=State.RUNNING, heard_at=before, attempts=1)
    hopeless = make_run(assessment, owner, state=State.RUNNING, heard_at=before, attempts=MOST_ATTEMPTS)
    unwanted = make_run(assessment, owner, state=State.RUNNING, heard_at=before, cancel_asked_at=before)
    alive = make_run(assessment, owner, state=State.RUNNING, heard_at=now)
    assert requeue_runs(now=now) == 2
    assert sorted(queued) == sorted([(jobs.VERIFY, waiting.pk), (jobs.VERIFY, silent.pk)])
    assert (again(hopeless).state, "多次中断" in again(hopeless).error) == (State.FAILED, True)
    assert again(unwanted).state == State.CANCELLED
    assert again(alive).state == State.RUNNING


def test_a_bureau_sees_only_runs_that_were_handed_in(
    assessment: Assessment, owner: User, bureau: Organisation, stranger: User
) -> None:
    handed_in = make_run(assessment, owner)
    submit(assessment, owner)
    hand_in_with(assessment, handed_in)
    make_run(assessment, owner)
    reviewer = make_member(bureau, "reviewer", Membership.Role.REVIEWER)
    assert list(VerificationRun.objects.visible_to(reviewer)) == [handed_in]
    assert VerificationRun.objects.visible_to(owner).count() == 2
    assert not VerificationRun.objects.visible_to(stranger).exists()
