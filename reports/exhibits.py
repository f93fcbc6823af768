"""Everything handed in as evidence of an assessment, as far as one reader may see it.

Raw extracts and their list are the hospital's own; a bureau reads what was handed in with a submission: attachments
that were there then, the runs that were frozen with one, signed attestations and packages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assessments.models import (
    Assessment,
    Attestation,
    EvidenceBundle,
    EvidenceDecision,
    ImportedSubmission,
    VerificationRun,
)
from assessments.permissions import allowed, is_staff_of
from assessments.verification_permissions import check_can_see_keys
from hospitals import access
from hospitals.access import Person

ExhibitKind = Literal["attachment", "bundle", "extract", "run", "attestation", "package"]
Review = Literal["accepted", "questioned", "rejected", "not_looked_at", "by_machine"]
Window = tuple[date, date]
Kind = EvidenceDecision.Kind
_SAID: Mapping[str, Review] = {
    Kind.ACCEPTED: "accepted",
    Kind.ANCHORED: "accepted",
    Kind.CONFIRMED: "accepted",
    Kind.QUESTIONED: "questioned",
    Kind.REJECTED: "rejected",
}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """``places``: codes of items or clauses, empty: the whole assessment. ``by`` is empty for readers outside the
    hospital. ``review`` by_machine: nobody decides about it, its figures are recomputed. ``note``: zh and en, or what
    a state is called."""

    kind: ExhibitKind
    name: str
    places: tuple[str, ...]
    window: Window | None
    by: str
    at: datetime
    sha256: str
    review: Review
    note: Mapping[str, str] | str = ""
    destroyed_at: datetime | None = None


def exhibits_of(assessment: Assessment, reader: Person) -> tuple[Exhibit, ...]:
    """In the order of the report: pictures and papers, data packages with their files, runs, attestations, packages.

    At most seven queries, the same for one exhibit and for hundreds."""
    inside = is_staff_of(reader, assessment)
    if not inside and (assessment.submitted_at is None or not access.oversees(reader, assessment.hospital)):
        return ()
    decisions = tuple(assessment.evidence_decisions.filter(withdrawn_at__isnull=True).order_by("at", "id"))
    found = [
        *_attachments(assessment, decisions, inside),
        *(_bundles(assessment, decisions) if inside else ()),
        *_runs(assessment, reader, inside),
    ]
    if not inside or allowed(check_can_see_keys, reader, assessment.hospital):
        found += _attestations(assessment, inside)
    return (*found, *_packages(assessment, inside))


def _attachments(
    assessment: Assessment, decisions: Sequence[EvidenceDecision], inside: bool
) -> Iterator[Exhibit]:
    """A decision about the file itself goes before one about its clause. One query."""
    rows = (
        assessment.attachments.kept().select_related("uploaded_by").order_by("item_code", "clause_code", "pk")
    )
    if not inside:
        rows = rows.filter(uploaded_at__lte=assessment.submitted_at)
    for row in rows:
        place = row.clause_code or row.item_code
        own = [one for one in decisions if one.attachment_id == row.pk]
        of_clause = [
            one for one in decisions if one.attachment_id is None and _clause(one) == row.clause_code
        ]
        yield Exhibit(
            "attachment", row.original_name, (place,) if place else (), None,
            row.uploaded_by.name if inside else "", row.uploaded_at, row.sha256, _reviewed(own or of_clause),
        )  # fmt: skip


def _clause(decision: EvidenceDecision) -> str:
    return f"{decision.item_code}.{decision.level}-{decision.clause_n}" if decision.clause_n else "-"


def _reviewed(decisions: Sequence[EvidenceDecision]) -> Review:
    """What the last of them says."""
    for one in reversed(decisions):
        if one.kind == Kind.ON_SITE:
            return "rejected" if one.verdict == EvidenceDecision.Verdict.REFUTED else "accepted"
        if one.kind in _SAID:
            return _SAID[one.kind]
    return "not_looked_at"


def _bundles(assessment: Assessment, decisions: Sequence[EvidenceDecision]) -> Iterator[Exhibit]:
    """Each bundle once, with every place it is used at, and its files. Three queries."""
    uses: dict[int, list[str]] = {}
    for bundle, clause in assessment.evidence_uses.order_by("clause_code").values_list(
        "bundle", "clause_code"
    ):
        uses.setdefault(bundle, []).append(clause)
    rows = EvidenceBundle.objects.filter(pk__in=uses).select_related("uploaded_by").prefetch_related("files")
    for row in rows.order_by("uploaded_at", "pk"):
        places = tuple(clause for clause in uses[row.pk] if clause)
        review = _reviewed([one for one in decisions if one.attachment_id is None and _clause(one) in places])
        if row.state == EvidenceBundle.State.REFUSED:
            review = "rejected"
        window = (row.effective_from, row.effective_to) if row.effective_from and row.effective_to else None
        yield Exhibit(
            "bundle", str(row), places, window, row.uploaded_by.name, row.uploaded_at, row.sha256, review,
            row.get_state_display(), row.destroyed_at,
        )  # fmt: skip
        for file in row.files.all():
            yield Exhibit(
                "extract", file.path, places, window, row.uploaded_by.name, row.uploaded_at, file.sha256,
                "rejected" if file.refusal else review, file.refusal, row.destroyed_at,
            )  # fmt: skip


def _runs(assessment: Assessment, reader: Person, inside: bool) -> Iterator[Exhibit]:
    """One query."""
    rows = VerificationRun.objects.visible_to(reader).finished().filter(assessment=assessment)
    for row in rows.select_related("requested_by").defer("counts").order_by("number"):
        window = (row.window_from, row.window_to) if row.window_from and row.window_to else None
        yield Exhibit(
            "run", str(row.number), (), window, row.requested_by.name if inside else "",
            row.finished_at or row.requested_at, row.digest, "by_machine", row.engine_version,
        )  # fmt: skip


def _attestations(assessment: Assessment, inside: bool) -> Iterator[Exhibit]:
    """One query; the signed documents themselves are large and stay unread."""
    rows = assessment.attestations.select_related("received_by", "key", "run").defer(
        "document", "run__counts"
    )
    for row in rows.order_by("received_at", "pk"):
        run = row.run
        window = (run.window_from, run.window_to) if run and run.window_from and run.window_to else None
        yield Exhibit(
            "attestation", row.key.fingerprint[:16] if row.key else "", (), window,
            row.received_by.name if inside else "", row.received_at, row.sha256,
            "by_machine" if row.verdict == Attestation.Verdict.VALID else "rejected", row.get_verdict_display(),
        )  # fmt: skip


def _packages(assessment: Assessment, inside: bool) -> Iterator[Exhibit]:
    """One query."""
    rows = ImportedSubmission.objects.filter(assessment=assessment).select_related("received_by")
    for row in rows.defer("document").order_by("received_at", "pk"):
        yield Exhibit(
            "package", str(row.source), (), None, row.received_by.name if inside else "", row.received_at,
            row.digest, "by_machine",
        )  # fmt: skip
