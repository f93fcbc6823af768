"""A second scorer, built in another way, must come to the same result on everything."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.score import score
from tests.engine.library import EDITIONS, rubric
from tests.engine.naive_scorer import naive_score
from tests.engine.random_cases import random_answers, small_rubric

seeds = st.integers(0, 2**32 - 1)


def assert_scorers_agree(edition: Rubric, answers: Answers, *, try_every_assignment: bool) -> None:
    card = score(edition, answers)
    naive = naive_score(edition, answers, try_every_assignment=try_every_assignment)
    for code, result in card.items.items():
        second = naive.items[code]
        assert (result.function_level, result.scored_level, result.score) == (
            second.function,
            second.scored_level,
            second.score,
        )
        for level, factors in result.factors.items():
            assert (factors.application, factors.data_quality, factors.eligible) == (
                second.a[level],
                second.q[level],
                second.eligible[level],
            )
    assert (card.level, card.total, card.exact_total) == (naive.level, naive.total, naive.exact)
    for level in card.levels:
        basic, optional = level.gates.basic, level.gates.optional
        second_gates = naive.gates[level.level]
        assert (basic.have, [fail.item for fail in basic.failing]) == second_gates.basic
        assert (optional.have, [fail.item for fail in optional.failing]) == second_gates.optional
        assert level.holds == second_gates.hold
        assert level.reached == (level.level <= naive.level)
        if try_every_assignment:
            assert level.robustness == second_gates.robustness


@given(seed=seeds)
@settings(max_examples=150, deadline=None)
def test_the_scorers_agree_on_small_rubrics_under_every_assignment_of_open_flags(seed: int) -> None:
    rng = Random(seed)
    edition = small_rubric(rng)
    assert_scorers_agree(edition, random_answers(rng, edition), try_every_assignment=True)


@pytest.mark.parametrize("edition", EDITIONS)
@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_the_scorers_agree_on_the_real_rubrics(edition: str, seed: int) -> None:
    standard = rubric(edition)
    assert_scorers_agree(standard, random_answers(Random(seed), standard), try_every_assignment=False)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_made_up_answers_reach_several_levels_of_the_hospital(edition: str) -> None:
    standard = rubric(edition)
    levels = {score(standard, random_answers(Random(seed), standard)).level for seed in range(24)}
    assert len(levels) >= 4, f"the comparison above would only look at {sorted(levels)}"
