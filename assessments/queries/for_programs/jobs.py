"""Long work as one kind of thing, whatever it makes: how far it is, and where its result will be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from assessments.models import Assessment, EvidenceBundle, VerificationRun

#: states of bundles as states of jobs
_SCREENING = {
    EvidenceBundle.State.RECEIVED: "waiting",
    EvidenceBundle.State.SCREENING: "running",
    EvidenceBundle.State.ASKED: "asked",
    EvidenceBundle.State.REFUSED: "failed",
}


@dataclass(frozen=True, slots=True)
class JobFacts:
    """``state``: waiting | running | asked (a person has to answer) | done | failed | cancelled. ``progress``: per
    cent. ``result``: the address of what it makes."""

    id: UUID
    kind: str
    state: str
    progress: int
    step: str
    error: str
    assessment: UUID | None
    result: str
    requested_at: datetime
    finished_at: datetime | None

    @property
    def under_way(self) -> bool:
        return self.state in ("waiting", "running")


def job_of_run(run: VerificationRun) -> JobFacts:
    """``assessment`` must be loaded. No query."""
    done = run.state == VerificationRun.State.DONE
    return JobFacts(
        id=run.public_id,
        kind="run",
        state=run.state,
        progress=100 if done else min(99, round(100 * run.done / run.total)) if run.total else 0,
        step=run.step,
        error=run.error,
        assessment=run.assessment.public_id,
        result=reverse("api-run", args=[run.assessment.public_id, run.number]),
        requested_at=run.requested_at,
        finished_at=run.finished_at,
    )


def job_of_bundle(bundle: EvidenceBundle, assessment: Assessment) -> JobFacts:
    """The screening of a bundle. No query."""
    state = _SCREENING.get(EvidenceBundle.State(bundle.state), "done")
    language = "en" if (get_language() or "").startswith("en") else "zh"
    return JobFacts(
        id=bundle.public_id,
        kind="screening",
        state=state,
        progress={"waiting": 0, "running": 50, "asked": 50}.get(state, 100),
        step="",
        error=str(bundle.doubt.get(language, "")) if state == "asked" else "",
        assessment=assessment.public_id,
        result=reverse("api-bundle", args=[assessment.public_id, bundle.public_id]),
        requested_at=bundle.uploaded_at,
        finished_at=None,
    )
