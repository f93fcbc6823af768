"""Asking for a document, and the steps of the job that makes it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment
from audit.actions import record
from hospitals import access
from hospitals.refusals import Refusal
from reports import jobs
from reports.models import IssuedReport

State = IssuedReport.State
SILENT_AFTER = timedelta(seconds=45)
MOST_ATTEMPTS = 3
MOST_WAITING = 5


def check_can_request(assessment: Assessment, by: access.Person) -> None:
    """Staff of the hospital ask for documents of any state; a bureau's of what is in its hands."""
    if access.holds(by, assessment.hospital_id, *access.HOSPITAL_STAFF):
        return
    if access.oversees(by, assessment.hospital) and assessment.submitted_at is not None:
        return
    raise Refusal(_("您不是这家医院的成员，不能生成这份报告。"))


@transaction.atomic
def request_report(*, assessment: Assessment, language: str, target_level: int, by: User) -> IssuedReport:
    """Put a gap report into the queue; asking twice for the same while it is being made gives the first.

    Raises Refusal when the target level does not exist or too many of this person's are under way.
    """
    check_can_request(assessment, by)
    top = assessment.edition.top_level
    if not 1 <= target_level <= top:
        raise Refusal(_("目标等级应为1至%(top)s。") % {"top": top})
    under_way = IssuedReport.objects.select_for_update().filter(
        assessment=assessment, requested_by=by, state__in=[State.WAITING, State.RUNNING]
    )
    same = under_way.filter(language=language, target_level=target_level).first()
    if same is not None:
        return same
    if under_way.count() >= MOST_WAITING:
        raise Refusal(_("您已有%(count)s份报告正在生成，请等其中一份完成后再试。") % {"count": MOST_WAITING})
    snapshot = (
        None if assessment.is_open and not is_only_overseen(assessment, by) else assessment.snapshots.first()
    )
    report = IssuedReport.objects.create(
        assessment=assessment,
        snapshot=snapshot,
        language=language,
        target_level=target_level,
        requested_by=by,
    )
    record(
        verb="report.requested",
        by=by,
        chain=str(assessment.hospital.public_id),
        subject_kind="report",
        subject_id=report.public_id,
        facts={"assessment": str(assessment.public_id), "language": language, "target": target_level},
    )
    jobs.enqueue(jobs.MAKE_REPORT, report.pk)
    return report


def is_only_overseen(assessment: Assessment, by: access.Person) -> bool:
    """Whether the person looks from a bureau, not from inside the hospital."""
    return not access.holds(by, assessment.hospital_id, *access.HOSPITAL_STAFF)


def claim_report(report_id: int) -> IssuedReport | None:
    """Take a waiting or abandoned report for this run; None when another run has it or it is finished."""
    now = timezone.now()
    attempt = uuid.uuid4()
    taken = (
        IssuedReport.objects.filter(pk=report_id, attempts__lt=MOST_ATTEMPTS)
        .filter(Q(state=State.WAITING) | Q(state=State.RUNNING, heard_at__lt=now - SILENT_AFTER))
        .update(
            state=State.RUNNING,
            attempt=attempt,
            attempts=F("attempts") + 1,
            heard_at=now,
            started_at=now,
            progress=1,
        )
    )
    if not taken:
        return None
    return IssuedReport.objects.select_related(
        "assessment__hospital", "assessment__edition", "snapshot", "requested_by"
    ).get(pk=report_id)


def note_progress(*, report: IssuedReport, percent: int, step: str) -> bool:
    """Say how far the run is; False when it was overtaken and should stop."""
    return bool(
        IssuedReport.objects.filter(pk=report.pk, attempt=report.attempt, state=State.RUNNING).update(
            progress=max(1, min(99, percent)), step=step, heard_at=timezone.now()
        )
    )


@transaction.atomic
def finish_report(*, report: IssuedReport, document: IO[bytes], pages: int, by: User) -> bool:
    """Keep the finished document with its fingerprint. False when another run was faster."""
    held = IssuedReport.objects.select_for_update().get(pk=report.pk)
    if held.attempt != report.attempt or held.state != State.RUNNING:
        return False
    document.seek(0)
    digest = hashlib.file_digest(document, "sha256").hexdigest()  # type: ignore[arg-type]
    held.size = document.seek(0, 2)
    document.seek(0)
    held.file.save("report.pdf", File(document), save=False)
    held.state, held.progress, held.step, held.pages, held.sha256 = State.DONE, 100, "", pages, digest
    held.finished_at = timezone.now()
    held.save()
    record(
        verb="report.issued",
        by=by,
        chain=str(held.assessment.hospital.public_id),
        subject_kind="report",
        subject_id=held.public_id,
        facts={"sha256": digest, "pages": pages, "language": held.language},
    )
    return True


def fail_report(*, report: IssuedReport, sentence: str) -> None:
    """End the run with a sentence for the person who asked."""
    IssuedReport.objects.filter(pk=report.pk, attempt=report.attempt, state=State.RUNNING).update(
        state=State.FAILED, error=sentence, finished_at=timezone.now()
    )


def requeue_lost(*, now: datetime | None = None) -> int:
    """Hand over again what no worker took or a worker left lying; give up after three attempts."""
    now = now or timezone.now()
    lost = IssuedReport.objects.filter(
        Q(state=State.WAITING, requested_at__lt=now - SILENT_AFTER)
        | Q(state=State.RUNNING, heard_at__lt=now - SILENT_AFTER)
    )
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED,
        finished_at=now,
        error=_("生成过程多次中断。您的数据未受影响，请重新生成；若仍失败，请联系系统管理员。"),
    )
    numbers = list(lost.filter(attempts__lt=MOST_ATTEMPTS).values_list("pk", flat=True)[:50])
    for number in numbers:
        jobs.enqueue(jobs.MAKE_REPORT, number)
    return len(numbers)
