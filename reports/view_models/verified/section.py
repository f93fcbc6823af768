"""What the report says about evidence: the pages of the checks, shortened for paper, with their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from engine.evidence.falling import why_it_falls
from reports.charts.flow import Flow
from reports.standing import Standing
from reports.view_models.verified.around import Reading, RunFacts, reading_of, run_facts
from reports.view_models.verified.loops import LoopRow, flow_of, loop_rows
from reports.view_models.verified.meaning import (
    AuthenticityRow,
    Fragmentation,
    authenticity_rows,
    fragmentation_of,
)
from reports.view_models.verified.span import (
    LensFigure,
    OpenClause,
    RefutedItem,
    SpanRow,
    from_data_sentence,
    headline,
    lens_figures,
    open_items,
    refuted_items,
    span_rows,
)
from reports.view_models.words import lang
from rubrics.queries import get_catalogue

MOST_REFUTED = 15
MOST_OPEN = 12
MOST_CLAUSES = 2
MOST_PICTURES = 4
MOST_WARNINGS = 12
MOST_FILES = 30
MOST_CONCEPTS = 6


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """An item with claimed clauses nobody verified yet: the first ones, and how many more."""

    code: str
    name: str
    count: int
    clauses: tuple[OpenClause, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.clauses)


@dataclass(frozen=True, slots=True)
class LoopPicture:
    row: LoopRow
    chart: Flow


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One file of the register."""

    name: str
    record: str
    system: str
    rows: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Register:
    """The data a result rests on, so that anybody can check that it is the same."""

    files: tuple[HandedIn, ...]
    more: int
    whole: int
    systems: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]  # file, the sentence why
    declared: tuple[tuple[str, str], ...]  # record type the hospital does not have, its reason
    window: tuple[date, date] | None
    catalogue: str
    mapping: str


@dataclass(frozen=True, slots=True)
class VerifiedSection:
    """Part ``verified`` of the gap report. ``run`` None: people decided, nothing was counted."""

    run: RunFacts | None
    headline: str
    why: str
    from_data: str
    lenses: tuple[LensFigure, ...]
    coverage: str
    facade_gap: str
    not_yet: str
    refuted: tuple[RefutedItem, ...]
    more_refuted: int
    open_items: tuple[OpenGroup, ...]
    open_clauses: int
    more_open: int
    rows: tuple[SpanRow, ...]
    pictures: tuple[LoopPicture, ...]
    other_loops: tuple[LoopRow, ...]
    meaning: Fragmentation | None
    warnings: tuple[AuthenticityRow, ...]
    more_warnings: int
    looked_at: int
    register: Register | None
    against: Mapping[str, tuple[str, ...]]  # by item: what was refuted, strongest first


def verified_section(standing: Standing, *, inside: bool) -> VerifiedSection | None:
    """None where nothing was counted and nobody decided. ``inside``: the reader belongs to the hospital."""
    if standing.evidence is None:
        return None
    reading = reading_of(standing, inside=inside)
    lenses = standing.evidence.lenses
    fall = why_it_falls(reading.rubric, lenses)
    refuted = refuted_items(reading, fall)
    waiting = open_items(reading)
    judged = authenticity_rows(reading)
    warnings = tuple(row for row in judged if row.state == "warns")
    pictures, other = _loops(reading)
    return VerifiedSection(
        run=run_facts(reading),
        headline=headline(reading, fall),
        why=lang(fall.text) if fall.items else "",
        from_data=from_data_sentence(reading),
        lenses=lens_figures(reading),
        coverage=f"{lenses.coverage * 100:.0f}%",
        facade_gap=f"{lenses.facade_gap:.2f}",
        not_yet=f"{lenses.not_yet_verified:.2f}",
        refuted=refuted[:MOST_REFUTED],
        more_refuted=max(0, len(refuted) - MOST_REFUTED),
        open_items=tuple(
            OpenGroup(item.code, item.name, len(item.clauses), item.clauses[:MOST_CLAUSES])
            for item in waiting[:MOST_OPEN]
        ),
        open_clauses=sum(len(item.clauses) for item in waiting),
        more_open=max(0, len(waiting) - MOST_OPEN),
        rows=span_rows(reading),
        pictures=pictures,
        other_loops=other,
        meaning=fragmentation_of(reading) if reading.lensed.counts.fragmentation else None,
        warnings=warnings[:MOST_WARNINGS],
        more_warnings=max(0, len(warnings) - MOST_WARNINGS),
        looked_at=sum(row.state != "not_judged" for row in judged),
        register=_register(reading),
        against={item.code: item.parts for item in refuted},
    )


def _loops(reading: Reading) -> tuple[tuple[LoopPicture, ...], tuple[LoopRow, ...]]:
    """The first loops as pictures, those that fail before the others; the rest as lines."""
    pictures: list[LoopPicture] = []
    other: list[LoopRow] = []
    for row in loop_rows(reading):
        chart = flow_of(reading, row.id, row.setting) if len(pictures) < MOST_PICTURES else None
        if chart is None:
            other.append(row)
        else:
            pictures.append(LoopPicture(row, chart))
    return tuple(pictures), tuple(other)


def _register(reading: Reading) -> Register | None:
    if reading.lensed.run is None:
        return None
    counts, records = reading.lensed.counts, get_catalogue().records
    files = sorted(counts.files, key=lambda file: (file.record, file.name))
    systems = Counter(file.source_system for file in files if file.source_system)

    def named(key: str) -> str:
        return lang(records[key].label) if key in records else key

    return Register(
        files=tuple(
            HandedIn(file.name, named(file.record), file.source_system, reading.count(file.rows), file.sha256)
            for file in files[:MOST_FILES]
        ),
        more=max(0, len(files) - MOST_FILES),
        whole=len(files),
        systems=tuple(
            gettext("%(system)s（%(count)s个文件）") % {"system": name, "count": count}
            for name, count in sorted(systems.items())
        ),
        refused=tuple((one.name, lang(one.sentence)) for one in counts.refused[:MOST_FILES]),
        declared=tuple((named(key), reason) for key, reason in counts.not_applicable_records.items()),
        window=counts.window,
        catalogue=counts.catalogue_hash[:12],
        mapping=counts.mapping_hash[:12],
    )
