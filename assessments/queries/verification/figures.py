"""Counts first: every rule of an item with what the run counted and what people supplied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from assessments.models import Assessment, Attachment, SuppliedFigure
from assessments.permissions import is_staff_of, reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.verification.in_force import run_in_force
from assessments.verification_permissions import check_can_judge, check_can_supply
from engine.evidence.catalogue.values import Rule
from engine.evidence.counts import RuleCount
from engine.evidence.findings_json import counts_from_json
from hospitals.access import Person
from rubrics.queries import get_catalogue, get_rubric

FEW = 10  # outside the hospital a denominator under this is not shown
DIALECTS = (("oracle", "Oracle"), ("mssql", "SQL Server"), ("postgres", "PostgreSQL"), ("mysql", "MySQL"))


@dataclass(frozen=True, slots=True)
class Supplied:
    """``counts``: as text, or that there are too few to show outside the hospital."""

    id: int
    counts: str
    sql_text: str
    database_name: str
    run_at: datetime | None
    by: str
    at: datetime
    accepted_by: str
    own: bool
    proof: tuple[str, str] | None  # public id, name


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form that could not be kept, and why."""

    rule: str
    numerator: str
    denominator: str
    sql_text: str
    database_name: str
    run_at: str
    proof: str
    problem: str


@dataclass(frozen=True, slots=True)
class FigureLine:
    rule: str
    label: str
    level: int | None
    dimension: str
    by_person: bool  # the rule cannot be counted by a program
    counted: str
    why_not: str
    supplied: Supplied | None
    typed: Typed | None = None


@dataclass(frozen=True, slots=True)
class FiguresPage:
    frame: AssessmentFrame
    items: tuple[tuple[str, str, int, int], ...]  # code, name, rules, supplied
    item: str
    item_name: str
    lines: tuple[FigureLine, ...]
    why_not_supply: str
    why_not_accept: str
    proofs: tuple[tuple[str, str], ...]  # material of the item: public id, name
    run: int | None
    inside: bool
    dialects: tuple[tuple[str, str], ...] = DIALECTS


def figures_page(assessment: Assessment, user: Person, item: str, typed: Typed | None = None) -> FiguresPage:
    """Seven queries, five for a bureau. An item the rubric does not have gives the first one with rules."""
    rubric = get_rubric(assessment.edition)
    by_item: dict[str, list[Rule]] = {}
    for rule in get_catalogue().rules_of(assessment.edition.key):
        if rule.active:
            for code in _items_of(rule):
                by_item.setdefault(code, []).append(rule)
    inside = is_staff_of(user, assessment)
    rows = assessment.supplied_figures.filter(superseded_at__isnull=True)
    if not inside:  # what was handed in, not what the hospital works on
        rows = rows.filter(at__lte=assessment.submitted_at)
    figures = {figure.rule: figure for figure in rows.select_related("by", "accepted_by", "proof")}
    codes = [one.code for one in rubric.items if one.code in by_item]
    shown = item if item in by_item else codes[0] if codes else ""
    run = run_in_force(assessment, submitted_only=not inside)
    counted = counts_from_json(run.counts).rules if run else {}
    few = 0 if inside else FEW
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
        lines=tuple(
            _line(
                rule,
                figures.get(rule.id),
                counted.get(rule.id),
                user,
                few,
                typed if typed is not None and typed.rule == rule.id else None,
            )
            for rule in by_item.get(shown, ())
        ),
        why_not_supply=reason(check_can_supply, user, assessment),
        why_not_accept=reason(check_can_judge, user, assessment),
        proofs=_proofs(assessment, shown) if inside else (),
        run=run.number if run else None,
        inside=inside,
    )


def item_of(assessment: Assessment, rule: str) -> str:
    """The item a rule stands under on the page; empty for an unknown one."""
    known = get_catalogue().rules.get(rule)
    return next(iter(_items_of(known)), "") if known is not None else ""


def _proofs(assessment: Assessment, item: str) -> tuple[tuple[str, str], ...]:
    rows = Attachment.objects.kept().filter(assessment=assessment, item_code=item)
    return tuple((str(row.public_id), row.original_name) for row in rows)


def _items_of(rule: Rule) -> tuple[str, ...]:
    if rule.item:
        return (rule.item,)
    return tuple(dict.fromkeys(code[:5] for code in rule.supports))


def _line(
    rule: Rule,
    figure: SuppliedFigure | None,
    count: RuleCount | None,
    user: Person,
    few: int,
    typed: Typed | None,
) -> FigureLine:
    computed = count if count is not None and not count.supplied else None
    return FigureLine(
        rule=rule.id,
        label=said(rule.label),
        level=rule.level,
        dimension=rule.dimension,
        by_person=not rule.mechanisable,
        counted=_counts(computed.numerator, computed.denominator, few)
        if computed is not None and computed.blocked is None
        else "",
        why_not=said(computed.blocked.text) if computed is not None and computed.blocked else "",
        supplied=Supplied(
            id=figure.pk,
            counts=_counts(figure.numerator, figure.denominator, few),
            sql_text=figure.sql_text,
            database_name=figure.database_name,
            run_at=figure.run_at,
            by=figure.by.name,
            at=figure.at,
            accepted_by=figure.accepted_by.name if figure.accepted_by else "",
            own=figure.by_id == user.pk,
            proof=(str(figure.proof.public_id), figure.proof.original_name)
            if figure.proof and figure.proof.removed_at is None
            else None,
        )
        if figure
        else None,
        typed=typed,
    )


def _counts(numerator: int, denominator: int, few: int) -> str:
    if 0 < denominator < few:
        return _("少于%(few)s") % {"few": few}
    return f"{numerator:,} / {denominator:,}"
