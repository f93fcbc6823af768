"""Counts first: every rule of an item with what the run counted and what people supplied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessments.models import Assessment, SuppliedFigure, VerificationRun
from assessments.permissions import allowed
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.verification.in_force import run_in_force
from assessments.verification_permissions import check_can_judge, check_can_supply
from engine.evidence.catalogue.values import Rule
from engine.rubric.values import Text
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric

DIALECTS = (("oracle", "Oracle"), ("mssql", "SQL Server"), ("postgres", "PostgreSQL"), ("mysql", "MySQL"))


@dataclass(frozen=True, slots=True)
class Supplied:
    id: int
    numerator: int
    denominator: int
    sql_text: str
    database_name: str
    run_at: datetime | None
    by: str
    at: datetime
    accepted_by: str
    own: bool


@dataclass(frozen=True, slots=True)
class FigureLine:
    rule: str
    label: str
    level: int | None
    dimension: str
    by_person: bool  # the rule cannot be counted by a program
    counted: tuple[int, int] | None
    why_not: str
    supplied: Supplied | None


@dataclass(frozen=True, slots=True)
class FiguresPage:
    frame: AssessmentFrame
    items: tuple[tuple[str, str, int, int], ...]  # code, name, rules, supplied
    item: str
    item_name: str
    lines: tuple[FigureLine, ...]
    can_supply: bool
    can_accept: bool
    run: int | None
    dialects: tuple[tuple[str, str], ...] = DIALECTS


def figures_page(assessment: Assessment, user: Person, item: str) -> FiguresPage:
    """Five queries. An item the rubric does not have gives the first one with rules."""
    rubric = get_rubric(assessment.edition)
    by_item: dict[str, list[Rule]] = {}
    for rule in get_catalogue().rules_of(assessment.edition.key):
        if rule.active:
            for code in _items_of(rule):
                by_item.setdefault(code, []).append(rule)
    figures = {
        figure.rule: figure
        for figure in assessment.supplied_figures.filter(superseded_at__isnull=True).select_related(
            "by", "accepted_by"
        )
    }
    codes = [one.code for one in rubric.items if one.code in by_item]
    shown = item if item in by_item else codes[0] if codes else ""
    run = run_in_force(assessment)
    counted = _counted(run)
    return FiguresPage(
        frame=read_frame(assessment, user, rubric),
        items=tuple(
            (
                code,
                said(rubric.by_code[code].name),
                len(by_item[code]),
                sum(1 for rule in by_item[code] if rule.id in figures),
            )
            for code in codes
        ),
        item=shown,
        item_name=said(rubric.by_code[shown].name) if shown else "",
        lines=tuple(_line(rule, figures.get(rule.id), counted, user) for rule in by_item.get(shown, ())),
        can_supply=allowed(check_can_supply, user, assessment),
        can_accept=allowed(check_can_judge, user, assessment),
        run=run.number if run else None,
    )


def _items_of(rule: Rule) -> tuple[str, ...]:
    if rule.item:
        return (rule.item,)
    return tuple(dict.fromkeys(code[:5] for code in rule.supports))


def _counted(run: VerificationRun | None) -> dict[str, dict[str, object]]:
    """The findings of the run by rule, as they were stored."""
    return {str(one["rule"]): one for one in (run.counts.get("rules", ()) if run else ())}


def _line(
    rule: Rule, figure: SuppliedFigure | None, counted: dict[str, dict[str, object]], user: Person
) -> FigureLine:
    found = counted.get(rule.id, {})
    blocked = found.get("blocked")
    numerator, denominator = found.get("numerator"), found.get("denominator")
    return FigureLine(
        rule=rule.id,
        label=said(rule.label),
        level=rule.level,
        dimension=rule.dimension,
        by_person=not rule.mechanisable,
        counted=(numerator, denominator)
        if isinstance(numerator, int) and isinstance(denominator, int) and not blocked
        else None,
        why_not=_sentence(blocked),
        supplied=Supplied(
            id=figure.pk,
            numerator=figure.numerator,
            denominator=figure.denominator,
            sql_text=figure.sql_text,
            database_name=figure.database_name,
            run_at=figure.run_at,
            by=figure.by.name,
            at=figure.at,
            accepted_by=figure.accepted_by.name if figure.accepted_by else "",
            own=figure.by_id == user.pk,
        )
        if figure
        else None,
    )


def _sentence(reason: object) -> str:
    return said(Text(str(reason["zh"]), str(reason["en"]))) if isinstance(reason, dict) else ""
