"""Where the hospital stands while the plan is worked off: every quarter's state goes through the scorer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from engine.roadmap.model import EFFORT, Problem
from engine.roadmap.options import Standing, end_answers, state_answers
from engine.roadmap.schedule import Calendar, Spent
from engine.roadmap.values import (
    CLEANING,
    ROLLOUT,
    Action,
    Assumptions,
    Option,
    QuarterState,
    TaskKey,
)
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, ItemAnswers
from engine.scoring.card import ItemResult, ScoreCard
from engine.scoring.hospital import judge_levels
from engine.scoring.item import score_item
from engine.scoring.rounding import ZERO, half_up
from engine.scoring.score import score


def end_state(problem: Problem, answers: Answers, pick: Mapping[str, Option]) -> Answers:
    """The answers when the whole plan is done; items without work keep what was entered."""
    items = dict(answers.items)
    for code, option in pick.items():
        if not option.idle:
            standing = problem.standings[code]
            items[code] = end_answers(
                standing.item,
                standing,
                option.level,
                option.application,
                option.data_quality,
                problem.assumptions,
            )
    return replace(answers, items=items)


def end_card(problem: Problem, answers: Answers, pick: Mapping[str, Option]) -> ScoreCard:
    """The real scorer's card of the end state."""
    return score(problem.rubric, end_state(problem, answers, pick))


def passes_when_done(
    rubric: Rubric, action: Action, before: ItemResult, assumptions: Assumptions
) -> tuple[int, ...]:
    """The levels an item passes once its action is done, counted from the card the plan was made from."""
    item = rubric.by_code[action.item]
    standing = Standing(item, ItemAnswers(), before)
    after = end_answers(item, standing, action.to_level, action.application, action.data_quality, assumptions)
    return score_item(rubric, item, after).passes


def quarter_states(
    problem: Problem, pick: Mapping[str, Option], spent: Spent, calendar: Calendar
) -> tuple[QuarterState, ...]:
    """Level and total at the end of each quarter up to the last with work; effort and money of that quarter."""
    last = max((max(row) for row in spent.values()), default=-1)
    results: dict[str, ItemResult] = {code: standing.result for code, standing in problem.standings.items()}
    finished: dict[int, list[TaskKey]] = {}
    for key, row in spent.items():
        finished.setdefault(max(row), []).append(key)
    begun = {
        code: min(min(spent[key]) for key in option.work) for code, option in pick.items() if option.work
    }
    done: set[TaskKey] = set()
    states = []
    for quarter in range(last + 1):
        done.update(finished.get(quarter, ()))
        for code in {key.item for key in finished.get(quarter, ())}:
            results[code] = score_item(
                problem.rubric, problem.standings[code].item, answers_so_far(problem, pick[code], done)
            )
        total = half_up(sum((result.score for result in results.values()), ZERO))
        levels = judge_levels(problem.rubric, results, total)
        effort = Decimal(sum(row.get(quarter, 0) for row in spent.values())) / EFFORT
        bought = sum((pick[code].purchases for code, first in begun.items() if first == quarter), Decimal(0))
        states.append(
            QuarterState(
                calendar.start.later(quarter),
                max((one.level for one in levels if one.reached), default=0),
                total,
                effort,
                Decimal(calendar.capacity[quarter]) / EFFORT,
                effort * calendar.rate + bought,
            )
        )
    return tuple(states)


def answers_so_far(problem: Problem, option: Option, done: set[TaskKey]) -> ItemAnswers:
    """An item's answers when only the tasks in ``done`` are finished."""
    standing = problem.standings[option.item]
    function = standing.function_level
    for entry in standing.item.asked_levels:
        if entry.level > option.level:
            break
        waiting = any(
            key.level <= entry.level and key not in done and key.nature not in (ROLLOUT, CLEANING)
            for key in option.work
        )
        if waiting:
            break
        function = max(function, entry.level)
    rollout = TaskKey(option.item, option.level, ROLLOUT)
    rolled_out = rollout in done if rollout in option.work else function >= option.level
    indices: dict[int, Decimal] = {}
    for key in option.work:
        if key.nature == CLEANING and key in done:
            wanted = option.data_quality if key.level == option.level else None
            today = standing.data_quality(key.level) or ZERO
            indices[key.level] = max(today, wanted or problem.assumptions.earlier_index)
    return state_answers(
        standing.item, standing, function, {option.level: option.application} if rolled_out else {}, indices
    )
