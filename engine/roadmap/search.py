"""Finding the choice and its schedule together: the solver proposes, the calendar agrees or cuts it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.roadmap.model import Problem, whole_effort
from engine.roadmap.quarters import Quarter
from engine.roadmap.schedule import (
    LONGEST,
    Calendar,
    Spent,
    arrange,
    by_rule,
    calendar_of,
    least_quarters,
    length,
    works_of,
)
from engine.roadmap.solve import Answer, Chosen, Limits, Pick, choose
from engine.roadmap.values import Option

#: proposals whose work does not fit into the time, before the search stops proving
_MOST_CUTS = 3
#: numbers of quarters that are tried before the search stops proving that fewer are too few
_MOST_TRIED = 8
#: the same where any choice that hurries will do
_TRIED_IN_A_HURRY = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A choice that meets the gates and a schedule that keeps the dates.

    ``answer`` optimal: proven best for the objective. ``gap``: share by which a better one could exist. ``blocked``:
    choice (no choice meets the gates), time (none of them fits into dates, people and budget) or unknown (the solver
    found no choice before its patience ended); then no pick, and ``proven`` says whether that is certain.
    """

    answer: Answer
    pick: Mapping[str, Option]
    spent: Spent
    gap: Decimal = Decimal(0)
    blocked: str = ""
    proven: bool = True


def find(problem: Problem, start: Quarter, free: Chosen | None = None, hurried: Pick | None = None) -> Found:
    """The best choice and schedule for the problem's objective. ``free``: ``choose(problem)`` where it is known, and
    ``hurried``: ``hurried_pick(problem)``."""
    free = free or choose(problem)
    if not free.pick:
        sure = free.answer == "infeasible"
        return Found(free.answer, {}, {}, blocked="choice" if sure else "unknown", proven=sure)
    calendar, constraints = calendar_of(problem, start), problem.constraints
    within = None
    if constraints.finish_by is not None:
        within = start.until(constraints.finish_by) + 1
    if problem.objective == "fastest":
        found = _fastest(problem, calendar, free, within)
    else:
        dated = bool(
            within is not None or constraints.not_after or constraints.start_at or constraints.budget
        )
        found = _cheapest(problem, calendar, within, free, timed=dated)
    if found.pick or found.proven:
        return found
    hurried = hurried if hurried is not None else hurried_pick(problem, start, free)
    return _hurried(problem, calendar, within, free, hurried) or found


def hurried_pick(problem: Problem, start: Quarter, free: Chosen) -> Pick:
    """The choice of the fastest plan were there no budgets and no latest finish: what fits where hardly any does."""
    constraints = replace(problem.constraints, budget={}, finish_by=None)
    loose = replace(problem, constraints=constraints)
    return _fastest(loose, calendar_of(loose, start), free, None, tries=_TRIED_IN_A_HURRY).pick


def _hurried(
    problem: Problem, calendar: Calendar, within: int | None, free: Chosen, pick: Pick
) -> Found | None:
    if not pick:
        return None
    works = works_of(problem, pick, calendar.start)
    spent, _sure = arrange(works, calendar, purchases_of(pick), within=within)
    if spent is None:
        return None
    if problem.objective == "fastest":
        taken = length(spent)
        return Found("feasible", pick, spent, _gap(taken, min(taken, calendar.fewest(_at_least(free)))))
    effort = sum(whole_effort(option.effort) for option in pick.values())
    return Found("feasible", pick, spent, _gap(effort, min(effort, _at_least(free))))


def _cheapest(
    problem: Problem, calendar: Calendar, within: int | None, free: Chosen, *, timed: bool
) -> Found:
    """The least effort that fits into ``within`` quarters (None: into time as it comes)."""
    if all(option.idle for option in free.pick.values()):
        return Found(free.answer, free.pick, {})
    if (within is not None and within < 1) or calendar.within(within or LONGEST) < _at_least(free):
        return Found("infeasible", {}, {}, blocked="time")
    spent = _in_time(problem, calendar, free.pick, within)
    if spent is not None:  # what is cheapest anyway keeps the dates
        gap = Decimal(0) if free.answer == "optimal" else _gap(free.effort, free.bound)
        return Found(free.answer, free.pick, spent, gap)
    if not timed:
        return Found("infeasible", {}, {}, blocked="time", proven=False)  # hardly any people, for ever
    return _cheapest_in_time(problem, calendar, within)


