"""What a plan delivered, told from its own end: exactly what was planned is reached, no more and no less."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from django.utils import translation

from engine.roadmap.model import problem_of
from engine.roadmap.states import end_card, passes_when_done
from engine.roadmap.values import Action, Constraints
from engine.scoring.card import ItemResult, ScoreCard
from engine.scoring.score import score
from reports.view_models.planning.delivered import outcome_of
from reports.view_models.roadmap.rows import levels_short, levels_words
from tests.engine.test_roadmap_laws import picks
from tests.factories.plans import GOLDEN, Planned, planned
from tests.factories.plans import planned as make

NAMES = sorted(file.stem for file in GOLDEN.glob("*.json"))


@cache
def golden(name: str) -> tuple[Planned, ScoreCard, ScoreCard] | None:
    """The plan to the next level, today's card and the card of its end; None at the top."""
    first = planned(name, 1)
    today = score(first.rubric, first.answers)
    if today.level >= first.rubric.top_level:
        return None
    found = make(name, today.level + 1)
    if not found.plan.actions:
        return None
    problem = problem_of(
        found.rubric,
        found.answers,
        found.plan.target,
        "cheapest",
        found.assumptions,
        Constraints(),
        found.beds,
    )
    pick = picks(found.plan, found.rubric, found.answers, found.beds)
    return found, today, end_card(problem, found.answers, pick)


def ends(found: Planned, action: Action, today: ScoreCard) -> int:
    passes = passes_when_done(found.rubric, action, today.items[action.item], found.assumptions)
    return max(passes, default=0)


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_delivered_exactly_is_reached_item_by_item(name: str) -> None:
    if (world := golden(name)) is None:
        return
    found, today, end = world
    for action in found.plan.actions:
        result, planned_end = end.items[action.item], ends(found, action, today)
        assert max(result.passes, default=0) == planned_end
        for known in (planned_end, None):
            assert outcome_of(action, result, known) == "reached", action
        assert outcome_of(action, today.items[action.item], planned_end) == "missed", action


def test_more_is_said_only_where_more_passes_than_the_plan_meant_to() -> None:
    world = golden("emr-county-level-2")
    assert world is not None
    found, today, end = world
    action = found.plan.actions[0]
    result = end.items[action.item]
    further = replace(result, passes=(*result.passes, max(result.passes, default=0) + 1))
    assert outcome_of(action, further, ends(found, action, today)) == "exceeded"
    assert outcome_of(action, further, None) == "reached"  # nobody knows where the plan ends


def test_a_part_of_the_work_is_partly_and_none_is_missed() -> None:
    partly = False
    for name in ("emr-county-level-2", "emr-tertiary-level-3", "smart-level-3"):
        world = golden(name)
        assert world is not None
        found, today, end = world
        for action in found.plan.actions:
            before, after = today.items[action.item], end.items[action.item]
            if action.application == action.application_from or before.function_level < action.to_level:
                continue
            almost = _with_application(
                before, action, after.factors[action.to_level].application - Decimal("0.01")
            )
            partly = True
            assert outcome_of(action, almost, ends(found, action, today)) == (
                "partly" if action.application - action.application_from > Decimal("0.01") else "missed"
            )
    assert partly


def _with_application(result: ItemResult, action: Action, application: Decimal) -> ItemResult:
    at = result.factors[action.to_level]._replace(application=application)
    return replace(result, factors={**result.factors, action.to_level: at})


@pytest.mark.parametrize("name", NAMES)
def test_no_plan_prints_a_way_down(name: str) -> None:
    if (world := golden(name)) is None:
        return
    for action in world[0].plan.actions:
        with translation.override("zh-hans"):
            words, short = levels_words(action), levels_short(action)
        if action.to_level > action.from_level:
            assert words == f"{action.from_level}级 → {action.to_level}级"
            assert short == f"{action.from_level} → {action.to_level}"
        else:
            assert words.startswith(f"保持{action.from_level}级（提高{action.to_level}级的"), action
            assert short == f"保持{action.from_level}级"


def test_what_is_raised_at_a_lower_level_is_named() -> None:
    world = golden("emr-county-level-2")
    assert world is not None
    action = replace(
        world[0].plan.actions[0],
        from_level=3,
        to_level=2,
        application_from=Decimal("0.60"),
        application=Decimal("0.80"),
        data_quality_from=None,
        data_quality=None,
    )
    with translation.override("zh-hans"):
        assert levels_words(action) == "保持3级（提高2级的应用比例）"
        index = replace(
            action, application=Decimal("0.60"), data_quality_from=Decimal("0.5"), data_quality=Decimal("0.8")
        )
        assert levels_words(index) == "保持3级（提高2级的数据质量指数）"
