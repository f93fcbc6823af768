"""The way in: from answers and a target to a plan (ROADMAP, zhiping-plan/1)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.roadmap.model import EFFORT, Problem, problem_of
from engine.roadmap.quarters import Quarter
from engine.roadmap.reasons import reasons_of
from engine.roadmap.relaxing import explain
from engine.roadmap.schedule import calendar_of, works_of
from engine.roadmap.search import Found, find
from engine.roadmap.solve import Work
from engine.roadmap.states import end_card, quarter_states
from engine.roadmap.values import (
    Action,
    Assumptions,
    Constraints,
    Cost,
    Objective,
    Plan,
    TaskPlan,
)
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.card import ScoreCard
from engine.scoring.gap import UnknownTarget, missing_clauses
from engine.scoring.score import score


def make_plan(
    rubric: Rubric,
    answers: Answers,
    target: int,
    objective: Objective,
    *,
    assumptions: Assumptions,
    constraints: Constraints | None = None,
    start: Quarter,
    beds: int | None = None,
) -> Plan:
    """The best plan from ``answers`` to ``target`` (1..top level) under the assumptions.

    ``start``: the first quarter in which anybody can work on it; ``beds`` chooses the size factor. The status says
    optimal (proven under these assumptions), feasible (with the gap that remains) or infeasible; an infeasible plan
    names the gate and the constraint, and the smallest relaxations. Raises UnknownTarget, and AnswersRefused when
    the answers cannot be scored.
    """
    if target not in rubric.gate_at:
        raise UnknownTarget(rubric, target)
    constraints = constraints or Constraints()
    today = score(rubric, answers)
    problem = problem_of(rubric, answers, target, objective, assumptions, constraints, beds)
    found = find(problem, start)
    if not found.pick:
        blocked, relaxations = explain(problem, start, found)
        nothing = Cost(Decimal(0), Decimal(0), Decimal(0))
        return Plan(
            rubric.id, "infeasible", objective, target, today.level, today.total, today.level, today.total,
            Decimal(0), Decimal(0), Decimal(0), nothing, (), (), Decimal(0), start, problem.factor,
            blocked, relaxations, found.proven,
        )  # fmt: skip
    return _plan(problem, answers, today, found, start)


def _plan(problem: Problem, answers: Answers, today: ScoreCard, found: Found, start: Quarter) -> Plan:
    after = end_card(problem, answers, found.pick)
    works = works_of(problem, found.pick, start)
    actions = _actions(problem, found, works, start)
    assumptions = problem.assumptions
    effort = sum((action.effort for action in actions), Decimal(0))
    bought = sum((action.purchases for action in actions), Decimal(0))
    low, high = effort * assumptions.low, effort * assumptions.high
    return Plan(
        rubric=problem.rubric.id,
        status="optimal" if found.answer == "optimal" else "feasible",
        objective=problem.objective,
        target=problem.target,
        level_before=today.level,
        total_before=today.total,
        level_after=after.level,
        total_after=after.total,
        effort=effort,
        effort_low=low,
        effort_high=high,
        cost=Cost(*(one * assumptions.rate + bought for one in (low, effort, high))),
        actions=actions,
        quarters=quarter_states(problem, found.pick, found.spent, calendar_of(problem, start)),
        gap=found.gap,
        start=start,
        size_factor=problem.factor,
    )


def _actions(problem: Problem, found: Found, works: tuple[Work, ...], start: Quarter) -> tuple[Action, ...]:
    reasons = reasons_of(problem, found.pick)
    tasks = _tasks(found, works, start)
    actions = []
    for code, option in found.pick.items():
        if option.idle:
            continue
        standing, own = problem.standings[code], tasks[code]
        quotation = problem.constraints.quoted.get((code, option.level))
        why, why_level = reasons[code]
        today = max(standing.result.passes, default=0)
        actions.append(
            Action(
                item=code,
                from_level=0 if standing.given.no_such_service else today,
                to_level=option.level,
                application_from=standing.application(option.level),
                application=option.application,
                data_quality_from=standing.data_quality(option.level),
                data_quality=option.data_quality,
                effort=option.effort,
                effort_low=option.effort * problem.assumptions.low,
                effort_high=option.effort * problem.assumptions.high,
                purchases=option.purchases,
                why=why,
                why_level=why_level,
                points=option.score - standing.result.score,
                clauses=tuple(
                    (clause.level, clause.n)
                    for clause in missing_clauses(standing.item, standing.given, option.level)
                ),
                start=min(task.start for task in own),
                finish=max(task.finish for task in own),
                depends_on=tuple(
                    sorted({before.item for task in own for before in task.after if before.item != code})
                ),
                tasks=own,
                quotation=quotation,
            )
        )
    return tuple(sorted(actions, key=lambda action: (action.start, action.finish, action.item)))


def _tasks(found: Found, works: tuple[Work, ...], start: Quarter) -> Mapping[str, tuple[TaskPlan, ...]]:
    tasks: dict[str, tuple[TaskPlan, ...]] = {}
    for work in works:
        spent = {
            start.later(quarter): Decimal(amount) / EFFORT
            for quarter, amount in sorted(found.spent[work.key].items())
        }
        task = TaskPlan(work.key, Decimal(work.effort) / EFFORT, spent, work.after)
        tasks[work.key.item] = (*tasks.get(work.key.item, ()), task)
    return tasks


__all__ = ["UnknownTarget", "make_plan"]
