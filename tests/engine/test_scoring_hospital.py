"""The hospital: worked cases of the design and sentences of the standard about gates and levels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.rubric.values import Rubric
from engine.scoring.answers import (
    Answers,
    AnswersRefused,
    ItemAnswers,
)
from engine.scoring.card import Shortfall
from engine.scoring.item import score_item
from engine.scoring.score import score
from tests.engine.made_up import all_met, answers_for, make_item, make_rubric

D = Decimal


def whole(rubric: Rubric, function: int, ratio: str = "1.00", index: str = "1.00") -> Answers:
    return Answers(
        rubric.id,
        {item.code: answers_for(item, function, ratio, index) for item in rubric.items},
    )


def test_everything_met_reaches_the_top_with_the_largest_total(library: dict[str, Rubric]) -> None:
    for edition, total in (
        ("emr-2018", "312.00"),
        ("smart-service-2019", "85.00"),
        ("ai-readiness-2021", "64.00"),
    ):
        card = score(library[edition], whole(library[edition], 8))
        assert str(card.total) == total
        assert card.level == library[edition].top_level
        assert card.blocking_level is None
        assert all(level.robustness == "certain_pass" for level in card.levels)


def test_nothing_answered_reaches_nothing(library: dict[str, Rubric]) -> None:
    for edition, rubric in library.items():
        card = score(rubric, Answers(edition, {}))
        assert (card.level, card.total, card.blocking_level) == (0, D("0"), 1)
        assert all(level.robustness == "certain_fail" for level in card.levels)


def test_one_basic_item_left_behind_keeps_the_hospital_at_the_level_below(emr: Rubric) -> None:
    answers = whole(emr, 3, "0.90", "0.90")
    code = emr.pools[3][0][0].code
    items = {**answers.items, code: answers_for(emr.by_code[code], 2, "0.90", "0.90")}
    in_use = {c: replace(a, in_use=True) for c, a in items.items() if a.in_use is not None}
    card = score(emr, replace(answers, items={**items, **in_use}))
    assert card.level == 2
    gate = card.by_level[3].gates.basic
    assert (gate.have, gate.need) == (13, 14)
    (failing,) = gate.failing
    assert (failing.item, failing.factor, failing.have, failing.need) == (code, "function", D(2), D(3))
    assert card.by_level[3].gates.optional.holds
    assert card.by_level[3].gates.total.holds
    assert card.blocking_level == 3


def test_basic_sets_are_not_nested_so_every_lower_level_must_hold_too() -> None:
    """An item basic at 3 and optional at 4: the gates of 4 hold, that item fails 3."""
    first = make_item("01.01", {1: "optional", 2: "optional", 3: "basic", 4: "optional"})
    second = make_item("01.02", dict.fromkeys((1, 2, 3, 4), "basic"))
    rubric = make_rubric(first, second, optional_required={4: 0}, min_totals={4: 4})
    answers = Answers("made-up", {"01.01": answers_for(first, 4, "0.60"), "01.02": answers_for(second, 4)})
    card = score(rubric, answers)
    assert card.by_level[4].holds
    assert not card.by_level[4].reached
    assert not card.by_level[3].holds
    assert card.level == 2


def test_the_ninth_basic_item_of_the_service_standard_keeps_the_hospital_below_four(service: Rubric) -> None:
    answers = whole(service, 5)
    code = service.pools[4][0][-1].code
    card = score(
        service, replace(answers, items={**answers.items, code: answers_for(service.by_code[code], 3)})
    )
    gate = card.by_level[4].gates.basic
    assert (gate.have, gate.need) == (8, 9)
    assert [failing.item for failing in gate.failing] == [code]
    assert card.level <= 3


def test_the_gate_table_of_the_service_standard_overrides_the_sentence_about_half(service: Rubric) -> None:
    """3 of 8 optional items suffice at level 4, although the text says at least 50 %."""
    optional = [item.code for item in service.pools[4][1]]
    items = {item.code: answers_for(item, 5) for item in service.items}
    for code in optional[3:]:
        items[code] = answers_for(service.by_code[code], 3)
    gate = score(service, Answers(service.id, items)).by_level[4].gates.optional
    assert (gate.have, gate.need, gate.pool) == (3, 3, 8)
    assert gate.holds


def test_the_total_gate_compares_the_rounded_total() -> None:
    """3 x 0.95 + 3 x 0.99 x 0.72 = 4.9884 is 4.99, and 4.99 is not 5."""
    items = [
        make_item(code, {1: "optional", 2: "optional", 3: "optional"}, indices=(3,))
        for code in ("01.01", "01.02")
    ]
    rubric = make_rubric(*items, min_totals={1: 5, 2: 5, 3: 5})
    first, second = answers_for(items[0], 3, "1.00", "0.95"), answers_for(items[1], 3, "0.99", "0.724")
    card = score(rubric, Answers("made-up", {"01.01": first, "01.02": second}))
    assert (card.exact_total, card.total) == (D("4.9884"), D("4.99"))
    assert not card.by_level[1].gates.total.holds


def test_a_total_that_is_rounded_up_to_the_minimum_holds_and_is_marked_borderline() -> None:
    items = [make_item(code, {1: "optional"}, indices=(1,)) for code in ("01.01", "01.02", "01.03")]
    rubric = make_rubric(*items, min_totals={1: 2})
    indices = {"01.01": "0.95", "01.02": "0.70", "01.03": "0.69"}
    ratios = {"01.01": "0.90", "01.02": "0.90", "01.03": "0.74"}  # 0.855 + 0.63 + 0.5106 = 1.9956
    card = score(
        rubric,
        Answers("made-up", {i.code: answers_for(i, 1, ratios[i.code], indices[i.code]) for i in items}),
    )
    assert (card.exact_total, card.total) == (D("1.9956"), D("2.00"))
    assert card.by_level[1].gates.total.holds
    assert card.by_level[1].gates.total.borderline


def test_an_item_above_the_target_passes_with_the_figures_of_the_target() -> None:
    item = make_item("01.01", {1: "basic", 2: "basic", 3: "basic"})
    card = score(
        make_rubric(item), Answers("made-up", {"01.01": answers_for(item, 3, ratios={2: "0.79", 3: "0.79"})})
    )
    assert card.items["01.01"].passes == (1,)
    assert card.level == 1


def test_a_gate_names_every_failing_factor_of_an_item() -> None:
    item = make_item("01.01", {1: "basic", 2: "basic", 3: "basic"}, indices=(1, 2, 3))
    given = answers_for(item, 2, "0.70", indices={1: "0.40", 2: "0.90", 3: "0.30"})
    (failing,) = (
        score(make_rubric(item), Answers("made-up", {"01.01": given})).by_level[3].gates.basic.failing
    )
    assert [short.factor for short in failing.shortfalls] == [
        "function", "application", "data_quality", "earlier_data_quality",
    ]  # fmt: skip
    assert failing.shortfalls[0].at_level == 3
    assert failing.also[-1] == Shortfall("earlier_data_quality", D("0.40"), D("0.50"), 1)


def test_a_gate_names_the_items_that_pass_exactly_on_a_bound() -> None:
    items = [make_item(f"01.0{n}", {1: "basic"}) for n in (1, 2, 3)]
    ratios = {"01.01": "0.80", "01.02": "0.81", "01.03": "0.79"}
    answers = {item.code: answers_for(item, 1, ratios[item.code]) for item in items}
    gate = score(make_rubric(*items), Answers("made-up", answers)).by_level[1].gates.basic
    assert gate.borderline == ("01.01",)
    assert [failing.item for failing in gate.failing] == ["01.03"]


def test_the_next_step_of_an_item_lists_its_open_clauses(emr: Rubric) -> None:
    item = emr.by_code["01.01"]
    clauses = {**all_met(item, 8), 3: ("met", "partly", "met")}
    given = replace(answers_for(item, 8), clauses=clauses)  # type: ignore[arg-type]
    missing = score_item(emr, item, given).next_missing
    assert missing is not None
    assert (missing.level, missing.clauses) == (3, ((3, 2), (3, 4)))
    assert [short.factor for short in missing.shortfalls] == ["function"]
    assert score_item(emr, item, answers_for(item, 8)).next_missing is None


def test_overall_requirements_are_listed_and_change_nothing(emr: Rubric) -> None:
    answers = whole(emr, 8)
    card = score(emr, replace(answers, overall={3: ("met", "not_met")}))
    assert (3, 2) in card.overall_unconfirmed
    assert (3, 1) not in card.overall_unconfirmed
    assert not any(level == 0 for level, _ in card.overall_unconfirmed)
    assert card.level == 8


# ---- refusals ----------------------------------------------------------------------------------


def test_a_numerator_over_its_denominator_is_refused(emr: Rubric) -> None:
    answers = Answers("emr-2018", {"01.01": ItemAnswers(denominator=100, numerators={1: 101})})
    with pytest.raises(AnswersRefused) as refused:
        score(emr, answers)
    (problem,) = refused.value.problems
    assert (problem.item, problem.level, problem.field) == ("01.01", 1, "numerators")
    assert "101" in problem.message.zh
    assert "101" in str(refused.value)


def test_every_problem_is_named_not_only_the_first(emr: Rubric) -> None:
    answers = Answers(
        "emr-2018",
        {
            "01.01": ItemAnswers(denominator=-1),
            "01.03": ItemAnswers(denominator=10, numerators={3: 4, 4: 5}),
            "99.99": ItemAnswers(),
        },
        window=(date(2026, 7, 1), date(2026, 8, 31)),
    )
    with pytest.raises(AnswersRefused) as refused:
        score(emr, answers)
    assert len(refused.value.problems) == 4
