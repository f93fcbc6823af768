"""Why an action stands in the plan: what would fail without it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.roadmap.model import GateNeed, Problem, whole_points
from engine.roadmap.options import idle_option
from engine.roadmap.values import Option, Why


def reasons_of(problem: Problem, pick: Mapping[str, Option]) -> Mapping[str, tuple[Why, int]]:
    """For each item at work the gate that would fall, at the lowest level, if this item alone stayed as it is.

    Where none would, the user pinned it, or it is spare.
    """
    return {code: _reason(problem, pick, code) for code, option in pick.items() if not option.idle}


def _reason(problem: Problem, pick: Mapping[str, Option], code: str) -> tuple[Why, int]:
    without = {**pick, code: today_of(problem, code)}
    for need in problem.gates:
        if why := failing_gate(need, without):
            return why, need.level
    return ("pinned" if code in problem.constraints.pinned else "spare"), problem.target


def today_of(problem: Problem, code: str) -> Option:
    """Doing nothing about an item, also where the user's decisions rule that out."""
    standing = problem.standings[code]
    idle = next((option for option in problem.options[code] if option.idle), None)
    if idle is not None:
        return idle
    return idle_option(problem.rubric, standing, problem.assumptions)


def failing_gate(need: GateNeed, pick: Mapping[str, Option]) -> Why | None:
    """The first of a level's three gates that ``pick`` does not meet."""
    if not all(need.passed(pick[code]) for code in need.basic):
        return "basic_gate"
    if sum(need.passed(pick[code]) for code in need.optional) < need.optional_need:
        return "optional_gate"
    if sum(whole_points(option.score) for option in pick.values()) < need.points_need:
        return "total_gate"
    return None
