"""Bundles, runs, decisions and attestations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import (
    Assessment,
    Attestation,
    EvidenceBundle,
    EvidenceUse,
    ExtractFile,
    VerificationRun,
)
from assessments.permissions import is_staff_of
from assessments.queries.verification.item import unnamed_reviewers
from assessments.queries.verification.lensed import decision_of
from engine.evidence.decisions import KINDS, decisions_to_json
from engine.evidence.findings_json import counts_from_json, findings_to_json
from hospitals.access import Person
from hospitals.models import Organisation
from rubrics.queries import get_catalogue, get_rubric


@dataclass(frozen=True, slots=True)
class FileFacts:
    """``refusal``: why it was not kept, as a sentence; the content is then deleted."""

    path: str
    size: int
    sha256: str
    record: str
    source_system: str
    rows: int | None
    refusal: str


@dataclass(frozen=True, slots=True)
class BundleFacts:
    """``clauses``: empty when it is handed in for the whole assessment. ``question``: what a person has to answer
    before the screening goes on."""

    id: UUID
    title: str
    revision: int
    state: str
    clauses: tuple[str, ...]
    sha256: str
    effective_from: date | None
    effective_to: date | None
    keep_until: date
    uploaded_at: datetime
    question: str
    files: tuple[FileFacts, ...]
    job: str


@dataclass(frozen=True, slots=True)
class RunFacts:
    number: int
    state: str
    done: int
    total: int
    step: str
    error: str
    window_from: date | None
    window_to: date | None
    mapping: int | None
    bundles: tuple[UUID, ...]
    digest: str
    catalogue_hash: str
    engine_version: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    job: str


@dataclass(frozen=True, slots=True)
class AttestationFacts:
    id: UUID
    verdict: str
    detail: str
    sha256: str
    assessment: UUID | None
    run: int | None
    received_at: datetime


def bundles_of(user: Person, assessment: Assessment) -> QuerySet[EvidenceBundle]:
    """What was handed in for the assessment, with its files. No query yet; two when it is read."""
    files = ExtractFile.objects.defer("header", "notes").order_by("path")
    uses = EvidenceUse.objects.filter(assessment=assessment).order_by("clause_code")
    return (
        EvidenceBundle.objects.visible_to(user)
        .filter(pk__in=EvidenceUse.objects.filter(assessment=assessment).values("bundle"))
        .prefetch_related(Prefetch("files", queryset=files), Prefetch("uses", queryset=uses))
    )


def bundle_facts(bundle: EvidenceBundle) -> BundleFacts:
    """A row of ``bundles_of``. No query."""
    language = _language()
    return BundleFacts(
        id=bundle.public_id,
        title=bundle.title,
        revision=bundle.revision,
        state=bundle.state,
        clauses=tuple(use.clause_code for use in bundle.uses.all() if use.clause_code),
        sha256=bundle.sha256,
        effective_from=bundle.effective_from,
        effective_to=bundle.effective_to,
        keep_until=bundle.keep_until,
        uploaded_at=bundle.uploaded_at,
        question=str(bundle.doubt.get(language, "")) if bundle.state == EvidenceBundle.State.ASKED else "",
        files=tuple(
            FileFacts(
                path=extract.path,
                size=extract.size,
                sha256=extract.sha256,
                record=extract.record,
                source_system=extract.source_system,
                rows=extract.rows,
                refusal=str(extract.refusal.get(language, "")) if extract.refusal else "",
            )
            for extract in bundle.files.all()
        ),
        job=reverse("api-job", args=[bundle.public_id]),
    )


def runs_of(user: Person, assessment: Assessment) -> QuerySet[VerificationRun]:
    """Runs the person may see, without their counts. No query yet; two when it is read."""
    return (
        VerificationRun.objects.visible_to(user)
        .filter(assessment=assessment)
        .select_related("mapping")
        .defer("counts", "mapping__text")
        .prefetch_related(Prefetch("bundles", queryset=EvidenceBundle.objects.only("public_id")))
    )


def run_facts(run: VerificationRun) -> RunFacts:
    """A row of ``runs_of``. No query."""
    return RunFacts(
        number=run.number,
        state=run.state,
        done=run.done,
        total=run.total,
        step=run.step,
        error=run.error,
        window_from=run.window_from,
        window_to=run.window_to,
        mapping=run.mapping.version if run.mapping else None,
        bundles=tuple(bundle.public_id for bundle in run.bundles.all()),
        digest=run.digest,
        catalogue_hash=run.catalogue_hash,
        engine_version=run.engine_version,
        requested_at=run.requested_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        job=reverse("api-job", args=[run.public_id]),
    )


def findings_of(assessment: Assessment, run: VerificationRun) -> dict[str, Any]:
    """zhiping-findings/1 of a finished run. One query for the flags in force."""
    rubric = get_rubric(assessment.edition)
    return findings_to_json(rubric, get_catalogue(), counts_from_json(run.counts))


def decisions_for(user: Person, assessment: Assessment) -> dict[str, Any]:
    """zhiping-decisions/1 of what is in force; the hospital reads no reviewer's name before the decision.
    Two queries."""
    rows = assessment.evidence_decisions.filter(withdrawn_at__isnull=True, kind__in=KINDS)
    unnamed = unnamed_reviewers(assessment) if is_staff_of(user, assessment) else frozenset()
    found = [
        replace(decision_of(row), by=_("评审人员")) if row.by_id in unnamed else decision_of(row)
        for row in rows.select_related("by")
    ]
    return decisions_to_json(found, rubric=assessment.edition.key)


def attestations_of(hospital: Organisation) -> QuerySet[Attestation]:
    """What came in, without the documents. No query yet."""
    return (
        Attestation.objects.filter(hospital=hospital)
        .select_related("assessment", "run")
        .defer("document", "run__counts")
    )


def attestation_facts(rows: Sequence[Attestation]) -> list[AttestationFacts]:
    """No query."""
    language = _language()
    return [
        AttestationFacts(
            id=row.public_id,
            verdict=row.verdict,
            detail=str(row.detail.get(language, "")),
            sha256=row.sha256,
            assessment=row.assessment.public_id if row.assessment else None,
            run=row.run.number if row.run else None,
            received_at=row.received_at,
        )
        for row in rows
    ]


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