def _cheapest_in_time(problem: Problem, calendar: Calendar, within: int | None) -> Found:
    """The solver proposes what could fit, the calendar agrees or cuts the proposal and all heavier ones off."""
    cuts: list[Mapping[str, frozenset[int]]] = []
    proven = True
    most = None if within is None else calendar.within(within)
    short = _short_enough(problem, calendar, within)
    for _n in range(_MOST_CUTS):
        chosen = choose(problem, Limits(most, short, tuple(cuts), timed=True))
        if chosen.answer in ("infeasible", "unknown"):
            sure = proven and chosen.answer == "infeasible"
            return Found("infeasible", {}, {}, blocked="time", proven=sure)
        works, bought = works_of(problem, chosen.pick, calendar.start), purchases_of(chosen.pick)
        spent, never = arrange(works, calendar, bought, within=within)
        if spent is not None:
            sure = proven and chosen.answer == "optimal"
            gap = Decimal(0) if sure else _gap(chosen.effort, min(chosen.bound, chosen.effort))
            return Found("optimal" if sure else "feasible", chosen.pick, spent, gap)
        proven = proven and never
        cuts.append(_at_least_as_much(problem, chosen.pick))
    return Found("infeasible", {}, {}, blocked="time", proven=False)


def _fastest(
    problem: Problem, calendar: Calendar, least: Chosen, latest: int | None, *, tries: int = _MOST_TRIED
) -> Found:
    """The fewest quarters, then the least effort in them: quarter by quarter from a bound that cannot be beaten.
    ``latest``: the most quarters there may be."""
    if all(option.idle for option in least.pick.values()):
        return Found(least.answer, least.pick, {})
    most = LONGEST if latest is None else min(LONGEST, latest)
    usual = _in_time(problem, calendar, least.pick, most)
    bound = max(calendar.fewest(_at_least(least)), 1)
    excluded = bound  # the quarters below are proven to be too few
    stop = most + 1 if usual is None else length(usual)
    for within in range(bound, min(stop, bound + tries)):
        found = _cheapest(problem, calendar, within, least, timed=True)
        if found.pick:
            sure = excluded == within
            return found if sure else Found("feasible", found.pick, found.spent, _gap(within, excluded))
        if found.proven and excluded == within:
            excluded += 1
    if usual is None:
        if bound + tries <= most < LONGEST:  # the most quarters there may be were not tried yet
            found = _cheapest(problem, calendar, most, least, timed=True)
            if found.pick:
                return Found("feasible", found.pick, found.spent, _gap(length(found.spent), excluded))
            if found.proven:  # none in the most quarters is none in fewer
                return found
        return Found("infeasible", {}, {}, blocked="time", proven=excluded >= stop)
    if excluded >= stop and least.answer == "optimal":
        return Found("optimal", least.pick, usual)
    return Found("feasible", least.pick, usual, _gap(stop, min(excluded, stop)))


def _in_time(
    problem: Problem, calendar: Calendar, pick: Mapping[str, Option], within: int | None
) -> Spent | None:
    """The schedule of the simple rules for a choice, or None."""
    works = works_of(problem, pick, calendar.start)
    return by_rule(works, calendar, purchases_of(pick), within or LONGEST)


def _at_least(chosen: Chosen) -> int:
    return chosen.effort if chosen.answer == "optimal" else chosen.bound


def _short_enough(problem: Problem, calendar: Calendar, within: int | None) -> Mapping[str, frozenset[int]]:
    """Per item the candidates whose own tasks, alone in the world, fit into the time."""
    kept: dict[str, frozenset[int]] = {}
    for code in problem.options:
        places = set[int]()
        for place, option in enumerate(problem.candidates(code, timed=True)):
            alone = least_quarters(works_of(problem, {code: option}, calendar.start), calendar.pace)
            if alone is not None and (within is None or alone <= within):
                places.add(place)
        kept[code] = frozenset(places)
    return kept


def _at_least_as_much(problem: Problem, pick: Mapping[str, Option]) -> Mapping[str, frozenset[int]]:
    """For each item at work the candidates that need at least the work picked: together they fit no better."""
    cut: dict[str, frozenset[int]] = {}
    for code, option in pick.items():
        if option.idle:
            continue
        cut[code] = frozenset(
            place
            for place, other in enumerate(problem.candidates(code, timed=True))
            if other.purchases >= option.purchases
            and all(key in other.work and other.work[key] >= effort for key, effort in option.work.items())
        )
    return cut


def purchases_of(pick: Mapping[str, Option]) -> Mapping[str, Decimal]:
    """What is bought per item, in yuan."""
    return {code: option.purchases for code, option in pick.items() if option.purchases}


def _gap(effort: int, bound: int) -> Decimal:
    if not effort:
        return Decimal(0)
    return (Decimal(effort - bound) / effort).quantize(Decimal("0.0001"))
