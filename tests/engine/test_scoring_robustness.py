"""The closed form for unconfirmed flags against every assignment, scored one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.flags import with_flags
from engine.rubric.values import Category, ItemLevel, Rubric
from engine.scoring.answers import Answers
from engine.scoring.score import score
from tests.engine.made_up import answers_for, make_item, make_rubric
from tests.engine.random_cases import random_answers, small_rubric


def assignments(rubric: Rubric, level: int) -> Iterator[Rubric]:
    """The rubric under every choice of flags of ``level`` that keeps confirmed flags and the count."""
    pool = [item for item in rubric.items if level in item.by_level]
    fixed = [i.code for i in pool if i.by_level[level].category_confirmed]
    basic = [c for c in fixed if rubric.by_code[c].by_level[level].category == "basic"]
    open_flags = [i.code for i in pool if i.code not in fixed]
    for chosen in combinations(open_flags, rubric.gate_at[level].basic - len(basic)):

        def flagged(code: str, entry: ItemLevel, chosen: tuple[str, ...] = chosen) -> ItemLevel:
            if entry.level != level or code in fixed:
                return entry
            category: Category = "basic" if code in chosen else "optional"
            return replace(entry, category=category)

        yield replace(
            rubric,
            items=tuple(
                replace(item, levels=tuple(flagged(item.code, entry) for entry in item.levels))
                for item in rubric.items
            ),
        )


@settings(max_examples=120, deadline=None)
@given(st.integers(min_value=0, max_value=2**40))
def test_the_closed_form_agrees_with_trying_every_assignment(seed: int) -> None:
    rng = Random(seed)
    rubric = small_rubric(rng)
    answers = random_answers(rng, rubric)
    card = score(rubric, answers)
    for gate in rubric.gates:
        outcomes = {
            score(assigned, answers).by_level[gate.level].holds
            for assigned in assignments(rubric, gate.level)
        }
        expected = {(True,): "certain_pass", (False,): "certain_fail"}.get(tuple(outcomes), "depends")
        assert card.by_level[gate.level].robustness == expected


def four_items(*, confirmed: tuple[bool, bool, bool, bool]) -> Rubric:
    """Two basic and two optional items at level 1; one optional pass is required."""
    categories: tuple[Category, ...] = ("basic", "basic", "optional", "optional")
    items = [
        make_item(f"01.0{n}", {1: category}, confirmed=sure)
        for n, (category, sure) in enumerate(zip(categories, confirmed, strict=True), start=1)
    ]
    return make_rubric(*items, optional_required={1: 1}, min_totals={1: 2})


def verdict(rubric: Rubric, *ratios: str) -> str:
    answers = {
        item.code: answers_for(item, 1, ratio) for item, ratio in zip(rubric.items, ratios, strict=True)
    }
    return score(rubric, Answers("made-up", answers)).by_level[1].robustness


@pytest.mark.parametrize(
    ("confirmed", "ratios", "expected"),
    [
        # every flag confirmed: the verdict is the result
        ((True,) * 4, ("0.80", "0.80", "0.50", "0.00"), "certain_pass"),
        ((True,) * 4, ("0.79", "0.80", "0.50", "0.50"), "certain_fail"),
        # nothing confirmed
        ((False,) * 4, ("0.80", "0.80", "0.80", "0.80"), "certain_pass"),
        ((False,) * 4, ("0.80", "0.80", "0.80", "0.79"), "depends"),
        ((False,) * 4, ("0.80", "0.80", "0.40", "0.40"), "certain_fail"),  # no optional pass is left over
        ((False,) * 4, ("0.80", "0.79", "0.79", "0.79"), "certain_fail"),  # only one could be basic
        # a confirmed basic item that fails decides alone
        ((True, False, False, False), ("0.79", "1.00", "1.00", "1.00"), "certain_fail"),
        # both basic items confirmed: nothing is left to choose, the others are optional for certain
        ((True, True, False, False), ("0.80", "0.80", "0.50", "0.00"), "certain_pass"),
        # a confirmed optional item never has to pass as basic
        ((False, False, False, True), ("0.80", "0.80", "0.80", "0.00"), "certain_pass"),
        # the total decides whatever the flags
        ((False,) * 4, ("0.40", "0.40", "0.40", "0.40"), "certain_fail"),
    ],
)
def test_the_verdict_in_plain_cases(
    confirmed: tuple[bool, bool, bool, bool], ratios: tuple[str, ...], expected: str
) -> None:
    assert verdict(four_items(confirmed=confirmed), *ratios) == expected


def test_a_result_that_passes_may_still_depend_on_flags(emr: Rubric) -> None:
    """An EMR hospital at level 3 under the working assignment, with items only just good enough."""
    items = {}
    for item in emr.items:
        basic = 3 in item.by_level and item.by_level[3].category == "basic"
        implemented = item.application.kind == "implemented"
        items[item.code] = answers_for(item, 8, "1.00" if basic or implemented else "0.60")
    card = score(emr, Answers("emr-2018", items))
    assert card.by_level[3].holds
    assert card.by_level[3].robustness == "depends"


def test_confirming_every_flag_leaves_nothing_to_depend_on(emr: Rubric) -> None:
    confirmed = with_flags(
        emr,
        {item.code: {lv.level: lv.category for lv in item.asked_levels if lv.category} for item in emr.items},
    )
    for seed in range(20):
        answers = random_answers(Random(seed), confirmed)
        for level in score(confirmed, answers).levels:
            assert level.robustness == ("certain_pass" if level.holds else "certain_fail")
