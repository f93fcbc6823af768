"""The gap report says what the card and the gap list say, in both languages, and its advice is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from random import Random

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.values import Rubric
from engine.scoring.answers import Answers, DirectIndex, ItemAnswers
from engine.scoring.gap import UnknownTarget, find_gaps
from engine.scoring.score import score
from reports.standing import Standing, file_standing
from reports.view_models.gaps import Assigned
from reports.view_models.report import GapReport, gap_report
from tests.engine.library import library
from tests.engine.random_cases import random_answers, small_rubric

CHINESE = re.compile(r"[一-鿿]")


def hospital_near(rubric: Rubric, level: int, weak: str, numerator: int = 760) -> Answers:
    """Everything met up to ``level``, ratios 0.90, indices 0.90; one item with too few cases."""
    items = {}
    for item in rubric.items:
        upto = [entry for entry in item.asked_levels if entry.level <= level]
        count = numerator if item.code == weak else 900
        items[item.code] = ItemAnswers(
            clauses={entry.level: ("met",) * len(entry.clauses) for entry in upto},
            denominator=1000 if item.application.kind == "ratio" else None,
            numerators={entry.level: count for entry in upto} if item.application.kind == "ratio" else {},
            in_use=True if item.application.kind == "implemented" else None,
            data_quality={entry.level: DirectIndex(Decimal("0.90")) for entry in upto if entry.has_index},
        )
    return Answers(rubric=rubric.id, items=items, hospital={"name": "Example Hospital"})


def standing_of(rubric: Rubric, answers: Answers, target: int) -> Standing:
    return file_standing(rubric, answers, score(rubric, answers), target=target)


@pytest.fixture
def standing() -> Standing:
    rubric = library()["emr-2018"]
    return standing_of(rubric, hospital_near(rubric, 3, "01.01"), 4)


def words_of(value: object) -> Iterator[str]:
    """Every text inside a frozen value."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from words_of(one)


def test_a_director_reads_where_the_hospital_stands_what_blocks_and_what_is_missing(
    standing: Standing,
) -> None:
    report = gap_report(standing, 3)
    assert report.headline == "目前尚未达到1级"
    assert report.summary[1].startswith("未达1级，首先受阻于基本项")
    assert report.remaining == "距3级还差：基本项1个。"
    assert len(report.summary) <= 5


def test_the_count_that_is_advised_is_the_least_that_passes(standing: Standing) -> None:
    (section,) = gap_report(standing, 3).sections
    (step,) = section.steps
    need = int(re.search(r"至少需(\d+)", step).group(1))  # type: ignore[union-attr]
    assert f"还差{need - 760}" in step

    def passes(count: int) -> bool:
        answers = hospital_near(standing.rubric, 3, "01.01", count)
        return 3 in score(standing.rubric, answers).items["01.01"].passes

    assert passes(need)


def test_every_needed_gap_has_a_section_with_its_missing_clauses(standing: Standing) -> None:
    report = gap_report(standing, 4)
    gaps = find_gaps(standing.rubric, standing.answers, 4, card=standing.card)
    assert {section.item.code for section in report.sections} == {gap.item for gap in gaps.needed}
    for section in report.sections:
        wanted = {
            f"{gap.item}.{clause.level}-{clause.n}"
            for gap in gaps.needed
            if gap.item == section.item.code
            for clause in gap.clauses
        }
        assert {clause.code for clause in section.clauses} == wanted
        assert section.steps


def test_people_are_named_only_where_the_caller_hands_them_in(standing: Standing) -> None:
    assert "护理部" not in " ".join(words_of(gap_report(standing, 4)))
    named = gap_report(standing, 4, {"01.01": Assigned(department="护理部")})
    assert named.sections[0].assigned.department in ("护理部", "")
    assert "护理部" in " ".join(words_of(named))


def test_an_english_report_has_no_chinese_sentence(standing: Standing) -> None:
    with translation.override("en"):
        report = gap_report(standing, 4)
    left = [text for text in words_of(replace(report, identity=None, glossary=())) if CHINESE.search(text)]  # type: ignore[arg-type]
    assert left == []


def test_a_target_the_standard_does_not_have_is_refused(standing: Standing) -> None:
    with pytest.raises(UnknownTarget):
        gap_report(standing, 9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_the_figures_of_any_report_are_those_of_its_card(seed: int) -> None:
    rng = Random(seed)
    rubric = small_rubric(rng)
    target = rng.choice([gate.level for gate in rubric.gates])
    standing = standing_of(rubric, random_answers(rng, rubric), target)
    report: GapReport = gap_report(standing, target)
    assert report.total == report.gauge.figure == str(standing.card.total)
    assert report.level == standing.card.level
    for row, item in zip(report.items, rubric.items, strict=True):
        result = standing.card.items[item.code]
        assert row.exact_score == result.score and row.passes == result.passes
        assert (row.factor == "") == (target not in result.shortfalls)
    for level in report.levels:
        gates = standing.card.by_level[level.level].gates
        assert [gate.holds for gate in level.gates] == [
            gates.basic.holds,
            gates.optional.holds,
            gates.total.holds,
        ]
        assert sum(level.blocking for level in report.levels) <= 1
