"""What bureaus compare is what was submitted: filled piece by piece it equals counting again from the snapshots."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from assessments.models import Assessment, AwardedLevel, ScoreSnapshot
from hospitals.access import Role
from hospitals.models import Organisation
from reports.models import YearlyResult
from reports.regional.filling import behind, fill, fill_all
from rubrics.models import Edition
from rubrics.queries import get_rubric
from tests.factories.assessments import complete, make_assessment, submit
from tests.factories.people import make_bureau, make_hospital, make_person

CARD = {"items": {"01.01": {"function_level": 3, "scored_level": 3, "score": "2.43", "application": "0.90", "data_quality": "0.90"}}}  # fmt: skip


def frozen(
    hospital: Organisation,
    by: User,
    edition: Edition,
    year: int,
    level: int,
    card: dict[str, Any] | None = None,
    **fields: Any,
) -> ScoreSnapshot:
    """A submission as frozen, without the work before it."""
    assessment, _new = Assessment.objects.get_or_create(
        hospital=hospital,
        edition=edition,
        title=f"{edition.key} {year}",
        defaults={
            "window_from": date(year, 7, 1), "window_to": date(year, 9, 30), "target_level": 4, "created_by": by,
            "status": "submitted", "submitted_at": timezone.now(),
        },
    )  # fmt: skip
    number = assessment.snapshots.count() + 1
    return ScoreSnapshot.objects.create(
        assessment=assessment, number=number, answers={}, card=card or CARD, edition_hash="0" * 64, engine_version="1.0.0",
        level=level, total=Decimal(level * 30), taken_by=by, **fields,
    )  # fmt: skip


def naive() -> dict[tuple[int, int, int], tuple[int, Decimal, int | None]]:
    """Counted again, snapshot by snapshot, in Python."""
    found: dict[tuple[int, int, int], ScoreSnapshot] = {}
    for snapshot in ScoreSnapshot.objects.select_related("assessment").order_by("taken_at", "pk"):
        window = snapshot.assessment.window_to
        assert window is not None
        found[(snapshot.assessment.hospital_id, snapshot.assessment.edition_id, window.year)] = snapshot
    awards: dict[tuple[int, int, int], int] = {}
    for source in ("review", "imported"):
        for award in AwardedLevel.objects.filter(
            source=source, revoked_at__isnull=True, published_at__isnull=False
        ):
            awards[(award.hospital_id, award.edition_id, award.year)] = award.level
    return {key: (one.level, one.total, awards.get(key)) for key, one in found.items()}


def filled() -> dict[tuple[int, int, int], tuple[int, Decimal, int | None]]:
    return {
        (row.hospital_id, row.edition_id, row.year): (row.claimed, row.total, row.awarded)
        for row in YearlyResult.objects.all()
    }


class TestFilling(TestCase):
    """Any order of submissions, corrections, awards and revocations."""

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["submit", "award", "import", "revoke"]),
                st.integers(0, 2),
                st.integers(2024, 2026),
                st.integers(0, 5),
            ),
            min_size=1,
            max_size=14,
        )
    )
    def test_filled_step_by_step_it_equals_counting_again(
        self, steps: list[tuple[str, int, int, int]]
    ) -> None:
        bureau = make_bureau()
        by = make_person(bureau, Role.REVIEWER)
        hospitals = [make_hospital(parent=bureau) for _n in range(3)]
        edition = Edition.objects.get(key="emr-2018")
        for what, which, year, level in steps:
            hospital = hospitals[which]
            given_before = AwardedLevel.objects.filter(
                hospital=hospital, edition=edition, year=year, revoked_at__isnull=True
            )
            if what == "submit":
                frozen(hospital, by, edition, year, level)
            elif what == "revoke":
                given_before.update(revoked_at=timezone.now(), revocation_reason="示例")
            else:
                source = "review" if what == "award" else "imported"
                given_before.filter(source=source).update(revoked_at=timezone.now(), revocation_reason="示例")
                AwardedLevel.objects.create(
                    hospital=hospital, edition=edition, year=year, source=source, level=level, decided_by=by,
                    published_at=timezone.now(),
                )  # fmt: skip
            fill([hospital.pk])
        assert filled() == naive()
        before = filled()
        fill_all()
        assert filled() == before


@pytest.mark.django_db
def test_a_row_carries_the_levels_that_were_frozen_and_what_it_is_compared_by(
    hospital: Organisation, bureau: Organisation, owner: User
) -> None:
    card = {"level": 2}
    frozen(
        hospital, owner, Edition.objects.get(key="emr-2018"), 2026, 3,
        verified={"coverage": "0.38", "not_refuted": card, "provisional": {"level": 1}, "strict": {"level": 0}},
    )  # fmt: skip
    assert fill([hospital.pk]) == 1
    row = YearlyResult.objects.get()
    assert (row.claimed, row.at_most, row.provisional, row.strict) == (3, 2, 1, 0)
    assert (row.coverage, row.grade, row.beds, row.city_id) == (Decimal("0.3800"), "3A", 1200, bureau.pk)
    assert row.items == {"01.01": [3, 3, "2.43", "0.90", "0.90"]}


@pytest.mark.django_db
def test_a_row_carries_which_levels_the_items_pass_and_how_large_the_hospital_is(
    hospital: Organisation, owner: User
) -> None:
    edition = Edition.objects.get(key="emr-2018")

    def card(*levels: int) -> dict[str, Any]:
        return {"level": len(levels), "total": "61.50", "items": {"01.01": {"passes": list(levels)}}}

    frozen(
        hospital, owner, edition, 2026, 3, basis=[{"key": "discharges", "value": 4321}],
        verified={"coverage": "0.38", "not_refuted": card(1, 2), "provisional": card(1), "strict": card()},
    )  # fmt: skip
    fill([hospital.pk])
    row = YearlyResult.objects.get()
    assert (row.discharges, row.total_at_most) == (4321, Decimal("61.50"))
    items = len(get_rubric(edition).items)
    assert [
        len(bytes.fromhex(text)) for text in (row.passes, row.passes_at_most, row.passes_provisional)
    ] == [items] * 3
    assert (row.passes_at_most[:2], row.passes_provisional[:2]) == ("03", "01")
    frozen(hospital, owner, edition, 2026, 3)
    fill([hospital.pk])
    assert YearlyResult.objects.values_list("passes_at_most", "discharges").get() == ("", None)


@pytest.mark.django_db
def test_a_hospital_that_moved_or_grew_is_compared_as_it_is_now(hospital: Organisation, owner: User) -> None:
    frozen(hospital, owner, Edition.objects.get(key="emr-2018"), 2026, 3)
    fill([hospital.pk])
    Organisation.objects.filter(pk=hospital.pk).update(grade="3B", beds=900)
    fill([hospital.pk])
    assert YearlyResult.objects.values_list("grade", "beds").get() == ("3B", 900)


@pytest.mark.django_db
def test_submitting_fills_by_itself_and_what_a_lost_job_left_is_caught_up(
    hospital: Organisation, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    assessment = make_assessment(hospital, owner)
    complete(assessment, owner)
    with django_capture_on_commit_callbacks(execute=True):
        submit(assessment, owner)
    assert YearlyResult.objects.get().claimed == assessment.snapshots.get().level
    assert behind() == []
    YearlyResult.objects.all().delete()
    assert behind() == [hospital.pk]
    fill(behind())
    YearlyResult.objects.update(refreshed_at=timezone.now() - timedelta(days=900))
    assert behind() == [hospital.pk]


@pytest.mark.django_db
def test_filling_two_hospitals_asks_as_much_as_filling_one(
    bureau: Organisation, owner: User, django_assert_max_num_queries: Any
) -> None:
    edition = Edition.objects.get(key="emr-2018")
    hospitals = [make_hospital(parent=bureau) for _n in range(5)]
    for one in hospitals:
        frozen(one, owner, edition, 2026, 3)
    with django_assert_max_num_queries(9):
        assert fill([one.pk for one in hospitals]) == 5
