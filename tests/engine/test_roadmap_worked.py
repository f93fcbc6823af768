"""Plans worked out by hand, and the words of those that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.roadmap.comparing import compare_plans
from engine.roadmap.constraints import read_constraints
from engine.roadmap.plan import UnknownTarget, make_plan
from engine.roadmap.quarters import Quarter
from engine.roadmap.sensitivity import find_sensitivity
from engine.roadmap.values import Constraints, Plan
from engine.rubric.values import Item, ItemLevel, Rubric
from engine.scoring.answers import Answers, ItemAnswers
from engine.scoring.score import score
from tests.engine.library import rubric as edition
from tests.engine.made_up import answers_for, make_item, make_rubric
from tests.engine.plan_cases import START, assumptions

D = Decimal


def work(item: Item, natures: Mapping[int, str]) -> Item:
    """The same item with one clause of this nature per level."""

    def of(level: ItemLevel) -> ItemLevel:
        clauses = tuple(replace(one, nature=natures[level.level]) for one in level.clauses)
        return replace(level, clauses=clauses)

    return replace(item, levels=tuple(of(level) for level in item.levels))


BASIC = work(make_item("01.01", {1: "basic", 2: "basic"}, indices=(2,)), {1: "dictionary", 2: "exchange"})
CHEAP = work(make_item("01.02", {1: "optional", 2: "optional"}), {1: "feature", 2: "capture"})
DEAR = work(make_item("01.03", {1: "optional", 2: "optional"}), {1: "feature", 2: "regional"})
THREE = make_rubric(BASIC, CHEAP, DEAR, optional_required={1: 1, 2: 1}, min_totals={1: 1, 2: 2})


def answers(**items: ItemAnswers) -> Answers:
    given = {
        "01.01": answers_for(BASIC, 1, "0.60", "0.20"),
        "01.02": answers_for(CHEAP, 1),
        "01.03": answers_for(DEAR, 1),
    }
    return Answers("made-up", {**given, **{code.replace("_", "."): one for code, one in items.items()}})


def plan(
    rubric: Rubric = THREE,
    given: Answers | None = None,
    target: int = 2,
    objective: str = "cheapest",
    **more: object,
) -> Plan:
    how = {"assumptions": assumptions(), "start": START, **more}
    return make_plan(rubric, given or answers(), target, objective, **how)  # type: ignore[arg-type]


def test_effort_is_counted_as_the_design_says() -> None:
    found = plan()
    basic = found.by_item["01.01"]
    # exchange 6, rollout 20 x (0.80 - 0.60) = 4, cleaning 30 x (0.50 - 0.20) = 9
    assert basic.effort == D("19")
    assert {task.key.nature: task.effort for task in basic.tasks} == {
        "exchange": 6,
        "rollout": 4,
        "cleaning": 9,
    }
    assert (basic.from_level, basic.to_level, basic.application, basic.data_quality) == (
        0,
        2,
        D("0.80"),
        D("0.50"),
    )
    assert (basic.why, basic.why_level) == (
        "basic_gate",
        1,
    )  # 0.60 fails the ratio of a basic item at level 1 too
    assert found.by_item["01.02"].effort == 2 and "01.03" not in found.by_item
    assert (found.effort, found.effort_low, found.effort_high) == (21, D("14.7"), D("33.6"))
    assert (found.cost.low, found.cost.likely, found.cost.high) == (220_500, 315_000, 504_000)
    assert (found.status, found.level_before, found.level_after) == ("optimal", 0, 2)


@pytest.mark.parametrize(
    ("beds", "factor"), [(None, "1"), (500, "1"), (501, "1.5"), (1500, "1.5"), (1501, "2")]
)
def test_the_size_of_the_hospital_multiplies_effort_and_people(beds: int | None, factor: str) -> None:
    found = plan(beds=beds)
    assert found.effort == 21 * D(factor)
    assert found.quarters[0].capacity == 60 * D(factor)


def test_half_of_a_clause_that_is_partly_met_is_left() -> None:
    half = replace(answers_for(BASIC, 1, "0.80", "0.50"), clauses={1: ("met",), 2: ("partly",)})
    assert plan(given=answers(**{"01_01": half})).by_item["01.01"].effort == 3


def test_work_at_one_level_follows_its_order_quarter_by_quarter() -> None:
    found = plan(given=answers(**{"01_01": answers_for(BASIC, 0, "0", "0")}))
    when = {
        (task.key.level, task.key.nature): (task.start, task.finish) for task in found.by_item["01.01"].tasks
    }
    assert when[1, "dictionary"] == (Quarter(2027, 1), Quarter(2027, 1))
    assert when[2, "exchange"] == (Quarter(2027, 2), Quarter(2027, 2))
    # 16 person-weeks of rollout at 12 a quarter take two
    assert when[2, "rollout"] == (Quarter(2027, 3), Quarter(2027, 4))
    assert [state.level for state in found.quarters] == [0, 0, 0, 2]


def test_excluding_the_chosen_item_gives_the_second_best_and_says_what_changed() -> None:
    first = plan()
    second = plan(constraints=Constraints(excluded={"01.02": "停用"}))
    assert second.by_item["01.03"].effort == 16
    difference = compare_plans(first, second)
    assert [one.item for one in difference.added] == ["01.03"]
    assert [one.item for one in difference.dropped] == ["01.02"]
    assert (difference.effort, difference.cost) == (14, 14 * 15_000)
    assert not difference.same and compare_plans(first, first).same


def test_an_excluded_basic_item_names_its_gate_and_the_relaxation() -> None:
    found = plan(constraints=Constraints(excluded={"01.01": "系统冻结"}))
    assert found.status == "infeasible"
    assert {(one.gate, one.level, one.items) for one in found.infeasible_because} == {
        ("basic", 1, ("01.01",)),
        ("basic", 2, ("01.01",)),
    }
    assert "系统冻结" in found.infeasible_because[0].text.zh
    assert [(one.kind, one.items) for one in found.relaxations] == [("allow", ("01.01",))]


def test_optional_items_closed_to_all_are_opened_by_the_cheapest_first() -> None:
    closed = {"01.02": "", "01.03": ""}
    given = answers(**{"01_02": ItemAnswers(), "01_03": ItemAnswers()})
    found = plan(given=given, constraints=Constraints(excluded=closed))
    assert {one.gate for one in found.infeasible_because} == {"optional", "total"}
    assert [one.items for one in found.relaxations] == [("01.02",), ("01.03",)]


def test_no_such_service_stays_closed_until_it_is_allowed() -> None:
    given = answers(**{"01_01": replace(answers_for(BASIC, 1), no_such_service="本院无此业务")})
    found = plan(given=given)
    assert found.status == "infeasible" and "无此项服务" in found.infeasible_because[0].text.zh
    allowed = Constraints(allowed=frozenset(found.relaxations[0].items))
    opened = plan(given=given, constraints=allowed)
    # nothing entered before counts: dictionary 6, exchange 6, rollout 16, cleaning 15
    assert opened.by_item["01.01"].effort == 43


def test_a_pin_takes_an_item_further_than_the_gates_ask() -> None:
    found = plan(constraints=Constraints(pinned={"01.03": 2}))
    assert found.by_item["01.03"].to_level == 2
    assert "01.02" not in found.by_item  # one optional item is enough
    assert found.by_item["01.03"].why == "optional_gate"


def test_a_quotation_replaces_the_effort_and_adds_what_is_bought() -> None:
    quotations = {
        "item": "01.01",
        "level": 2,
        "effort": "2",
        "software": 80000,
        "interface": "20000",
        "vendor": "示例厂商",
    }
    found = plan(constraints=read_constraints({"quotations": [quotations]}, THREE))
    basic = found.by_item["01.01"]
    assert (basic.effort, basic.purchases) == (15, 100_000)
    assert found.cost.likely == 17 * 15_000 + 100_000
    assert found.quarters[0].money == found.quarters[0].effort * 15_000 + 100_000


def test_work_waits_for_its_earliest_quarter_and_starts_where_it_is_pinned() -> None:
    later = Quarter(2028, 1)
    frozen = plan(constraints=Constraints(not_before={"01.01": later}))
    assert frozen.by_item["01.01"].start == later and frozen.by_item["01.02"].start == START
    dragged = plan(constraints=Constraints(start_at={"01.02": Quarter(2027, 3)}))
    assert dragged.by_item["01.02"].start == Quarter(2027, 3)


def test_too_early_an_end_is_refused_with_the_smallest_changes_that_help() -> None:
    constraints = Constraints(finish_by=START)
    found = plan(constraints=constraints)
    assert found.status == "infeasible" and found.infeasible_because[0].gate == "time"
    later = next(one for one in found.relaxations if one.kind == "finish_by")
    assert later.quarter == Quarter(2027, 2)
    assert plan(constraints=Constraints(finish_by=later.quarter)).status == "optimal"
    assert not [
        one for one in found.relaxations if one.kind == "capacity"
    ]  # more people do not shorten a chain


def test_too_few_people_are_refused_with_the_smallest_number_that_helps() -> None:
    few = Constraints(finish_by=Quarter(2027, 3), quarter_capacity=D(5))
    found = plan(constraints=few)
    more = next(one for one in found.relaxations if one.kind == "capacity")
    assert (more.year, more.amount) == (
        2027,
        7,
    )  # spread 2, 2, 2, 1: 21 person-weeks in the first three quarters
    assert "2027" in more.text.en


def test_too_small_a_budget_names_the_money_that_is_missing() -> None:
    tight = Constraints(finish_by=Quarter(2027, 4), budget={2027: D(300_000)})
    found = plan(constraints=tight)
    assert found.status == "infeasible"
    more = next(one for one in found.relaxations if one.kind == "budget")
    assert more.amount == 15_000
    assert plan(constraints=replace(tight, budget={2027: D(315_000)})).status != "infeasible"
    next_year = plan(constraints=Constraints(budget={2027: D(300_000)}))  # without a date it moves on
    assert next_year.finish == Quarter(2028, 1)


def test_nobody_at_all_never_finishes() -> None:
    found = plan(constraints=Constraints(quarter_capacity=D(0)))
    assert found.status == "infeasible" and found.infeasible_because[0].gate == "time"


def test_a_target_that_holds_needs_nothing() -> None:
    done = answers(**{code.replace(".", "_"): answers_for(item, 2) for code, item in THREE.by_code.items()})
    for objective in ("cheapest", "fastest"):
        found = plan(given=done, objective=objective)
        assert (found.status, found.actions, found.effort, found.finish) == ("optimal", (), 0, None)
        assert (
            plan(given=done, objective=objective, constraints=Constraints(finish_by=Quarter(2026, 1))).status
            == "optimal"
        )


def test_a_target_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownTarget):
        plan(target=3)


def test_a_dearer_kind_of_work_changes_the_choice_only_where_it_matters() -> None:
    close = work(make_item("01.03", {1: "optional", 2: "optional"}), {1: "feature", 2: "feature"})
    rubric = make_rubric(BASIC, CHEAP, close, optional_required={1: 1, 2: 1}, min_totals={1: 1, 2: 2})
    lines = find_sensitivity(rubric, answers(), 2, "cheapest", assumptions=assumptions(), start=START)
    by = {(one.kind, one.what): one for one in lines}
    assert not by["nature", "exchange"].changed and by["nature", "exchange"].effort_after == D("22.8")
    chosen = next(code for code in ("01.02", "01.03") if ("item", code) in by)
    other = "01.03" if chosen == "01.02" else "01.02"
    assert (by["item", chosen].dropped, by["item", chosen].added) == ((chosen,), (other,))
    assert by["item", chosen].changed and by["item", chosen].effort_after == 21


@pytest.mark.parametrize("key", ["emr-2018", "smart-service-2019", "ai-readiness-2021"])
def test_from_nothing_to_the_top_of_every_edition(key: str) -> None:
    rubric = edition(key)
    found = plan(rubric, Answers(key, {}), rubric.top_level, beds=800)
    assert found.status == "optimal" and found.level_after == rubric.top_level
    levels = [state.level for state in found.quarters]
    assert levels == sorted(levels) and levels[-1] == rubric.top_level
    assert score(rubric, Answers(key, {})).level == 0


def test_the_rules_between_items_hold_in_a_real_plan() -> None:
    rubric = edition("emr-2018")
    found = plan(rubric, Answers("emr-2018", {}), 5)
    tasks = [task for action in found.actions for task in action.tasks]
    for one in tasks:
        for other in tasks:
            if one.key.item == other.key.item or one.key.level > other.key.level:
                continue
            if one.key.nature == "dictionary" and other.key.nature == "exchange":
                assert one.finish < other.start
            if (
                one.key.item == "10.01"
                and one.key.nature not in ("rollout", "cleaning", "analytics")
                and other.key.nature == "analytics"
            ):
                assert one.finish < other.start


def test_a_solver_out_of_patience_gives_a_plan_that_is_not_called_optimal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was not proven in time is feasible, never "there is none"."""
    monkeypatch.setattr("engine.roadmap.solve._CHOICE_PATIENCE", 1e-9)
    rubric = edition("emr-2018")
    made = plan(rubric, Answers(rubric.id, {}), 4, start=Quarter(2027, 1), beds=800)
    assert made.status == "feasible" and made.actions
    assert made.level_after >= 4


