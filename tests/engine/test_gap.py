"""The gap list: complete, in the order of what it unlocks, and closing it really reaches the target."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.formats import answers_from_json, parse_document
from engine.scoring.gap import Gap, GapList, UnknownTarget, find_gaps, gaps_to_json
from engine.scoring.score import score
from engine.scoring.whatif import score_with
from scripts.remake_golden import ASSESSMENTS
from tests.engine.library import EDITIONS, rubric
from tests.engine.random_cases import random_answers, small_rubric

seeds = st.integers(0, 2**32 - 1)


def golden(name: str, edition: str = "emr-2018") -> Answers:
    text = (ASSESSMENTS / f"{name}.json").read_text(encoding="utf-8")
    return answers_from_json(rubric(edition), parse_document(text))


def gaps_of(name: str, target: int, edition: str = "emr-2018") -> GapList:
    return find_gaps(rubric(edition), golden(name, edition), target)


def test_a_reached_target_has_no_gap_that_a_gate_waits_for() -> None:
    gaps = gaps_of("emr-tertiary-level-4", 4)
    assert gaps.reached and gaps.needed == () and gaps.suggested == ()
    assert {gap.unlocks for gap in gaps.gaps} == {"reserve"}


def test_the_one_basic_item_short_of_3_is_the_whole_gap() -> None:
    gaps = gaps_of("emr-one-basic-item-short-of-3", 3)
    (gap,) = gaps.needed
    assert (gap.item, gap.level, gap.category, gap.unlocks) == ("04.03", 3, "basic", "basic_gate")
    assert [(clause.level, clause.n, clause.state) for clause in gap.clauses] == [(3, 2, "partly")]
    function, index = gap.shortfall("function"), gap.shortfall("data_quality")
    assert function is not None and (function.have, function.need) == (2, 3)
    assert index is not None and (index.have, index.need) == (Decimal("0.00"), Decimal("0.50"))
    level = gaps.levels[2]
    assert (level.level, level.holds, level.basic_missing, level.optional_missing) == (3, False, 1, 0)
    assert level.total_missing == 0


def test_a_gap_says_which_factor_fails_and_what_is_needed() -> None:
    gaps = gaps_of("emr-near-level-4", 4)
    assert [gap.item for gap in gaps.needed] == ["07.04", "01.05"]
    ratio, index = gaps.needed[0].shortfalls, gaps.needed[1].shortfalls
    assert [(short.factor, str(short.have), str(short.need)) for short in ratio] == [
        ("application", "0.76", "0.80")
    ]
    assert [(short.factor, str(short.have), str(short.need)) for short in index] == [
        ("data_quality", "0.46", "0.50")
    ]


def test_the_gain_is_the_difference_of_two_scores() -> None:
    answers = golden("emr-near-level-4")
    standard = rubric("emr-2018")
    before = score(standard, answers).exact_total
    for gap in find_gaps(standard, answers, 4).needed:
        assert score_with(standard, answers, [gap.switch]).exact_total - before == gap.gain


def test_points_for_the_total_come_from_items_that_pass_at_their_bound() -> None:
    gaps = gaps_of("emr-on-every-bound-of-3", 3)
    assert {gap.unlocks for gap in gaps.needed} == {"total_gate"}
    worth = [gap.gain / gap.things_missing for gap in gaps.needed]
    assert worth == sorted(worth, reverse=True)
    first = gaps.needed[0]
    assert first.clauses == () and {short.need for short in first.shortfalls} == {Decimal("1.00")}
    level = gaps.levels[2]
    assert (str(level.total_missing), str(level.total_still_missing)) == ("18.62", "18.62")


def test_points_come_from_optional_items_before_any_ratio_is_raised_to_one() -> None:
    """Lifting an optional item to the level is ordinary work; a ratio of 1.00 is not."""
    gaps = gaps_of("emr-near-level-4", 4)
    level = gaps.levels[3]
    assert level.total_closed >= 110
    raised = [gap for gap in gaps.gaps if any(short.need == 1 for short in gap.shortfalls)]
    assert raised == [] or level.total_still_missing > sum(
        gap.gain for gap in gaps.gaps if gap.unlocks == "total_gate" and gap not in raised
    )


def test_an_item_without_such_service_comes_last_in_its_group() -> None:
    gaps = gaps_of("smart-no-home-service", 3, "smart-service-2019")
    optional = [gap for gap in gaps.needed if gap.unlocks == "optional_gate"]
    assert optional[-1].item == "03.04" and optional[-1].no_such_service
    assert not optional[-1].suggested
    assert len(optional[-1].clauses) == 7, "every clause up to level 3 is missing"


def test_of_the_optional_items_only_as_many_as_the_gate_needs_are_suggested() -> None:
    gaps = gaps_of("emr-tertiary-level-3", 4)
    optional = [gap for gap in gaps.gaps if gap.unlocks == "optional_gate" and gap.level == 4]
    suggested = [gap for gap in optional if gap.suggested]
    assert len(suggested) == gaps.levels[3].optional_missing == 10 < len(optional)
    hardest_suggested = max(gap.things_missing for gap in suggested)
    assert hardest_suggested <= min(gap.things_missing for gap in optional if not gap.suggested)


def test_an_unknown_target_is_refused_in_both_languages() -> None:
    for target in (0, 9, -1):
        with pytest.raises(UnknownTarget, match="1 to 8") as refused:
            find_gaps(rubric("emr-2018"), Answers("emr-2018", {}), target)
        assert "1至8" in refused.value.message.zh


def test_a_card_at_hand_saves_scoring_and_changes_nothing() -> None:
    standard, answers = rubric("emr-2018"), golden("emr-tertiary-level-3")
    card = score(standard, answers)
    assert find_gaps(standard, answers, 5, card=card) == find_gaps(standard, answers, 5)


def test_the_list_is_written_as_plain_json() -> None:
    gaps = gaps_of("emr-tertiary-level-3", 4)
    written = json.loads(json.dumps(gaps_to_json(gaps)))
    assert (written["format"], written["level"], written["target"]) == ("zhiping-gaps/1", 3, 4)
    assert len(written["gaps"]) == len(gaps.gaps)
    first, gap = written["gaps"][0], gaps.gaps[0]
    assert (first["item"], first["unlocks"]) == (gap.item, gap.unlocks)
    assert all(isinstance(row["gain"], str) for row in written["gaps"])
    assert not any(isinstance(value, float) for value in _leaves(written))


def _leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in _leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in _leaves(part)]
    return [value]


@pytest.mark.parametrize("edition", EDITIONS)
@given(seed=seeds)
@settings(max_examples=6, deadline=None)
def test_closing_every_suggested_gap_reaches_the_target(edition: str, seed: int) -> None:
    rng = Random(seed)
    standard = rubric(edition)
    answers = random_answers(rng, standard)
    target = rng.randint(1, standard.top_level)
    gaps = find_gaps(standard, answers, target)
    after = score_with(standard, answers, [gap.switch for gap in gaps.suggested])
    assert after.level >= target


@given(seed=seeds)
@settings(max_examples=80, deadline=None)
def test_a_small_rubric_is_closed_wherever_its_points_suffice(seed: int) -> None:
    rng = Random(seed)
    edition = small_rubric(rng)
    answers = random_answers(rng, edition)
    gaps = find_gaps(edition, answers, edition.top_level)
    after = score_with(edition, answers, [gap.switch for gap in gaps.suggested])
    if after.level < edition.top_level:
        blocked = after.by_level[after.level + 1].gates
        assert blocked.basic.holds and blocked.optional.holds and not blocked.total.holds


@given(seed=seeds)
@settings(max_examples=80, deadline=None)
def test_the_list_is_complete_and_in_order(seed: int) -> None:
    rng = Random(seed)
    edition = small_rubric(rng)
    answers = random_answers(rng, edition)
    card = score(edition, answers)
    gaps = find_gaps(edition, answers, edition.top_level)
    for level in card.levels:
        here = [gap for gap in gaps.needed if gap.level == level.level]
        basic = {gap.item for gap in here if gap.unlocks == "basic_gate"}
        assert basic == {fail.item for fail in level.gates.basic.failing}
        listed = {gap.item for gap in here}
        if not level.gates.optional.holds:
            assert listed >= {fail.item for fail in level.gates.optional.failing}
    assert [place(gap) for gap in gaps.gaps] == sorted(place(gap) for gap in gaps.gaps)
    for measure in (easiest("basic_gate"), easiest("optional_gate")):
        measured = measure(edition, gaps)
        assert measured == sorted(measured)
    assert all(gap.gain >= 0 for gap in gaps.gaps)
    assert len({(gap.item, gap.level, gap.unlocks, gap.shortfalls) for gap in gaps.gaps}) == len(gaps.gaps)


def place(gap: Gap) -> tuple[bool, int, int]:
    """Needed before reserve, lower levels first, then basic, optional, total."""
    groups = ("basic_gate", "optional_gate", "total_gate", "reserve")
    return gap.unlocks == "reserve", gap.level, groups.index(gap.unlocks)


def easiest(unlocks: str) -> Callable[[Rubric, GapList], list[tuple[int, bool, int]]]:
    def measure(edition: Rubric, gaps: GapList) -> list[tuple[int, bool, int]]:
        return [
            (gap.level, gap.no_such_service, gap.things_missing)
            for gap in gaps.gaps
            if gap.unlocks == unlocks
        ]

    return measure
