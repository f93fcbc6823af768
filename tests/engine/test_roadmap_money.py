"""Budgets: plans that keep them are found, what is too little money names the money, and nothing is claimed unproven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engine.roadmap.plan import make_plan
from engine.roadmap.plan_json import plan_from_json, plan_to_json
from engine.roadmap.quarters import Quarter
from engine.roadmap.solve import Chosen
from engine.roadmap.values import Constraints, Objective, Plan, Quotation, Relaxation
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.formats import answers_from_json, parse_document
from engine.scoring.score import score
from tests.engine.library import library
from tests.engine.plan_cases import START, assumptions, plan_case

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "assessments"
D, BEDS = Decimal, 800


@cache
def golden(name: str) -> tuple[Rubric, Answers, int]:
    document = parse_document((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    rubric = library()[str(document["rubric"])]
    answers = answers_from_json(rubric, document)
    return rubric, answers, score(rubric, answers).level + 1


def plan(name: str, objective: Objective = "cheapest", constraints: Constraints | None = None) -> Plan:
    rubric, answers, target = golden(name)
    return make_plan(
        rubric, answers, target, objective,
        assumptions=assumptions(), constraints=constraints, start=START, beds=BEDS,
    )  # fmt: skip


def money(found: Plan) -> dict[int, Decimal]:
    spent: dict[int, Decimal] = {}
    for state in found.quarters:
        spent[state.quarter.year] = spent.get(state.quarter.year, D(0)) + state.money
    return spent


def relaxed(constraints: Constraints, one: Relaxation, usual: Decimal) -> Constraints:
    """As the page applies it."""
    if one.kind == "finish_by":
        return replace(constraints, finish_by=one.quarter)
    assert one.amount is not None
    if one.kind == "budget":
        years = list(constraints.budget) if one.year is None else [one.year]
        return replace(
            constraints,
            budget={**constraints.budget, **{year: constraints.budget[year] + one.amount for year in years}},
        )
    assert one.kind == "capacity" and one.year is not None
    whole, rest = divmod(one.amount, 4)
    added = {Quarter(one.year, n): usual + whole + min(D(1), max(D(0), rest - n + 1)) for n in range(1, 5)}
    return replace(constraints, capacity={**constraints.capacity, **added})


@pytest.mark.parametrize(
    ("name", "objective"),
    [
        ("emr-county-level-2", "fastest"),
        ("emr-tertiary-level-4", "cheapest"),
        ("emr-empty", "fastest"),
        ("smart-level-3", "cheapest"),
        ("smart-level-3", "fastest"),
    ],
)
def test_a_year_without_money_asks_for_money_in_it_and_every_offer_helps(
    name: str, objective: Objective
) -> None:
    finish = plan(name, "fastest").finish
    tight = Constraints(budget={2027: D(0)}, finish_by=finish)
    found = plan(name, objective, tight)
    assert found.status == "infeasible"
    assert [one.year for one in found.relaxations if one.kind == "budget"] == [2027]
    for one in found.relaxations:
        helped = plan(name, objective, relaxed(tight, one, D(90)))
        assert helped.status != "infeasible", one.text.en


@pytest.mark.parametrize("name", ["emr-county-level-2", "smart-level-3"])
def test_two_years_too_low_are_raised_together(name: str) -> None:
    fastest = plan(name, "fastest")
    budget = {year: (spent / 2).quantize(D("0.01")) for year, spent in money(fastest).items()}
    tight = Constraints(budget=budget, finish_by=fastest.finish)
    found = plan(name, "cheapest", tight)
    together = next(one for one in found.relaxations if one.kind == "budget" and one.year is None)
    assert all(str(year) in together.text.en and str(year) in together.text.zh for year in budget)
    assert plan(name, "cheapest", relaxed(tight, together, D(90))).status != "infeasible"


@pytest.mark.parametrize("objective", ["cheapest", "fastest", "safest"])
@pytest.mark.parametrize("name", ["emr-empty", "emr-county-level-2", "smart-level-3", "ai-level-2"])
def test_a_budget_of_exactly_what_a_plan_spends_is_kept(name: str, objective: Objective) -> None:
    fastest = plan(name, "safest" if objective == "safest" else "fastest")
    exact = Constraints(budget=money(fastest), finish_by=fastest.finish)
    found = plan(name, objective, exact)
    assert found.status != "infeasible" and found.finish is not None and fastest.finish is not None
    assert found.finish <= fastest.finish
    spent = money(found)
    assert all(spent.get(year, D(0)) <= most for year, most in exact.budget.items())


def test_few_searches_are_made_however_little_money_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted instead of timed: each is some hundredths of a second."""
    from engine.roadmap import relaxing_time, search, solve

    asked = 0
    choose = solve.choose

    def counted(*args: object, **more: object) -> Chosen:
        nonlocal asked
        asked += 1
        return choose(*args, **more)  # type: ignore[arg-type]

    for module in (search, relaxing_time):
        monkeypatch.setattr(module, "choose", counted)
    low = {year: D(100_000) for year in range(2027, 2033)}
    for constraints in (
        Constraints(budget={2027: D(0)}),
        Constraints(budget=low, finish_by=Quarter(2032, 4)),
    ):
        asked = 0
        plan("emr-county-level-2", "fastest", constraints)
        assert asked <= 12, constraints


