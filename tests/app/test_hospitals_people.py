"""Inviting, changing, revoking: what is done, what is refused, and what stands in the trail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from hospitals.access import Role
from hospitals.actions.back_office import grant_here, revoke_here
from hospitals.actions.members import (
    change_member,
    give_new_password,
    invite_existing_person,
    invite_new_person,
    revoke_membership,
)
from hospitals.models import Membership, Organisation
from hospitals.refusals import Refusal
from tests.factories.people import (
    make_bureau,
    make_department,
    make_hospital,
    make_membership,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def security(hospital: Organisation) -> User:
    return make_person(hospital, Role.SECURITY_ADMIN, "security")


def membership_of(user: User) -> Membership:
    return Membership.objects.in_force().get(user=user)


def invite(by: User, hospital: Organisation, **fields: Any) -> Any:
    fields = {"username": "new", "name": "新人", "role": Role.CONTRIBUTOR, **fields}
    return invite_new_person(by=by, organisation=hospital, **fields)


def test_an_invited_person_gets_an_account_a_role_and_a_password_to_change(
    owner: User, hospital: Organisation
) -> None:
    department = make_department(hospital)
    invited = invite(owner, hospital, department=department, email="a@example.invalid")
    person = User.objects.get(username="new")
    assert person.check_password(invited.password)
    assert person.must_change_password
    assert invited.membership.department == department
    event = Event.objects.get(verb="member.invited")
    assert event.chain.key == str(hospital.public_id)
    assert event.facts["role"] == "contributor"
    assert invited.password not in str(event.facts)


def test_a_taken_login_name_is_refused_and_nothing_is_made(owner: User, hospital: Organisation) -> None:
    make_user("new")
    with pytest.raises(Refusal, match="已被使用"):
        invite(owner, hospital)
    assert not Event.objects.exists()


def test_somebody_with_an_account_joins_by_login_name(owner: User, hospital: Organisation) -> None:
    person = make_user("consultant")
    invited = invite_existing_person(
        by=owner,
        organisation=hospital,
        username="consultant",
        role=Role.CONSULTANT,
        until=timezone.localdate(),
    )
    assert invited.password == ""
    assert membership_of(person).role == Role.CONSULTANT


@pytest.mark.parametrize("username", ["nobody", "closed"])
def test_a_login_name_without_a_usable_account_is_refused(
    owner: User, hospital: Organisation, username: str
) -> None:
    make_user("closed", is_active=False)
    with pytest.raises(Refusal, match="没有登录名"):
        invite_existing_person(by=owner, organisation=hospital, username=username, role=Role.CONSULTANT)


def test_the_same_role_is_not_given_twice(owner: User, colleague: User, hospital: Organisation) -> None:
    with pytest.raises(Refusal, match="已有"):
        invite_existing_person(by=owner, organisation=hospital, username="colleague", role=Role.CONTRIBUTOR)


def test_a_role_that_ran_out_can_be_given_again(owner: User, hospital: Organisation) -> None:
    person = make_user("consultant")
    make_membership(person, hospital, Role.CONSULTANT, until=timezone.localdate() - timedelta(days=1))
    invite_existing_person(by=owner, organisation=hospital, username="consultant", role=Role.CONSULTANT)
    assert membership_of(person).until is None


def test_an_end_in_the_past_is_refused(owner: User, hospital: Organisation) -> None:
    with pytest.raises(Refusal, match="不能早于今天"):
        invite(owner, hospital, until=timezone.localdate() - timedelta(days=1))


@pytest.mark.parametrize("closed", [True, False])
def test_a_closed_department_or_one_of_another_hospital_is_refused(
    owner: User, hospital: Organisation, closed: bool
) -> None:
    department = (
        make_department(hospital, closed_at=timezone.now()) if closed else make_department(make_hospital())
    )
    with pytest.raises(Refusal, match="科室"):
        invite(owner, hospital, department=department)


@pytest.mark.parametrize("role", [Role.BUREAU_MANAGER, Role.REVIEWER, Role.SYSTEM_ADMIN])
def test_a_hospital_gives_no_role_that_it_does_not_have(
    owner: User, security: User, hospital: Organisation, role: str
) -> None:
    for by in (owner, security):
        with pytest.raises(Refusal, match="没有"):
            invite(by, hospital, role=role)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SECURITY_ADMIN])
def test_roles_that_keep_others_honest_are_given_by_security_alone(
    owner: User, security: User, hospital: Organisation, role: str
) -> None:
    with pytest.raises(Refusal, match="安全管理员授予"):
        invite(owner, hospital, role=role)
    assert invite(security, hospital, role=role).membership.role == role


def test_nobody_who_answers_for_data_is_auditor_too(
    security: User, colleague: User, hospital: Organisation
) -> None:
    with pytest.raises(Refusal, match="专人"):
        invite_existing_person(by=security, organisation=hospital, username="colleague", role=Role.AUDITOR)


def test_an_auditor_is_given_no_other_role_anywhere(owner: User, hospital: Organisation) -> None:
    make_person(make_hospital(), Role.AUDITOR, "auditor")
    with pytest.raises(Refusal, match="兼任"):
        invite_existing_person(by=owner, organisation=hospital, username="auditor", role=Role.CONTRIBUTOR)


def test_nobody_gives_himself_a_role(owner: User, hospital: Organisation) -> None:
    with pytest.raises(Refusal, match="自己"):
        invite_existing_person(by=owner, organisation=hospital, username="owner", role=Role.DATA_ENGINEER)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.DIRECTOR, Role.CONSULTANT, Role.AUDITOR])
def test_others_of_the_hospital_invite_nobody(hospital: Organisation, role: str) -> None:
    with pytest.raises(Refusal, match="由本单位"):
        invite(make_person(hospital, role), hospital)


def test_the_bureau_names_the_first_lead_and_then_stays_out(bureau: Organisation) -> None:
    manager = make_person(bureau, Role.BUREAU_MANAGER)
    young = make_hospital(parent=bureau)
    with pytest.raises(Refusal, match="授予"):
        invite(manager, young, role=Role.CONTRIBUTOR)
    invite(manager, young, role=Role.QUALITY_LEAD)
    with pytest.raises(Refusal, match="自行管理"):
        invite(manager, young, role=Role.QUALITY_LEAD, username="second")


def test_a_bureau_manager_does_not_become_a_lead_by_himself(bureau: Organisation) -> None:
    manager = make_person(bureau, Role.BUREAU_MANAGER, "manager")
    with pytest.raises(Refusal, match="自己"):
        invite_existing_person(
            by=manager, organisation=make_hospital(parent=bureau), username="manager", role=Role.QUALITY_LEAD
        )


def test_revoking_keeps_the_row_and_says_who(owner: User, colleague: User) -> None:
    membership = membership_of(colleague)
    revoke_membership(by=owner, membership=membership)
    membership.refresh_from_db()
    assert membership.revoked_at is not None
    event = Event.objects.get(verb="member.revoked")
    assert (event.actor_name, event.facts["login"]) == (owner.name, "colleague")


def test_the_last_quality_lead_cannot_be_removed(owner: User, security: User) -> None:
    with pytest.raises(Refusal, match="最后一位质控负责人"):
        revoke_membership(by=security, membership=membership_of(owner))
    with pytest.raises(Refusal, match="最后一位"):
        change_member(by=security, membership=membership_of(owner), role=Role.DIRECTOR)
    assert membership_of(owner).role == Role.QUALITY_LEAD


def test_a_lead_goes_when_another_one_stays(owner: User, hospital: Organisation) -> None:
    second = make_person(hospital, Role.QUALITY_LEAD)
    revoke_membership(by=second, membership=membership_of(owner))
    assert not Membership.objects.in_force().filter(user=owner).exists()


@pytest.mark.parametrize("gone", [{"is_active": False}, {}])
def test_a_lead_who_cannot_act_does_not_count_as_another_one(
    owner: User, security: User, hospital: Organisation, gone: dict[str, bool]
) -> None:
    second = make_user("second", **gone)
    until = None if gone else timezone.localdate() - timedelta(days=1)
    make_membership(second, hospital, Role.QUALITY_LEAD, until=until)
    with pytest.raises(Refusal, match="最后一位"):
        revoke_membership(by=security, membership=membership_of(owner))


def test_nobody_revokes_the_own_role(owner: User, hospital: Organisation) -> None:
    make_person(hospital, Role.QUALITY_LEAD)
    with pytest.raises(Refusal, match="自己"):
        revoke_membership(by=owner, membership=membership_of(owner))


def test_revoking_twice_is_refused_with_a_sentence(owner: User, colleague: User) -> None:
    membership = membership_of(colleague)
    revoke_membership(by=owner, membership=membership)
    with pytest.raises(Refusal, match="已被撤销"):
        revoke_membership(by=owner, membership=membership)
    assert Event.objects.filter(verb="member.revoked").count() == 1


def test_a_lead_does_not_remove_the_auditor(owner: User, hospital: Organisation) -> None:
    auditor = make_person(hospital, Role.AUDITOR)
    with pytest.raises(Refusal, match="安全管理员更改或撤销"):
        revoke_membership(by=owner, membership=membership_of(auditor))


def test_another_role_is_a_new_row_and_one_event(owner: User, colleague: User) -> None:
    old = membership_of(colleague)
    new = change_member(by=owner, membership=old, role=Role.DATA_ENGINEER)
    old.refresh_from_db()
    assert old.revoked_at is not None
    assert new.pk != old.pk
    (event,) = Event.objects.all()
    assert event.verb == "member.changed"
    assert (event.facts["before"]["role"], event.facts["after"]["role"]) == ("contributor", "data_engineer")


def test_another_department_keeps_the_row(owner: User, colleague: User, hospital: Organisation) -> None:
    old = membership_of(colleague)
    department = make_department(hospital)
    new = change_member(by=owner, membership=old, role=Role.CONTRIBUTOR, department=department)
    assert new.pk == old.pk
    assert membership_of(colleague).department == department


def test_changing_nothing_writes_no_event(owner: User, colleague: User) -> None:
    change_member(by=owner, membership=membership_of(colleague), role=Role.CONTRIBUTOR)
    assert not Event.objects.exists()


def test_a_new_password_for_somebody_of_this_hospital_alone(owner: User, colleague: User) -> None:
    password = give_new_password(by=owner, membership=membership_of(colleague))
    colleague.refresh_from_db()
    assert colleague.check_password(password)


def test_no_new_password_for_somebody_who_works_elsewhere_too(owner: User, colleague: User) -> None:
    membership = membership_of(colleague)
    make_membership(colleague, make_hospital(), Role.CONSULTANT)
    with pytest.raises(Refusal, match="其他单位"):
        give_new_password(by=owner, membership=membership)
    assert colleague.check_password("colleague-pass-phrase")


def test_a_stranger_manages_nobody_here(stranger: User, colleague: User) -> None:
    for act in (revoke_membership, give_new_password):
        with pytest.raises(Refusal):
            act(by=stranger, membership=membership_of(colleague))


def test_the_system_role_gives_roles_but_none_to_itself(hospital: Organisation) -> None:
    system = make_person(make_bureau(), Role.SYSTEM_ADMIN)
    person = make_user()
    grant_here(by=system, organisation=hospital, user=person, role=Role.QUALITY_LEAD)
    assert membership_of(person).role == Role.QUALITY_LEAD
    with pytest.raises(Refusal, match="自己"):
        grant_here(by=system, organisation=hospital, user=system, role=Role.QUALITY_LEAD)
    with pytest.raises(Refusal, match="最后一位"):
        revoke_here(by=system, membership=membership_of(person))


def test_only_the_system_role_acts_in_the_back_office(owner: User, hospital: Organisation) -> None:
    with pytest.raises(Refusal, match="系统管理员"):
        grant_here(by=owner, organisation=hospital, user=make_user(), role=Role.CONTRIBUTOR)
