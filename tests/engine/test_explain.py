"""Every number has its reason, in both languages, with its source, and equal to the card."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest

from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, DimensionIndex, DirectIndex, ItemAnswers, RuleCounts
from engine.scoring.card import ScoreCard
from engine.scoring.explain import Explanation, explain_item, explain_level, explain_total
from engine.scoring.rounding import half_up
from engine.scoring.score import score
from tests.engine.made_up import answers_for
from tests.engine.random_cases import random_answers


def trees(rubric: Rubric, answers: Answers, card: ScoreCard) -> list[Explanation]:
    return [
        explain_total(rubric, answers, card),
        *(explain_item(rubric, answers, card, item.code) for item in rubric.items),
        *(explain_level(rubric, answers, card, gate.level) for gate in rubric.gates),
    ]


@pytest.mark.parametrize("edition", ["emr-2018", "smart-service-2019", "ai-readiness-2021"])
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_every_node_speaks_both_languages_and_names_its_source(
    library: dict[str, Rubric], edition: str, seed: int
) -> None:
    rubric = library[edition]
    answers = random_answers(Random(seed), rubric)
    card = score(rubric, answers)
    for tree in trees(rubric, answers, card):
        nodes = list(tree.walk())
        keys = [node.key for node in nodes]
        assert len(set(keys)) == len(keys)
        for node in nodes:
            assert node.label.zh and node.label.en
            assert node.value
            assert bool(node.formula.zh) == bool(node.formula.en)
            assert node.clause_source.startswith(rubric.document_number or rubric.title.zh)
            assert not any("\u4e00" <= char <= "\u9fff" for char in node.formula.en.split("(", 1)[0])


@pytest.mark.parametrize("seed", range(6))
def test_the_numbers_of_a_tree_are_those_of_the_card(emr: Rubric, seed: int) -> None:
    answers = random_answers(Random(seed), emr)
    card = score(emr, answers)
    for item in emr.items:
        result = card.items[item.code]
        tree = explain_item(emr, answers, card, item.code)
        assert tree.value == str(half_up(result.score))
        for level, at in result.factors.items():
            node = tree.find(f"{item.code}/{level}")
            assert node is not None
            assert (node.value, node.holds) == (str(half_up(at.product)), level in result.passes)
            tests = [child.holds for child in node.children]
            assert all(tests) == (level in result.passes)
            ratio = tree.find(f"{item.code}/{level}/application")
            assert ratio is not None
            assert ratio.value == str(at.application)
            quality = tree.find(f"{item.code}/{level}/data_quality")
            assert (quality is None) == (at.data_quality is None)
            assert quality is None or quality.value == str(half_up(at.data_quality or Decimal(0)))
    for level_result in card.levels:
        tree = explain_level(emr, answers, card, level_result.level)
        assert tree.holds == level_result.reached
        for name, gate in (("basic", level_result.gates.basic), ("optional", level_result.gates.optional)):
            node = tree.find(f"level/{level_result.level}/{name}")
            assert node is not None
            assert (node.value, node.holds) == (f"{gate.have}/{gate.need}", gate.holds)
            assert len(node.children) == len(gate.failing)
    total = explain_total(emr, answers, card)
    assert total.value == str(card.total)
    assert [Decimal(child.value) for child in total.children] == [
        half_up(card.items[item.code].score) for item in emr.items
    ]


def explained(rubric: Rubric, code: str, given: ItemAnswers) -> Explanation:
    answers = Answers(rubric.id, {code: given})
    return explain_item(rubric, answers, score(rubric, answers), code)


def formula(tree: Explanation, key: str) -> str:
    node = tree.find(key)
    assert node is not None
    return node.formula.en


def test_a_score_from_a_lower_level_says_where_it_was_taken(emr: Rubric) -> None:
    tree = explained(emr, "01.01", answers_for(emr.by_code["01.01"], 3, "0.80", "0.50"))
    assert "level 2: 2 × 0.80 = 1.60" in tree.formula.en
    assert "3 × 0.80 × 0.50 = 1.20" in tree.formula.zh
    assert tree.formula.zh.endswith("得分取自第2级")
    assert tree.clause_source == "国卫办医函〔2018〕1079号 正文四（一）"
    assert explained(emr, "01.01", ItemAnswers()).formula.en.endswith("scores 0")


def test_a_numerator_taken_from_a_higher_level_says_so(emr: Rubric) -> None:
    tree = explained(emr, "01.01", ItemAnswers(denominator=100, numerators={4: 60}))
    assert "60 / 100 = 0.60" in formula(tree, "01.01/1/application")
    assert "level 4" in formula(tree, "01.01/1/application")
    assert "not entered" in formula(tree, "01.01/5/application")


def test_an_index_not_entered_is_told_apart_from_a_low_one(emr: Rubric) -> None:
    tree = explained(emr, "01.03", ItemAnswers(data_quality={4: DirectIndex(Decimal("0.2"))}))
    assert formula(tree, "01.03/3/data_quality").startswith("not entered")
    assert formula(tree, "01.03/4/data_quality").startswith("entered as one figure")
    assert formula(tree, "01.03/4/earlier_data_quality").startswith("the lowest is level 3")


def test_an_index_shows_its_dimensions_or_its_rules(emr: Rubric) -> None:
    dimensions = {3: DimensionIndex({"consistency": Decimal("0.9")})}
    tree = explained(emr, "01.03", ItemAnswers(data_quality=dimensions))
    node = tree.find("01.03/3/data_quality/consistency")
    assert node is not None
    assert (node.value, node.label.zh) == ("0.9", "一致性")

    (code, level), rules = next((key, ids) for key, ids in emr.active_rules.items() if len(ids) > 2)
    counts = RuleCounts({rules[0]: (9, 10), rules[1]: (0, 0)})
    tree = explained(emr, code, ItemAnswers(data_quality={level: counts}))
    shown = {rule: tree.find(f"{code}/{level}/data_quality/{rule}") for rule in rules}
    values = [node.value for node in shown.values() if node is not None]
    assert values[:3] == ["0.90", "—", "0.00"]
    assert len(values) == len(rules)


def test_implemented_items_and_missing_services_are_explained(emr: Rubric) -> None:
    assert formula(explained(emr, "08.02", ItemAnswers(in_use=True)), "08.02/1/application").startswith(
        "in use"
    )
    assert formula(explained(emr, "08.02", ItemAnswers()), "08.02/1/application").startswith("whether it is")
    absent = explained(emr, "07.02", ItemAnswers(no_such_service="无输血业务"))
    assert "无输血业务" in absent.formula.zh
    assert absent.value == "0.00"
    no_requirement = formula(explained(emr, "10.03", ItemAnswers()), "10.03/function/1")
    assert "asks nothing" in no_requirement


def test_a_level_says_what_blocks_it(emr: Rubric) -> None:
    answers = Answers("emr-2018", {item.code: answers_for(item, 4) for item in emr.items})
    code = emr.pools[3][0][0].code
    weak = replace(answers, items={**answers.items, code: answers_for(emr.by_code[code], 4, "0.79")})
    card = score(emr, weak)
    at_three = explain_level(emr, weak, card, 3)
    assert at_three.formula.en == "not met: basic items"
    failing = at_three.find(f"level/3/basic/{code}")
    assert failing is not None
    assert failing.formula.en == "effective application ratio 0.79 < 0.80"
    assert failing.value == "0.79/0.80"
    reached = explain_level(emr, answers, score(emr, answers), 4)
    assert reached.holds
    assert reached.formula.zh == "本级及以下各级的三项条件都成立"
    robustness = at_three.find("level/3/robustness")
    assert robustness is not None
    assert robustness.value == card.by_level[3].robustness


def test_an_item_or_a_level_that_does_not_exist_has_no_explanation(emr: Rubric) -> None:
    answers = Answers("emr-2018", {})
    card = score(emr, answers)
    with pytest.raises(KeyError):
        explain_item(emr, answers, card, "99.99")
    with pytest.raises(KeyError):
        explain_level(emr, answers, card, 9)
