"""The column form must say of each assessment exactly what the single form says."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.values import Rubric
from engine.scoring import columns
from engine.scoring.answers import Answers, AnswersRefused, ItemAnswers
from engine.scoring.columns import ROBUSTNESS, ScoreColumns, columns_of, score_columns
from engine.scoring.score import score
from tests.engine.library import EDITIONS, rubric
from tests.engine.random_cases import random_answers, small_rubric

seeds = st.integers(0, 2**32 - 1)


def assert_forms_agree(edition: Rubric, many: list[Answers], results: ScoreColumns) -> None:
    for place, answers in enumerate(many):
        card = score(edition, answers)
        assert (card.level, card.total) == (int(results.level[place]), results.total_of(place))
        assert card.exact_total * 10_000 == int(results.exact_total[place])
        for number, result in enumerate(card.items.values()):
            assert result.score == results.score_of(place, number)
            assert result.scored_level == results.scored_level[place, number]
            assert result.function_level == results.function_level[place, number]
            passed = [gate.level for gate in edition.gates if results.passes[gate.level - 1, place, number]]
            assert list(result.passes) == passed
        for row, level in enumerate(card.levels):
            assert level.gates.basic.have == results.basic_have[row, place]
            assert level.gates.optional.have == results.optional_have[row, place]
            assert level.holds == results.holds[row, place]
            assert level.reached == results.reached[row, place]
            assert level.robustness == ROBUSTNESS[results.robustness[row, place]]


@given(seed=seeds)
@settings(max_examples=60, deadline=None)
def test_columns_agree_with_single_scores_on_small_rubrics(seed: int) -> None:
    rng = Random(seed)
    edition = small_rubric(rng)
    many = [random_answers(rng, edition) for _ in range(rng.randint(1, 4))]
    assert_forms_agree(edition, many, score_columns(edition, columns_of(edition, many)))


@pytest.mark.parametrize("edition", EDITIONS)
@given(seed=seeds)
@settings(max_examples=4, deadline=None)
def test_columns_agree_with_single_scores_on_the_real_rubrics(edition: str, seed: int) -> None:
    standard, rng = rubric(edition), Random(seed)
    many = [random_answers(rng, standard) for _ in range(4)]
    assert_forms_agree(standard, many, score_columns(standard, columns_of(standard, many)))


def test_the_size_of_a_block_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    standard, rng = rubric("smart-service-2019"), Random(7)
    many = [random_answers(rng, standard) for _ in range(11)]
    monkeypatch.setattr(columns, "_BLOCK", 4)
    assert_forms_agree(standard, many, score_columns(standard, columns_of(standard, many)))


def test_no_assessment_at_all_gives_empty_columns() -> None:
    standard = rubric("emr-2018")
    results = score_columns(standard, columns_of(standard, []))
    assert results.level.shape == (0,)
    assert results.passes.shape == (8, 0, 39)


def test_counts_of_a_trillion_stay_exact() -> None:
    standard = rubric("emr-2018")
    huge = 10**12
    answers = Answers(
        "emr-2018",
        {"01.01": ItemAnswers({1: ("met", "met")}, denominator=huge, numerators={1: huge * 795 // 1000 - 1})},
    )
    results = score_columns(standard, columns_of(standard, [answers]))
    assert str(results.score_of(0, 0)) == "0.7900"
    assert_forms_agree(standard, [answers], results)


def test_columns_refuse_what_the_single_form_refuses() -> None:
    standard = rubric("emr-2018")
    wrong = Answers("emr-2018", {"01.01": ItemAnswers(denominator=100, numerators={1: 101})})
    with pytest.raises(AnswersRefused, match="over the denominator"):
        columns_of(standard, [Answers("emr-2018", {}), wrong])
