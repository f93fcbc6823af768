"""One item: worked cases of the design and sentences of the standard, each as one test."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.rubric.values import Rubric
from engine.scoring.answers import (
    Answers,
    AnswersRefused,
    DimensionIndex,
    ItemAnswers,
    RuleCounts,
)
from engine.scoring.card import Borderline, Shortfall
from engine.scoring.item import score_item
from engine.scoring.rounding import half_up, mean, share
from engine.scoring.score import score
from tests.engine.made_up import all_met, answers_for, make_item, make_rubric

D = Decimal


# ---- one item ----------------------------------------------------------------------------------


def test_a_product_on_the_bound_passes_as_basic_and_is_marked_borderline(emr: Rubric) -> None:
    item = emr.by_code["01.03"]
    result = score_item(emr, item, answers_for(item, 3, "0.80", "0.50"))
    assert result.score == D("1.20")
    assert result.scored_level == 3
    assert item.by_level[3].category == "basic"
    assert 3 in result.passes
    assert Borderline(3, "application", D("0.80")) in result.borderline
    assert Borderline(3, "data_quality", D("0.50")) in result.borderline


def test_a_lower_level_without_index_can_give_the_higher_score(emr: Rubric) -> None:
    item = emr.by_code["01.01"]
    result = score_item(emr, item, answers_for(item, 3, "0.80", "0.50"))
    assert result.factors[3].product == D("1.20")
    assert (result.score, result.scored_level) == (D("1.60"), 2)
    assert 3 in result.passes


def test_factors_are_tested_one_by_one_not_as_a_product(emr: Rubric) -> None:
    item = emr.by_code["01.03"]
    result = score_item(emr, item, answers_for(item, 3, "1.00", "0.40"))
    assert (result.score, result.scored_level) == (D("1.20"), 3)
    assert 3 not in result.passes
    assert result.shortfalls[3] == (Shortfall("data_quality", D("0.40"), D("0.50"), 3),)


def test_a_ratio_under_eighty_percent_fails_as_basic_and_passes_as_optional(emr: Rubric) -> None:
    item = emr.by_code["01.03"]
    given = answers_for(item, 3, "0.79", "1.00")
    result = score_item(emr, item, given)
    assert result.score == D("2.37")
    assert 3 not in result.passes
    assert result.shortfalls[3] == (Shortfall("application", D("0.79"), D("0.80"), 3),)
    as_optional = replace(
        item,
        levels=tuple(replace(lv, category="optional" if lv.level else None) for lv in item.levels),
    )
    assert 3 in score_item(emr, as_optional, given).passes


def test_the_score_is_the_largest_over_the_levels_and_passing_looks_at_each_level() -> None:
    item = make_item(
        "01.01", {1: "optional", 2: "optional", 3: "optional", 4: "basic", 5: "basic"}, indices=(3, 4, 5)
    )
    given = answers_for(item, 5, "0.85", "0.90", ratios={5: "0.40"})
    result = score_item(make_rubric(item), item, given)
    assert result.factors[5].product == D("1.80")
    assert (result.score, result.scored_level) == (D("3.06"), 4)
    assert result.passes == (1, 2, 3, 4)
    assert result.shortfalls[5] == (Shortfall("application", D("0.40"), D("0.80"), 5),)


def test_a_low_index_of_an_earlier_level_shuts_out_the_later_ones(emr: Rubric) -> None:
    item = emr.by_code["01.01"]
    result = score_item(emr, item, answers_for(item, 4, "0.90", indices={3: "0.45", 4: "0.95"}))
    assert not result.factors[4].eligible
    assert result.factors[3].product == D("1.215")
    assert (result.score, result.scored_level) == (D("1.80"), 2)
    assert 3 not in result.passes
    assert result.shortfalls[4] == (Shortfall("earlier_data_quality", D("0.45"), D("0.50"), 3),)


def test_an_earlier_index_exactly_on_its_bound_keeps_the_later_levels_eligible(emr: Rubric) -> None:
    item = emr.by_code["01.01"]
    result = score_item(emr, item, answers_for(item, 4, "0.90", indices={3: "0.50", 4: "0.95"}))
    assert result.factors[4].eligible
    assert result.passes == (1, 2, 3, 4)
    assert result.borderline == (Borderline(3, "data_quality", D("0.50")),)


def test_figures_off_their_bounds_are_not_borderline(emr: Rubric) -> None:
    item = emr.by_code["01.03"]
    for ratio, index in (("0.79", "0.49"), ("0.81", "0.51"), ("0.50", "0.80")):
        assert score_item(emr, item, answers_for(item, 3, ratio, index)).borderline == (
            (Borderline(1, "application", D("0.50")),) if ratio == "0.50" else ()
        )


def test_a_missing_function_names_the_lowest_level_with_an_open_clause(emr: Rubric) -> None:
    item = emr.by_code["01.01"]
    result = score_item(emr, item, answers_for(item, 2))
    assert result.shortfalls[5] == (Shortfall("function", D(2), D(5), 3),)


def test_a_level_that_the_standard_does_not_define_is_skipped(emr: Rubric) -> None:
    item = emr.by_code["01.03"]
    result = score_item(emr, item, ItemAnswers(clauses=all_met(item, 3)))  # type: ignore[arg-type]
    assert 2 not in item.by_level
    assert result.function_level == 3


@pytest.mark.parametrize("state", ["partly", "not_met", "not_answered"])
def test_only_met_counts_as_met(emr: Rubric, state: str) -> None:
    item = emr.by_code["01.01"]
    clauses = dict(all_met(item, 3))
    clauses[3] = (*clauses[3][:-1], state)
    assert score_item(emr, item, ItemAnswers(clauses=clauses)).function_level == 2  # type: ignore[arg-type]


def test_a_gap_in_a_lower_level_is_not_bridged_by_a_higher_one(emr: Rubric) -> None:
    item = emr.by_code["01.01"]
    clauses = {level: states for level, states in all_met(item, 8).items() if level != 2}
    assert score_item(emr, item, ItemAnswers(clauses=clauses)).function_level == 1  # type: ignore[arg-type]


def test_a_level_without_requirement_is_met_by_itself(emr: Rubric) -> None:
    item = emr.by_code["10.03"]
    assert score_item(emr, item).function_level == 2
    in_use = score_item(emr, item, ItemAnswers(in_use=True))
    assert (in_use.score, in_use.scored_level, in_use.passes) == (D("2.00"), 2, (1, 2))


def test_an_implemented_item_counts_one_or_nothing(emr: Rubric) -> None:
    item = emr.by_code["08.02"]
    met = all_met(item, 4)
    for in_use, expected in ((True, D("4")), (False, D("0")), (None, D("0"))):
        result = score_item(emr, item, ItemAnswers(clauses=met, in_use=in_use))  # type: ignore[arg-type]
        assert result.score == expected
    assert result.shortfalls[1][0].factor == "application"


def test_no_such_service_scores_nothing_and_says_so(emr: Rubric) -> None:
    item = emr.by_code["10.03"]
    given = replace(answers_for(item, 8), no_such_service="本院无此业务")
    result = score_item(emr, item, given)
    assert (result.score, result.function_level, result.passes) == (D("0"), 0, ())
    assert result.no_such_service
    assert {at.application for at in result.factors.values()} == {D("0")}
    assert result.shortfalls[1][0] == Shortfall("function", D(0), D(1), 1)


def test_an_index_that_was_not_entered_counts_nothing_and_is_told_apart_from_a_zero(emr: Rubric) -> None:
    item = emr.by_code["01.03"]
    empty = score_item(emr, item, answers_for(item, 3, "1.00", None))
    zero = score_item(emr, item, answers_for(item, 3, "1.00", "0"))
    assert empty.factors[3].data_quality == zero.factors[3].data_quality == D("0")
    assert (empty.factors[3].index_entered, zero.factors[3].index_entered) == (False, True)
    assert empty.score == D("1.00")


def test_a_level_without_active_rules_has_no_index_factor(emr: Rubric) -> None:
    item = emr.by_code["02.02"]
    result = score_item(emr, item, answers_for(item, 7, "1.00", "0.60"))
    assert result.factors[7].data_quality is None
    assert (result.score, result.scored_level) == (D("7.00"), 7)


def test_of_two_equal_products_the_higher_level_is_the_scored_one() -> None:
    item = make_item("01.01", {1: "optional", 2: "optional"})
    result = score_item(make_rubric(item), item, answers_for(item, 2, ratios={1: "1.00", 2: "0.50"}))
    assert (result.score, result.scored_level) == (D("1.00"), 2)


# ---- effective application ---------------------------------------------------------------------


def test_a_level_without_numerator_takes_that_of_the_next_higher_level() -> None:
    item = make_item("01.01", dict.fromkeys(range(1, 6), "optional"))
    given = ItemAnswers(clauses=all_met(item, 5), denominator=100, numerators={2: 90, 4: 60})  # type: ignore[arg-type]
    result = score_item(make_rubric(item), item, given)
    ratios = {level: at.application for level, at in result.factors.items()}
    assert ratios == {1: D("0.90"), 2: D("0.90"), 3: D("0.60"), 4: D("0.60"), 5: D("0")}


def test_a_numerator_is_never_carried_to_another_base(emr: Rubric) -> None:
    """09.02 counts all systems at levels 1, 4, 6, 7 and the relevant ones at 2, 3, 5."""
    item = emr.by_code["09.02"]
    given = ItemAnswers(
        denominators={1: 40, 2: 10, 3: 10, 4: 40, 5: 10}, denominator=40, numerators={4: 20, 5: 9}
    )
    ratios = {level: at.application for level, at in score_item(emr, item, given).factors.items()}
    assert ratios[1] == D("0.50")  # from level 4, passing over 2, 3 and 5
    assert ratios[2] == ratios[3] == ratios[5] == D("0.90")
    assert ratios[4] == D("0.50")
    assert ratios[6] == D("0")


def test_without_denominator_nothing_is_counted() -> None:
    item = make_item("01.01", {1: "optional"})
    given = ItemAnswers(clauses=all_met(item, 1), numerators={1: 5})  # type: ignore[arg-type]
    assert score_item(make_rubric(item), item, given).score == 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "ratio"),
    [
        (795, 1000, "0.80"),
        (7949, 10000, "0.79"),
        (1, 3, "0.33"),
        (2, 3, "0.67"),
        (1, 8, "0.13"),
        (0, 9, "0.00"),
    ],
)
def test_ratios_are_rounded_half_up_to_two_decimals(numerator: int, denominator: int, ratio: str) -> None:
    assert str(share(numerator, denominator)) == ratio


def test_rounding_is_decided_on_the_exact_value() -> None:
    just_under = D("0.49499999999999999999999999999999999999")
    assert half_up(just_under) == D("0.49")
    assert mean((just_under, D("0.495"))) == D("0.49")
    assert mean((D("0.29"), D("0.30"))) == D("0.30")
    assert mean((D("0.14"), D("0.15"))) == D("0.15")
    assert share(794999999999999999999999999999, 10**30) == D("0.79")
    assert half_up(D("0.125")) == D("0.13")


def test_a_zero_denominator_scores_nothing_only_where_the_rubric_says_so(library: dict[str, Rubric]) -> None:
    given = {"01.01": ItemAnswers(denominator=0, numerators={1: 0})}
    ai = library["ai-readiness-2021"]
    assert score(ai, Answers(ai.id, given)).items["01.01"].score == 0
    for edition in ("emr-2018", "smart-service-2019"):
        with pytest.raises(AnswersRefused):
            score(library[edition], Answers(edition, given))


# ---- data quality ------------------------------------------------------------------------------


def test_an_index_per_dimension_is_the_mean_of_those_given(emr: Rubric) -> None:
    item = emr.by_code["01.03"]
    given = replace(
        answers_for(item, 3, "1.00", None),
        data_quality={3: DimensionIndex({"consistency": D("0.90"), "completeness": D("0.45")})},
    )
    assert score_item(emr, item, given).factors[3].data_quality == D("0.68")
    nothing = replace(given, data_quality={3: DimensionIndex({})})
    assert not score_item(emr, item, nothing).factors[3].index_entered


def test_an_index_from_rule_counts_is_the_mean_over_the_active_rules(emr: Rubric) -> None:
    (code, level), rules = next((key, rules) for key, rules in emr.active_rules.items() if len(rules) > 2)
    item = emr.by_code[code]

    def index(counts: dict[str, tuple[int, int]]) -> tuple[Decimal | None, bool]:
        given = ItemAnswers(data_quality={level: RuleCounts(counts)})
        at = score_item(emr, item, given).factors[level]
        return at.data_quality, at.index_entered

    complete = dict.fromkeys(rules, (90, 100))
    assert index(complete) == (D("0.90"), True)
    left_out = dict.fromkeys(rules[1:], (90, 100))
    assert index(left_out)[0] == half_up(D("0.90") * (len(rules) - 1) / len(rules))
    no_such_records = {**complete, rules[0]: (0, 0)}
    assert index(no_such_records) == (D("0.90"), True)
    assert index(dict.fromkeys(rules, (0, 0))) == (D("0.00"), False)
