"""The assumptions of a hospital as a form: each number with its default beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from assessments.models import Assessment, PlanningSettings
from assessments.permissions import reason
from assessments.planning_permissions import check_can_draft
from assessments.queries.frame import AssessmentFrame
from engine.roadmap.assumptions import assumptions_to_json
from engine.roadmap.values import Across, Assumptions
from hospitals.access import Person
from reports.view_models.roadmap import AssumptionRow
from reports.view_models.roadmap.assuming import STEP, assumption_rows
from reports.view_models.roadmap.wording import nature_words
from reports.view_models.words import lang
from rubrics.queries import get_assumptions

ACROSS, STEPS, ORDER = "across", "steps", "order_inside"
LISTS = (STEPS, ORDER)  # several values in one field


@dataclass(frozen=True, slots=True)
class NumberField:
    """``value`` as it stands in the form, ``default`` as shipped; ``own``: the hospital's. ``listed``: several values
    in one field."""

    key: str
    label: str
    value: str
    default: str
    unit: str
    own: bool
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    fields: tuple[NumberField, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    key: str
    words: str
    kept: bool


@dataclass(frozen=True)
class AssumptionsPage:
    """Context of reports/roadmap/assumptions.html."""

    frame: AssessmentFrame
    hospital: str
    edition: str
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]
    own: int
    changed_by: str
    changed_at: datetime | None
    problem: str
    can_save: bool
    why_not: str


def assumptions_page(
    assessment: Assessment,
    user: Person,
    frame: AssessmentFrame,
    edition: str,
    assumptions: Assumptions,
    kept: PlanningSettings | None,
    *,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
) -> AssumptionsPage:
    """``typed``: what was sent and refused, to be shown again with the ``problem``. No query."""
    defaults, beds = get_assumptions(), assessment.hospital.beds
    shipped = {row.key: row for row in assumption_rows(defaults, None, beds, defaults.size_factor(beds))}
    rows = assumption_rows(assumptions, None, beds, assumptions.size_factor(beds))
    fields = [
        (row.group, _field(row, shipped[row.key], (typed or {}).get(row.key)))
        for row in rows
        if row.number is not None and not row.key.startswith(STEP)
    ]
    fields.append((gettext("可选的做法"), _steps(assumptions, defaults, (typed or {}).get(STEPS))))
    fields.append((gettext("先后次序"), _order(assumptions, defaults, (typed or {}).get(ORDER))))
    order: dict[str, list[NumberField]] = {}
    for title, one in fields:
        order.setdefault(title, []).append(one)
    held = {rule.key for rule in assumptions.across}
    why_not = reason(check_can_draft, user, assessment)
    return AssumptionsPage(
        frame=frame,
        hospital=assessment.hospital.label,
        edition=edition,
        groups=tuple(Group(title, tuple(members)) for title, members in order.items()),
        rules=tuple(
            Rule(rule.key, lang(rule.why), rule.key in held)
            for rule in defaults.across
            if _concerns(rule, assessment)
        ),
        own=sum(one.own for members in order.values() for one in members)
        + (len(held) < len(defaults.across)),
        changed_by=kept.changed_by.get_full_name() if kept else "",
        changed_at=kept.changed_at if kept else None,
        problem=problem,
        can_save=not why_not,
        why_not=why_not,
    )


def _concerns(rule: Across, assessment: Assessment) -> bool:
    """A rule between items of another standard is not asked for here."""
    return not rule.rubrics or assessment.edition.key in rule.rubrics


def _field(row: AssumptionRow, shipped: AssumptionRow, typed: str | None) -> NumberField:
    value = f"{row.number:f}" if typed is None else typed
    return NumberField(
        row.key, row.label, value, f"{shipped.number:f}", row.unit, row.number != shipped.number
    )


def _steps(assumptions: Assumptions, defaults: Assumptions, typed: str | None) -> NumberField:
    return NumberField(
        STEPS,
        gettext("比例和指数可以提高到"),
        ", ".join(str(one) for one in assumptions.steps) if typed is None else typed,
        ", ".join(str(one) for one in defaults.steps),
        "",
        assumptions.steps != defaults.steps,
        listed=True,
    )


def _order(assumptions: Assumptions, defaults: Assumptions, typed: str | None) -> NumberField:
    return NumberField(
        ORDER,
        gettext("同一级别内各类工作依次为"),
        _in_order(assumptions) if typed is None else typed,
        _in_order(defaults),
        "",
        assumptions.order_inside != defaults.order_inside,
        listed=True,
    )


def _in_order(assumptions: Assumptions) -> str:
    return ", ".join(nature_words(nature) for nature in assumptions.order_inside)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]


def changes_of(assessment: Assessment, typed: Mapping[str, str], rules: list[str]) -> dict[str, object]:
    """The form as ``with_changes`` reads it. A field that is empty or was not sent is the default."""
    defaults, beds = get_assumptions(), assessment.hospital.beds
    shown = assumptions_to_json(defaults)
    changes: dict[str, object] = {}
    natures = {nature_words(nature).casefold(): nature for nature in defaults.clause_effort}
    efforts: dict[str, object] = {}
    for key, text in typed.items():
        text = text.strip().replace(",", "") if key not in LISTS else text.strip()
        if not text:
            continue
        if key.startswith("clause_effort."):
            efforts[key.removeprefix("clause_effort.")] = text
        elif key == STEPS:
            changes[key] = _parts(text)
        elif key == ORDER:
            changes[key] = [natures.get(part.casefold(), part) for part in _parts(text)]
        elif key in shown or (key == "size_factor" and text != f"{defaults.size_factor(beds):f}"):
            changes[key] = text
    if efforts:
        changes["clause_effort"] = efforts
    hidden = [rule.key for rule in defaults.across if not _concerns(rule, assessment)]
    if {*rules, *hidden} != {rule.key for rule in defaults.across}:
        changes[ACROSS] = [*rules, *hidden]
    return changes


__all__ = ["ACROSS", "ORDER", "STEPS", "AssumptionsPage", "assumptions_page", "changes_of"]
