"""zhiping-assessment/1: nothing lost, nothing unknown accepted, every refusal with its path."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.scoring.answers import Answers, DimensionIndex, DirectIndex, ItemAnswers, RuleCounts
from engine.scoring.formats import (
    FormatError,
    answers_from_json,
    answers_to_json,
    parse_document,
    rubric_of,
)
from tests.engine.library import EDITIONS, rubric
from tests.engine.random_cases import random_answers


def document(**changes: Any) -> dict[str, Any]:
    """The example of the format's description, with top-level keys replaced."""
    return {
        "format": "zhiping-assessment/1",
        "rubric": "emr-2018",
        "hospital": {"name": "示例市人民医院", "beds": 1200, "grade": "三级甲等", "region": "330100"},
        "window": {"from": "2026-07-01", "to": "2026-09-30"},
        "items": {
            "01.01": {
                "clauses": {"1": ["met", "met"], "2": ["met"], "3": ["met", "met", "partly", "met"]},
                "denominator": 4765,
                "numerators": {"1": 4765, "2": 4765, "3": 4210},
                "data_quality": {"3": "0.93"},
            },
            "08.02": {"clauses": {"1": ["met"]}, "in_use": True},
        },
        "overall": {"3": ["met", "not_met"]},
        **changes,
    }


def with_item(**entry: Any) -> dict[str, Any]:
    return document(items={"01.01": entry})


def read(data: dict[str, Any]) -> Answers:
    return answers_from_json(rubric("emr-2018"), data)


def test_the_described_example_is_read() -> None:
    answers = read(document())
    assert answers.window == (date(2026, 7, 1), date(2026, 9, 30))
    assert answers.items["01.01"] == ItemAnswers(
        clauses={1: ("met", "met"), 2: ("met",), 3: ("met", "met", "partly", "met")},
        denominator=4765,
        numerators={1: 4765, 2: 4765, 3: 4210},
        data_quality={3: DirectIndex(Decimal("0.93"))},
    )
    assert answers.items["08.02"].in_use is True
    assert answers.overall == {3: ("met", "not_met")}


def test_the_described_example_is_written_back_as_it_was() -> None:
    assert answers_to_json(rubric("emr-2018"), read(document())) == document()


def test_every_form_of_the_index_is_kept() -> None:
    entry = {
        "3": "0.930",
        "4": {"consistency": "0.9", "completeness": "1"},
        "5": {"rules": {"01.01.5-x": {"numerator": 9412, "denominator": 10000}}},
    }
    answers = read(with_item(data_quality=entry))
    assert answers.items["01.01"].data_quality == {
        3: DirectIndex(Decimal("0.930")),
        4: DimensionIndex({"consistency": Decimal("0.9"), "completeness": Decimal(1)}),
        5: RuleCounts({"01.01.5-x": (9412, 10000)}),
    }
    written: Any = answers_to_json(rubric("emr-2018"), answers)
    assert written["items"]["01.01"]["data_quality"] == entry


def test_denominators_per_level_and_a_reason_are_kept() -> None:
    entry = {"denominators": {"1": 42, "2": 24}, "no_such_service": "无血库"}
    written: Any = answers_to_json(rubric("emr-2018"), read(with_item(**entry)))
    assert written["items"]["01.01"] == entry


def test_counts_may_be_written_as_strings_of_digits() -> None:
    answers = read(with_item(denominator="4765", numerators={"3": "4210"}))
    assert answers.items["01.01"].denominator == 4765
    assert answers.items["01.01"].numerators == {3: 4210}


@pytest.mark.parametrize("edition", EDITIONS)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_answers_survive_json(edition: str, seed: int) -> None:
    standard = rubric(edition)
    answers = random_answers(Random(seed), standard)
    through_text = parse_document(json.dumps(answers_to_json(standard, answers), ensure_ascii=False))
    assert answers_from_json(standard, through_text) == answers


