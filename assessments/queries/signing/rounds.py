"""What the statement of truthfulness is made from: the round handed in, or the one approved and still unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.models import Assessment, SealedScan, SigningRound
from assessments.queries.signing.standing import SigningStanding, standing_of


@dataclass(frozen=True, slots=True)
class Paper:
    """``signatures``: as a snapshot keeps them. ``document``: what was approved."""

    round: SigningRound
    digest: str
    document: Mapping[str, Any]
    signatures: tuple[Mapping[str, Any], ...]


def find_paper(
    assessment: Assessment, *, submitted_only: bool = False, standing: SigningStanding | None = None
) -> Paper | None:
    """While the work is open the approval that counts now; afterwards, or ``submitted_only``, the newest submission
    if it was signed. One query for a submission, six for an open assessment."""
    if assessment.is_open and not submitted_only:
        standing = standing or standing_of(assessment)
        if not standing.complete or standing.round is None:
            return None
        return Paper(standing.round, standing.digest, standing.document, tuple(signatures_of(standing)))
    snapshot = assessment.snapshots.select_related("signing_round").first()
    if snapshot is None or not snapshot.signing:
        return None
    return Paper(
        snapshot.signing_round,
        snapshot.signing["digest"],
        snapshot.answers,
        tuple(snapshot.signing["signatures"]),
    )


def newest_scan(paper: Paper | None) -> SealedScan | None:
    """Of what was approved; a scan of something that changed afterwards is not one. One query."""
    if paper is None:
        return None
    return paper.round.scans.filter(digest=paper.digest).select_related("uploaded_by").first()


def signatures_of(standing: SigningStanding) -> list[dict[str, Any]]:
    """Of a complete standing every signature that counts, in order."""
    return [
        {
            "step": str(step.step),
            "department": step.department.name if step.department else "",
            "name": step.signature.signer_name,
            "role": step.signature.role,
            "at": step.signature.at.isoformat(),
            "digest": step.signature.digest,
        }
        for step in standing.steps
        if step.signature is not None
    ]
