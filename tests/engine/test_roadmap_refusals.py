"""What is refused before anything is planned: each place and sentence once, and what is taken survives its document."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.roadmap.assumptions import AssumptionsRefused, assumptions_to_json, with_changes
from engine.roadmap.constraints import ConstraintsRefused, constraints_to_json, read_constraints
from engine.roadmap.plan_json import NotAPlan, plan_from_json
from engine.roadmap.quarters import Quarter
from tests.engine.library import rubric
from tests.engine.plan_cases import assumptions

WHOLE = {
    "excluded": {"07.01": "血库冻结到2028年"},
    "pinned": {"01.05": 4},
    "allowed": ["06.03"],
    "not_before": {"01.01": "2027Q2"},
    "not_after": {"01.01": "2028Q4"},
    "start_at": {"01.02": "2027Q3"},
    "finish_by": "2029Q1",
    "quarter_capacity": "50",
    "capacity": {"2027Q1": 20},
    "budget": {"2027": "1500000"},
    "quotations": [
        {"item": "01.05", "level": 4, "effort": "12.5", "software": "300000", "hardware": 1, "system": "PACS", "vendor": "示例厂商", "contract": "示例-1"}
    ],
}  # fmt: skip


def test_every_kind_of_constraint_is_read_and_written_back() -> None:
    found = read_constraints(WHOLE, rubric("emr-2018"))
    assert found.pinned == {"01.05": 4} and found.finish_by == Quarter(2029, 1)
    assert found.quotations[0].purchases == 300_001
    assert read_constraints(constraints_to_json(found), rubric("emr-2018")) == found


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"format": "zhiping-plan/1"}, "format"),
        ({"exclude": {}}, "exclude"),
        ({"excluded": ["01.01"]}, "excluded"),
        ({"excluded": {"99.99": ""}}, "excluded"),
        ({"excluded": {"01.01": "长" * 201}}, "excluded.01.01"),
        ({"pinned": {"01.03": 2}}, "pinned.01.03"),  # the standard defines no level 2 for it
        ({"pinned": {"01.01": True}}, "pinned.01.01"),
        ({"allowed": "01.01"}, "allowed"),
        ({"not_before": {"01.01": "2027-Q1"}}, "not_before.01.01"),
        ({"finish_by": "2027Q5"}, "finish_by"),
        ({"quarter_capacity": "-1"}, "quarter_capacity"),
        ({"quarter_capacity": "1.005"}, "quarter_capacity"),
        ({"quarter_capacity": 0.5}, "quarter_capacity"),
        ({"quarter_capacity": "NaN"}, "quarter_capacity"),
        ({"capacity": {"2027": 10}}, "capacity"),
        ({"budget": {"27": 10}}, "budget"),
        ({"budget": {"2027": "viel"}}, "budget.2027"),
        ({"quotations": {}}, "quotations"),
        ({"quotations": [{"item": "01.01", "level": 9}]}, "quotations.1.level"),
        ({"quotations": [{"item": "01.01", "level": 4, "price": 1}]}, "quotations.1.price"),
        ({"quotations": [{"item": "01.01", "level": 4}, {"item": "01.01", "level": 4}]}, "quotations.2"),
        ({"excluded": {"01.01": ""}, "pinned": {"01.01": 4}}, "excluded.01.01"),
        ({"not_before": {"01.01": "2028Q1"}, "not_after": {"01.01": "2027Q4"}}, "not_after.01.01"),
        ({"not_before": {"01.01": "2028Q1"}, "start_at": {"01.01": "2027Q4"}}, "start_at.01.01"),
    ],
)
def test_constraints_that_no_plan_can_follow_are_refused(given: dict[str, object], path: str) -> None:
    with pytest.raises(ConstraintsRefused) as refused:
        read_constraints(given, rubric("emr-2018"))
    assert refused.value.path == path
    assert refused.value.message.zh and refused.value.message.en


def test_a_hospital_changes_what_it_knows_better() -> None:
    own = with_changes(
        assumptions(),
        {"clause_effort": {"exchange": "8.5"}, "rate": 20000, "across": ["dictionaries-first"], "size_factor": "1.2",
         "safe_spare": 1, "steps": ["0.60", "0.95"], "order_inside": ["dictionary", "exchange"],
         "earlier_index": "0.60", "levels_above_target": "1"},
    )  # fmt: skip
    assert (own.clause_effort["exchange"], own.clause_effort["capture"]) == (Decimal("8.5"), 2)
    assert own.size_factor(3000) == own.size_factor(100) == Decimal("1.2")
    assert [rule.key for rule in own.across] == ["dictionaries-first"]
    assert (own.earlier_index, own.levels_above_target) == (Decimal("0.60"), 1)
    same = {key: value for key, value in assumptions_to_json(own).items() if key != "size_factors"}
    assert with_changes(own, same) == own


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"colour": 1}, "colour"),
        ({"rate": "-5"}, "rate"),
        ({"low": "1.2"}, "low"),
        ({"high": "0.9"}, "high"),
        ({"task_pace": 0}, "task_pace"),
        ({"clause_effort": 6}, "clause_effort"),
        ({"clause_effort": {"magic": 1}}, "clause_effort"),
        ({"clause_effort": {"exchange": "x"}}, "clause_effort.exchange"),
        ({"safe_spare": "1.5"}, "safe_spare"),
        ({"earlier_index": "1.01"}, "earlier_index"),
        ({"levels_above_target": "0.5"}, "levels_above_target"),
        ({"levels_above_target": -1}, "levels_above_target"),
        ({"steps": "0.5"}, "steps"),
        ({"steps": ["1.5"]}, "steps"),
        ({"order_inside": ["exchange", "exchange"]}, "order_inside"),
        ({"across": ["nothing"]}, "across"),
        ({"size_factor": "11"}, "size_factor"),
    ],
)
def test_assumptions_that_cannot_be_are_refused(changes: dict[str, object], path: str) -> None:
    with pytest.raises(AssumptionsRefused) as refused:
        with_changes(assumptions(), changes)
    assert refused.value.path == path
    assert path in refused.value.in_language("zh-hans")


@pytest.mark.parametrize(
    "document", [{}, {"format": "zhiping-plan/2"}, {"format": "zhiping-plan/1"}, {"format": "zhiping-plan/1", "actions": 1}]
)  # fmt: skip
def test_what_is_no_plan_is_not_read_as_one(document: dict[str, object]) -> None:
    with pytest.raises(NotAPlan):
        plan_from_json(document)


@pytest.mark.parametrize("text", ["2027Q0", "27Q1", "2027q1", "2027Q1 ", ""])
def test_what_is_no_quarter_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.parse(text)


def test_quarters_count_over_years() -> None:
    assert Quarter(2027, 4).later(1) == Quarter(2028, 1)
    assert Quarter(2027, 1).later(-1) == Quarter(2026, 4)
    assert Quarter(2026, 3).until(Quarter(2028, 1)) == 6
    assert (str(Quarter(2027, 2).first_day), str(Quarter(2027, 4).last_day)) == ("2027-04-01", "2027-12-31")
    assert Quarter.of(Quarter(2027, 2).last_day) == Quarter(2027, 2)
