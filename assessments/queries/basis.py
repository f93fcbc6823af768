"""The statistical basis as its page shows it: a figure per base, what it feeds, and what contradicts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.models import Assessment, BaseFigure, ItemAnswer
from assessments.permissions import check_can_fill_basis, reason
from assessments.queries.answers import compose
from assessments.queries.frame import AssessmentFrame, done_items, frame_of, said
from assessments.queries.panels import AttachmentPanel, attachment_panel
from engine.rubric.values import Rubric, StatisticalBase
from engine.scoring.answers import Problem
from engine.scoring.checking import check_answers
from hospitals.access import Person
from rubrics.queries import get_rubric

#: Problems that a base figure can cause in the items it feeds.
CAUSED_BY_BASE = frozenset({"numerator_over_denominator", "numerator_rises", "zero_denominator"})


@dataclass(frozen=True, slots=True)
class Fed:
    """An item that divides by the base; ``levels`` empty: at every level. ``own``: has its own figure."""

    code: str
    name: str
    levels: tuple[int, ...]
    own: bool

    @property
    def levels_shown(self) -> str:
        return _("（%(levels)s级）") % {"levels": _("、").join(str(level) for level in self.levels)}


@dataclass(frozen=True, slots=True)
class BaseLine:
    key: str
    name: str
    definition: str
    unit: str
    value: int | None
    sql_text: str
    database_name: str
    run_at: datetime | None
    owner: str
    updated_by: str
    updated_at: datetime | None
    feeds: tuple[Fed, ...]
    problems: tuple[str, ...]
    proof: AttachmentPanel

    @property
    def sourced(self) -> bool:
        """Whether somebody else could count it again."""
        return bool(self.sql_text or self.proof.rows)


@dataclass(frozen=True, slots=True)
class BasisPage:
    frame: AssessmentFrame
    lines: tuple[BaseLine, ...]
    filled: int
    sourced: int
    can_fill: bool
    why_not: str
    organisation_name: str
    search_edition: str


def basis_page(assessment: Assessment, user: Person) -> BasisPage:
    """Five queries for any number of bases: flags in force, item rows, figures with their proof and
    people, assignments marked done, confirmations of overall requirements."""
    rubric = get_rubric(assessment.edition)
    rows = {row.item_code: row for row in assessment.item_answers.all()}
    figures = {
        row.key: row for row in assessment.base_figures.select_related("proof__uploaded_by", "updated_by")
    }
    problems = problems_by_item(assessment, rubric, rows, figures)
    lines = tuple(
        _line(assessment, user, rubric, base, figures.get(base.key), rows, problems)
        for base in rubric.statistical_bases
        if any(code in rubric.by_code for code in base.feeds)
    )
    why_not = reason(check_can_fill_basis, user, assessment)
    return BasisPage(
        frame=frame_of(assessment, user, rubric, rows, done_items(assessment)),
        lines=lines,
        filled=sum(line.value is not None for line in lines),
        sourced=sum(line.sourced for line in lines),
        can_fill=not why_not,
        why_not=why_not,
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
    )


def problems_by_item(
    assessment: Assessment, rubric: Rubric, rows: Mapping[str, ItemAnswer], figures: Mapping[str, BaseFigure]
) -> Mapping[str, Sequence[Problem]]:
    """What the figures contradict in the items they feed; no query."""
    bases = {key: row.value for key, row in figures.items() if row.value is not None}
    found: dict[str, list[Problem]] = {}
    for problem in check_answers(rubric, compose(rubric, assessment, rows.values(), bases)):
        if problem.item and problem.code in CAUSED_BY_BASE:
            found.setdefault(problem.item, []).append(problem)
    return found


def problems_of(base: StatisticalBase, found: Mapping[str, Sequence[Problem]]) -> tuple[str, ...]:
    """The sentences that belong to one base: of its items, at the levels it serves."""
    return tuple(
        said(problem.message)
        for code, levels in base.feeds.items()
        for problem in found.get(code, ())
        if not levels or problem.level is None or problem.level in levels
    )


def _line(
    assessment: Assessment,
    user: Person,
    rubric: Rubric,
    base: StatisticalBase,
    figure: BaseFigure | None,
    rows: Mapping[str, ItemAnswer],
    problems: Mapping[str, Sequence[Problem]],
) -> BaseLine:
    proof = figure.proof if figure is not None else None
    return BaseLine(
        key=base.key,
        name=said(base.name),
        definition=said(base.definition),
        unit=said(base.unit),
        value=figure.value if figure else None,
        sql_text=figure.sql_text if figure else "",
        database_name=figure.database_name if figure else "",
        run_at=figure.run_at if figure else None,
        owner=figure.owner if figure else "",
        updated_by=str(figure.updated_by or "") if figure else "",
        updated_at=figure.updated_at if figure else None,
        feeds=tuple(
            Fed(code, said(rubric.by_code[code].name), tuple(levels), _own(rows.get(code)))
            for code, levels in base.feeds.items()
            if code in rubric.by_code
        ),
        problems=problems_of(base, problems),
        proof=attachment_panel(
            assessment,
            user,
            [proof] if proof is not None and proof.removed_at is None else [],
            base=base.key,
            assignment=None,
        ),
    )


def _own(row: ItemAnswer | None) -> bool:
    return row is not None and row.denominator is not None