def test_an_old_choice_that_no_longer_fits_is_a_changed_one() -> None:
    """Both optional items fit into a quarter; the cheaper one not any more once its one task is 30 % dearer, although it
    still is the cheaper one."""
    cheap = work(make_item("01.02", {1: "optional", 2: "optional"}), {1: "feature", 2: "exchange"})
    wide = work(make_item("01.03", {1: "optional", 2: "optional"}), {1: "feature", 2: "capture"})
    last = wide.levels[-1]
    two = (*last.clauses, replace(last.clauses[0], n=2, nature="governance"))
    wide = replace(wide, levels=(*wide.levels[:-1], replace(last, clauses=two)))
    rubric = make_rubric(BASIC, cheap, wide, optional_required={1: 1, 2: 1}, min_totals={1: 1, 2: 2})
    efforts = {**assumptions().clause_effort, "exchange": D(20), "capture": D(15), "governance": D(15)}
    numbers = replace(assumptions(), task_pace=D(22), clause_effort=efforts)
    given = answers(**{"01_01": answers_for(BASIC, 2, "0.80", "0.50")})
    for objective in ("cheapest", "fastest"):
        first = plan(rubric, given, objective=objective, assumptions=numbers)
        assert list(first.by_item) == ["01.02"] and first.finish == START
        lines = find_sensitivity(
            rubric, given, 2, objective, assumptions=numbers, start=START,  # type: ignore[arg-type]
            constraints=Constraints(finish_by=START),
        )  # fmt: skip
        item = next(one for one in lines if one.kind == "item")
        assert (item.changed, item.dropped, item.added) == (True, ("01.02",), ("01.03",))
        assert (item.effort_after, item.saved) == (30, 0)