REFUSED = [
    (document(format="zhiping-assessment/2"), "format", "zhiping-assessment/1"),
    (document(format=None), "format", "missing"),
    (document(rubric="smart-service-2019"), "rubric", 'belongs to "smart-service-2019"'),
    (document(rubric=7), "rubric", "text"),
    (document(colour="red"), "colour", "unknown key"),
    (document(items=[]), "items", "JSON object"),
    (document(items={"99.99": {}}), "items.99.99", "no item"),
    (document(items={"01.01": []}), "items.01.01", "JSON object"),
    (with_item(clause={}), "items.01.01.clause", "unknown key"),
    (with_item(clauses={"three": []}), "items.01.01.clauses.three", "not a level"),
    (with_item(clauses={"03": []}), "items.01.01.clauses.03", "not a level"),
    (with_item(clauses={"3": "met"}), "items.01.01.clauses.3", "list"),
    (with_item(clauses={"3": ["met", "maybe"]}), "items.01.01.clauses.3[2]", '"maybe" is unknown'),
    (with_item(clauses={"3": [True]}), "items.01.01.clauses.3[1]", "unknown"),
    (with_item(denominator=4765.0), "items.01.01.denominator", "floating-point"),
    (with_item(denominator="4,765"), "items.01.01.denominator", "whole number"),
    (with_item(denominator=None), "items.01.01.denominator", "whole number"),
    (with_item(denominator=True), "items.01.01.denominator", "whole number"),
    (with_item(numerators={"3": 4210.5}), "items.01.01.numerators.3", "floating-point"),
    (with_item(denominators=42), "items.01.01.denominators", "JSON object"),
    (with_item(in_use="yes"), "items.01.01.in_use", "true or false"),
    (with_item(in_use=None), "items.01.01.in_use", "true or false"),
    (with_item(no_such_service=""), "items.01.01.no_such_service", "not empty"),
    (with_item(data_quality={"3": 0.93}), "items.01.01.data_quality.3", "string in quotes"),
    (with_item(data_quality={"3": "93%"}), "items.01.01.data_quality.3", "decimal"),
    (with_item(data_quality={"3": "NaN"}), "items.01.01.data_quality.3", "decimal"),
    (with_item(data_quality={"3": "1e-1"}), "items.01.01.data_quality.3", "decimal"),
    (with_item(data_quality={"3": "٠.٥"}), "items.01.01.data_quality.3", "decimal"),
    (with_item(data_quality={"3": ["0.9"]}), "items.01.01.data_quality.3", "decimal"),
    (
        with_item(data_quality={"3": {"consistency": 0.9}}),
        "items.01.01.data_quality.3.consistency",
        "floating-point",
    ),
    (
        with_item(data_quality={"3": {"rules": {}, "consistency": "1"}}),
        "items.01.01.data_quality.3.consistency",
        "unknown key",
    ),
    (
        with_item(data_quality={"3": {"rules": {"r": {"numerator": 1}}}}),
        "items.01.01.data_quality.3.rules.r.denominator",
        "missing",
    ),
    (
        with_item(data_quality={"3": {"rules": {"r": {"numerator": 1, "denominator": 2, "of": 3}}}}),
        "items.01.01.data_quality.3.rules.r.of",
        "unknown key",
    ),
    (document(hospital={"phone": "1"}), "hospital.phone", "unknown key"),
    (document(hospital={"beds": 1.5}), "hospital.beds", "floating-point"),
    (document(hospital={"name": 3}), "hospital.name", "text"),
    (document(window={"from": "2026-07-01"}), "window.to", "date"),
    (document(window={"from": "20260701", "to": "2026-09-30"}), "window.from", "date"),
    (document(window={"from": "2026-02-30", "to": "2026-09-30"}), "window.from", "date"),
    (document(window=None), "window", "JSON object"),
    (document(overall={"3": ["yes"]}), "overall.3[1]", "unknown"),
]


@pytest.mark.parametrize(("data", "path", "sentence"), REFUSED, ids=[path for _, path, _ in REFUSED])
def test_what_is_not_in_the_format_is_refused_with_its_path(
    data: dict[str, Any], path: str, sentence: str
) -> None:
    with pytest.raises(FormatError) as refused:
        read(data)
    assert refused.value.path == path
    assert sentence in refused.value.message.en
    assert refused.value.message.zh != refused.value.message.en
    assert str(refused.value).startswith(f"{path}: ")
    assert refused.value.in_language("zh-hans") == f"{path}: {refused.value.message.zh}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not valid JSON (line 1"),
        ('{"format": "zhiping-assessment/1",\n "rubric": }', "not valid JSON (line 2"),
        ("[1, 2]", "one JSON object"),
        ('{"a": 1, "a": 2}', "appears twice"),
        ('{"a": NaN}', "not a number"),
        ("[" * 200_000, "too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "endless number"),
    ],
    ids=["empty", "malformed", "a list", "repeated key", "NaN", "nested", "endless number"],
)
def test_text_that_is_no_document_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse_document(text)
    assert sentence in refused.value.message.en


def test_the_rubric_of_a_document_is_known_before_the_rest_is_read() -> None:
    assert rubric_of(document(items="broken")) == "emr-2018"
    with pytest.raises(FormatError, match="format"):
        rubric_of({"rubric": "emr-2018"})
