"""Answers as the engine reads them, and cards live or as submitted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from assessments.models import Assessment, BaseFigure, OverallAnswer, ScoreSnapshot
from assessments.queries.answers import answers_of, answers_of_many
from assessments.queries.results import card_of, cards_of, result_of, results_of
from engine.scoring.answers import DimensionIndex, DirectIndex, RuleCounts
from engine.scoring.checking import check_answers
from hospitals.models import Organisation
from rubrics.queries import get_rubric
from tests.factories.assessments import all_met, complete, make_answer, make_assessment, submit


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


def base(assessment: Assessment, key: str, value: int | None) -> None:
    BaseFigure.objects.create(assessment=assessment, key=key, value=value)


def test_a_base_feeds_every_item_that_counts_on_it_and_an_own_denominator_goes_first(
    assessment: Assessment,
) -> None:
    base(assessment, "discharges", 4765)
    make_answer(assessment, "01.06", denominator=4000, numerators={"2": 3900})
    make_answer(assessment, "02.01", denominators={"3": 4700})
    items = answers_of(assessment).items
    assert [items[code].denominator for code in ("01.01", "01.06", "02.01")] == [4765, 4000, 4765]
    assert (items["02.01"].denominator_at(3), items["02.01"].denominator_at(4)) == (4700, 4765)


def test_a_base_of_single_levels_stands_at_those_levels(assessment: Assessment) -> None:
    base(assessment, "all_subsystems", 40)
    base(assessment, "relevant_subsystems_authentication", 12)
    make_answer(assessment, "09.02", denominators={"2": 11})
    given = answers_of(assessment).items["09.02"]
    assert given.denominator is None
    assert [given.denominator_at(level) for level in (1, 2, 3, 4)] == [40, 11, 12, 40]


def test_a_base_without_a_value_feeds_nothing(assessment: Assessment) -> None:
    base(assessment, "discharges", None)
    assert "01.01" not in answers_of(assessment).items


def test_every_form_of_an_index_and_overall_confirmations_are_read(assessment: Assessment) -> None:
    rule = get_rubric(assessment.edition).active_rules["01.01", 5][0]
    forms: dict[str, Any] = {
        "3": "0.93", "4": {"consistency": "0.9"}, "5": {"rules": {rule: {"numerator": 1, "denominator": 2}}},
    }  # fmt: skip
    make_answer(assessment, "01.01", data_quality=forms)
    OverallAnswer.objects.create(assessment=assessment, level=2, n=2, state="met")
    answers = answers_of(assessment)
    assert answers.items["01.01"].data_quality == {
        3: DirectIndex(Decimal("0.93")), 4: DimensionIndex({"consistency": Decimal("0.9")}), 5: RuleCounts({rule: (1, 2)}),
    }  # fmt: skip
    assert answers.overall == {2: ("not_answered", "met")}
    assert answers.window == (assessment.window_from, assessment.window_to)
    assert answers.hospital["name"] == assessment.hospital.name
    assert check_answers(get_rubric(assessment.edition), answers) == []


def test_a_live_card_never_fails_on_figures_that_contradict_each_other(assessment: Assessment) -> None:
    rubric = get_rubric(assessment.edition)
    base(assessment, "discharges", 100)
    make_answer(assessment, "01.01", clauses=all_met(rubric, "01.01", 2), numerators={"2": 900})
    make_answer(
        assessment,
        "02.01",
        clauses=all_met(rubric, "02.01", 2),
        numerators={"2": 90},
        data_quality={"3": "7"},
    )
    result = result_of(assessment)
    assert result.live and {problem.code for problem in result.problems} == {
        "numerator_over_denominator", "index_out_of_range",
    }  # fmt: skip
    assert result.card.items["01.01"].score == 0  # its figures count nothing
    assert result.card.items["02.01"].score > 0  # the rest of the item and of the hospital counts


def test_a_submitted_assessment_shows_what_was_frozen_and_an_open_one_what_is_there(
    assessment: Assessment, owner: User
) -> None:
    complete(assessment, owner)
    live = card_of(assessment)
    submit(assessment, owner)
    assessment.refresh_from_db()
    frozen = result_of(assessment)
    assert frozen.snapshot is not None and frozen.card == live
    Assessment.objects.filter(pk=assessment.pk).update(status="returned")
    assessment.refresh_from_db()
    assessment.item_answers.filter(item_code="01.01").delete()
    assert result_of(assessment).live and card_of(assessment).total < live.total
    assert card_of(assessment, submitted_only=True) == live  # what a bureau sees meanwhile


def test_what_was_never_submitted_has_no_submitted_card(assessment: Assessment) -> None:
    with pytest.raises(ScoreSnapshot.DoesNotExist):
        card_of(assessment, submitted_only=True)
    assert results_of([assessment], submitted_only=True) == {}


def test_cards_of_a_list_cost_the_same_queries_for_one_and_for_many(
    hospital: Organisation, owner: User, django_assert_num_queries: Any
) -> None:
    made = [
        make_assessment(hospital, owner, edition="emr-2018", title=f"自评{n}", target_level=3)
        for n in range(5)
    ]
    complete(made[0], owner)
    submit(made[0], owner)
    complete(made[1], owner)
    base(made[2], "discharges", 100)
    ids = [assessment.pk for assessment in made]
    found = list(Assessment.objects.select_related("hospital", "edition").filter(pk__in=ids).order_by("pk"))
    cards_of(found)
    for some in (found[:2], found):
        with django_assert_num_queries(6):
            cards = cards_of(some)
        assert cards == {assessment.pk: card_of(assessment) for assessment in some}


def test_many_read_the_same_as_one_by_one(hospital: Organisation, owner: User) -> None:
    keys = ("emr-2018", "smart-service-2019", "ai-readiness-2021")
    made = [make_assessment(hospital, owner, edition=key, title=key, target_level=3) for key in keys]
    for assessment in made:
        complete(assessment, owner)
    found = Assessment.objects.select_related("hospital", "edition").filter(hospital=hospital)
    together = answers_of_many(found)
    assert together == {assessment.pk: answers_of(assessment) for assessment in made}
