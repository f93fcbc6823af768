"""The run whose result the pages show."""

from __future__ import annotations

from assessments.models import Assessment, VerificationRun


def run_in_force(assessment: Assessment, *, submitted_only: bool = False) -> VerificationRun | None:
    """The newest finished run of an open assessment; once submitted, the run that was handed in. One query.

    ``submitted_only``: always the one handed in, for a bureau while the hospital works on what was returned.
    """
    if submitted_only or not assessment.is_open:
        snapshot = assessment.snapshots.select_related("run").first()
        return snapshot.run if snapshot is not None else None
    return assessment.verification_runs.filter(state=VerificationRun.State.DONE).first()