@settings(max_examples=30)
@given(st.integers(min_value=0, max_value=2**40), st.booleans())
def test_a_plan_with_budgets_keeps_them_and_purchases_are_paid_when_work_begins(
    seed: int, fastest: bool
) -> None:
    rng = Random(seed)
    rubric, answers = plan_case(rng, items=4)
    target = rng.randint(1, rubric.top_level)
    how: Mapping[str, object] = {"assumptions": assumptions(), "start": START}
    free = make_plan(rubric, answers, target, "cheapest", **how)  # type: ignore[arg-type]
    assume(free.actions)
    quotations = tuple(
        Quotation(action.item, action.to_level, software=D(rng.choice((20_000, 150_000))))
        for action in free.actions
        if rng.random() < 0.5
    )
    budget = {2027: D(rng.choice((0, 90_000, 200_000))), 2028: D(rng.choice((0, 150_000, 400_000)))}
    finish = Quarter(2028, rng.randint(1, 4)) if rng.random() < 0.7 else None
    constraints = Constraints(budget=budget, quotations=quotations, finish_by=finish)
    found = make_plan(
        rubric,
        answers,
        target,
        "fastest" if fastest else "cheapest",
        constraints=constraints,
        **how,  # type: ignore[arg-type]
    )
    assert plan_from_json(plan_to_json(found)) == found
    if found.status == "infeasible":
        for one in found.relaxations:
            if one.kind in ("budget", "finish_by"):
                helped = make_plan(
                    rubric, answers, target, found.objective,
                    constraints=relaxed(constraints, one, D(60)), **how,  # type: ignore[arg-type]
                )  # fmt: skip
                assert helped.status != "infeasible"
        return
    spent = money(found)
    assert all(spent.get(year, D(0)) <= most for year, most in budget.items())
    assert sum(spent.values(), D(0)) == found.cost.likely
    assert finish is None or (found.finish is not None and found.finish <= finish)


@settings(max_examples=30)
@given(st.integers(min_value=0, max_value=2**40))
@example(252)  # purchases exactly paid for
def test_money_and_time_of_a_plan_are_always_enough_for_a_plan(seed: int) -> None:
    rng = Random(seed)
    rubric, answers = plan_case(rng, items=5)
    target = rng.randint(1, rubric.top_level)
    people = replace(assumptions(), quarter_capacity=D(rng.choice((9, 20, 60))))
    how: Mapping[str, object] = {"assumptions": people, "start": START}
    first = make_plan(rubric, answers, target, "cheapest", **how)  # type: ignore[arg-type]
    quotations = tuple(
        Quotation(action.item, action.to_level, software=D(rng.choice((20_000, 150_000))))
        for action in first.actions
        if rng.random() < 0.4
    )
    objective: Objective = rng.choice(("cheapest", "fastest", "safest"))
    free = Constraints(quotations=quotations)
    base = make_plan(rubric, answers, target, objective, constraints=free, **how)  # type: ignore[arg-type]
    assume(base.actions)
    budget = {year: spent.quantize(D("0.01"), rounding="ROUND_UP") for year, spent in money(base).items()}
    exact = replace(free, budget=budget, finish_by=base.finish)
    for other in ("safest",) if objective == "safest" else ("cheapest", "fastest"):
        found = make_plan(rubric, answers, target, other, constraints=exact, **how)  # type: ignore[arg-type]
        assert found.status != "infeasible"


def test_what_was_not_proven_is_not_called_impossible(monkeypatch: pytest.MonkeyPatch) -> None:
    fastest = plan("emr-empty", "fastest")
    monkeypatch.setattr("engine.roadmap.search._MOST_CUTS", 0)
    monkeypatch.setattr("engine.roadmap.search._hurried", lambda *args: None)
    found = plan("emr-empty", "cheapest", Constraints(finish_by=fastest.finish))
    assert (found.status, found.proven) == ("infeasible", False)
    assert "也未证明没有" in found.infeasible_because[0].text.zh
    assert plan_to_json(found)["proven"] is False and plan_from_json(plan_to_json(found)) == found
    sure = plan("emr-empty", "cheapest", Constraints(finish_by=START))
    assert sure.proven and "proven" not in plan_to_json(sure)
    assert "未证明" not in sure.infeasible_because[0].text.zh


@pytest.mark.parametrize("objective", ["cheapest", "fastest"])
def test_a_solver_that_found_nothing_in_its_patience_is_not_explained_as_lack_of_time(
    monkeypatch: pytest.MonkeyPatch, objective: Objective
) -> None:
    monkeypatch.setattr("engine.roadmap.search.choose", lambda *args: Chosen("unknown", {}, 0, 0))
    found = plan("smart-level-3", objective)
    assert (found.status, found.proven, found.relaxations) == ("infeasible", False, ())
    assert [one.gate for one in found.infeasible_because] == ["unknown"]
