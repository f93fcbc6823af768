"""What is refused before scoring: contradictions, each with a sentence; never what is only missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scoring.answers import (
    Answers,
    AnswersRefused,
    DimensionIndex,
    DirectIndex,
    ItemAnswers,
    Problem,
    RuleCounts,
)
from engine.scoring.checking import check_answers, check_item, window_end
from engine.scoring.score import score
from tests.engine.library import EDITIONS, rubric
from tests.engine.random_cases import random_answers, small_rubric


def problems(code: str, edition: str = "emr-2018", **entry: Any) -> list[Problem]:
    return check_answers(rubric(edition), Answers(edition, {code: ItemAnswers(**entry)}))


def direct(value: str) -> DirectIndex:
    return DirectIndex(Decimal(value))


RULE = "01.01.3-consistency-1"

REFUSED: list[tuple[str, dict[str, Any], tuple[int | None, str, str], str]] = [
    ("01.01", {"clauses": {0: ("met",)}}, (0, "clauses", "level_not_asked"), "Levels to answer: 1, 2"),
    ("01.03", {"clauses": {2: ("met",)}}, (2, "clauses", "level_not_asked"), "1, 3, 4"),
    ("01.01", {"clauses": {9: ("met",)}}, (9, "clauses", "level_not_asked"), "does not ask"),
    ("01.01", {"clauses": {1: ("met",) * 3}}, (1, "clauses", "too_many_clauses"), "3 clauses"),
    ("10.03", {"clauses": {2: ("met",)}}, (2, "clauses", "too_many_clauses"), "has 0"),
    ("01.01", {"clauses": {1: ("met", "maybe")}}, (1, "clauses", "unknown_state"), '"maybe"'),
    ("07.01", {"no_such_service": "  "}, (None, "no_such_service", "reason_missing"), "without a reason"),
    ("01.01", {"denominator": -1}, (None, "denominator", "negative"), "denominator -1"),
    ("01.01", {"denominator": 0}, (None, "denominator", "zero_denominator"), "no such service"),
    ("01.01", {"denominator": 10**13}, (None, "denominator", "too_large"), "too large"),
    ("09.02", {"denominators": {4: -2}}, (4, "denominators", "negative"), "denominator -2"),
    ("09.02", {"denominators": {4: 0}}, (4, "denominators", "zero_denominator"), "denominator is 0"),
    ("09.02", {"denominators": {9: 4}}, (9, "denominators", "level_not_asked"), "does not ask"),
    (
        "01.01",
        {"denominator": 100, "numerators": {3: 101}},
        (3, "numerators", "numerator_over_denominator"),
        "numerator 101 is over the denominator 100",
    ),
    (
        "09.02",
        {"denominator": 42, "denominators": {3: 24}, "numerators": {3: 30}},
        (3, "numerators", "numerator_over_denominator"),
        "over the denominator 24",
    ),
    ("01.01", {"denominator": 100, "numerators": {3: -1}}, (3, "numerators", "negative"), "numerator -1"),
    ("01.01", {"denominator": 100, "numerators": {0: 1}}, (0, "numerators", "level_not_asked"), "not ask"),
    ("01.01", {"numerators": {3: 10**13}}, (3, "numerators", "too_large"), "too large"),
    (
        "01.01",
        {"denominator": 100, "numerators": {3: 80, 4: 81}},
        (4, "numerators", "numerator_rises"),
        "81 is over that of level 3, 80",
    ),
    ("01.01", {"numerators": {3: 80, 5: 81}}, (5, "numerators", "numerator_rises"), "cannot rise"),
    (
        "09.02",
        {"denominators": {2: 24, 4: 42, 5: 24}, "numerators": {2: 10, 4: 30, 5: 11}},
        (5, "numerators", "numerator_rises"),
        "11 is over that of level 2, 10",
    ),
    ("08.02", {"denominator": 5}, (None, "denominator", "not_asked"), "in use: yes or no"),
    ("08.02", {"numerators": {1: 5}}, (None, "numerators", "not_asked"), "in use: yes or no"),
    ("01.01", {"in_use": True}, (None, "in_use", "not_asked"), "numerator and denominator"),
    ("01.01", {"data_quality": {9: direct("1")}}, (9, "data_quality", "level_not_asked"), "not ask"),
    ("01.01", {"data_quality": {2: direct("1")}}, (2, "data_quality", "no_index_here"), "index: 3, 4"),
    ("02.02", {"data_quality": {7: direct("1")}}, (7, "data_quality", "no_index_here"), "no data-quality"),
    ("09.01", {"data_quality": {3: direct("1")}}, (3, "data_quality", "no_index_here"), "this item has no"),
    ("01.01", {"data_quality": {3: direct("1.01")}}, (3, "data_quality", "index_out_of_range"), "1.01"),
    ("01.01", {"data_quality": {3: direct("-0.1")}}, (3, "data_quality", "index_out_of_range"), "-0.1"),
    ("01.01", {"data_quality": {3: direct("NaN")}}, (3, "data_quality", "index_out_of_range"), "NaN"),
    (
        "01.01",
        {"data_quality": {3: DimensionIndex({"beauty": Decimal(1)})}},
        (3, "data_quality", "unknown_dimension"),
        '"beauty"',
    ),
    (
        "01.01",
        {"data_quality": {3: DimensionIndex({"timeliness": Decimal(2)})}},
        (3, "data_quality", "index_out_of_range"),
        "index 2",
    ),
    (
        "01.01",
        {"data_quality": {4: RuleCounts({RULE: (1, 2)})}},
        (4, "data_quality", "unknown_rule"),
        f'"{RULE}"',
    ),
    (
        "01.01",
        {"data_quality": {3: RuleCounts({RULE: (3, 2)})}},
        (3, "data_quality", "numerator_over_denominator"),
        "numerator 3",
    ),
    ("01.01", {"data_quality": {3: RuleCounts({RULE: (0, -2)})}}, (3, "data_quality", "negative"), "0/-2"),
    (
        "01.01",
        {"data_quality": {3: RuleCounts({RULE: (0, 10**13)})}},
        (3, "data_quality", "too_large"),
        "too large",
    ),
]


@pytest.mark.parametrize(
    ("code", "entry", "where", "sentence"),
    REFUSED,
    ids=[f"{code} {where[2]}" for code, _, where, _ in REFUSED],
)
def test_a_contradiction_is_refused_with_a_sentence_that_names_it(
    code: str, entry: dict[str, Any], where: tuple[int | None, str, str], sentence: str
) -> None:
    (problem,) = problems(code, **entry)
    assert (problem.item, problem.level, problem.field, problem.code) == (code, *where)
    item = rubric("emr-2018").by_code[code]
    assert problem.message.en.startswith(f"{code} {item.name.en}") and sentence in problem.message.en
    assert problem.message.zh.startswith(f"{code} {item.name.zh}") and problem.message.zh.endswith("。")


def test_numerators_on_different_bases_may_rise_with_the_level() -> None:
    two_bases = {"denominators": {3: 24, 4: 42, 5: 24}, "numerators": {3: 20, 4: 30, 5: 15}}
    assert problems("09.02", **two_bases) == []


def test_numerators_typed_before_their_two_bases_are_not_compared() -> None:
    assert problems("09.02", numerators={3: 20, 4: 30}) == []


def test_an_inactive_rule_is_not_a_rule_of_the_level() -> None:
    # 02.02 has an index at 6 but none at 7, where both rows of the table are inactive
    (problem,) = problems("02.02", data_quality={6: RuleCounts({"02.02.7-timeliness-1": (1, 1)})})
    assert problem.code == "unknown_rule"


def test_a_rule_without_records_is_no_contradiction() -> None:
    assert problems("01.01", data_quality={3: RuleCounts({RULE: (0, 0)})}) == []


def test_a_denominator_of_zero_is_accepted_where_the_rubric_scores_it_zero() -> None:
    assert problems("01.01", "ai-readiness-2021", denominator=0, numerators={1: 0}) == []
    (problem,) = problems("01.01", "ai-readiness-2021", denominator=0, numerators={1: 1})
    assert problem.code == "numerator_over_denominator"


def test_an_unknown_item_is_named() -> None:
    (problem,) = problems("99.99")
    assert (problem.item, problem.code) == ("99.99", "unknown_item")


def test_answers_of_another_rubric_are_refused_before_anything_else() -> None:
    (problem,) = check_answers(rubric("emr-2018"), Answers("smart-service-2019", {"99.99": ItemAnswers()}))
    assert problem.code == "wrong_rubric" and "smart-service-2019" in problem.message.en


def test_every_problem_is_listed_in_the_order_of_the_rubric() -> None:
    answers = Answers(
        "emr-2018",
        {
            "09.02": ItemAnswers(denominator=-1),
            "01.01": ItemAnswers(clauses={1: ("met",) * 9}, denominator=1, numerators={1: 2}),
        },
    )
    found = check_answers(rubric("emr-2018"), answers)
    assert [(problem.item, problem.code) for problem in found] == [
        ("01.01", "too_many_clauses"),
        ("01.01", "numerator_over_denominator"),
        ("09.02", "negative"),
    ]


def test_scoring_refuses_what_the_check_refuses() -> None:
    answers = Answers("emr-2018", {"01.01": ItemAnswers(denominator=100, numerators={3: 101})})
    with pytest.raises(AnswersRefused) as refused:
        score(rubric("emr-2018"), answers)
    assert list(refused.value.problems) == check_answers(rubric("emr-2018"), answers)


def test_one_item_can_be_checked_while_it_is_being_filled_in() -> None:
    standard = rubric("emr-2018")
    item = standard.by_code["01.01"]
    assert check_item(standard, item, ItemAnswers(denominator=100)) == []
    assert len(check_item(standard, item, ItemAnswers(denominator=100, numerators={3: 101}))) == 1


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_is_missing_is_never_refused(edition: str) -> None:
    standard = rubric(edition)
    assert check_answers(standard, Answers(edition, {})) == []
    bare = {item.code: ItemAnswers() for item in standard.items}
    assert check_answers(standard, Answers(edition, bare, overall={})) == []


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_honest_answers_are_never_refused(seed: int) -> None:
    rng = Random(seed)
    standard = small_rubric(rng)
    assert check_answers(standard, random_answers(rng, standard)) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((2026, 7, 1), (2026, 9, 30)),
        ((2026, 7, 15), (2026, 10, 14)),
        ((2025, 12, 1), (2026, 2, 28)),
        ((2023, 12, 1), (2024, 2, 29)),
        ((2025, 11, 30), (2026, 2, 28)),
        ((2025, 11, 29), (2026, 2, 28)),
        ((2026, 8, 31), (2026, 11, 30)),
        ((2026, 1, 31), (2026, 4, 30)),
    ],
)
def test_three_whole_months_are_a_window(start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    window = (date(*start), date(*end))
    assert check_answers(rubric("emr-2018"), Answers("emr-2018", {}, window=window)) == []
    assert window_end(window[0], 3) == window[1]


@pytest.mark.parametrize(
    ("start", "end", "right_end"),
    [
        ((2026, 7, 1), (2026, 9, 29), "2026-09-30"),
        ((2026, 7, 1), (2026, 10, 1), "2026-09-30"),
        ((2026, 7, 15), (2026, 10, 15), "2026-10-14"),
        ((2026, 7, 1), (2026, 7, 1), "2026-09-30"),
        ((2026, 7, 1), (2027, 6, 30), "2026-09-30"),
        ((9999, 11, 1), (9999, 11, 30), "9999-12-31"),
    ],
)
@pytest.mark.parametrize("edition", ["emr-2018", "smart-service-2019"])
def test_any_other_window_is_refused_and_the_right_end_is_named(
    edition: str, start: tuple[int, int, int], end: tuple[int, int, int], right_end: str
) -> None:
    window = (date(*start), date(*end))
    (problem,) = check_answers(rubric(edition), Answers(edition, {}, window=window))
    assert (problem.field, problem.code) == ("window", "window_not_three_months")
    assert right_end in problem.message.en and right_end in problem.message.zh


def test_a_window_that_runs_backwards_is_refused_for_every_rubric() -> None:
    window = (date(2026, 9, 30), date(2026, 7, 1))
    for edition in EDITIONS:
        (problem,) = check_answers(rubric(edition), Answers(edition, {}, window=window))
        assert problem.code == "window_reversed"


def test_the_supplementary_rubric_takes_any_window_because_its_items_say_it_themselves() -> None:
    window = (date(2026, 1, 1), date(2026, 12, 31))
    assert check_answers(rubric("ai-readiness-2021"), Answers("ai-readiness-2021", {}, window=window)) == []


def test_overall_requirements_are_checked_like_clauses() -> None:
    standard = rubric("emr-2018")
    given = {0: ("met",), 3: ("met",) * 3, 4: ("perhaps",)}
    found = check_answers(standard, Answers("emr-2018", {}, overall=given))  # type: ignore[arg-type]
    assert [(problem.level, problem.code) for problem in found] == [
        (0, "level_not_asked"),
        (3, "too_many_clauses"),
        (4, "unknown_state"),
    ]
