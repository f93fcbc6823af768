"""Documents and jobs as programs read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from assessments.models import Assessment, EvidenceBundle, VerificationRun
from assessments.queries.for_programs.jobs import JobFacts, job_of_bundle, job_of_run
from reports.models import IssuedReport
from reports.queries import reports_of

MOST_JOBS = 50


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """``snapshot``: None of a draft. ``file``: empty until it is made."""

    id: UUID
    kind: str
    language: str
    target_level: int
    snapshot: int | None
    state: str
    progress: int
    step: str
    error: str
    pages: int | None
    size: int | None
    sha256: str
    requested_at: datetime
    finished_at: datetime | None
    file: str
    job: str


def find_reports(user: User, assessment: Assessment) -> QuerySet[IssuedReport]:
    """Documents of an assessment that the person may see. No query yet."""
    return (
        reports_of(assessment, user)
        .select_related("snapshot")
        .defer("snapshot__answers", "snapshot__card", "snapshot__basis", "snapshot__verified")
    )


def report_facts(report: IssuedReport, assessment: Assessment) -> ReportFacts:
    """No query."""
    done = report.state == IssuedReport.State.DONE
    return ReportFacts(
        id=report.public_id,
        kind=report.kind,
        language=report.language,
        target_level=report.target_level,
        snapshot=report.snapshot.number if report.snapshot else None,
        state=report.state,
        progress=report.progress,
        step=report.step,
        error=report.error,
        pages=report.pages,
        size=report.size,
        sha256=report.sha256,
        requested_at=report.requested_at,
        finished_at=report.finished_at,
        file=reverse("api-report-file", args=[assessment.public_id, report.public_id]) if done else "",
        job=reverse("api-job", args=[report.public_id]),
    )


def job_of_report(report: IssuedReport) -> JobFacts:
    """``assessment`` must be loaded. No query."""
    about = report.assessment.public_id if report.assessment else None
    return JobFacts(
        id=report.public_id,
        kind="report",
        state=report.state,
        progress=report.progress,
        step=report.step,
        error=report.error,
        assessment=about,
        result=reverse("api-report", args=[about, report.public_id]) if about else "",
        requested_at=report.requested_at,
        finished_at=report.finished_at,
    )


#: scope a key needs to see a job of the kind
SCOPE_OF = {"screening": "evidence:read", "run": "evidence:read", "report": "reports:read"}


def find_job(user: User, public_id: UUID, scopes: Sequence[str] | None) -> JobFacts | None:
    """One job whatever it makes, of what the person and (``scopes``) the key may see. Five queries at most."""
    for kind, find in (("report", _report), ("run", _run), ("screening", _screening)):
        if scopes is not None and SCOPE_OF[kind] not in scopes:
            continue
        if (found := find(user, public_id)) is not None:
            return found
    return None


def list_jobs(user: User, scopes: Sequence[str] | None) -> list[JobFacts]:
    """What the person asked for, newest first. Three queries."""
    found: list[JobFacts] = []
    if scopes is None or SCOPE_OF["report"] in scopes:
        reports = IssuedReport.objects.filter(
            requested_by=user, assessment__in=Assessment.objects.visible_to(user)
        )
        found += [job_of_report(row) for row in reports.select_related("assessment")[:MOST_JOBS]]
    if scopes is None or SCOPE_OF["run"] in scopes:
        runs = VerificationRun.objects.visible_to(user).filter(requested_by=user).defer("counts")
        rows = runs.select_related("assessment").order_by("-requested_at", "-id")[:MOST_JOBS]
        found += [job_of_run(row) for row in rows]
    if scopes is None or SCOPE_OF["screening"] in scopes:
        bundles = EvidenceBundle.objects.visible_to(user).filter(uploaded_by=user)
        for bundle in bundles.prefetch_related("uses__assessment")[:MOST_JOBS]:
            use = next(iter(bundle.uses.all()), None)
            if use is not None:
                found.append(job_of_bundle(bundle, use.assessment))
    return sorted(found, key=lambda job: job.requested_at, reverse=True)[:MOST_JOBS]


def _report(user: User, public_id: UUID) -> JobFacts | None:
    """Of documents the person may see: what is not in the library is no job either."""
    rows = IssuedReport.objects.filter(assessment__in=Assessment.objects.visible_to(user))
    row = rows.select_related("assessment__hospital").filter(public_id=public_id).first()
    if row is None or row.assessment is None:
        return None
    return job_of_report(row) if reports_of(row.assessment, user).filter(pk=row.pk).exists() else None


def _run(user: User, public_id: UUID) -> JobFacts | None:
    rows = VerificationRun.objects.visible_to(user).select_related("assessment").defer("counts")
    row = rows.filter(public_id=public_id).first()
    return job_of_run(row) if row is not None else None


def _screening(user: User, public_id: UUID) -> JobFacts | None:
    """The assessment it was handed in for first."""
    row = (
        EvidenceBundle.objects.visible_to(user)
        .prefetch_related("uses__assessment")
        .filter(public_id=public_id)
        .first()
    )
    use = next(iter(row.uses.all()), None) if row is not None else None
    return job_of_bundle(row, use.assessment) if row is not None and use is not None else None
