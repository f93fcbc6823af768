"""Asking for a document, and the steps of the job that makes it."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import AdoptedPlan, Assessment
from assessments.planning_permissions import check_can_see_planning
from assessments.queries.planning.ground import ground_of
from assessments.queries.planning.making import plan_for
from audit.actions import record
from engine.roadmap.constraints import constraints_to_json
from engine.roadmap.plan_json import plan_to_json
from hospitals import access
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports import jobs
from reports.batches.adopted import basis_of
from reports.comparing.suppressing import LEAST
from reports.models import IssuedReport, YearlyResult
from rubrics.models import Edition

State = IssuedReport.State
SILENT_AFTER = timedelta(seconds=45)
MOST_ATTEMPTS = 3
MOST_WAITING = 5


class Overtaken(Exception):
    """Another run took this report over: this one stops and leaves nothing."""


class TooManyWaiting(Refusal):
    """Later it may be asked for again."""


def refuse_too_many(under_way: QuerySet[IssuedReport]) -> None:
    if under_way.count() >= MOST_WAITING:
        raise TooManyWaiting(
            _("您已有%(count)s份报告正在生成，请等其中一份完成后再试。") % {"count": MOST_WAITING}
        )


def check_can_request(assessment: Assessment, by: access.Person) -> None:
    """Staff of the hospital ask for documents of any state; a bureau's of what is in its hands."""
    if access.holds(by, assessment.hospital_id, *access.HOSPITAL_STAFF):
        return
    if access.oversees(by, assessment.hospital) and assessment.submitted_at is not None:
        return
    raise Refusal(_("您不是这家医院的成员，不能生成这份报告。"))


@transaction.atomic
def request_report(
    *, assessment: Assessment, language: str, target_level: int, form: str = "pdf", by: User
) -> IssuedReport:
    """Put a gap report into the queue; asking twice for the same while it is being made gives the first.
    ``form``: pdf, docx or xlsx.

    Raises Refusal when the target level or the form does not exist or too many of this person's are under way.
    """
    check_can_request(assessment, by)
    if form not in ("pdf", "docx", "xlsx"):
        raise Refusal(_("这种文档没有%(form)s格式。") % {"form": form[:12]})
    top = assessment.edition.top_level
    if not 1 <= target_level <= top:
        raise Refusal(_("目标等级应为1至%(top)s。") % {"top": top})
    under_way = IssuedReport.objects.select_for_update().filter(
        assessment=assessment, requested_by=by, state__in=[State.WAITING, State.RUNNING]
    )
    same = under_way.filter(
        kind=IssuedReport.Kind.GAP, language=language, target_level=target_level, form=form
    ).first()
    if same is not None:
        return same
    refuse_too_many(under_way)
    snapshot = (
        None if assessment.is_open and not is_only_overseen(assessment, by) else assessment.snapshots.first()
    )
    report = IssuedReport.objects.create(
        assessment=assessment,
        snapshot=snapshot,
        language=language,
        form=form,
        target_level=target_level,
        basis={"inside": not is_only_overseen(assessment, by)},
        requested_by=by,
    )
    record(
        verb="report.requested",
        by=by,
        chain=str(assessment.hospital.public_id),
        subject_kind="report",
        subject_id=report.public_id,
        facts={
            "assessment": str(assessment.public_id),
            "language": language,
            "target": target_level,
            "form": form,
        },
    )
    jobs.enqueue(jobs.MAKE_REPORT, report.pk)
    return report


