"""One evidence bundle whole: its files with digests, what it proves where, who decided, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import (
    Assessment,
    EvidenceBundle,
    EvidenceDecision,
    EvidenceUse,
)
from assessments.permissions import reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.verification.desk import NOT_THROUGH
from assessments.queries.verification.shared import record_names, shared_records_of
from assessments.verification_permissions import (
    check_can_destroy,
    check_can_remove_bundle,
    check_can_set_expiry,
    check_can_upload,
)
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric

MOST_FILES = 200  # as many as one upload takes; members of an archive may be more


@dataclass(frozen=True, slots=True)
class BundleFile:
    path: str
    record: str
    record_name: str
    system: str
    rows: int | None
    size: int
    sha256: str
    there: bool  # the raw file still exists
    refusal: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevisionLine:
    public_id: str
    number: int
    at: datetime
    by: str
    state_name: str
    here: bool


@dataclass(frozen=True, slots=True)
class BundleDecision:
    code: str  # clause or item and level
    word: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UseLine:
    """Where the bundle is handed in: an assessment, whole or one clause of it. ``decisions``: what
    people decided about that clause, or its level."""

    assessment: str
    title: str
    edition: str
    item: str
    clause: str
    by: str
    at: datetime
    decisions: tuple[BundleDecision, ...]


@dataclass(frozen=True, slots=True)
class RunUse:
    """A run that read the bundle; its counts stay when the raw data go."""

    assessment: str
    title: str
    number: int
    state: str
    state_name: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class BundlePage:
    """``why_not_…``: the sentence that a person without the right reads instead of the control."""

    frame: AssessmentFrame
    public_id: str
    title: str
    revision: int
    state: str
    state_name: str
    busy: bool
    doubt: str
    notes: tuple[str, ...]  # about the package as a whole
    shared: tuple[str, ...]  # names of record types another hospital handed in too
    effective: tuple[date, date] | None
    stale: bool
    expires_on: date | None
    expired: bool
    keep_until: date
    days_left: int
    destroyed_at: datetime | None
    destroyed_by: str
    destroyed_why: str
    sha256: str
    by: str
    at: datetime
    files: tuple[BundleFile, ...]
    more_files: int
    rows: int
    size: int
    refused: int
    revisions: tuple[RevisionLine, ...]
    newest: bool
    uses: tuple[UseLine, ...]
    used_here: bool
    runs: tuple[RunUse, ...]
    why_not_destroy: str
    why_not_expiry: str
    why_not_remove: str
    why_not_upload: str

    @property
    def raw(self) -> bool:
        """Whether raw files still exist."""
        return any(file.there for file in self.files)


def bundle_page(assessment: Assessment, bundle: EvidenceBundle, user: Person) -> BundlePage:
    """At most nine queries: frame (2), files, revisions (2), uses, decisions, runs, content shared with others. ``bundle`` with
    ``uploaded_by`` and ``destroyed_by``."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    today = timezone.localdate()
    files = _files(bundle, language)
    revisions = _revisions(bundle)
    uses = list(
        bundle.uses.select_related("assessment__edition", "added_by").order_by("-added_at", "clause_code")
    )
    here = [use for use in uses if use.assessment_id == assessment.pk]
    window = assessment.window_from, assessment.window_to
    return BundlePage(
        frame=read_frame(assessment, user, get_rubric(assessment.edition)),
        public_id=str(bundle.public_id),
        title=bundle.title,
        revision=bundle.revision,
        state=bundle.state,
        state_name=bundle.get_state_display(),
        busy=bundle.state in NOT_THROUGH,
        doubt=str(bundle.doubt.get(language, "")) if bundle.state == EvidenceBundle.State.ASKED else "",
        notes=tuple(str(note.get(language, "")) for note in bundle.manifest.get("notes", ())),
        shared=record_names(shared_records_of(bundle)),
        effective=(bundle.effective_from, bundle.effective_to)
        if bundle.effective_from and bundle.effective_to
        else None,
        stale=bool(
            (bundle.effective_from and window[0] and bundle.effective_from > window[0])
            or (bundle.effective_to and window[1] and bundle.effective_to < window[1])
        ),
        expires_on=bundle.expires_on,
        expired=bundle.expires_on is not None and bundle.expires_on < today,
        keep_until=bundle.keep_until,
        days_left=max(0, (bundle.keep_until - today).days),
        destroyed_at=bundle.destroyed_at,
        destroyed_by=bundle.destroyed_by.name if bundle.destroyed_by else "",
        destroyed_why=bundle.destroyed_why,
        sha256=bundle.sha256,
        by=bundle.uploaded_by.name,
        at=bundle.uploaded_at,
        files=files[:MOST_FILES],
        more_files=max(0, len(files) - MOST_FILES),
        rows=sum(file.rows or 0 for file in files),
        size=sum(file.size for file in files),
        refused=sum(bool(file.refusal) for file in files),
        revisions=revisions,
        newest=not revisions or revisions[0].here,
        uses=_uses(uses),
        used_here=bool(here),
        runs=_runs(bundle),
        why_not_destroy=reason(check_can_destroy, user, bundle),
        why_not_expiry=reason(check_can_set_expiry, user, bundle),
        why_not_remove=reason(check_can_remove_bundle, user, bundle)
        or reason(check_can_upload, user, assessment),
        why_not_upload=reason(check_can_upload, user, assessment),
    )


