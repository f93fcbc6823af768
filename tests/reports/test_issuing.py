"""A report is asked for once, made once, and survives a worker that dies."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from reports import actions
from reports.models import IssuedReport
from tests.factories.assessments import make_assessment

State = IssuedReport.State
Committed = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner)


@pytest.fixture
def waiting(assessment: Assessment, owner: User) -> IssuedReport:
    return actions.request_report(assessment=assessment, language="zh-hans", target_level=3, by=owner)


def grown_silent(report: IssuedReport) -> None:
    IssuedReport.objects.filter(pk=report.pk).update(heard_at=timezone.now() - 2 * actions.SILENT_AFTER)


def test_a_report_that_is_asked_for_is_made_and_kept_with_its_fingerprint(
    assessment: Assessment, owner: User, django_capture_on_commit_callbacks: Committed
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        asked = actions.request_report(assessment=assessment, language="en", target_level=3, by=owner)
    made = IssuedReport.objects.get(pk=asked.pk)
    assert (made.state, made.progress, made.error) == (State.DONE, 100, "")
    with made.file.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF-")
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert (made.size, made.pages > 5) == (len(content), True)
    verbs = list(Event.objects.filter(subject_id=str(made.public_id)).values_list("verb", flat=True))
    assert verbs == ["report.requested", "report.issued"]


def test_asking_twice_for_the_same_gives_the_first(waiting: IssuedReport, owner: User) -> None:
    again = actions.request_report(
        assessment=waiting.assessment, language="zh-hans", target_level=3, by=owner
    )
    assert again.pk == waiting.pk


def test_a_target_that_does_not_exist_is_refused(assessment: Assessment, owner: User) -> None:
    for target in (0, 6, -1):
        with pytest.raises(Refusal):
            actions.request_report(assessment=assessment, language="en", target_level=target, by=owner)
    assert not IssuedReport.objects.exists()


def test_a_stranger_and_a_bureau_before_submission_are_refused(
    assessment: Assessment, bureau: Organisation, stranger: User
) -> None:
    reviewer = User.objects.create_user("reviewer")
    Membership.objects.create(user=reviewer, organisation=bureau, role=Membership.Role.REVIEWER)
    for person in (stranger, reviewer):
        with pytest.raises(Refusal):
            actions.request_report(assessment=assessment, language="en", target_level=3, by=person)


def test_no_more_than_a_handful_are_made_at_once_for_one_person(assessment: Assessment, owner: User) -> None:
    for target in range(1, actions.MOST_WAITING + 1):
        actions.request_report(assessment=assessment, language="en", target_level=target, by=owner)
    with pytest.raises(Refusal):
        actions.request_report(assessment=assessment, language="zh-hans", target_level=1, by=owner)


def test_only_one_run_gets_a_report(waiting: IssuedReport) -> None:
    assert actions.claim_report(waiting.pk) is not None
    assert actions.claim_report(waiting.pk) is None


def test_a_silent_run_is_replaced_and_cannot_finish_any_more(waiting: IssuedReport, owner: User) -> None:
    dead = actions.claim_report(waiting.pk)
    assert dead is not None
    grown_silent(waiting)
    successor = actions.claim_report(waiting.pk)
    assert successor is not None
    assert not actions.note_progress(report=dead, percent=50, step="")
    assert not actions.finish_report(report=dead, document=io.BytesIO(b"old"), pages=1, by=owner)
    assert actions.finish_report(report=successor, document=io.BytesIO(b"new"), pages=1, by=owner)
    assert IssuedReport.objects.get().sha256 == hashlib.sha256(b"new").hexdigest()


def test_what_was_left_lying_is_made_after_all(
    waiting: IssuedReport, django_capture_on_commit_callbacks: Committed
) -> None:
    IssuedReport.objects.filter(pk=waiting.pk).update(
        state=State.RUNNING,
        heard_at=timezone.now() - timedelta(minutes=5),
        attempts=1,
        sha256="",
        finished_at=None,
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.requeue_lost() == 1
    assert IssuedReport.objects.get().state == State.DONE


def test_after_three_attempts_the_person_is_told(waiting: IssuedReport) -> None:
    for _ in range(actions.MOST_ATTEMPTS):
        assert actions.claim_report(waiting.pk) is not None
        grown_silent(waiting)
    assert actions.requeue_lost() == 0
    failed = IssuedReport.objects.get()
    assert failed.state == State.FAILED
    assert failed.error


def test_an_error_while_making_ends_in_a_sentence(
    waiting: IssuedReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports import tasks

    def broken(report: IssuedReport) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(tasks, "DOCUMENTS", {IssuedReport.Kind.GAP: broken})
    with pytest.raises(ValueError, match="broken"):
        tasks.make_report(waiting.pk)
    failed = IssuedReport.objects.get()
    assert failed.state == State.FAILED
    assert failed.error
    assert "broken" not in failed.error
