"""Answers carried to another edition of the same standard: what is worded the same stays, nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.values import Item, Rubric, Text
from engine.scoring.answers import Answers, ItemAnswers
from engine.scoring.carrying import carried
from engine.scoring.checking import check_answers
from engine.scoring.score import score
from tests.engine.random_cases import random_answers, small_rubric


def answered(answers: Answers) -> int:
    return sum(
        state != "not_answered"
        for item in answers.items.values()
        for states in item.clauses.values()
        for state in states
    )


def with_item(rubric: Rubric, changed: Item) -> Rubric:
    items = tuple(changed if item.code == changed.code else item for item in rubric.items)
    return replace(rubric, items=items)


def reworded(rubric: Rubric, code: str, level: int, n: int) -> Rubric:
    item = rubric.by_code[code]
    entry = item.by_level[level]
    clauses = tuple(
        replace(one, text=Text(f"{one.text.zh}（新）", one.text.en)) if one.n == n else one
        for one in entry.clauses
    )
    levels = tuple(replace(one, clauses=clauses) if one.level == level else one for one in item.levels)
    return with_item(rubric, replace(item, levels=levels))


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_carried_to_the_same_edition_nothing_is_lost_and_the_score_stays(seed: int) -> None:
    rng = Random(seed)
    rubric = small_rubric(rng)
    answers = random_answers(rng, rubric)
    found = carried(answers, rubric, rubric)
    assert found.lost == ()
    assert answered(found.answers) == answered(answers)
    if not check_answers(rubric, answers):
        assert score(rubric, found.answers).exact_total == score(rubric, answers).exact_total


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_every_answer_arrives_or_is_named_as_lost(seed: int) -> None:
    rng = Random(seed)
    before = small_rubric(rng)
    answers = random_answers(rng, before)
    after = before
    for _step in range(3):
        item = rng.choice(after.items)
        level = rng.choice(item.asked_levels)
        if level.clauses:
            after = reworded(after, item.code, level.level, rng.choice(level.clauses).n)
    if len(after.items) > 1 and rng.random() < 0.3:
        after = replace(after, items=after.items[1:])
    found = carried(answers, before, after)
    assert answered(found.answers) + len(found.lost) == answered(answers)
    for code, level, n in found.lost:
        assert answers.items[code].state(level, n) != "not_answered"
    assert set(found.answers.items) <= set(after.by_code)


def test_a_clause_that_moved_keeps_its_answer_and_a_reworded_one_loses_it() -> None:
    rng = Random(7)
    before = next(
        rubric
        for rubric in (small_rubric(rng) for _n in range(200))
        if any(len(level.clauses) > 1 for item in rubric.items for level in item.asked_levels)
    )
    item, level = next(
        (item, level) for item in before.items for level in item.asked_levels if len(level.clauses) > 1
    )
    named = tuple(replace(one, text=Text(f"条款{one.n}", f"clause {one.n}")) for one in level.clauses)
    item = replace(
        item,
        levels=tuple(replace(one, clauses=named) if one is level else one for one in item.levels),
    )
    before, level = with_item(before, item), item.by_level[level.level]
    first, second = level.clauses[0], level.clauses[1]
    moved = (replace(second, n=1), replace(first, n=2), *level.clauses[2:])
    levels = tuple(replace(one, clauses=moved) if one is level else one for one in item.levels)
    after = with_item(before, replace(item, levels=levels))
    states = {level.level: ("met", "not_met", *("met" for _ in level.clauses[2:]))}
    answers = Answers(before.id, {item.code: ItemAnswers(clauses=states)})
    found = carried(answers, before, after)
    assert found.answers.items[item.code].clauses[level.level][:2] == ("not_met", "met")
    found = carried(answers, before, reworded(before, item.code, level.level, 1))
    assert found.lost == ((item.code, level.level, 1),)
    assert found.answers.items[item.code].clauses[level.level][0] == "not_answered"


@pytest.mark.parametrize("kind", ["ratio", "implemented"])
def test_figures_do_not_follow_into_an_item_that_counts_in_another_way(kind: str) -> None:
    rng = Random(3)
    before = next(
        rubric
        for rubric in (small_rubric(rng) for _n in range(500))
        if any(item.application.kind == kind for item in rubric.items)
    )
    item = next(one for one in before.items if one.application.kind == kind)
    other = "implemented" if kind == "ratio" else "ratio"
    after = with_item(before, replace(item, application=replace(item.application, kind=other)))
    filled = ItemAnswers(denominator=10, numerators={1: 5}, in_use=True)
    found = carried(Answers(before.id, {item.code: filled}), before, after).answers.items[item.code]
    assert (found.denominator, dict(found.numerators), found.in_use) == (None, {}, None)
