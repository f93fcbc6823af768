"""The library of issued documents of one assessment, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessments.models import Assessment
from assessments.planning_permissions import reads_plans
from assessments.queries.frame import AssessmentFrame
from hospitals.access import Person
from hospitals.refusals import Refusal
from reports.actions import check_can_request
from reports.models import IssuedReport


@dataclass(frozen=True)
class ReportRow:
    """One document. ``percent`` 0-100 while it is being made; ``download`` only when it is there."""

    public_id: str
    kind: str
    form: str
    language: str
    target_level: int
    snapshot_number: int | None  # None: made from a draft
    state: str
    state_name: str
    percent: int
    step: str
    error: str
    pages: int | None
    size: int | None
    sha256: str
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None

    @property
    def under_way(self) -> bool:
        return self.state in (IssuedReport.State.WAITING, IssuedReport.State.RUNNING)

    @property
    def done(self) -> bool:
        return self.state == IssuedReport.State.DONE

    @property
    def failed(self) -> bool:
        return self.state == IssuedReport.State.FAILED


@dataclass(frozen=True)
class LibraryPage:
    """Context ``page`` of reports/library.html. ``refusal``: why this person may not ask for one; ``roadmap``: whether
    the person sees whole plans and may have one as a document."""

    frame: AssessmentFrame
    targets: tuple[int, ...]
    language: str
    refusal: str
    roadmap: bool
    reports: tuple[ReportRow, ...]


@dataclass(frozen=True)
class RowPage:
    """Context ``page`` of reports/library_row.html on its own: one document while it is being made."""

    public_id: str
    row: ReportRow


def report_row(report: IssuedReport) -> ReportRow:
    return ReportRow(
        public_id=str(report.public_id),
        kind=" ".join([str(report.get_kind_display()), scope_of(report)]).strip(),
        form=report.get_form_display(),
        language=report.language,
        target_level=report.target_level,
        snapshot_number=report.snapshot.number if report.snapshot else None,
        state=report.state,
        state_name=report.get_state_display(),
        percent=report.progress,
        step=report.step,
        error=report.error,
        pages=report.pages,
        size=report.size,
        sha256=report.sha256,
        requested_by=report.requested_by.get_full_name(),
        requested_at=report.requested_at,
        finished_at=report.finished_at,
    )


def scope_of(report: IssuedReport) -> str:
    """What a compendium is of where it is not the whole, and the form of the files in it: 01.01, Word."""
    if report.kind != IssuedReport.Kind.COMPENDIUM or not report.basis:
        return ""
    if report.basis.get("scope"):
        return str(report.basis["scope"])
    return "Word" if report.basis.get("form") == IssuedReport.Form.WORD else "PDF"


def library_page(
    assessment: Assessment,
    frame: AssessmentFrame,
    user: Person,
    reports: tuple[IssuedReport, ...],
    language: str,
) -> LibraryPage:
    """No query: everything was read by the caller."""
    refusal = ""
    try:
        check_can_request(assessment, user)
    except Refusal as reason:
        refusal = str(reason)
    return LibraryPage(
        frame=frame,
        targets=tuple(range(1, assessment.edition.top_level + 1)),
        language=language,
        refusal=refusal,
        roadmap=reads_plans(user, assessment),
        reports=tuple(report_row(report) for report in reports),
    )
