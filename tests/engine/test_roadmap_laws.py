"""Laws of every plan, tried on made-up rubrics, the naive planner beside the solver."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engine.roadmap.model import problem_of
from engine.roadmap.order import predecessors
from engine.roadmap.plan import make_plan
from engine.roadmap.plan_json import plan_from_json, plan_to_json
from engine.roadmap.states import end_card
from engine.roadmap.values import CLEANING, OBJECTIVES, ROLLOUT, Across, Constraints, Option, Plan, TaskKey
from engine.rubric.values import Rubric, Text
from engine.rubric.vocabulary import NATURES
from engine.scoring.answers import Answers
from engine.scoring.score import score
from tests.engine.naive_planner import combinations, least_effort
from tests.engine.plan_cases import START, assumptions, plan_case

seeds = st.integers(min_value=0, max_value=2**40)
BEDS = (None, 300, 800, 3000)
FACTOR = {None: Fraction(1), 300: Fraction(1), 800: Fraction(3, 2), 3000: Fraction(2)}


def made(
    seed: int, *, items: int = 5, **more: object
) -> tuple[Random, Rubric, Answers, int, dict[str, object]]:
    rng = Random(seed)
    rubric, answers = plan_case(rng, items=items)
    target = rng.randint(1, rubric.top_level)
    return (
        rng,
        rubric,
        answers,
        target,
        {"assumptions": assumptions(), "start": START, "beds": rng.choice(BEDS), **more},
    )


def picks(plan: Plan, rubric: Rubric, answers: Answers, beds: int | None) -> dict[str, Option]:
    """The options a plan chose, found again among all of them."""
    problem = problem_of(rubric, answers, plan.target, plan.objective, assumptions(), Constraints(), beds)
    chosen = {}
    for code, options in problem.options.items():
        action = plan.by_item.get(code)
        chosen[code] = next(
            one
            for one in options
            if (action is None and one.idle)
            or (
                action is not None
                and (one.level, one.application, one.data_quality)
                == (action.to_level, action.application, action.data_quality)
            )
        )
    return chosen


@settings(max_examples=40)
@given(seeds, st.sampled_from(OBJECTIVES))
def test_scoring_the_end_state_with_the_real_scorer_reaches_the_target(seed: int, objective: str) -> None:
    _, rubric, answers, target, how = made(seed)
    plan = make_plan(rubric, answers, target, objective, **how)  # type: ignore[arg-type]
    if plan.status == "infeasible":
        assert plan.infeasible_because and not plan.actions
        return
    assert plan.level_after >= target
    problem = problem_of(rubric, answers, target, plan.objective, assumptions(), Constraints(), how["beds"])  # type: ignore[arg-type]
    card = end_card(problem, answers, picks(plan, rubric, answers, how["beds"]))  # type: ignore[arg-type]
    assert (card.level, card.total) == (plan.level_after, plan.total_after)
    if plan.quarters:
        assert (plan.quarters[-1].level, plan.quarters[-1].total) == (card.level, card.total)
    else:
        assert score(rubric, answers).level >= target or not plan.actions


@settings(max_examples=40)
@given(seeds, st.booleans())
@example(6105185725, False)  # a level counted on another base comes along for nothing
def test_trying_every_combination_finds_nothing_cheaper(seed: int, safest: bool) -> None:
    _, rubric, answers, target, how = made(seed, items=3)
    assume(combinations(rubric, answers, target) < 20_000)
    plan = make_plan(rubric, answers, target, "safest" if safest else "cheapest", **how)  # type: ignore[arg-type]
    naive = least_effort(rubric, answers, target, FACTOR[how["beds"]], safest=safest)  # type: ignore[index]
    if naive is None:
        assert plan.status == "infeasible"
    else:
        assert plan.status == "optimal"
        assert Fraction(plan.effort) == naive


@settings(max_examples=25)
@given(seeds)
def test_no_action_of_a_cheapest_plan_can_be_dropped(seed: int) -> None:
    _, rubric, answers, target, how = made(seed)
    plan = make_plan(rubric, answers, target, "cheapest", **how)  # type: ignore[arg-type]
    problem = problem_of(rubric, answers, target, "cheapest", assumptions(), Constraints(), how["beds"])  # type: ignore[arg-type]
    chosen = picks(plan, rubric, answers, how["beds"]) if plan.status == "optimal" else {}  # type: ignore[arg-type]
    for action in plan.actions:
        without = {**chosen, action.item: next(one for one in problem.options[action.item] if one.idle)}
        assert end_card(problem, answers, without).level < target
        assert action.why in ("basic_gate", "optional_gate", "total_gate")


@settings(max_examples=40)
@given(seeds, st.sampled_from(OBJECTIVES))
def test_a_schedule_keeps_people_pace_and_order(seed: int, objective: str) -> None:
    rng, rubric, answers, target, how = made(seed)
    how["assumptions"] = replace(assumptions(), quarter_capacity=Decimal(rng.choice((7, 15, 60))))
    plan = make_plan(rubric, answers, target, objective, **how)  # type: ignore[arg-type]
    when = {task.key: task for action in plan.actions for task in action.tasks}
    used: dict[object, Decimal] = defaultdict(Decimal)
    for task in when.values():
        assert sum(task.spent.values(), Decimal(0)) == task.effort
        assert all(amount <= assumptions().task_pace for amount in task.spent.values())
        assert all(when[before].finish < task.start for before in task.after)
        for quarter, amount in task.spent.items():
            assert quarter >= START
            used[quarter] += amount
    for state in plan.quarters:
        assert used[state.quarter] == state.effort <= state.capacity
        assert state.money == state.effort * assumptions().rate
    assert sum(used.values(), Decimal(0)) == plan.effort
    for action in plan.actions:
        _inside_order(action.tasks)


def _inside_order(tasks: object) -> None:
    """Levels in order; dictionary before exchange before closed loop before decision support."""
    order = ("dictionary", "exchange", "closed_loop", "decision_support")
    for one in tasks:  # type: ignore[attr-defined]
        for other in tasks:  # type: ignore[attr-defined]
            first, second = one.key, other.key
            later_kind = (
                first.nature in order
                and second.nature in order
                and order.index(first.nature) < order.index(second.nature)
            )
            if first.level < second.level or (first.level == second.level and later_kind):
                assert one.finish < other.start


@settings(max_examples=25)
@given(seeds)
def test_the_fastest_plan_finishes_no_later_and_costs_no_less_than_the_cheapest(seed: int) -> None:
    _, rubric, answers, target, how = made(seed)
    cheapest = make_plan(rubric, answers, target, "cheapest", **how)  # type: ignore[arg-type]
    fastest = make_plan(rubric, answers, target, "fastest", **how)  # type: ignore[arg-type]
    assert (cheapest.status == "infeasible") == (fastest.status == "infeasible")
    if cheapest.actions:
        assert cheapest.finish is not None and fastest.finish is not None
        assert fastest.finish <= cheapest.finish
        assert fastest.effort >= cheapest.effort


@settings(max_examples=20)
@given(seeds)
def test_in_one_quarter_less_than_the_fastest_no_combination_fits(seed: int) -> None:
    """Where the fastest plan is called optimal, a plan that has to finish a quarter earlier does not exist."""
    _, rubric, answers, target, how = made(seed, items=3)
    fastest = make_plan(rubric, answers, target, "fastest", **how)  # type: ignore[arg-type]
    assume(fastest.status == "optimal" and fastest.finish is not None and fastest.finish > START)
    assert fastest.finish is not None
    sooner = Constraints(finish_by=fastest.finish.later(-1))
    assert make_plan(rubric, answers, target, "cheapest", constraints=sooner, **how).status == "infeasible"  # type: ignore[arg-type]
    just = Constraints(finish_by=fastest.finish)
    in_time = make_plan(rubric, answers, target, "cheapest", constraints=just, **how)  # type: ignore[arg-type]
    assert in_time.effort == fastest.effort


@settings(max_examples=40)
@given(seeds, st.sampled_from(OBJECTIVES))
def test_a_plan_survives_its_document(seed: int, objective: str) -> None:
    _, rubric, answers, target, how = made(seed)
    plan = make_plan(rubric, answers, target, objective, **how)  # type: ignore[arg-type]
    assert plan_from_json(plan_to_json(plan)) == plan


@settings(max_examples=100)
@given(seeds)
def test_whatever_the_rules_say_there_is_no_circle(seed: int) -> None:
    rng = Random(seed)
    codes = [f"01.{n:02d}" for n in range(1, 6)]
    keys = [
        TaskKey(code, level, nature)
        for code in codes
        for level in range(1, 4)
        for nature in (*NATURES, ROLLOUT, CLEANING)
        if rng.random() < 0.4
    ]
    rules = tuple(_rule(rng, codes, n) for n in range(rng.randint(0, 5)))
    order = tuple(rng.sample(NATURES, rng.randint(0, len(NATURES))))
    after = predecessors(keys, replace(assumptions(), across=rules, order_inside=order), "made-up")
    done: set[TaskKey] = set()
    for key in after:  # each comes after all of its own
        assert set(after[key]) <= done
        done.add(key)
    assert done == set(keys)


def _rule(rng: Random, codes: list[str], n: int) -> Across:
    def some(names: list[str]) -> frozenset[str]:
        return frozenset(rng.sample(names, rng.randint(0, 2)))

    natures = list(NATURES)
    return Across(
        f"rule-{n}", some(codes), some(natures), some(codes), some(natures), frozenset(), Text("", "")
    )
