"""What stands between an assessment and its submission: contradictions, and what is still missing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from assessments.models import Assessment, ItemAnswer
from assessments.queries.answers import bases_of, compose
from assessments.queries.frame import said
from assessments.queries.progress import Missing, clauses_by_item, missing_figures, together
from assessments.queries.results import Result, live_result
from engine.rubric.values import Rubric, Text
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class ItemGap:
    """What one item still lacks for the target."""

    code: str
    name: str
    open_clauses: int
    figures: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A hard problem: submitting is refused until it is solved. ``item`` is empty for the whole."""

    item: str
    sentence: str
    field: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    level: int
    n: int
    text: Text
    state: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """``problems`` refuse a submission; the rest only warns, with counts."""

    problems: tuple[Contradiction, ...]
    items: tuple[ItemGap, ...]
    open_clauses: int
    unconfirmed: tuple[Unconfirmed, ...]
    not_done: int  # assigned items that their people have not marked ready
    assigned: int
    result: Result
    rows: Mapping[str, ItemAnswer]  # as read, by code of the item
    done_items: frozenset[str]  # codes of assigned items that were marked ready

    @property
    def missing_figures(self) -> int:
        """Per item: one denominator, one numerator at least, "in use", and an index per level."""
        return sum(
            len(missing.levels) if missing.kind == "data_quality" else 1
            for item in self.items
            for missing in item.figures
        )

    @property
    def incomplete(self) -> bool:
        return bool(self.items or self.unconfirmed)

    @property
    def counts(self) -> dict[str, int]:
        """For the trail: how incomplete the submission was."""
        return {
            "open_clauses": self.open_clauses,
            "missing_figures": self.missing_figures,
            "overall_unconfirmed": len(self.unconfirmed),
            "not_done": self.not_done,
        }


def readiness_of(assessment: Assessment) -> Readiness:
    """Five queries (item rows, bases, overall, assignments, flags in force), for any size."""
    rubric = get_rubric(assessment.edition)
    rows = list(assessment.item_answers.all())
    bases = bases_of(assessment)
    overall = list(assessment.overall_answers.all())
    answers = compose(rubric, assessment, rows, bases, overall)
    result = live_result(rubric, answers)
    by_code = {row.item_code: row for row in rows}
    gaps = tuple(_gaps(rubric, by_code, bases, assessment.target_level))
    states = {(row.level, row.n): row.state for row in overall}
    ready = dict(assessment.assignments.values_list("item_code", "done_at"))
    return Readiness(
        problems=tuple(
            Contradiction(problem.item or "", said(problem.message), problem.field)
            for problem in result.problems
        ),
        items=gaps,
        open_clauses=together(clauses_by_item(rubric, by_code, assessment.target_level).values()).open,
        unconfirmed=tuple(
            Unconfirmed(level.level, n, text, states.get((level.level, n), "not_answered"))
            for level in rubric.levels
            if 0 < level.level <= assessment.target_level
            for n, text in enumerate(level.overall, start=1)
            if states.get((level.level, n), "not_answered") == "not_answered"
        ),
        not_done=sum(1 for moment in ready.values() if moment is None),
        assigned=len(ready),
        result=result,
        rows=by_code,
        done_items=frozenset(code for code, moment in ready.items() if moment is not None),
    )


def _gaps(
    rubric: Rubric, rows: Mapping[str, ItemAnswer], bases: Mapping[str, int], target: int
) -> list[ItemGap]:
    shares = clauses_by_item(rubric, rows, target)
    found = []
    for item in rubric.items:
        figures = missing_figures(rubric, item, rows.get(item.code), bases, target)
        if figures or shares[item.code].open:
            found.append(ItemGap(item.code, said(item.name), shares[item.code].open, figures))
    return found


def fingerprint_of(assessment: Assessment) -> str:
    """Changes with every saved answer, figure, confirmation and step of the life cycle. Four queries.

    A page carries it, and submitting compares: who decided on an older page is asked to look again.
    """
    parts = [
        str(assessment.status),
        assessment.status_changes.values_list("pk", flat=True).first() or 0,
        sorted(assessment.item_answers.values_list("item_code", "version")),
        sorted(assessment.base_figures.values_list("key", "version")),
        sorted(assessment.overall_answers.values_list("level", "n", "state")),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
