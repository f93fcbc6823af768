"""The planning page: three plans side by side, the chosen one with everything that can be decided about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from accounts.templatetags.display import level_name
from assessments.queries.frame import AssessmentFrame
from assessments.queries.planning.ground import Ground, current_quarter
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import OBJECTIVES, Constraints, Plan
from engine.rubric.values import Rubric
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.planning.difference import Difference
from reports.view_models.planning.gantt import Chart, chart_of
from reports.view_models.roadmap import QuarterWords, RoadmapView
from reports.view_models.roadmap.wording import (
    cost_span,
    effort_span,
    item_name,
    objective_meaning,
    objective_words,
    quarter_words,
    status_words,
)

STARTS, FINISHES = 8, 28  # quarters to choose from


@dataclass(frozen=True, slots=True)
class Step:
    """From this quarter's end on the hospital stands at this level."""

    words: str
    level: int
    level_words: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the three plans. ``known`` False: it is being made, the page asks for it."""

    objective: str
    words: str
    meaning: str
    chosen: bool
    known: bool
    feasible: bool = False
    status_words: str = ""
    effort: str = ""
    effort_range: str = ""
    cost: str = ""
    cost_range: str = ""
    finish: str = ""
    items: int = 0
    steps: tuple[Step, ...] = ()
    curve: str = ""  # points of the level over time, in a box of 100 x 30
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, with the fields of the form that takes it back."""

    kind_words: str
    item_words: str
    text: str
    undo: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A relaxation as a button; ``n``: its place in the plan."""

    n: int
    kind_words: str
    text: str


@dataclass(frozen=True, slots=True)
class OtherItem:
    code: str
    name: str
    state: str  # why it is not in the plan, in words


@dataclass(frozen=True, slots=True)
class InForce:
    """The plan the hospital works by now."""

    number: int
    objective_words: str
    target_words: str
    adopted_at: datetime
    adopted_by: str
    stale: bool  # the answers changed since


@dataclass(frozen=True)
class PlanningPage:
    """Context of reports/roadmap/plan.html and of its board. ``mark``: what adopting compares; ``view`` is None where
    nothing can be planned, and ``problem`` says why."""

    frame: AssessmentFrame
    hospital: str
    edition: str
    problem: str
    warnings: tuple[str, ...]
    level: int
    total: str
    targets: tuple[int, ...]
    target: int
    start: str
    starts: tuple[QuarterWords, ...]
    finish_by: str
    finishes: tuple[QuarterWords, ...]
    objective: str
    view: RoadmapView | None
    choices: tuple[Choice, ...]
    chart: Chart | None
    charts: tuple[ChartView, ...]
    decided: tuple[Decided, ...]
    offers: tuple[Offer, ...]
    others: tuple[OtherItem, ...]
    difference: Difference | None
    quarter_capacity: str
    years: tuple[int, ...]
    coming: tuple[QuarterWords, ...]
    own_numbers: int
    mark: str
    answers_mark: str
    version: int
    changed_by: str
    changed_at: datetime | None
    can_draft: bool
    why_not_draft: str
    can_adopt: bool
    why_not_adopt: str
    in_force: InForce | None


def choice_of(ground: Ground, objective: str, plan: Plan | None, problem: str = "") -> Choice:
    """``plan`` None: not made yet, or (``problem``) not to be had."""
    known = next(one for one in OBJECTIVES if one == objective)
    chosen = ground.setting.objective == objective
    words, meaning = objective_words(known), objective_meaning(known, ground.assumptions)
    if plan is None:
        return Choice(objective, words, meaning, chosen, known=bool(problem), problem=problem)
    if plan.status == "infeasible":
        return Choice(
            objective,
            words,
            meaning,
            chosen,
            known=True,
            status_words=status_words(plan.status, plan.proven),
            problem=gettext("在现有约束下无法达到目标。")
            if plan.proven
            else gettext("在现有约束下没有找到方案，也未证明没有。"),
        )
    effort = effort_span(plan.effort_low, plan.effort, plan.effort_high)
    cost = cost_span(plan.cost.low, plan.cost.likely, plan.cost.high)
    return Choice(
        objective,
        words,
        meaning,
        chosen,
        known=True,
        feasible=True,
        status_words=status_words(plan.status),
        effort=effort.words,
        effort_range=effort.range_words,
        cost=cost.words,
        cost_range=cost.range_words,
        finish=quarter_words(plan.finish).words if plan.finish else gettext("无需建设"),
        items=len(plan.actions),
        steps=tuple(_steps(plan)),
        curve=_curve(plan),
    )


def _steps(plan: Plan) -> Iterator[Step]:
    yield Step(gettext("现在"), plan.level_before, level_name(plan.level_before))
    level = plan.level_before
    for state in plan.quarters:
        if state.level != level:
            level = state.level
            yield Step(quarter_words(state.quarter).short, level, level_name(level))


def _curve(plan: Plan) -> str:
    """The level as a stair: x to 100, y down to 30, the target at 4."""
    levels = [plan.level_before, *(state.level for state in plan.quarters)]
    low, high = plan.level_before, max(plan.target, *levels)
    wide, tall = 100 / max(len(levels) - 1, 1), 22 / max(high - low, 1)
    points = [(0.0, 26 - (levels[0] - low) * tall)]
    for place, level in enumerate(levels[1:], start=1):
        x, y = place * wide, 26 - (level - low) * tall
        points += [(x, points[-1][1]), (x, y)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def undo_fields(constraints: Constraints) -> Iterator[dict[str, str]]:
    """How each decision is taken back, in the order of ``RoadmapView.constraints``."""
    yield from ({"what": "include", "item": code} for code in sorted(constraints.excluded))
    yield from ({"what": "unpin", "item": code} for code in sorted(constraints.pinned))
    yield from ({"what": "disallow", "item": code} for code in sorted(constraints.allowed))
    for what, quarters in (
        ("any_earlier", constraints.not_before),
        ("any_later", constraints.not_after),
        ("free", constraints.start_at),
    ):
        yield from ({"what": what, "item": code} for code in sorted(quarters))
    if constraints.finish_by is not None:
        yield {"what": "finish_by", "quarter": ""}
    if constraints.quarter_capacity is not None:
        yield {"what": "quarter_capacity", "amount": ""}
    yield from (
        {"what": "capacity", "quarter": str(one), "amount": ""} for one in sorted(constraints.capacity)
    )
    yield from ({"what": "budget", "year": str(year), "amount": ""} for year in sorted(constraints.budget))
    yield from (
        {"what": "unquote", "item": one.item, "level": str(one.level)} for one in constraints.quotations
    )


def decided_of(view: RoadmapView, constraints: Constraints) -> tuple[Decided, ...]:
    return tuple(
        Decided(row.kind_words, row.item_words, row.text, undo)
        for row, undo in zip(view.constraints, undo_fields(constraints), strict=True)
    )


def offers_of(view: RoadmapView) -> tuple[Offer, ...]:
    return tuple(Offer(n, one.kind_words, one.text) for n, one in enumerate(view.relaxations))


def others_of(ground: Ground, view: RoadmapView) -> tuple[OtherItem, ...]:
    """Items without work in the plan, in the order of the standard."""
    inside, excluded = view.by_code, ground.setting.constraints.excluded
    found = []
    for item in ground.rubric.items:
        if item.code in inside:
            continue
        given = ground.answers.items.get(item.code)
        state = gettext("保持现状")
        if item.code in excluded:
            state = gettext("已排除")
        elif given is not None and given.no_such_service:
            state = gettext("本院无此业务")
        found.append(OtherItem(item.code, item_name(ground.rubric, item.code).name, state))
    return tuple(found)


def quarters_from(first: Quarter, count: int) -> tuple[QuarterWords, ...]:
    return tuple(quarter_words(first.later(n)) for n in range(count))


def with_chosen(quarters: tuple[QuarterWords, ...], chosen: Quarter | None) -> tuple[QuarterWords, ...]:
    """The list with what is set, where that lies outside of it."""
    if chosen is None or any(one.quarter == chosen for one in quarters):
        return quarters
    return tuple(sorted((*quarters, quarter_words(chosen)), key=lambda one: one.quarter))


def starts_of(ground: Ground) -> tuple[QuarterWords, ...]:
    return with_chosen(quarters_from(current_quarter(), STARTS), ground.setting.start)


def finishes_of(ground: Ground) -> tuple[QuarterWords, ...]:
    return with_chosen(quarters_from(ground.setting.start, FINISHES), ground.setting.constraints.finish_by)


def charts_of(view: RoadmapView) -> tuple[ChartView, ...]:
    return tuple(chart_view(chart, wide=True) for chart in (view.cost_curve, view.climb) if chart is not None)


def table_of(view: RoadmapView, difference: Difference | None) -> Chart | None:
    return chart_of(view, difference.by_item if difference else {})


def item_of(rubric: Rubric, code: str) -> str:
    return item_name(rubric, code).words
