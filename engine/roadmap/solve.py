"""The exact solver (CP-SAT): whole numbers in, a proven choice or schedule out. Nothing else imports it.

It is loaded on first use: importing it takes half a second that only planning should pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any, Literal

from engine.roadmap.model import Problem, whole_effort, whole_points
from engine.roadmap.values import Option, TaskKey

Pick = Mapping[str, Option]

#: the solver's own measure of work, so that patience ends at the same place on every machine
_CHOICE_PATIENCE, _SCHEDULE_PATIENCE = 3.0, 0.5
_FIRST_PATIENCE = 300.0  # until there is any choice at all
_LARGEST_SCHEDULE = 2_000  # tasks times quarters
_HEAVIEST = 2**45  # of one item's purchases in the solver's whole numbers
Answer = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options picked, how sure that is, and the least effort any choice can have (millionths)."""

    answer: Answer
    pick: Pick
    effort: int
    bound: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What a choice has to keep besides the gates.

    ``effort``: at most so much work (millionths of a person-week); ``allowed``: places of the candidates left per
    item (None: all); ``cuts``: sets of (item, candidates) of which at least one item must choose otherwise;
    ``timed``: the candidates are those of a problem where time matters.
    """

    effort: int | None = None
    allowed: Mapping[str, frozenset[int]] | None = None
    cuts: tuple[Mapping[str, frozenset[int]], ...] = ()
    timed: bool = False


def choose(problem: Problem, limits: Limits | None = None) -> Chosen:
    """The choice of least effort that meets every gate; of those the one with the fewest actions.

    ``infeasible`` is proven; ``unknown`` and ``feasible`` only come when the solver's patience was not enough.
    """
    from ortools.sat.python import cp_model

    limits = limits or Limits()
    model = cp_model.CpModel()
    picked: dict[str, list[tuple[Option, Any]]] = {}
    for code in problem.options:
        options = problem.candidates(code, timed=limits.timed)
        open_ = None if limits.allowed is None else limits.allowed.get(code)
        pairs = [
            (option, model.new_bool_var(f"{code}/{n}"))
            for n, option in enumerate(options)
            if open_ is None or n in open_
        ]
        if not pairs:
            return Chosen("infeasible", {}, 0, 0)
        model.add_exactly_one(variable for _option, variable in pairs)
        picked[code] = pairs
    for need in problem.gates:
        for code in need.basic:
            model.add_bool_or([variable for option, variable in picked[code] if need.passed(option)])
        counted = [v for code in need.optional for option, v in picked[code] if need.passed(option)]
        model.add(sum(counted) >= need.optional_need)
    points = sum(whole_points(option.score) * v for pairs in picked.values() for option, v in pairs)
    model.add(points >= max((need.points_need for need in problem.gates), default=0))
    step = gcd(*(whole_effort(option.effort) for pairs in picked.values() for option, _v in pairs)) or 1
    effort = sum(whole_effort(option.effort) // step * v for pairs in picked.values() for option, v in pairs)
    if limits.effort is not None:
        model.add(effort <= limits.effort // step)
    for cut in limits.cuts:
        variables = [
            v
            for code, places in cut.items()
            for place, v in _placed(problem, code, picked[code], limits.timed)
            if place in places
        ]
        model.add(sum(variables) <= len(cut) - 1)
    model.minimize(effort)
    solver = _solver(_CHOICE_PATIENCE, linear=2)
    status = solver.solve(model)
    if status == cp_model.UNKNOWN and limits == Limits():  # any plan is better than a wrong "there is none"
        solver = _solver(_FIRST_PATIENCE, linear=2)
        solver.parameters.stop_after_first_solution = True
        status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Chosen("infeasible", {}, 0, 0)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Chosen("unknown", {}, 0, 0)
    bound = round(solver.best_objective_bound) * step
    pick = _read(solver, picked)
    if status == cp_model.FEASIBLE:
        return Chosen("feasible", pick, _effort_of(pick), bound)
    # of all choices of this effort the one with the fewest actions; a second question is answered much sooner than
    # both in one objective
    model.add(effort == _effort_of(pick) // step)
    model.minimize(sum(v for pairs in picked.values() for option, v in pairs if not option.idle))
    for pairs in picked.values():
        for _option, variable in pairs:
            model.add_hint(variable, solver.boolean_value(variable))
    solver = _solver(_CHOICE_PATIENCE, linear=2)
    if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        pick = _read(solver, picked)
    return Chosen("optimal", pick, _effort_of(pick), 0)


def _read(solver: Any, picked: Mapping[str, Sequence[tuple[Option, Any]]]) -> Pick:
    return {
        code: next(option for option, v in pairs if solver.boolean_value(v)) for code, pairs in picked.items()
    }


def _effort_of(pick: Pick) -> int:
    return sum(whole_effort(option.effort) for option in pick.values())


def _placed(
    problem: Problem, code: str, pairs: Sequence[tuple[Option, Any]], timed: bool
) -> Iterable[tuple[int, Any]]:
    places = {id(option): n for n, option in enumerate(problem.candidates(code, timed=timed))}
    return ((places[id(option)], v) for option, v in pairs)


@dataclass(frozen=True, slots=True)
class Work:
    """A task of the schedule in whole numbers: effort in millionths, quarters counted from the start."""

    key: TaskKey
    effort: int
    after: tuple[TaskKey, ...]
    earliest: int
    latest: int
    first_at: int | None = None  # the item's first work is in exactly this quarter


@dataclass(frozen=True, slots=True)
class Payment:
    """The quarters of one budget: work they pay for (millionths), less ``bought`` of items whose work begins there."""

    quarters: tuple[int, ...]
    room: int
    bought: Mapping[str, int]


def fits(
    tasks: Sequence[Work], capacity: Sequence[int], pace: int, payments: Sequence[Payment] = ()
) -> Mapping[TaskKey, Mapping[int, int]] | Literal["no", "unknown"]:
    """Work per task and quarter that keeps order, pace, dates, capacity and budgets; ``no``: there is none (proven).

    ``unknown`` where the question is too large to be answered while somebody waits.
    """
    if len(tasks) * len(capacity) > _LARGEST_SCHEDULE:
        return "unknown"
    bought = payments[0].bought if payments else {}
    free_of_effort = {task.key.item for task in tasks if not task.effort}
    if any(item in free_of_effort or weight > _HEAVIEST for item, weight in bought.items()):
        return "unknown"
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    quarters = range(len(capacity))
    spent: dict[TaskKey, list[Any]] = {}
    start: dict[TaskKey, Any] = {}
    end: dict[TaskKey, Any] = {}
    for task in tasks:
        last = min(task.latest, len(capacity) - 1)
        if task.earliest > last:
            return "no"
        start[task.key] = model.new_int_var(task.earliest, last, "")
        end[task.key] = model.new_int_var(task.earliest, last, "")
        model.add(start[task.key] <= end[task.key])
        spent[task.key] = []
        for quarter in quarters:
            most = min(pace, task.effort) if task.earliest <= quarter <= last else 0
            amount = model.new_int_var(0, most, "")
            spent[task.key].append(amount)
            if most:
                works = model.new_bool_var("")
                model.add(amount <= most * works)
                model.add(start[task.key] <= quarter).only_enforce_if(works)
                model.add(end[task.key] >= quarter).only_enforce_if(works)
        model.add(sum(spent[task.key]) == task.effort)
    for task in tasks:
        for before in task.after:
            model.add(end[before] + 1 <= start[task.key])
    for quarter in quarters:
        model.add(sum(row[quarter] for row in spent.values()) <= capacity[quarter])
    by_item: dict[str, list[Work]] = {}
    for task in tasks:
        by_item.setdefault(task.key.item, []).append(task)
    for works_of in by_item.values():
        wanted = works_of[0].first_at
        if wanted is None:
            continue
        if wanted >= len(capacity):
            return "no"
        first = [one for one in works_of if one.effort]
        if first:
            model.add(sum(spent[one.key][wanted] for one in first) >= 1)
    for payment in payments:
        amounts: list[Any] = [spent[task.key][quarter] for task in tasks for quarter in payment.quarters]
        begun = list[Any]()
        for item, weight in bought.items():
            here = model.new_bool_var("")  # the item's first work is in these quarters
            sooner: list[Any] = [v for one in by_item[item] for v in spent[one.key][: payment.quarters[0]]]
            inside: list[Any] = [
                spent[one.key][quarter] for one in by_item[item] for quarter in payment.quarters
            ]
            unless = [~here]
            if sooner:
                earlier = model.new_bool_var("")
                model.add(sum(sooner) >= 1).only_enforce_if(earlier)
                unless.append(~earlier)
            model.add(sum(inside) == 0).only_enforce_if(*unless)
            begun.append(weight * here)
        model.add(sum(amounts) + sum(begun) <= payment.room)
    solver = _solver(_SCHEDULE_PATIENCE)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return "no" if not bought else "unknown"  # purchases are rounded up
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return "unknown"
    return {
        task.key: {
            quarter: solver.value(spent[task.key][quarter])
            for quarter in quarters
            if solver.value(spent[task.key][quarter])
        }
        or {solver.value(start[task.key]): 0}
        for task in tasks
    }


def _solver(patience: float, *, linear: int = 1) -> Any:
    """One worker and one seed: the same plan on every machine. ``linear``: how much the linear relaxation is used;
    2 proves the choice, a knapsack with gates, in 0.05 s where 1 sometimes takes minutes."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = patience
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 2018
    solver.parameters.linearization_level = linear
    return solver
