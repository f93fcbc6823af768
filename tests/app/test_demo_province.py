"""A made-up province is the same for the same seed, and has the shape it is said to have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from assessments.demo.province import lay_province
from assessments.models import Assessment, AwardedLevel, Participation, ScoreSnapshot
from engine.scoring.card_json import card_from_json, card_to_json
from engine.scoring.formats import answers_from_json
from engine.scoring.score import score
from hospitals.models import Consortium, Organisation
from reports.models import YearlyResult
from reports.regional import reading
from reports.regional.doubts import doubts_of
from reports.regional.filling import fill_all
from rubrics.models import Edition
from rubrics.queries import get_rubric
from tests.factories.laid import laid_once

pytestmark = pytest.mark.django_db


def shape(bureau: Organisation) -> list[tuple[Any, ...]]:
    found = ScoreSnapshot.objects.filter(assessment__hospital__path__startswith=bureau.path).order_by(
        "assessment__hospital__name", "assessment__title"
    )
    return list(found.values_list("assessment__hospital__name", "assessment__title", "level", "total"))


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Sixty hospitals and three years, laid once for the tests that only read."""
    yield from laid_once(lambda: lay_province(60, 3, last_year=2026, seed=4).pk, django_db_blocker)


@pytest.fixture
def laid(province: int, db: None) -> Organisation:
    return Organisation.objects.get(pk=province)


def test_the_same_seed_gives_the_same_province() -> None:
    first, second = (lay_province(12, 2, last_year=2026, seed=7) for _n in range(2))
    assert shape(first) == shape(second) != []
    assert shape(first) != shape(lay_province(12, 2, last_year=2026, seed=8))


def test_a_province_has_years_grades_and_results_that_can_be_compared(laid: Organisation) -> None:
    bureau = laid
    assert fill_all() == Assessment.objects.count()
    years = Counter(YearlyResult.objects.values_list("year", flat=True))
    assert set(years) == {2024, 2025, 2026} and min(years.values()) > 90
    grades = Counter(Organisation.objects.hospitals().values_list("grade", flat=True))
    assert set(grades) <= {"3A", "3B", "2A", "2B"} and grades["2A"] > grades["3B"]
    paths = Organisation.objects.hospitals().values_list("path", flat=True)
    assert all(path.startswith(bureau.path) for path in paths) and len(set(paths)) == 60
    levels = {row.snapshot_id: row.claimed for row in YearlyResult.objects.all()}
    assert all(
        levels[pk] == level == card["level"]
        for pk, level, card in ScoreSnapshot.objects.values_list("pk", "level", "card")
    )


def test_what_a_hospital_handed_in_is_scored_as_it_stands_there() -> None:
    bureau = lay_province(30, 2, last_year=2026, seed=5)
    checked = 0
    handed_in = ScoreSnapshot.objects.filter(assessment__hospital__path__startswith=bureau.path)
    for snapshot in handed_in.select_related("assessment__edition").order_by("pk"):
        rubric = get_rubric(snapshot.assessment.edition)
        card = score(rubric, answers_from_json(rubric, snapshot.answers))
        assert card_to_json(card) == snapshot.card
        assert (card.level, card.total) == (snapshot.level, snapshot.total)
        if not snapshot.verified:
            continue
        checked += 1
        cards = [
            snapshot.card,
            *(snapshot.verified[lens] for lens in ("not_refuted", "provisional", "strict")),
        ]
        for more, less in pairwise(cards):
            assert more["level"] >= less["level"] and Decimal(more["total"]) >= Decimal(less["total"])
            assert all(
                set(less["items"][code]["passes"]) <= set(item["passes"])
                for code, item in more["items"].items()
            )
        assert card_to_json(card_from_json(cards[1])) == cards[1]
    assert checked >= 10


def test_hospitals_at_the_same_level_are_not_the_same(laid: Organisation) -> None:
    fill_all()
    looked = reading.looked_at(laid, Edition.objects.current().get(key="emr-2018"), 2026)
    twins = [one for one, doubts in doubts_of(looked).items() if any(d.kind == "twin" for d in doubts)]
    assert len(looked) > 50 and len(twins) <= 2


def test_a_province_has_consortia_a_cycle_and_official_results_of_years_gone_by(laid: Organisation) -> None:
    bureau = laid
    assert Consortium.objects.count() > 2
    for one in Consortium.objects.prefetch_related("members__hospital"):
        assert one.lead_id in {member.hospital_id for member in one.members.all()}
        assert {member.hospital.parent_id for member in one.members.all()} == {one.lead.parent_id}
    assert Participation.objects.filter(campaign__year=2026).count() == 60
    assert set(AwardedLevel.objects.values_list("year", flat=True)) == {2024, 2025}
    expected = reading.expected_in(bureau, 2026)
    assert expected.hospitals == 60 == sum(expected.by["grade"].values())


@pytest.mark.parametrize(
    "words", [["--hospitals", "0"], ["--hospitals", "9999"], ["--hospitals", "5", "--years", "0"]]
)
def test_a_province_of_no_sense_is_refused(words: list[str], settings: Any) -> None:
    settings.ZHIPING_DEMO = True
    before = Organisation.objects.count()
    with pytest.raises(SystemExit):
        call_command("demo", *words)
    assert Organisation.objects.count() == before
