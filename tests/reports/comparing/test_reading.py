"""What is compared is read from yearly results; what submissions lack is counted once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from assessments.demo.answers import reach
from assessments.models import ScoreSnapshot
from engine.scoring.card_json import card_to_json
from engine.scoring.formats import answers_to_json
from engine.scoring.gap import find_gaps
from engine.scoring.score import score
from hospitals.models import Organisation
from reports.comparing import gaps, reading
from reports.comparing.claims import claims_of
from reports.comparing.rows import highest
from reports.models import CountedGaps
from reports.regional.filling import fill_all
from rubrics.models import Edition
from rubrics.queries import get_rubric
from tests.factories.people import make_hospital
from tests.reports.test_region_filling import frozen

pytestmark = pytest.mark.django_db


def submitted(
    hospital: Organisation, by: User, edition: Edition, year: int, level: int, left: int | None = None
) -> ScoreSnapshot:
    """A submission with real answers and card; ``left``: verified, and only this level is left."""
    rubric = get_rubric(edition)

    def card_at(level: int) -> tuple[Any, Any]:
        drawn = reach(rubric, level, beds=600, seed="示例")
        return drawn, score(rubric, drawn.answers)

    drawn, card = card_at(level)
    made = frozen(hospital, by, edition, year, level)
    verified: dict[str, Any] = {}
    if left is not None:
        lower = card_to_json(card_at(left)[1])
        verified = {
            "digest": "",
            "coverage": "0.60",
            "not_refuted": lower,
            "provisional": lower,
            "strict": lower,
        }
    ScoreSnapshot.objects.filter(pk=made.pk).update(
        answers=answers_to_json(rubric, drawn.answers),
        card=card_to_json(card),
        total=card.total,
        verified=verified,
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def service() -> Edition:
    return Edition.objects.get(key="smart-service-2019")


def test_rows_say_which_levels_items_pass_under_three_lenses(
    bureau: Organisation, owner: User, service: Edition, django_assert_num_queries: Any
) -> None:
    plain, checked = (make_hospital(parent=bureau) for _n in range(2))
    submitted(plain, owner, service, 2026, 2)
    submitted(checked, owner, service, 2026, 3, left=1)
    fill_all()
    rubric = get_rubric(service)
    with django_assert_num_queries(1):
        rows = {row.hospital: row for row in reading.compared_rows(bureau, service, 2026, rubric)}
    assert not rows[plain.pk].verified and claims_of(rows[plain.pk]).settled == 0
    row = rows[checked.pk]
    assert (row.claimed, row.at_most, row.strict) == (3, 1, 1)
    assert row.total_at_most is not None and row.total_at_most < row.total
    card = ScoreSnapshot.objects.get(assessment__hospital=checked).card
    assert [highest(mask) for mask in row.passes] == [
        max(card["items"][item.code]["passes"], default=0) for item in rubric.items
    ]
    assert claims_of(row).refuted > 0


def test_what_a_submission_lacks_is_what_the_engine_says_and_is_counted_once(
    bureau: Organisation, owner: User, service: Edition, django_assert_max_num_queries: Any
) -> None:
    hospitals = [make_hospital(parent=bureau) for _n in range(3)]
    for hospital in hospitals[:2]:
        submitted(hospital, owner, service, 2026, 2)
    submitted(hospitals[2], owner, service, 2026, 5)
    fill_all()
    wanted = gaps.uncounted()
    assert len(wanted) == 3 and gaps.count(wanted) == 3
    assert gaps.uncounted() == []
    rubric = get_rubric(service)
    answers = reach(rubric, 2, beds=600, seed="示例").answers
    expected = {(gap.item, gap.level): gap.things_missing for gap in find_gaps(rubric, answers, 3).suggested}
    with django_assert_max_num_queries(1):
        needs, waiting = reading.needs_of(bureau, service, 2026, 3)
    assert waiting == 0 and set(needs) == {hospital.pk for hospital in hospitals[:2]}
    assert {(need.item, need.level): need.things for need in needs[hospitals[0].pk]} == expected
    assert CountedGaps.objects.get(snapshot__assessment__hospital=hospitals[2]).level == 0  # at the top
    CountedGaps.objects.filter(level=3).update(engine_version="0.9")
    assert len(gaps.uncounted()) == 2 and gaps.count(gaps.uncounted()) == 2
    assert CountedGaps.objects.count() == 3


def test_a_submission_that_cannot_be_read_is_counted_without_gaps_and_waits_nowhere(
    bureau: Organisation, owner: User, service: Edition
) -> None:
    frozen(make_hospital(parent=bureau), owner, service, 2026, 2)
    frozen(make_hospital(parent=bureau), owner, service, 2023, 2)  # too old to be counted
    fill_all()
    assert reading.needs_of(bureau, service, 2026, 3) == ({}, 1)
    assert gaps.count(gaps.uncounted()) == 1 and gaps.uncounted() == []
    assert reading.needs_of(bureau, service, 2026, 3) == ({}, 0)
