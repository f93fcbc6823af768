"""One item of the plan: everything that can be decided about it, and what is decided already."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.permissions import reason
from assessments.planning_permissions import check_can_draft
from assessments.queries.frame import AssessmentFrame
from assessments.queries.planning.ground import Ground
from engine.roadmap.values import Plan, Quotation
from hospitals.access import Person
from reports.view_models.planning.board import FINISHES, quarters_from
from reports.view_models.planning.page import view_of
from reports.view_models.roadmap import ActionRow, QuarterWords
from reports.view_models.roadmap.wording import item_name

MONEY = ("software", "interface", "hardware", "implementation")


@dataclass(frozen=True, slots=True)
class QuoteForm:
    """A quotation as the form shows it; every field as text, empty where nothing was typed."""

    level: int
    effort: str
    software: str
    interface: str
    hardware: str
    implementation: str
    system: str
    vendor: str
    contract: str


@dataclass(frozen=True)
class ItemPage:
    """Context of reports/roadmap/item.html. ``row`` None: the plan leaves the item as it is."""

    frame: AssessmentFrame
    code: str
    name: str
    row: ActionRow | None
    levels: tuple[int, ...]
    passed: int
    excluded: bool
    reason: str
    pinned: int | None
    absent: bool
    allowed: bool
    start_at: str
    not_before: str
    not_after: str
    quarters: tuple[QuarterWords, ...]
    quotations: tuple[QuoteForm, ...]
    quote: QuoteForm
    can_draft: bool
    why_not: str
    answers_mark: str


def item_page(ground: Ground, user: Person, frame: AssessmentFrame, code: str, plan: Plan | None) -> ItemPage:
    """``code`` is an item of the rubric. No query."""
    constraints, item = ground.setting.constraints, ground.rubric.by_code[code]
    row = view_of(ground, plan).by_code.get(code) if plan is not None else None
    given = ground.answers.items.get(code)
    passed = max(ground.card.items[code].passes, default=0)
    highest = ground.setting.target + ground.assumptions.levels_above_target
    levels = tuple(one.level for one in item.asked_levels if passed < one.level <= highest)
    quoted = tuple(_form(one) for one in constraints.quotations if one.item == code)
    level = row.to_level if row else (levels[0] if levels else passed)
    why_not = reason(check_can_draft, user, ground.assessment)

    def quarter(of: str) -> str:
        found = getattr(constraints, of).get(code)
        return str(found) if found else ""

    return ItemPage(
        frame=frame,
        code=code,
        name=item_name(ground.rubric, code).name,
        row=row,
        levels=levels,
        passed=passed,
        excluded=code in constraints.excluded,
        reason=constraints.excluded.get(code, ""),
        pinned=constraints.pinned.get(code),
        absent=bool(given is not None and given.no_such_service),
        allowed=code in constraints.allowed,
        start_at=quarter("start_at"),
        not_before=quarter("not_before"),
        not_after=quarter("not_after"),
        quarters=quarters_from(ground.setting.start, FINISHES),
        quotations=quoted,
        quote=next((one for one in quoted if one.level == level), QuoteForm(level, *[""] * 8)),
        can_draft=not why_not,
        why_not=why_not,
        answers_mark=ground.answers_digest,
    )


def _form(one: Quotation) -> QuoteForm:
    money = {key: f"{getattr(one, key):f}" if getattr(one, key) else "" for key in MONEY}
    return QuoteForm(
        level=one.level,
        effort="" if one.effort is None else f"{one.effort:f}",
        system=one.system,
        vendor=one.vendor,
        contract=one.contract,
        **money,
    )