def _files(bundle: EvidenceBundle, language: str) -> tuple[BundleFile, ...]:
    """Refused ones first. One query."""
    records = get_catalogue().records
    found = [
        BundleFile(
            path=file.path,
            record=file.record,
            record_name=said(records[file.record].label) if file.record in records else "",
            system=file.source_system,
            rows=file.rows,
            size=file.size,
            sha256=file.sha256,
            there=bool(file.file),
            refusal=str(file.refusal.get(language, "")) if file.refusal else "",
            notes=tuple(str(note.get(language, "")) for note in file.notes),
        )
        for file in bundle.files.all()
    ]
    return tuple(sorted(found, key=lambda file: (not file.refusal, file.path)))


def _revisions(bundle: EvidenceBundle) -> tuple[RevisionLine, ...]:
    """The chain of revisions, newest first; empty where there is only one. Two queries, or one."""
    pairs = EvidenceBundle.objects.filter(hospital_id=bundle.hospital_id, replaces__isnull=False)
    earlier = dict(pairs.values_list("pk", "replaces_id"))
    later = {before: after for after, before in earlier.items()}
    chain = [bundle.pk]
    while (after := later.get(chain[0])) is not None:
        chain.insert(0, after)
    while (before := earlier.get(chain[-1])) is not None:
        chain.append(before)
    if len(chain) == 1:
        return ()
    rows = EvidenceBundle.objects.select_related("uploaded_by").in_bulk(chain)
    return tuple(
        RevisionLine(
            public_id=str(rows[pk].public_id),
            number=rows[pk].revision,
            at=rows[pk].uploaded_at,
            by=rows[pk].uploaded_by.name,
            state_name=rows[pk].get_state_display(),
            here=pk == bundle.pk,
        )
        for pk in chain
    )


def _uses(uses: list[EvidenceUse]) -> tuple[UseLine, ...]:
    """One query, none when the bundle serves no single clause."""
    of_clauses = {use.assessment_id for use in uses if use.clause_code}
    rows = (
        EvidenceDecision.objects.filter(assessment__in=of_clauses, withdrawn_at__isnull=True).select_related(
            "by"
        )
        if of_clauses
        else ()
    )
    decided: dict[tuple[int, str], list[BundleDecision]] = {}
    for row in rows:
        level = f"{row.item_code}.{row.level}"
        code = f"{level}-{row.clause_n}" if row.clause_n else level  # a level stands for its clauses
        decision = BundleDecision(code, _word(row), row.reason, row.by.name, row.at)
        decided.setdefault((row.assessment_id, code), []).append(decision)
    return tuple(
        UseLine(
            assessment=str(use.assessment.public_id),
            title=use.assessment.title,
            edition=use.assessment.edition.title,
            item=use.clause_code[:5],
            clause=use.clause_code,
            by=use.added_by.name,
            at=use.added_at,
            decisions=tuple(
                decision
                for code in (use.clause_code, use.clause_code.rpartition("-")[0])
                for decision in decided.get((use.assessment_id, code), ())
            ),
        )
        for use in uses
    )


def _word(row: EvidenceDecision) -> str:
    verdict = row.get_verdict_display() if row.verdict else ""
    return f"{row.get_kind_display()} {verdict}".strip()


def _runs(bundle: EvidenceBundle) -> tuple[RunUse, ...]:
    """One query."""
    runs = bundle.runs.select_related("assessment").defer("counts").order_by("-requested_at")[:20]
    return tuple(
        RunUse(
            assessment=str(run.assessment.public_id),
            title=run.assessment.title,
            number=run.number,
            state=run.state,
            state_name=run.get_state_display(),
            at=run.requested_at,
            digest=run.digest,
        )
        for run in runs
    )