@transaction.atomic
def request_roadmap(
    *, assessment: Assessment, language: str, form: str, by: User, adopted: AdoptedPlan | None = None
) -> IssuedReport:
    """Put the roadmap of the chosen plan into the queue, as it is now; asking twice for the same while it is being
    made gives the first. ``form``: pdf, docx or xlsx; ``adopted``: this plan of the hospital instead, under the
    name and in the library of the assessment it was made from.

    Raises Refusal for people who do not see whole plans, where there is no plan to be had, for an unknown form, and
    when too many of this person's are under way.
    """
    if adopted is not None:
        assessment = adopted.assessment
    check_can_see_planning(by, assessment)
    if form not in ("pdf", "docx", "xlsx"):
        raise Refusal(_("这种文档没有%(form)s格式。") % {"form": form[:12]})
    basis: dict[str, Any]
    if adopted is not None:
        basis, snapshot, target = basis_of(adopted), adopted.snapshot_id, adopted.target
    else:
        ground = ground_of(assessment)
        plan = plan_for(ground)
        snapshot, target = ground.snapshot_pk, plan.target
        basis = {
            "plan": plan_to_json(plan),
            "constraints": constraints_to_json(ground.setting.constraints),
            "changes": dict(ground.own),
            "answers": ground.answers_digest,
        }
    under_way = IssuedReport.objects.select_for_update().filter(
        assessment=assessment, requested_by=by, state__in=[State.WAITING, State.RUNNING]
    )
    roadmaps = under_way.filter(kind=IssuedReport.Kind.ROADMAP, language=language, form=form)
    same = next((one for one in roadmaps if one.basis == basis), None)
    if same is not None:
        return same
    refuse_too_many(under_way)
    report = IssuedReport.objects.create(
        kind=IssuedReport.Kind.ROADMAP,
        assessment=assessment,
        snapshot_id=snapshot,
        language=language,
        form=form,
        target_level=target,
        basis=basis,
        requested_by=by,
    )
    record(
        verb="report.requested",
        by=by,
        chain=str(assessment.hospital.public_id),
        subject_kind="report",
        subject_id=report.public_id,
        facts={
            "assessment": str(assessment.public_id),
            "language": language,
            "target": target,
            "kind": "roadmap",
            "form": form,
        },
    )
    jobs.enqueue(jobs.MAKE_REPORT, report.pk)
    return report


def check_can_issue_bulletin(bureau: Organisation, by: access.Person) -> None:
    """The manager of the bureau or of one above it."""
    own = access.organisations_where(by, [access.Role.BUREAU_MANAGER])
    if not any(bureau.path.startswith(one.path) for one in own):
        raise Refusal(_("通报由卫生健康行政部门的管理员生成。"))


@transaction.atomic
def request_bulletin(
    *, bureau: Organisation, edition: Edition, year: int, language: str, by: User
) -> IssuedReport:
    """Put the bulletin of a region, standard and year into the queue; asking twice for the same while it is being
    made gives the first.

    Raises Refusal when so few hospitals submitted that each could be told, or too many are under way.
    """
    check_can_issue_bulletin(bureau, by)
    submitted = YearlyResult.objects.filter(edition=edition, year=year, path__startswith=bureau.path).count()
    if submitted < LEAST:
        raise Refusal(_("这一年度提交的医院不足%(n)s家，通报会让人认出单个医院，因此不生成。") % {"n": LEAST})
    under_way = IssuedReport.objects.select_for_update().filter(
        kind=IssuedReport.Kind.BULLETIN, requested_by=by, state__in=[State.WAITING, State.RUNNING]
    )
    same = under_way.filter(bureau=bureau, edition=edition, year=year, language=language).first()
    if same is not None:
        return same
    refuse_too_many(under_way)
    report = IssuedReport.objects.create(
        kind=IssuedReport.Kind.BULLETIN,
        bureau=bureau,
        edition=edition,
        year=year,
        language=language,
        requested_by=by,
    )
    record(
        verb="bulletin.requested",
        by=by,
        chain=str(bureau.public_id),
        subject_kind="report",
        subject_id=report.public_id,
        facts={"edition": edition.key, "year": year, "language": language},
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
        "assessment__hospital", "assessment__edition", "snapshot", "requested_by", "bureau", "edition"
    ).get(pk=report_id)


def note_progress(*, report: IssuedReport, percent: int, step: str) -> bool:
    """Say how far the run is; False when it was overtaken and should stop."""
    return bool(
        IssuedReport.objects.filter(pk=report.pk, attempt=report.attempt, state=State.RUNNING).update(
            progress=max(1, min(99, percent)), step=step, heard_at=timezone.now()
        )
    )


@transaction.atomic
def finish_report(*, report: IssuedReport, document: IO[bytes], pages: int | None, by: User) -> bool:
    """Keep the finished document with its fingerprint. False when another run was faster."""
    held = IssuedReport.objects.select_for_update().get(pk=report.pk)
    if held.attempt != report.attempt or held.state != State.RUNNING:
        return False
    document.seek(0)
    digest = hashlib.file_digest(document, "sha256").hexdigest()  # type: ignore[arg-type]
    held.size = document.seek(0, 2)
    document.seek(0)
    held.file.save(f"report.{held.form}", File(document), save=False)
    held.state, held.progress, held.step, held.pages, held.sha256 = State.DONE, 100, "", pages, digest
    held.finished_at = timezone.now()
    held.save()
    record(
        verb="report.issued",
        by=by,
        chain=str(held.owner.public_id),
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
