"""Which submissions are reviewed, by whom, and what a later submission does to a review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from assessments.actions.lifecycle import (
    accept_assessment,
    archive_assessment,
    return_assessment,
    withdraw_assessment,
)
from assessments.actions.reviewing.closing import return_to_hospital
from assessments.actions.reviewing.marking import mark_clause
from assessments.actions.reviewing.schemes import save_scheme
from assessments.models import Assessment, Campaign, CampaignEntry, Participation, Review, ReviewScheme
from audit.models import Event
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment, make_member, submit
from tests.factories.people import make_bureau, make_hospital, make_person
from tests.factories.reviews import (
    SERVICE,
    YEAR,
    Cast,
    make_cast,
    make_scheme,
    review_of,
    stage,
    submitted,
    take_up,
)
from tests.factories.rubrics import make_edition

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def cast(bureau: Organisation, hospital: Organisation, owner: User) -> Cast:
    return make_cast(bureau, hospital, owner)


def steps(review: Review) -> list[tuple[str, str, str]]:
    return [(step.kind, step.office.name, step.state) for step in review.steps.select_related("office")]


def test_without_a_scheme_a_submission_is_decided_on_as_before(cast: Cast) -> None:
    assessment = submitted(cast.hospital, cast.lead)
    assert not Review.objects.exists()
    accept_assessment(by=cast.reviewer, assessment=assessment)
    assert Assessment.objects.get().status == "accepted"


def test_a_submission_goes_through_the_stages_of_its_level(cast: Cast) -> None:
    make_scheme(
        cast.bureau,
        cast.manager,
        stage("province", (0, 2)),
        stage("province", (3, 5), days=20),
        stage("expert", (2, 5), days=30, reviewers=3, site_visit=True),
    )
    review = review_of(submitted(cast.hospital, cast.lead))
    assert review.snapshot.level == 2
    assert steps(review) == [
        ("province", cast.bureau.name, "active"),
        ("expert", cast.bureau.name, "waiting"),
    ]
    first, second = review.steps.all()
    assert first.due_on == timezone.localdate() + timedelta(days=10)
    assert (second.due_on, second.reviewers, second.site_visit) == (None, 3, True)
    facts = Event.objects.get(verb="review.opened").facts
    assert (facts["level"], facts["bureau"], facts["steps"]) == (2, cast.bureau.name, ["province", "expert"])


def test_a_level_no_stage_covers_is_not_reviewed(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, stage("province", (3, 5)))
    submitted(cast.hospital, cast.lead)
    assert not Review.objects.exists()


def test_the_citys_stage_goes_to_the_city_of_the_hospital(cast: Cast) -> None:
    city = make_bureau("示例甲市卫生健康委员会", parent=cast.bureau)
    beneath = make_hospital("示例区医院", parent=city)
    lead = make_person(beneath, Role.QUALITY_LEAD, "city-lead")
    make_scheme(cast.bureau, cast.manager, stage("city"), stage("province"))
    assert steps(review_of(submitted(beneath, lead))) == [
        ("city", city.name, "active"),
        ("province", cast.bureau.name, "waiting"),
    ]
    # a hospital directly beneath the province has no city: its first step is the province's
    assert steps(review_of(submitted(cast.hospital, cast.lead))) == [("province", cast.bureau.name, "active")]


def test_the_province_comes_before_the_city(cast: Cast) -> None:
    city = make_bureau("示例甲市卫生健康委员会", parent=cast.bureau)
    beneath = make_hospital("示例区医院", parent=city)
    lead = make_person(beneath, Role.QUALITY_LEAD, "city-lead")
    mayor = make_person(city, Role.BUREAU_MANAGER, "city-manager")
    make_scheme(city, mayor, stage("city", (0, 5)))
    make_scheme(cast.bureau, cast.manager, stage("province", (2, 5)))
    low = submitted(beneath, lead, target_level=1, title="一级")
    high = submitted(beneath, lead, target_level=2, title="二级")
    assert [review_of(one).scheme.bureau for one in (low, high)] == [city, cast.bureau]  # type: ignore[union-attr]


@pytest.mark.parametrize(("year", "covered"), [(YEAR, True), (YEAR - 1, False)])
def test_a_scheme_serves_its_own_year(cast: Cast, year: int, covered: bool) -> None:
    make_scheme(cast.bureau, cast.manager, year=year)
    submitted(cast.hospital, cast.lead)
    assert Review.objects.exists() is covered


def test_the_year_of_the_campaign_goes_before_that_of_the_window(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, year=YEAR + 1)
    assessment = make_assessment(cast.hospital, cast.lead)
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        bureau=cast.bureau, title="年度评价", year=YEAR + 1, opens_on=today, closes_on=today,
        state="open", created_by=cast.manager,
    )  # fmt: skip
    taking_part = Participation.objects.create(
        campaign=campaign, hospital=cast.hospital, invited_by=cast.manager
    )
    CampaignEntry.objects.create(participation=taking_part, edition=assessment.edition, assessment=assessment)
    submit(assessment, cast.lead)
    assert review_of(assessment).scheme.year == YEAR + 1  # type: ignore[union-attr]


def test_changing_a_scheme_leaves_reviews_as_they_began(cast: Cast) -> None:
    scheme = make_scheme(cast.bureau, cast.manager)
    review = review_of(submitted(cast.hospital, cast.lead))
    change: dict[str, Any] = {
        "by": cast.manager,
        "bureau": cast.bureau,
        "edition": scheme.edition,
        "scheme": scheme,
    }
    save_scheme(**change, year=YEAR, notice_days=5, stages=[stage("expert", days=3)])
    assert steps(review) == [("province", cast.bureau.name, "active")]
    with pytest.raises(Refusal, match="不能再改"):
        save_scheme(**change, year=YEAR + 1, notice_days=5, stages=[stage()])


@pytest.mark.parametrize(
    ("stages", "more", "sentence"),
    [
        ((), {}, "至少设置一个环节"),
        ((stage("village"),), {}, "由谁评审"),
        ((stage(levels=(3, 2)),), {}, "从低到高"),
        ((stage(levels=(0, 6)),), {}, "在0至5级之间"),
        ((stage(days=0),), {}, "办理天数"),
        ((stage(reviewers=0),), {}, "评审人数"),
        ((stage(),), {"year": 20}, "四位年度"),
        ((stage(),), {"notice_days": 91}, "公示天数"),
        ((stage(),), {"valid_months": 0}, "有效月数"),
        ((stage(),) * 13, {}, "最多12个环节"),
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused(
    cast: Cast, stages: Any, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence):
        save_scheme(
            by=cast.manager, bureau=cast.bureau, edition=make_edition(SERVICE), stages=stages,
            **{"year": YEAR, "notice_days": 7, **more},
        )  # fmt: skip
    assert not ReviewScheme.objects.exists()


def test_a_second_scheme_for_the_same_year_is_refused(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    with pytest.raises(Refusal, match="已经有了"):
        make_scheme(cast.bureau, cast.manager)


def test_only_the_bureaus_own_manager_sets_schemes(cast: Cast) -> None:
    other = make_person(make_bureau("另一示例省"), Role.BUREAU_MANAGER, "elsewhere")
    for person in (cast.reviewer, cast.lead, other):
        with pytest.raises(Refusal, match="管理员设置"):
            make_scheme(cast.bureau, person)


def test_under_review_nobody_accepts_or_returns_past_it(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    assessment = submitted(cast.hospital, cast.lead)
    with pytest.raises(Refusal, match="按评审流程办理"):
        accept_assessment(by=cast.manager, assessment=assessment)
    with pytest.raises(Refusal, match="按评审流程办理"):
        return_assessment(by=cast.reviewer, assessment=assessment, reason="改")
    with pytest.raises(Refusal, match="评审结束后才能归档"):
        archive_assessment(by=cast.lead, assessment=assessment, reason="不用了")


def test_the_hospital_takes_back_what_nobody_has_begun_to_review(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    assessment = submitted(cast.hospital, cast.lead)
    withdraw_assessment(by=cast.lead, assessment=assessment, reason="发现错误")
    review = review_of(assessment)
    assert review.state == "withdrawn" and review.closed_at is not None
    assessment.refresh_from_db()
    submit(assessment, cast.lead)
    assert [one.state for one in assessment.reviews.order_by("id")] == ["overtaken", "reviewing"]


def test_what_a_reviewer_has_begun_is_not_taken_back(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    assessment = submitted(cast.hospital, cast.lead)
    take_up(review_of(assessment), cast)
    with pytest.raises(Refusal, match="评审已经开始"):
        withdraw_assessment(by=cast.lead, assessment=assessment, reason="发现错误")


def test_a_new_submission_overtakes_the_returned_review(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    assessment = submitted(cast.hospital, cast.lead)
    old = review_of(assessment)
    take_up(old, cast)
    return_to_hospital(by=cast.reviewer, review=old, reason="请补充材料")
    assessment.refresh_from_db()
    assert assessment.status == "returned"
    submit(assessment, cast.lead)
    new = review_of(assessment)
    old.refresh_from_db()
    assert (old.state, new.state, new.snapshot.number) == ("overtaken", "reviewing", 2)
    with pytest.raises(Refusal, match="已被新的提交取代"):
        mark_clause(by=cast.reviewer, review=old, clause="01.01.1-1", mark="agree")


def test_a_file_that_arrives_during_a_review_overtakes_it(cast: Cast) -> None:
    """A submission that comes as a file may follow another one before anybody returned it."""
    from assessments.actions.reviewing.opening import open_review

    make_scheme(cast.bureau, cast.manager)
    assessment = submitted(cast.hospital, cast.lead)
    old = review_of(assessment)
    take_up(old, cast)
    newer = assessment.snapshots.get()
    newer.pk, newer.number, newer.public_id = None, 2, "00000000-0000-4000-8000-000000000001"
    newer.save(force_insert=True)
    open_review(by=cast.manager, assessment=assessment, snapshot=newer)
    old.refresh_from_db()
    assert old.state == "overtaken"
    with pytest.raises(Refusal, match="已被新的提交取代"):
        return_to_hospital(by=cast.reviewer, review=old, reason="晚了一步")
    assert Assessment.objects.get().status == "submitted"


def test_who_left_the_hospital_long_ago_may_decide_and_who_left_lately_may_not(cast: Cast) -> None:
    assessment = submitted(cast.hospital, cast.lead)
    ago = timezone.now() - timedelta(days=365)
    membership = Membership.objects.create(
        user=cast.reviewer, organisation=cast.hospital, role=Role.AUDITOR, revoked_at=ago
    )
    with pytest.raises(Refusal, match="按回避规定"):
        accept_assessment(by=cast.reviewer, assessment=assessment)
    membership.revoked_at = ago - timedelta(days=3 * 365)
    membership.save()
    accept_assessment(by=cast.reviewer, assessment=assessment)


def test_reviewers_of_another_province_neither_see_nor_review(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager)
    submitted(cast.hospital, cast.lead)
    other = make_member(make_bureau("另一示例省"), "far-away", Role.REVIEWER)
    assert not Review.objects.visible_to(other).exists()
    assert Review.objects.visible_to(cast.reviewer).count() == 1
    assert Review.objects.visible_to(cast.lead).count() == 1
