"""What-if: a switch becomes ordinary answers and the one scorer scores them."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scoring.answers import Answers, ItemAnswers
from engine.scoring.checking import check_answers
from engine.scoring.score import score
from engine.scoring.whatif import (
    Switch,
    UnknownSwitch,
    answers_with,
    passing_switch,
    score_with,
)
from tests.engine.library import rubric
from tests.engine.random_cases import random_answers, small_rubric

EMR = "emr-2018"


def answers(code: str, **entry: object) -> Answers:
    return Answers(EMR, {code: ItemAnswers(**entry)})  # type: ignore[arg-type]


def test_no_switch_changes_nothing() -> None:
    given = random_answers(Random(3), rubric(EMR))
    assert score_with(rubric(EMR), given, []) == score(rubric(EMR), given)


def test_the_given_answers_stay_untouched() -> None:
    given = Answers(EMR, {})
    score_with(rubric(EMR), given, [Switch("01.01", to_level=3, application=Decimal("0.9"))])
    assert given.items == {}


def test_lifting_an_item_to_a_level_meets_every_clause_up_to_it() -> None:
    card = score_with(rubric(EMR), Answers(EMR, {}), [Switch("01.03", to_level=4)])
    assert card.items["01.03"].function_level == 4


def test_lifting_keeps_a_better_figure_and_lifts_a_worse_one() -> None:
    given = answers("01.03", denominator=100, numerators={1: 95, 3: 60})
    lifted = answers_with(rubric(EMR), given, [Switch("01.03", to_level=3, application=Decimal("0.8"))])
    assert lifted.items["01.03"].numerators == {1: 95, 3: 80}
    kept = answers_with(rubric(EMR), given, [Switch("01.03", to_level=1, application=Decimal("0.8"))])
    assert kept.items["01.03"].numerators == {1: 95, 3: 60}


def test_a_ratio_set_at_a_level_moves_the_other_levels_no_further_than_it_must() -> None:
    given = answers("01.01", denominator=200, numerators={1: 190, 2: 100, 3: 90, 4: 80})
    up = answers_with(rubric(EMR), given, [Switch("01.01", level=3, application=Decimal("0.75"))])
    assert up.items["01.01"].numerators == {1: 190, 2: 150, 3: 150, 4: 80}
    down = answers_with(rubric(EMR), given, [Switch("01.01", level=2, application=Decimal("0.42"))])
    assert down.items["01.01"].numerators == {1: 190, 2: 84, 3: 84, 4: 80}


def test_a_ratio_is_tried_in_whole_cases() -> None:
    given = answers("06.02", denominator=3)
    tried = answers_with(rubric(EMR), given, [Switch("06.02", level=1, application=Decimal("0.8"))])
    assert tried.items["06.02"].numerators == {1: 3}, "two of three departments are not 80 %"


def test_a_ratio_can_be_tried_before_any_count_was_entered() -> None:
    card = score_with(
        rubric(EMR), Answers(EMR, {}), [Switch("01.01", to_level=1, application=Decimal("0.8"))]
    )
    assert card.items["01.01"].score == Decimal("0.80")


def test_an_implemented_item_is_switched_on_and_off() -> None:
    on = [Switch("08.02", to_level=1, application=Decimal(1))]
    assert score_with(rubric(EMR), Answers(EMR, {}), on).items["08.02"].score == 1
    off = [*on, Switch("08.02", level=1, application=Decimal(0))]
    assert score_with(rubric(EMR), Answers(EMR, {}), off).items["08.02"].score == 0


def test_an_index_is_set_at_its_level_and_lifted_below() -> None:
    given = answers("01.01", data_quality={})
    lifted = answers_with(rubric(EMR), given, [Switch("01.01", to_level=4, data_quality=Decimal("0.5"))])
    assert sorted(lifted.items["01.01"].data_quality) == [3, 4]
    exact = answers_with(rubric(EMR), lifted, [Switch("01.01", level=3, data_quality=Decimal("0.2"))])
    card = score(rubric(EMR), exact)
    assert card.items["01.01"].factors[3].data_quality == Decimal("0.20")
    assert card.items["01.01"].factors[4].data_quality == Decimal("0.50")


def test_one_clause_can_be_switched() -> None:
    given = answers("01.01", clauses={1: ("met", "partly")})
    on = answers_with(rubric(EMR), given, [Switch("01.01", clause=(1, 2))])
    assert on.items["01.01"].clauses[1] == ("met", "met")
    off = answers_with(rubric(EMR), on, [Switch("01.01", clause=(1, 1), state="not_met")])
    assert off.items["01.01"].clauses[1] == ("not_met", "met")


def test_trying_an_item_takes_back_its_no_such_service() -> None:
    given = answers("07.01", no_such_service="无血库")
    card = score_with(rubric(EMR), given, [Switch("07.01", to_level=1, application=Decimal(1))])
    assert card.items["07.01"].score == 1


@pytest.mark.parametrize(
    ("switch", "sentence"),
    [
        (Switch("99.99", to_level=1), "no item"),
        (Switch("01.03", to_level=2), "no requirement at level 2"),
        (Switch("01.01", to_level=0), "no requirement at level 0"),
        (Switch("01.01", level=9, application=Decimal(1)), "no requirement at level 9"),
        (Switch("01.01", clause=(1, 3)), "no clause 3"),
        (Switch("01.01", clause=(1, 0)), "no clause 0"),
        (Switch("01.01", level=1, application=Decimal("1.1")), "not between 0 and 1"),
        (Switch("01.01", level=3, data_quality=Decimal("NaN")), "not between 0 and 1"),
        (Switch("01.01", application=Decimal(1)), "which level"),
    ],
)
def test_a_switch_that_the_rubric_does_not_have_is_refused(switch: Switch, sentence: str) -> None:
    with pytest.raises(UnknownSwitch) as refused:
        score_with(rubric(EMR), Answers(EMR, {}), [switch])
    assert sentence in refused.value.message.en
    assert refused.value.message.zh


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_the_passing_switch_makes_any_item_pass_and_never_costs_points(seed: int) -> None:
    rng = Random(seed)
    edition = small_rubric(rng)
    given = random_answers(rng, edition)
    item = rng.choice(edition.items)
    level = rng.choice(item.asked_levels).level
    changed = answers_with(edition, given, [passing_switch(edition, item, level)])
    assert check_answers(edition, changed) == []
    before, after = score(edition, given).items[item.code], score(edition, changed).items[item.code]
    assert level in after.passes
    assert after.score >= before.score
    assert set(before.passes) <= set(after.passes)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_any_switch_leaves_answers_that_can_be_scored(seed: int) -> None:
    rng = Random(seed)
    edition = small_rubric(rng)
    given = random_answers(rng, edition)
    item = rng.choice(edition.items)
    level = rng.choice(item.asked_levels).level
    share = Decimal(rng.randint(0, 100)).scaleb(-2)
    switches = [
        Switch(item.code, level=level, application=share),
        Switch(item.code, level=level, data_quality=share),
        Switch(item.code, to_level=level),
    ]
    rng.shuffle(switches)
    assert check_answers(edition, answers_with(edition, given, switches)) == []
