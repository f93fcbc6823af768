"""What an adopted plan delivered: its end state against the card of a later assessment, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from accounts.templatetags.display import level_name, points
from assessments.models import Assessment
from assessments.queries.frame import AssessmentFrame
from engine.roadmap.states import passes_when_done
from engine.roadmap.values import Action, Assumptions, Plan
from engine.rubric.values import Rubric
from engine.scoring.card import ItemResult, ScoreCard
from reports.view_models.planning.progress import PlanHead
from reports.view_models.roadmap.rows import levels_aim
from reports.view_models.roadmap.wording import item_name, quarter_words
from reports.view_models.words import lang, signed

ORDER = ("missed", "partly", "reached", "exceeded")


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """``outcome``: exceeded | reached | partly | missed. ``before`` and ``now`` are the highest level passed,
    ``planned`` is what the plan wanted to do."""

    code: str
    name: str
    before: str
    planned: str
    now: str
    application: str
    data_quality: str
    outcome: str
    outcome_words: str
    due: str
    due_passed: bool


@dataclass(frozen=True)
class DeliveredPage:
    """Context of reports/roadmap/delivered.html. ``title`` empty: there is no later assessment to look at yet.
    ``besides``: items that rose without being planned."""

    frame: AssessmentFrame
    head: PlanHead | None
    title: str
    live: bool
    window: tuple[date, date] | None
    choices: tuple[tuple[str, str], ...]
    chosen: str
    planned_level: str
    level: str
    before_level: str
    planned_total: str
    total: str
    total_words: str
    sentence: str
    outcomes: tuple[ItemOutcome, ...]
    counts: tuple[tuple[str, str, int], ...]
    besides: tuple[tuple[str, str, str], ...]
    other_edition: str


def outcome_words(outcome: str) -> str:
    return {
        "exceeded": gettext("超出规划"),
        "reached": gettext("已实现"),
        "partly": gettext("部分实现"),
        "missed": gettext("未实现"),
    }[outcome]


def empty_page(frame: AssessmentFrame, head: PlanHead | None) -> DeliveredPage:
    """Nothing to compare: no plan, or no assessment after it."""
    return DeliveredPage(frame, head, "", False, None, (), "", "", "", "", "", "", "", "", (), (), (), "")


def delivered_page(
    frame: AssessmentFrame,
    head: PlanHead,
    plan: Plan,
    rubric: Rubric,
    later: Assessment,
    card: ScoreCard,
    laters: Sequence[Assessment],
    *,
    live: bool,
    before: ScoreCard | None,
    assumptions: Assumptions,
    today: date,
) -> DeliveredPage:
    """``later``: an assessment begun after the plan was adopted, with its ``card``. ``before``: the card the plan was
    made from, where it was frozen. ``assumptions``: those of the plan. No query."""
    outcomes = [
        _item(rubric, action, card.items[action.item], _ends(rubric, action, before, assumptions), today)
        for action in plan.actions
        if action.item in card.items
    ]
    outcomes.sort(key=lambda one: (ORDER.index(one.outcome), one.code))
    counts = tuple(
        (kind, outcome_words(kind), sum(one.outcome == kind for one in outcomes)) for kind in ORDER
    )
    return DeliveredPage(
        frame=frame,
        head=head,
        title=later.title,
        live=live,
        window=(later.window_from, later.window_to) if later.window_from and later.window_to else None,
        choices=tuple((str(one.public_id), one.title) for one in laters),
        chosen=str(later.public_id),
        planned_level=level_name(plan.level_after),
        level=level_name(card.level),
        before_level=level_name(plan.level_before),
        planned_total=points(plan.total_after),
        total=points(card.total),
        total_words=signed(card.total - plan.total_after),
        sentence=_sentence(plan, card),
        outcomes=tuple(outcomes),
        counts=counts,
        besides=tuple(_besides(rubric, plan, card, before)),
        other_edition=lang(rubric.title) if plan.rubric != rubric.id else "",
    )


def outcome_of(action: Action, result: ItemResult, ends: int | None) -> str:
    """What became of one action: function, application and index of its level against what it wanted there.

    ``ends``: the highest level the item passes at the end of the plan; None where nobody can say, then nothing is
    called more than planned.
    """
    now, at = max(result.passes, default=0), result.factors.get(action.to_level)
    share = at.application if at else Decimal(0)
    index = (at.data_quality if at else None) or Decimal(0)
    wanted = action.data_quality or Decimal(0)
    if result.function_level >= action.to_level and share >= action.application and index >= wanted:
        return "exceeded" if ends is not None and now > ends else "reached"
    first = min((level for level, _n in action.clauses), default=None)  # the function was below it
    if now > action.from_level or (first is not None and result.function_level >= first):
        return "partly"
    risen = (
        action.application > action.application_from < share
        or wanted > (action.data_quality_from or Decimal(0)) < index
    )
    return "partly" if risen and now == action.from_level else "missed"


def _ends(rubric: Rubric, action: Action, before: ScoreCard | None, assumptions: Assumptions) -> int | None:
    was = before.items.get(action.item) if before is not None else None
    if was is not None and action.to_level in was.factors:
        return max(passes_when_done(rubric, action, was, assumptions), default=0)
    # the function ends at the level planned where it was below, and nothing above can pass
    return max(action.to_level, action.from_level) if action.clauses else None


def _item(rubric: Rubric, action: Action, result: ItemResult, ends: int | None, today: date) -> ItemOutcome:
    at = result.factors.get(action.to_level)
    outcome = outcome_of(action, result, ends)
    finish = action.finish
    return ItemOutcome(
        code=action.item,
        name=item_name(rubric, action.item).name,
        before=level_name(action.from_level),
        planned=levels_aim(action),
        now=level_name(max(result.passes, default=0)),
        application=_against(action.application, at.application if at else None),
        data_quality=_against(action.data_quality, at.data_quality if at else None),
        outcome=outcome,
        outcome_words=outcome_words(outcome),
        due=quarter_words(finish).short,
        due_passed=finish.last_day < today,
    )


def _against(planned: Decimal | None, now: Decimal | None) -> str:
    """0.76 / 0.80: what is there, of what was planned."""
    if planned is None:
        return ""
    return f"{points(now) if now is not None else '—'} / {points(planned)}"


def _sentence(plan: Plan, card: ScoreCard) -> str:
    said = {"planned": level_name(plan.level_after), "now": level_name(card.level)}
    if card.level >= plan.level_after:
        return gettext("规划目标%(planned)s，这次自评为%(now)s：目标已经达到。") % said
    if card.level > plan.level_before:
        return gettext("规划目标%(planned)s，这次自评为%(now)s：已前进，还没有达到目标。") % said
    return gettext("规划目标%(planned)s，这次自评为%(now)s：等级还没有变化。") % said


def _besides(
    rubric: Rubric, plan: Plan, card: ScoreCard, before: ScoreCard | None
) -> list[tuple[str, str, str]]:
    if before is None:
        return []
    found = []
    for code, result in card.items.items():
        was = before.items.get(code)
        if was is None or code in plan.by_item:
            continue
        old, new = max(was.passes, default=0), max(result.passes, default=0)
        if old != new:
            found.append((code, item_name(rubric, code).name, f"{level_name(old)} → {level_name(new)}"))
    return found
