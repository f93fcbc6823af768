"""The desk of the checks: what was handed in, what is missing, what ran. Constant queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import (
    Assessment,
    EvidenceBundle,
    EvidenceUse,
    ExtractFile,
    MappingVersion,
    VerificationRun,
)
from assessments.permissions import allowed, reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.verification.shared import record_names, shared_records
from assessments.queries.verification.wanted import Wanted, wanted
from assessments.verification_permissions import (
    check_can_map,
    check_can_run,
    check_can_supply,
    check_can_upload,
)
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric

State = VerificationRun.State
UNDER_WAY = (State.WAITING, State.RUNNING)
NOT_THROUGH = (EvidenceBundle.State.RECEIVED, EvidenceBundle.State.SCREENING)
SHOWN_FILES = 20


@dataclass(frozen=True, slots=True)
class FileLine:
    path: str
    record: str  # key of the catalogue, empty when it was not recognised
    record_name: str
    system: str
    rows: int | None
    size: int
    refusal: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BundleLine:
    public_id: str
    title: str
    revision: int
    state: str
    state_name: str
    clause: str
    files: tuple[FileLine, ...]
    more_files: int
    records: frozenset[str]  # recognised types of all files that were taken
    refused: int
    rows: int
    by: str
    at: datetime
    keep_until: date
    stale: bool  # the assessment's window lies beyond the bundle's
    expired: bool
    doubt: str  # a question a person answers before anything is taken
    shared: tuple[str, ...]  # names of record types another hospital handed in too
    busy: bool


@dataclass(frozen=True, slots=True)
class RunLine:
    number: int
    state: str
    state_name: str
    done: int
    total: int
    step: str
    error: str
    by: str
    at: datetime
    seconds: int | None
    digest: str


@dataclass(frozen=True, slots=True)
class MappingLine:
    version: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DeskPage:
    """``why_not_…``: the sentence that a person without the right reads instead of the control."""

    frame: AssessmentFrame
    bundles: tuple[BundleLine, ...]
    runs: tuple[RunLine, ...]
    mapping: MappingLine | None
    wanted: tuple[Wanted, ...]
    absences: tuple[tuple[str, str, str], ...]  # record, name, reason
    figures: int
    why_not_upload: str
    why_not_run: str
    can_supply: bool
    can_map: bool
    keep_days: int
    busy: bool

    @property
    def latest(self) -> RunLine | None:
        return self.runs[0] if self.runs else None

    @property
    def result(self) -> RunLine | None:
        """The run whose result the pages show."""
        return next((run for run in self.runs if run.state == State.DONE), None)

    @property
    def has_data(self) -> bool:
        return any(bundle.state == EvidenceBundle.State.KEPT for bundle in self.bundles) or bool(self.figures)


def desk_page(assessment: Assessment, user: Person, keep_days: int) -> DeskPage:
    """Ten queries, however much was handed in."""
    rubric = get_rubric(assessment.edition)
    catalogue = get_catalogue()
    bundles = _bundles(assessment)
    runs = tuple(
        run_line(run)
        for run in assessment.verification_runs.select_related("requested_by").defer("counts")[:12]
    )
    absences = {absence.record: absence.reason for absence in assessment.declared_absences.all()}
    supplied = {
        record
        for bundle in bundles
        if bundle.state != EvidenceBundle.State.REFUSED
        for record in bundle.records
    }
    mapping = MappingVersion.objects.filter(hospital=assessment.hospital).select_related("made_by").first()
    return DeskPage(
        frame=read_frame(assessment, user, rubric),
        bundles=bundles,
        runs=runs,
        mapping=MappingLine(mapping.version, mapping.made_by.name, mapping.made_at) if mapping else None,
        wanted=wanted(catalogue, assessment.edition.key, assessment.target_level, supplied, absences),
        absences=tuple(
            (record, said(catalogue.records[record].label), why)
            for record, why in absences.items()
            if record in catalogue.records
        ),
        figures=assessment.supplied_figures.filter(superseded_at__isnull=True).count(),
        why_not_upload=reason(check_can_upload, user, assessment),
        why_not_run=reason(check_can_run, user, assessment),
        can_supply=allowed(check_can_supply, user, assessment),
        can_map=allowed(check_can_map, user, assessment.hospital),
        keep_days=keep_days,
        busy=any(bundle.busy for bundle in bundles) or any(run.state in UNDER_WAY for run in runs),
    )


def _bundles(assessment: Assessment) -> tuple[BundleLine, ...]:
    uses = (
        EvidenceUse.objects.filter(assessment=assessment)
        .select_related("bundle__uploaded_by")
        .prefetch_related(Prefetch("bundle__files", queryset=ExtractFile.objects.order_by("path")))
        .order_by("-bundle__uploaded_at", "-bundle_id")
    )
    shared = shared_records(assessment)
    return tuple(_bundle_line(assessment, use, shared.get(use.bundle_id, ())) for use in uses)


def _bundle_line(assessment: Assessment, use: EvidenceUse, shared: tuple[str, ...]) -> BundleLine:
    bundle = use.bundle
    files = [_file_line(extract) for extract in bundle.files.all()]
    files.sort(key=lambda line: (not line.refusal, line.path))
    begins_late = bool(
        bundle.effective_from and assessment.window_from and bundle.effective_from > assessment.window_from
    )
    ends_early = bool(
        bundle.effective_to and assessment.window_to and bundle.effective_to < assessment.window_to
    )
    return BundleLine(
        public_id=str(bundle.public_id),
        title=bundle.title,
        revision=bundle.revision,
        state=bundle.state,
        state_name=bundle.get_state_display(),
        clause=use.clause_code,
        files=tuple(files[:SHOWN_FILES]),
        more_files=max(0, len(files) - SHOWN_FILES),
        records=frozenset(line.record for line in files if line.record and not line.refusal),
        refused=sum(1 for line in files if line.refusal),
        rows=sum(line.rows or 0 for line in files),
        by=bundle.uploaded_by.name,
        at=bundle.uploaded_at,
        keep_until=bundle.keep_until,
        stale=begins_late or ends_early,
        busy=bundle.state in NOT_THROUGH,
        expired=bundle.expires_on is not None and bundle.expires_on < timezone.localdate(),
        doubt=str(bundle.doubt.get("en" if (get_language() or "").startswith("en") else "zh", ""))
        if bundle.state == EvidenceBundle.State.ASKED
        else "",
        shared=record_names(shared),
    )


def _file_line(extract: ExtractFile) -> FileLine:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    catalogue = get_catalogue()
    record = catalogue.records.get(extract.record)
    return FileLine(
        path=extract.path,
        record=extract.record,
        record_name=said(record.label) if record else "",
        system=extract.source_system,
        rows=extract.rows,
        size=extract.size,
        refusal=str(extract.refusal.get(language, "")) if extract.refusal else "",
        notes=tuple(str(note.get(language, "")) for note in extract.notes),
    )


def run_line(run: VerificationRun) -> RunLine:
    ended = run.finished_at or (timezone.now() if run.state == State.RUNNING else None)
    took = ended - run.started_at if ended and run.started_at else None
    return RunLine(
        number=run.number,
        state=run.state,
        state_name=run.get_state_display(),
        done=run.done,
        total=run.total,
        step=run.step,
        error=run.error,
        by=run.requested_by.name,
        at=run.requested_at,
        seconds=max(1, round(took / timedelta(seconds=1))) if took else None,
        digest=run.digest,
    )
