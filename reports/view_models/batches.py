"""Batches of reports, as their pages show them: the list, choosing hospitals, and how far one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from reports.batches.actions import FORMS, MOST_HOSPITALS
from reports.batches.archive import why_missing
from reports.batches.choosing import Candidate
from reports.models import Batch, BatchLine, IssuedReport
from reports.regional.peers import BANDS
from reports.view_models.region.ranking import GRADES, OWNERSHIPS, TYPES, Filters, band_words

Options = tuple[tuple[str, str], ...]
State = IssuedReport.State


@dataclass(frozen=True, slots=True)
class BatchRow:
    """``missing``: lines that ended without a document; ``kept_until``: the list is thrown away then."""

    public_id: UUID
    what: str
    edition: str
    year: int
    made_by: str
    made_at: datetime
    total: int
    made: int
    missing: int
    under_way: bool
    cancelled: bool
    kept_until: datetime

    @property
    def ended(self) -> int:
        return self.made + self.missing


@dataclass(frozen=True, slots=True)
class BatchesPage:
    """Context ``page`` of reports/batches/list.html."""

    rows: tuple[BatchRow, ...]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of a batch. ``state``: waiting, running, done, missing; ``why``: why there is none."""

    number: int
    hospital: str
    english: bool
    state: str
    percent: int
    step: str
    why: str
    pages: int | None
    size: int | None
    reused: bool


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Context ``page`` of reports/batches/batch.html and its part _progress.html. ``own``: the reader made it, and may
    stop and retry; ``out_of_reach``: why the reader may not have the archive."""

    row: BatchRow
    documents: tuple[DocumentRow, ...]
    own: bool
    out_of_reach: str

    @property
    def downloadable(self) -> bool:
        return not self.row.under_way and self.row.made > 0 and not self.out_of_reach


@dataclass(frozen=True, slots=True)
class ChoosingPage:
    """Context ``page`` of reports/batches/new.html. ``found``: how many hospitals the filters leave, of which at most
    MOST_HOSPITALS are listed; ``given``: what was sent, where it is shown again."""

    editions: Options
    edition: str
    years: tuple[int, ...]
    year: int
    filters: Filters
    grades: Options
    types: Options
    ownerships: Options
    bands: Options
    cities: Options
    levels: tuple[int, ...]
    lines: tuple[Candidate, ...]
    found: int
    most: int
    documents: Options
    targets: tuple[int, ...]
    chosen: frozenset[str]
    given: dict[str, str]
    languages: frozenset[str]
    problem: str

    @property
    def plans(self) -> bool:
        """Whether whole plans may be read, so that it is told who has one."""
        return len(self.documents) > len(FORMS[IssuedReport.Kind.GAP])


def what_words(batch: Batch) -> str:
    return f"{batch.get_kind_display()} · {batch.get_form_display()}"


def batch_row(batch: Batch, total: int, made: int, missing: int) -> BatchRow:
    return BatchRow(
        public_id=batch.public_id,
        what=what_words(batch),
        edition=batch.edition.title,
        year=batch.year,
        made_by=batch.made_by.get_full_name(),
        made_at=batch.made_at,
        total=total,
        made=made,
        missing=missing,
        under_way=batch.finished_at is None,
        cancelled=batch.cancelled_at is not None,
        kept_until=batch.kept_until,
    )


def batch_page(batch: Batch, lines: Sequence[BatchLine], *, own: bool, out_of_reach: str) -> BatchPage:
    """No query: everything was read by the caller. What needs a hand stands first."""
    documents = [_document(batch, line) for line in lines]
    made = sum(one.state == "done" for one in documents)
    missing = sum(one.state == "missing" for one in documents)
    order = {"missing": 0, "running": 1, "waiting": 2, "done": 3}
    return BatchPage(
        row=batch_row(batch, len(documents), made, missing),
        documents=tuple(sorted(documents, key=lambda one: (order[one.state], one.number))),
        own=own,
        out_of_reach=out_of_reach,
    )


def _document(batch: Batch, line: BatchLine) -> DocumentRow:
    report = line.report
    state = "waiting"
    if line.problem or (report is None and batch.cancelled_at is not None):
        state = "missing"
    elif report is not None:
        state = {State.DONE: "done", State.FAILED: "missing", State.RUNNING: "running"}.get(
            State(report.state), "waiting"
        )
    return DocumentRow(
        number=line.pk,
        hospital=line.assessment.hospital.label,
        english=line.language == "en",
        state=state,
        percent=report.progress if report and state == "running" else 0,
        step=report.step if report and state == "running" else "",
        why=why_missing(line, batch) if state == "missing" else "",
        pages=report.pages if report and state == "done" else None,
        size=report.size if report and state == "done" else None,
        reused=line.reused,
    )


def documents_offered(*, plans: bool) -> Options:
    """("gap-pdf", "差距分析报告（PDF）"), …; roadmaps to readers of plans alone."""
    kinds = [kind for kind in FORMS if plans or kind != IssuedReport.Kind.ROADMAP]
    return tuple(
        (
            f"{kind}-{form}",
            _("%(document)s（%(form)s）")
            % {"document": IssuedReport.Kind(kind).label, "form": IssuedReport.Form(form).label},
        )
        for kind in kinds
        for form in FORMS[kind]
    )


def choosing_page(
    *,
    editions: Options,
    edition: str,
    top: int,
    years: tuple[int, ...],
    year: int,
    filters: Filters,
    cities: Options,
    found: Sequence[Candidate],
    plans: bool,
    chosen: frozenset[str] = frozenset(),
    given: dict[str, str] | None = None,
    languages: frozenset[str] = frozenset({"zh-hans"}),
    problem: str = "",
) -> ChoosingPage:
    return ChoosingPage(
        editions=editions,
        edition=edition,
        years=tuple(sorted({*years, *([year] if year else [])}, reverse=True)),
        year=year,
        filters=filters,
        grades=tuple((value, str(label)) for value, label in GRADES.items() if value),
        types=tuple((value, str(label)) for value, label in TYPES.items() if value),
        ownerships=tuple((value, str(label)) for value, label in OWNERSHIPS.items()),
        bands=tuple((str(band), band_words(band)) for band in range(len(BANDS) + 2)),
        cities=cities,
        levels=tuple(range(top + 1)),
        lines=tuple(found[:MOST_HOSPITALS]),
        found=len(found),
        most=MOST_HOSPITALS,
        documents=documents_offered(plans=plans),
        targets=tuple(range(1, top + 1)),
        chosen=chosen,
        given=given or {},
        languages=languages,
        problem=problem,
    )
