"""The page of one run, while it counts and afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from assessments.models import Assessment, VerificationRun
from assessments.permissions import allowed
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.verification.desk import UNDER_WAY, RunLine, run_line
from assessments.verification_permissions import check_can_cancel
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file as the run read it."""

    name: str
    record: str
    record_name: str
    system: str
    rows: int
    outside: int
    malformed: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunPage:
    frame: AssessmentFrame
    run: RunLine
    busy: bool
    can_cancel: bool
    cancelling: bool
    bundles: tuple[str, ...]
    mapping: int | None
    window: tuple[object, object]
    engine_version: str
    files: tuple[ReadFile, ...]
    refused: tuple[tuple[str, str], ...]  # name, sentence

    @property
    def share(self) -> int:
        """Per cent counted, for the bar."""
        return round(100 * self.run.done / self.run.total) if self.run.total else 0


def run_page(assessment: Assessment, run: VerificationRun, user: Person) -> RunPage:
    """Three queries; ``run`` with ``requested_by`` and ``mapping`` loaded."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    records = get_catalogue().records
    counts = run.counts if run.state == VerificationRun.State.DONE else {}
    return RunPage(
        frame=read_frame(assessment, user, get_rubric(assessment.edition)),
        run=run_line(run),
        busy=run.state in UNDER_WAY,
        can_cancel=allowed(check_can_cancel, user, run),
        cancelling=run.cancel_asked_at is not None and run.state in UNDER_WAY,
        bundles=tuple(f"{bundle.title} r{bundle.revision}" for bundle in run.bundles.all()),
        mapping=run.mapping.version if run.mapping else None,
        window=(run.window_from, run.window_to),
        engine_version=run.engine_version,
        files=tuple(
            ReadFile(
                name=str(file["name"]),
                record=str(file["record"]),
                record_name=said(records[file["record"]].label) if file["record"] in records else "",
                system=str(file["source_system"]),
                rows=int(file["rows"]),
                outside=int(file["outside_window"]),
                malformed=int(file.get("malformed", 0)),
                notes=tuple(str(note.get(language, "")) for note in file.get("notes", ())),
            )
            for file in counts.get("files", ())
        ),
        refused=tuple(
            (str(file["name"]), str(file["sentence"].get(language, "")))
            for file in counts.get("refused_files", ())
        ),
    )
