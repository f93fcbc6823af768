"""Laws that hold for every rubric and all answers, tried on made-up ones."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.values import Item, Rubric
from engine.scoring.answers import (
    Answers,
    DimensionIndex,
    DirectIndex,
    IndexAnswer,
    ItemAnswers,
    RuleCounts,
)
from engine.scoring.card import LENSES, ScoreCard
from engine.scoring.card_json import card_from_json, card_to_json
from engine.scoring.formats import FormatError
from engine.scoring.item import applications
from engine.scoring.rounding import half_up, share
from engine.scoring.score import score
from tests.engine.random_cases import random_answers, small_rubric

seeds = st.integers(min_value=0, max_value=2**40)
VERDICTS = ("certain_fail", "depends", "certain_pass")


def case(seed: int) -> tuple[Random, Rubric, Answers]:
    rng = Random(seed)
    rubric = small_rubric(rng)
    return rng, rubric, random_answers(rng, rubric)


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_scores_stay_within_their_scale(seed: int) -> None:
    _, rubric, answers = case(seed)
    card = score(rubric, answers)
    for item in rubric.items:
        result = card.items[item.code]
        assert 0 <= result.score <= item.levels[-1].level
        assert result.scored_level <= result.function_level <= item.levels[-1].level
        assert (result.scored_level == 0) == (result.score == 0)
        if result.scored_level:
            quality = 1 if result.data_quality is None else result.data_quality
            assert result.score == result.scored_level * result.application * quality
    assert card.exact_total == sum(result.score for result in card.items.values())
    assert card.total == half_up(card.exact_total)
    assert 0 <= card.total <= sum(item.levels[-1].level for item in rubric.items)
    assert card.level in range(rubric.top_level + 1)


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_a_level_is_reached_exactly_when_it_and_every_lower_level_holds(seed: int) -> None:
    _, rubric, answers = case(seed)
    card = score(rubric, answers)
    holding = True
    for level in card.levels:
        holding = holding and level.holds
        assert level.reached == holding
        for gate in (level.gates.basic, level.gates.optional):
            assert gate.have + len(gate.failing) == gate.pool
        assert (level.robustness == "certain_fail") <= (not level.holds)
        assert (level.robustness == "certain_pass") <= level.holds
    assert card.level == sum(level.reached for level in card.levels)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_the_order_of_items_is_irrelevant(seed: int) -> None:
    rng, rubric, answers = case(seed)
    items, codes = list(rubric.items), list(answers.items)
    rng.shuffle(items)
    rng.shuffle(codes)
    one = score(rubric, answers)
    other = score(
        replace(rubric, items=tuple(items)),
        replace(answers, items={code: answers.items[code] for code in codes}),
    )
    assert dict(one.items) == dict(other.items)
    assert (one.level, one.total) == (other.level, other.total)
    assert [(level.reached, level.robustness) for level in one.levels] == [
        (level.reached, level.robustness) for level in other.levels
    ]


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_the_lens_is_a_name_and_changes_no_number(seed: int) -> None:
    _, rubric, answers = case(seed)
    cards = [score(rubric, answers, lens=lens) for lens in LENSES]
    assert [card.lens for card in cards] == list(LENSES)
    assert all(replace(card, lens="claimed") == cards[0] for card in cards)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_what_is_missing_equals_what_was_left_unanswered(seed: int) -> None:
    _, rubric, answers = case(seed)
    spelled_out = {}
    for item in rubric.items:
        given_answers = answers.items.get(item.code, ItemAnswers())
        clauses = {
            level.level: tuple(given_answers.state(level.level, clause.n) for clause in level.clauses)
            for level in item.asked_levels
        }
        spelled_out[item.code] = replace(given_answers, clauses=clauses)
    assert score(rubric, replace(answers, items=spelled_out)).items == score(rubric, answers).items


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_the_quick_way_over_one_base_counts_like_the_definition(seed: int) -> None:
    _, rubric, answers = case(seed)
    for item in rubric.items:
        given_answers = answers.items.get(item.code, ItemAnswers())
        if item.application.kind == "implemented":
            continue
        for level, found in zip(item.asked_levels, applications(item, given_answers), strict=True):
            counted = given_answers.counted_at(level.level)
            expected = share(counted[0], counted[1]) if counted and counted[1] else Decimal(0)
            assert found == expected


# ---- raising an answer never lowers anything ---------------------------------------------------


def raised(rng: Random, rubric: Rubric, item: Item, before: ItemAnswers) -> ItemAnswers:
    """``before`` with one answer made better, or unchanged where the chosen one is at its best."""
    levels = [level.level for level in item.asked_levels]
    choice = rng.choice(("clause", "figure", "index", "service"))
    if choice == "service":
        return replace(before, no_such_service="")
    if choice == "clause":
        level = rng.choice(item.asked_levels)
        states = [before.state(level.level, clause.n) for clause in level.clauses]
        if states:
            better = {"not_answered": "not_met", "not_met": "partly", "partly": "met", "met": "met"}
            n = rng.randrange(len(states))
            states[n] = better[states[n]] if rng.random() < 0.3 else "met"  # type: ignore[assignment]
        return replace(before, clauses={**before.clauses, level.level: tuple(states)})
    if choice == "index":
        indices = [level.level for level in item.asked_levels if level.has_index]
        if not indices:
            return before
        at = rng.choice(indices)
        better_index = raised_index(rng, rubric, item, at, before.data_quality.get(at))
        return replace(before, data_quality={**before.data_quality, at: better_index})
    if item.application.kind == "implemented":
        return replace(before, in_use=True)
    level_number = rng.choice(levels)
    base = before.denominator_at(level_number)
    if base is None:
        return before
    lower = [
        before.numerators[other]
        for other in before.numerators
        if other < level_number and before.denominator_at(other) == base
    ]
    now = before.counted_at(level_number)
    most = min([base, *lower])
    least = now[0] if now else 0
    return replace(before, numerators={**before.numerators, level_number: rng.randint(least, most)})


def raised_index(
    rng: Random, rubric: Rubric, item: Item, level: int, before: IndexAnswer | None
) -> IndexAnswer:
    def higher(value: Decimal) -> Decimal:
        return value + (1 - value) * Decimal(rng.choice(("0.01", "0.3", "1")))

    if before is None:
        return DirectIndex(higher(Decimal(0)))
    if isinstance(before, DirectIndex):
        return DirectIndex(higher(before.value))
    if isinstance(before, DimensionIndex):
        if not before.values:
            return DimensionIndex({"consistency": higher(Decimal(0))})
        name = rng.choice(sorted(before.values))
        return DimensionIndex({**before.values, name: higher(before.values[name])})
    rule = rng.choice(rubric.active_rules[item.code, level])
    numerator, denominator = before.counts.get(rule, (0, 10))
    return RuleCounts({**before.counts, rule: (rng.randint(numerator, denominator), denominator)})


def assert_not_lower(before: ScoreCard, after: ScoreCard) -> None:
    assert after.level >= before.level
    assert after.total >= before.total
    for code, old in before.items.items():
        new = after.items[code]
        assert new.score >= old.score
        assert new.function_level >= old.function_level
        assert set(new.passes) >= set(old.passes)
    for old_level, new_level in zip(before.levels, after.levels, strict=True):
        assert new_level.holds >= old_level.holds
        assert VERDICTS.index(new_level.robustness) >= VERDICTS.index(old_level.robustness)


@settings(max_examples=250, deadline=None)
@given(seeds)
def test_raising_an_answer_never_lowers_a_score_a_gate_or_a_level(seed: int) -> None:
    rng, rubric, answers = case(seed)
    before = score(rubric, answers)
    for _ in range(4):
        item = rng.choice(rubric.items)
        better = raised(rng, rubric, item, answers.items.get(item.code, ItemAnswers()))
        answers = replace(answers, items={**answers.items, item.code: better})
        after = score(rubric, answers)
        assert_not_lower(before, after)
        before = after


# ---- a card survives JSON ----------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_a_card_survives_json(seed: int) -> None:
    _, rubric, answers = case(seed)
    card = score(rubric, answers)
    text = json.dumps(card_to_json(card), ensure_ascii=False)
    assert card_from_json(json.loads(text)) == card


@pytest.mark.parametrize("edition", ["emr-2018", "smart-service-2019", "ai-readiness-2021"])
@pytest.mark.parametrize("seed", range(4))
def test_cards_of_the_delivered_rubrics_survive_json(
    library: dict[str, Rubric], edition: str, seed: int
) -> None:
    rubric = library[edition]
    card = replace(
        score(rubric, random_answers(Random(seed), rubric), lens="strict"), facade_gap=Decimal("1.20")
    )
    assert card_from_json(json.loads(json.dumps(card_to_json(card)))) == card


def test_a_card_prints_the_published_keys(emr: Rubric) -> None:
    data = card_to_json(score(emr, Answers("emr-2018", {})))
    assert list(data)[:8] == [
        "format", "rubric", "lens", "engine_version", "level", "total", "facade_gap", "levels",
    ]  # fmt: skip
    assert data["format"] == "zhiping-scorecard/1"
    gates = data["levels"][0]["gates"]
    assert gates["total"] == {"have": "0.00", "need": "28", "borderline": False}
    assert {"have", "need", "pool", "failing"} <= set(gates["optional"])
    assert gates["basic"]["failing"][0].items() >= {"factor": "function", "have": "0", "need": "1"}.items()
    item = data["items"]["01.01"]
    assert {
        "function_level", "scored_level", "score", "application", "data_quality", "passes", "borderline",
    } <= set(item)  # fmt: skip
    assert (item["score"], item["application"]) == ("0.00", "0.00")


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("format",), "zhiping-scorecard/2", "format"),
        (("total",), "312.00", "total"),
        (("level",), 8, "level"),
        (("lens",), "rosy", ""),
        (("colour",), "red", "colour"),
        (("items", "01.01", "score"), "8.00", "items.01.01.score"),
        (("items", "01.01", "passes"), [1], "items.01.01.passes"),
        (("items", "01.01", "factors", "1", "application"), "1.00x", ""),
        (("levels", 0, "reached"), True, "levels[0].reached"),
        (("levels", 0, "gates", "total", "have"), 5, "levels[0].gates.total.have"),
        (("items", "01.01", "mood"), "good", "items.01.01.mood"),
    ],
)
def test_a_card_that_was_tampered_with_is_refused_at_the_place(
    emr: Rubric, path: tuple[str | int, ...], value: object, named: str
) -> None:
    data = json.loads(json.dumps(card_to_json(score(emr, Answers("emr-2018", {})))))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(FormatError) as refused:
        card_from_json(data)
    assert refused.value.path == named


def test_a_card_with_a_missing_part_is_refused(emr: Rubric) -> None:
    data = card_to_json(score(emr, Answers("emr-2018", {})))
    for key in ("items", "levels", "engine_version", "overall_unconfirmed"):
        with pytest.raises(FormatError):
            card_from_json({name: part for name, part in data.items() if name != key})
