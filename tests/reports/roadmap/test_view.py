"""A plan in words: the view adds up, says why, and leaves nothing in the other language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal

import pytest
from django.utils import translation

from engine.roadmap.plan_json import plan_to_json
from engine.rubric.values import Text
from reports.view_models.roadmap import RoadmapView, end_card
from tests.factories.plans import county_plan, planned, service_plan

CHINESE = re.compile(r"[一-鿿]")


def words_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type | Text):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from words_of(one)


@pytest.fixture(scope="module")
def view() -> RoadmapView:
    with translation.override("zh-hans"):
        return county_plan().view()


def test_lines_phases_and_quarters_add_up_to_the_plan(view: RoadmapView) -> None:
    assert sum(row.effort.likely for row in view.rows) == view.effort.likely
    for part in ("low", "likely", "high"):
        whole = getattr(view.cost, part)
        assert sum(getattr(row.cost, part) for row in view.rows) == whole
        assert getattr(view.quarters[-1].so_far, part) == whole
        assert sum(getattr(phase.cost, part) for phase in view.phases) == whole
    assert sorted(row.code for phase in view.phases for row in phase.actions) == sorted(view.by_code)
    for task in view.tasks:
        assert sum(spent.effort for spent in task.spent) == task.effort.likely


def test_every_clause_an_action_meets_is_told_with_its_wording_and_kind(view: RoadmapView) -> None:
    planned_world = county_plan()
    for action in planned_world.plan.actions:
        told = view.by_code[action.item].clauses
        assert [(clause.level, clause.n) for clause in told] == list(action.clauses)
        assert all(clause.text and clause.nature_words and clause.state_words for clause in told)
    tasks = {code for task in view.tasks for code in task.clauses}
    assert tasks == {clause.code for row in view.rows for clause in row.clauses}


def test_a_plan_is_never_called_optimal_without_its_assumptions() -> None:
    for language, words in (("zh-hans", "在所列假设下"), ("en", "under these assumptions")):
        with translation.override(language):
            told = county_plan().view()
        assert words in told.optimal_words and words in told.status_words


def test_the_end_state_the_risks_speak_of_reaches_the_target() -> None:
    world = county_plan()
    card = end_card(world.rubric, world.answers, world.plan, world.assumptions)
    assert (card.level, card.total) == (world.plan.level_after, world.plan.total_after)


def test_risks_are_read_off_the_plan(view: RoadmapView) -> None:
    risks = {risk.kind: risk for risk in view.risks}
    full = [row.quarter.key for row in view.quarters if row.effort >= row.capacity * Decimal("0.95")]
    assert [row.quarter.key for row in view.quarters if row.full] == full and ("capacity" in risks) == bool(
        full
    )
    assert {item.code for item in risks["basic"].items} == {
        row.code for row in view.rows if row.why == "basic_gate"
    }
    assert {"chain", "margin", "window", "estimate"} <= set(risks)
    last = max(task.finish.quarter for task in view.tasks)
    assert view.critical[-1].finish.quarter == last
    for before, after in zip(view.critical, view.critical[1:], strict=False):
        assert before.key in after.after and before.finish.quarter.later(1) >= after.start.quarter


@pytest.mark.parametrize("world", [county_plan, service_plan])
def test_english_readers_meet_no_chinese(world: object) -> None:
    with translation.override("en"):
        told = world().view()  # type: ignore[operator]
    left = [text for text in words_of(told) if CHINESE.search(text)]
    assert left == []


def test_what_the_hospital_changed_and_decided_is_told() -> None:
    from engine.roadmap.assumptions import with_changes
    from rubrics.queries import get_assumptions

    world = planned(
        "smart-level-3",
        4,
        {"budget": {"2027": "900000"}, "capacity": {"2027Q1": "20"}, "finish_by": "2030Q4"},
    )
    own = with_changes(get_assumptions(), {"rate": "12000", "clause_effort": {"exchange": "8"}})
    with translation.override("zh-hans"):
        told = world.view(assumptions=own)
    changed = {row.key: (row.value, row.default) for row in told.assumptions if row.changed}
    assert changed == {"rate": ("12,000", "15,000"), "clause_effort.exchange": ("8", "6")}
    assert [row.kind for row in told.constraints] == ["finish_by", "capacity", "budget"]
    assert "900,000" in told.constraints[-1].text


def test_an_impossible_plan_says_what_cannot_be_met_and_what_helps() -> None:
    world = planned("emr-tertiary-level-3", 4, {"finish_by": "2027Q1"})
    assert world.plan.status == "infeasible"
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told = world.view()
            assert not told.feasible and not told.rows and told.gantt is None and told.needed
            document = plan_to_json(world.plan)
            assert len(told.blocked) == len(document["infeasible_because"])  # type: ignore[arg-type]
            assert told.blocked and told.relaxations and told.decisions
            assert language != "en" or not [text for text in words_of(told) if CHINESE.search(text)]


def test_a_target_that_is_reached_needs_no_work() -> None:
    with translation.override("zh-hans"):
        told = planned("emr-tertiary-level-3", 3).view()
    assert told.feasible and not told.needed and not told.rows and told.finish is None
    assert "无需建设" in told.headline


def test_what_was_not_proven_is_never_told_as_impossible() -> None:
    world = planned("smart-level-3", 4, {"finish_by": "2027Q1"})
    with translation.override("zh-hans"):
        told, unproven = world.view(), replace(world, plan=replace(world.plan, proven=False)).view()
    assert "无法达到" in told.headline and "未证明" not in told.headline + told.optimal_words
    for words in (unproven.headline, unproven.optimal_words, unproven.status_words):
        assert "未证明没有" in words and "无法" not in words
