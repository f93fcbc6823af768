"""Submitting closes the round: the snapshot keeps under what digest it was signed, and by whom."""

from __future__ import annotations

from assessments.models import Assessment, ScoreSnapshot
from assessments.queries.signing.rounds import signatures_of
from assessments.queries.signing.standing import is_required, standing_of, why_not_submitted


def close_round(*, assessment: Assessment, snapshot: ScoreSnapshot) -> str:
    """Call inside the transaction that submits, after freezing: what counts is compared with what was frozen.

    Returns why the submission must not go on (the hospital requires signatures and they are not complete), or nothing.
    Where nothing is required, an incomplete round stays open and the snapshot says nothing of signatures.
    """
    standing = standing_of(assessment, document=snapshot.answers)
    if not standing.complete or standing.round is None:
        return why_not_submitted(standing) if is_required(assessment) else ""
    snapshot.signing = {"digest": standing.digest, "signatures": signatures_of(standing)}
    snapshot.save(update_fields=["signing"])
    standing.round.snapshot = snapshot
    standing.round.save(update_fields=["snapshot"])
    return ""
