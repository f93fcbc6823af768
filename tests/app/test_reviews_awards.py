"""The result of a review: decided, on public notice, objected to, published, revoked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from assessments.actions.reviewing.awarding import (
    decide_award,
    give_notice,
    months_later,
    publish_award,
    revoke_award,
)
from assessments.actions.reviewing.closing import pass_step
from assessments.actions.reviewing.objecting import answer_objection, raise_objection
from assessments.models import Assessment, AwardedLevel, Objection, Review
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.people import make_membership, make_person
from tests.factories.reviews import (
    Cast,
    make_cast,
    make_scheme,
    on_notice,
    pass_all,
    review_of,
    submitted,
    take_up,
)

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def cast(bureau: Organisation, hospital: Organisation, owner: User) -> Cast:
    return make_cast(bureau, hospital, owner)


@pytest.fixture
def review(cast: Cast) -> Review:
    make_scheme(cast.bureau, cast.manager, valid_months=36, recheck_months=24)
    return review_of(submitted(cast.hospital, cast.lead))


def the_notice_ran_out(award: AwardedLevel) -> None:
    """Its last day was yesterday."""
    today = timezone.localdate()
    AwardedLevel.objects.filter(pk=award.pk).update(
        notice_from=today - timedelta(days=7), notice_until=today - timedelta(days=1)
    )


def object_to(review: Review, cast: Cast) -> Objection:
    return raise_objection(by=cast.manager, review=review, text="数据有出入", from_whom="群众来信")


def test_a_level_is_decided_after_every_step_and_the_assessment_is_accepted(
    review: Review, cast: Cast
) -> None:
    with pytest.raises(Refusal, match="还有环节没有办结"):
        decide_award(by=cast.manager, review=review, level=2)
    pass_all(review, cast)
    with pytest.raises(Refusal, match="的管理员办理"):
        decide_award(by=cast.reviewer, review=review, level=2)
    with pytest.raises(Refusal, match="不能高于申报"):
        decide_award(by=cast.manager, review=review, level=3)
    award = decide_award(by=cast.manager, review=review, level=2)
    assert (award.level, award.year, award.total, award.source) == (2, 2026, review.snapshot.total, "review")
    assert Assessment.objects.get().status == "accepted"
    assert not AwardedLevel.objects.in_force().exists()  # not before publication
    with pytest.raises(Refusal, match="不能再作结论"):
        decide_award(by=cast.manager, review=review, level=2)


def test_another_level_than_recommended_needs_a_reason(review: Review, cast: Cast) -> None:
    take_up(review, cast)
    pass_step(by=cast.reviewer, review=review, level=1, opinion="证据不足")
    with pytest.raises(Refusal, match="与评审建议不同"):
        decide_award(by=cast.manager, review=review, level=2)
    award = decide_award(by=cast.manager, review=review, level=1)
    assert award.total is None  # the total belongs to the claimed level


def test_a_second_result_for_the_same_year_is_refused(review: Review, cast: Cast) -> None:
    pass_all(review, cast)
    decide_award(by=cast.manager, review=review, level=2)
    second = review_of(submitted(cast.hospital, cast.lead, title="第二份"))
    pass_all(second, cast)
    with pytest.raises(Refusal, match="已有评定结果"):
        decide_award(by=cast.manager, review=second, level=2)
    second.refresh_from_db()
    assert second.state == "reviewing"
    revoke_award(by=cast.manager, review=review, reason="以第二份为准")
    decide_award(by=cast.manager, review=second, level=2)


def test_a_notice_runs_its_days_and_then_the_result_is_published(review: Review, cast: Cast) -> None:
    pass_all(review, cast)
    with pytest.raises(Refusal, match="还没有作出结论"):
        give_notice(by=cast.manager, review=review, days=7)
    decide_award(by=cast.manager, review=review, level=2)
    with pytest.raises(Refusal, match="公示期满后"):
        publish_award(by=cast.manager, review=review)
    for days in (0, 91):
        with pytest.raises(Refusal, match="1至90天"):
            give_notice(by=cast.manager, review=review, days=days)
    today = timezone.localdate()
    with pytest.raises(Refusal, match="过去的日期"):
        give_notice(by=cast.manager, review=review, days=7, starts_on=today - timedelta(days=1))
    award = give_notice(by=cast.manager, review=review, days=7)
    assert award.notice_until == today + timedelta(days=6)  # the first and the last day count
    with pytest.raises(Refusal, match="每个结论公示一次"):
        give_notice(by=cast.manager, review=review, days=7)
    with pytest.raises(Refusal, match="公示期满后"):
        publish_award(by=cast.manager, review=review)
    the_notice_ran_out(award)
    award = publish_award(by=cast.manager, review=review)
    review.refresh_from_db()
    assert (review.state, review.closed_at is not None) == ("final", True)
    assert (award.valid_until, award.recheck_due) == (months_later(today, 36), months_later(today, 24))
    assert AwardedLevel.objects.in_force().get() == award
    with pytest.raises(Refusal, match="已经公布"):
        publish_award(by=cast.manager, review=review)


def test_the_last_day_of_the_notice_still_belongs_to_it(review: Review, cast: Cast) -> None:
    on_notice(review, cast, days=1)
    with pytest.raises(Refusal, match="公示期满后"):
        publish_award(by=cast.manager, review=review)


def test_where_the_scheme_asks_for_no_notice_the_result_is_published_at_once(cast: Cast) -> None:
    make_scheme(cast.bureau, cast.manager, notice_days=0)
    review = review_of(submitted(cast.hospital, cast.lead))
    pass_all(review, cast)
    decide_award(by=cast.manager, review=review, level=2)
    award = publish_award(by=cast.manager, review=review)
    assert (award.valid_until, award.recheck_due) == (None, None)  # the scheme leaves both open


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 5, 15), 24, date(2028, 5, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected
    assert months_later(day, None) is None


# -- objections


def test_objections_belong_to_the_days_of_the_notice(review: Review, cast: Cast) -> None:
    pass_all(review, cast)
    decide_award(by=cast.manager, review=review, level=2)
    with pytest.raises(Refusal, match="公示期内"):
        object_to(review, cast)
    award = give_notice(by=cast.manager, review=review, days=3)
    for day in (award.notice_from, award.notice_until):
        assert day is not None
    with pytest.raises(Refusal, match="公示期内"):
        raise_objection(
            by=cast.manager, review=review, text="x", from_whom="y",
            filed_on=timezone.localdate() - timedelta(days=1),
        )  # fmt: skip
    with pytest.raises(Refusal, match="由谁提出"):
        raise_objection(by=cast.manager, review=review, text="x")
    object_to(review, cast)
    the_notice_ran_out(award)  # written down later, filed in time
    raise_objection(
        by=cast.manager, review=review, text="迟到的信", from_whom="某公司",
        filed_on=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(Refusal, match="公示期内"):
        raise_objection(by=cast.lead, review=review, text="我们不同意")  # the hospital's own counts today


def test_the_hospital_objects_through_its_lead_or_director(review: Review, cast: Cast) -> None:
    on_notice(review, cast)
    nurse = make_person(cast.hospital, Role.CONTRIBUTOR, "nurse")
    with pytest.raises(Refusal, match="质控负责人或院领导提出"):
        raise_objection(by=nurse, review=review, text="不同意")
    with pytest.raises(Refusal, match="的管理员办理"):
        raise_objection(by=cast.reviewer, review=review, text="不同意", from_whom="某人")
    mine = raise_objection(by=cast.lead, review=review, text="不同意", from_whom="假名")
    assert mine.from_whom == cast.hospital.name


def test_publication_waits_for_answers(review: Review, cast: Cast) -> None:
    award = on_notice(review, cast)
    objection = object_to(review, cast)
    the_notice_ran_out(award)
    with pytest.raises(Refusal, match="还有1个异议没有答复"):
        publish_award(by=cast.manager, review=review)
    with pytest.raises(Refusal, match="处理意见"):
        answer_objection(by=cast.manager, review=review, objection=objection, outcome="dismissed", answer="")
    with pytest.raises(Refusal, match="成立或不成立"):
        answer_objection(by=cast.manager, review=review, objection=objection, outcome="open", answer="看")
    answer_objection(
        by=cast.manager, review=review, objection=objection, outcome="dismissed", answer="查无实据"
    )
    with pytest.raises(Refusal, match="已经答复"):
        answer_objection(by=cast.manager, review=review, objection=objection, outcome="upheld", answer="改口")
    publish_award(by=cast.manager, review=review)


def test_an_upheld_objection_asks_for_a_new_decision_and_a_new_notice(review: Review, cast: Cast) -> None:
    award = on_notice(review, cast)
    objection = object_to(review, cast)
    answer_objection(by=cast.manager, review=review, objection=objection, outcome="upheld", answer="属实")
    the_notice_ran_out(award)
    with pytest.raises(Refusal, match="重新作出结论"):
        publish_award(by=cast.manager, review=review)
    with pytest.raises(Refusal, match="请写明理由"):
        decide_award(by=cast.manager, review=review, level=1)
    again = decide_award(by=cast.manager, review=review, level=1, note="异议属实，降为1级")
    assert (again.pk, again.level, again.notice_from) == (award.pk, 1, None)
    review.refresh_from_db()
    assert review.state == "decided"
    with pytest.raises(Refusal, match="公示期满后"):
        publish_award(by=cast.manager, review=review)
    the_notice_ran_out(give_notice(by=cast.manager, review=review, days=5))
    publish_award(by=cast.manager, review=review)
    assert AwardedLevel.objects.in_force().get().level == 1


def test_a_result_is_revoked_with_a_reason_and_stays_readable(review: Review, cast: Cast) -> None:
    the_notice_ran_out(on_notice(review, cast))
    publish_award(by=cast.manager, review=review)
    with pytest.raises(Refusal, match="撤销需要写明理由"):
        revoke_award(by=cast.manager, review=review, reason="  ")
    revoke_award(by=cast.manager, review=review, reason="数据造假")
    review.refresh_from_db()
    assert (review.state, AwardedLevel.objects.get().revocation_reason) == ("revoked", "数据造假")
    assert not AwardedLevel.objects.in_force().exists()
    with pytest.raises(Refusal, match="已经撤销"):
        revoke_award(by=cast.manager, review=review, reason="再撤一次")


def test_a_manager_with_an_interest_in_the_hospital_decides_nothing(review: Review, cast: Cast) -> None:
    pass_all(review, cast)
    make_membership(
        cast.manager, cast.hospital, Role.DIRECTOR, revoked_at=timezone.now() - timedelta(days=200)
    )
    with pytest.raises(Refusal, match="按回避规定"):
        decide_award(by=cast.manager, review=review, level=2)


def test_the_database_keeps_one_active_step_and_whole_results(review: Review, cast: Cast) -> None:
    """What must always hold, the database holds."""
    [step] = review.steps.all()
    step.pk, step.order = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        step.save(force_insert=True)
    award = on_notice(review, cast)
    award.revoked_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        award.save()
