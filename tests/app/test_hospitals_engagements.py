"""A hospital engages a consultancy: its consultants may work there until the day, and not a day longer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Assessment
from assessments.permissions import check_can_start, check_can_submit
from audit.models import Event
from hospitals import access
from hospitals.access import Role
from hospitals.actions.engaging import LONGEST_DAYS, end_engagement, grant_engagement
from hospitals.models import Engagement, Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.assessments import make_assessment
from tests.factories.people import make_consultancy, make_engagement, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def consultancy() -> Organisation:
    return make_consultancy()


@pytest.fixture
def consultant(consultancy: Organisation) -> User:
    return make_person(consultancy, Role.CONSULTANT)


def afresh(user: User) -> User:
    """As the next request reads the person."""
    return User.objects.get(pk=user.pk)


def works_there(user: User, hospital: Organisation) -> bool:
    return access.holds(afresh(user), hospital, Role.CONSULTANT)


def test_from_the_first_to_the_last_day(
    consultancy: Organisation, consultant: User, hospital: Organisation, owner: User
) -> None:
    today = timezone.localdate()
    assert not works_there(consultant, hospital)
    engagement = make_engagement(consultancy, hospital, owner, days=0)
    assert works_there(consultant, hospital)
    Engagement.objects.filter(pk=engagement.pk).update(
        starts_on=today - timedelta(9), ends_on=today - timedelta(1)
    )
    assert not works_there(consultant, hospital)
    Engagement.objects.filter(pk=engagement.pk).update(
        starts_on=today + timedelta(1), ends_on=today + timedelta(9)
    )
    assert not works_there(consultant, hospital)


def test_consultants_see_and_start_but_do_not_submit(
    consultancy: Organisation, consultant: User, hospital: Organisation, owner: User
) -> None:
    assessment = make_assessment(hospital, owner)
    assert not Assessment.objects.visible_to(consultant).exists()
    make_engagement(consultancy, hospital, owner)
    person = afresh(consultant)
    assert list(Assessment.objects.visible_to(person)) == [assessment]
    check_can_start(person, hospital)
    with pytest.raises(Refusal, match="质控负责人"):
        check_can_submit(person, assessment)


def test_an_engagement_opens_nothing_to_other_roles_of_the_consultancy(
    consultancy: Organisation, hospital: Organisation, owner: User
) -> None:
    make_engagement(consultancy, hospital, owner)
    for role in (Role.AUDITOR, Role.SECURITY_ADMIN):
        assert access.organisations_where(make_person(consultancy, role), access.HOSPITAL_STAFF) == ()


def test_a_consultant_of_a_hospital_does_not_reach_that_hospitals_own_consultancies(
    hospital: Organisation, owner: User, consultancy: Organisation
) -> None:
    """Only a consultancy passes its engagements on."""
    other = Organisation.objects.create(kind="hospital", name="另一示例医院")
    make_engagement(consultancy, other, owner)
    assert not works_there(make_person(hospital, Role.CONSULTANT), other)


def test_leaving_the_consultancy_ends_it_for_the_person(
    consultancy: Organisation, consultant: User, hospital: Organisation, owner: User
) -> None:
    make_engagement(consultancy, hospital, owner)
    Membership.objects.filter(user=consultant).update(revoked_at=timezone.now())
    assert not works_there(consultant, hospital)
    assert access.was_staff_of(afresh(consultant), hospital.pk)
    assert not access.was_staff_of(make_user(), hospital.pk)


def test_a_place_that_ends_earlier_than_the_engagement_counts(
    consultancy: Organisation, consultant: User, hospital: Organisation, owner: User
) -> None:
    sooner = timezone.localdate() + timedelta(3)
    Membership.objects.filter(user=consultant).update(until=sooner)
    make_engagement(consultancy, hospital, owner)
    through = [m for m in access.memberships_of(afresh(consultant)) if m.organisation_id == hospital.pk]
    assert [m.until for m in through] == [sooner]


def test_memberships_of_ten_clients_cost_two_queries(
    consultancy: Organisation, consultant: User, owner: User, django_assert_num_queries: object
) -> None:
    for number in range(10):
        client = Organisation.objects.create(kind="hospital", name=f"示例客户{number}医院")
        make_engagement(consultancy, client, owner)
    person = afresh(consultant)
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(access.memberships_of(person)) == 11


def test_granting_and_ending_leave_events_and_take_effect_at_once(
    consultancy: Organisation, consultant: User, hospital: Organisation, owner: User
) -> None:
    made = grant_engagement(
        by=owner, hospital=hospital, consultancy=consultancy, ends_on=timezone.localdate() + timedelta(90)
    )
    assert works_there(consultant, hospital)
    end_engagement(by=owner, engagement=made)
    assert not works_there(consultant, hospital)
    verbs = Event.objects.filter(verb__startswith="engagement.").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["engagement.granted", "engagement.ended"]
    with pytest.raises(Refusal, match="已经结束"):
        end_engagement(by=owner, engagement=made)


def test_what_cannot_be_granted_is_refused_in_a_sentence(
    consultancy: Organisation, hospital: Organisation, owner: User, colleague: User, bureau: Organisation
) -> None:
    today = timezone.localdate()
    good = {"hospital": hospital, "consultancy": consultancy, "ends_on": today + timedelta(30)}
    for by, changes, sentence in [
        (colleague, {}, "质控负责人"),
        (owner, {"consultancy": bureau}, "不是咨询机构"),
        (owner, {"ends_on": today - timedelta(1)}, "不能早于"),
        (owner, {"starts_on": today + timedelta(40)}, "不能早于"),
        (owner, {"ends_on": today + timedelta(LONGEST_DAYS + 1)}, "最长两年"),
    ]:
        with pytest.raises(Refusal, match=sentence):
            grant_engagement(by=by, **{**good, **changes})  # type: ignore[arg-type]
    grant_engagement(by=owner, **good)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="仍然有效"):
        grant_engagement(by=owner, **good)  # type: ignore[arg-type]
    assert Engagement.objects.count() == 1


def test_after_one_ran_out_another_may_be_granted(
    consultancy: Organisation, hospital: Organisation, owner: User
) -> None:
    today = timezone.localdate()
    old = make_engagement(consultancy, hospital, owner)
    Engagement.objects.filter(pk=old.pk).update(
        starts_on=today - timedelta(60), ends_on=today - timedelta(30)
    )
    grant_engagement(by=owner, hospital=hospital, consultancy=consultancy, ends_on=today + timedelta(30))
    assert Engagement.objects.in_force().count() == 1


def test_the_database_keeps_one_engagement_in_force_and_the_order_of_its_days(
    consultancy: Organisation, hospital: Organisation, owner: User
) -> None:
    make_engagement(consultancy, hospital, owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_engagement(consultancy, hospital, owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_engagement(make_consultancy(), hospital, owner, days=-1)
