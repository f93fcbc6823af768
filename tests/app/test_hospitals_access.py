"""The only door: what each person sees of the organisations, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from audit.actions import INSTALLATION
from hospitals import access
from hospitals.access import Role
from hospitals.models import Membership, Organisation
from hospitals.queries.organisations import may_open
from tests.factories.people import (
    forget_memberships,
    make_bureau,
    make_consultancy,
    make_hospital,
    make_membership,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Organisation]:
    province = make_bureau("示例省")
    city = make_bureau("示例市", parent=province)
    return {
        "province": province,
        "city": city,
        "hospital": make_hospital("市医院", parent=city),
        "other": make_hospital("省医院", parent=province),
        "elsewhere": make_hospital("外省医院", parent=make_bureau("外省")),
    }


def seen(user: Any) -> set[str]:
    return {organisation.name for organisation in access.visible_organisations(user)}


@pytest.mark.parametrize(
    ("place", "role", "names"),
    [
        ("hospital", Role.QUALITY_LEAD, {"市医院"}),
        ("hospital", Role.CONTRIBUTOR, {"市医院"}),
        ("city", Role.BUREAU_MANAGER, {"示例市", "市医院"}),
        ("city", Role.REVIEWER, {"示例市", "市医院"}),
        ("province", Role.BUREAU_MANAGER, {"示例省", "示例市", "市医院", "省医院"}),
        ("province", Role.AUDITOR, {"示例省"}),
        ("province", Role.SECURITY_ADMIN, {"示例省"}),
        ("province", Role.SYSTEM_ADMIN, {"示例省"}),
    ],
)
def test_a_role_sees_its_organisation_and_a_bureau_role_what_lies_beneath(
    tree: dict[str, Organisation], place: str, role: str, names: set[str]
) -> None:
    assert seen(make_person(tree[place], role)) == names


def test_people_without_a_membership_and_the_anonymous_see_nothing(tree: dict[str, Organisation]) -> None:
    assert seen(make_user()) == set()
    assert seen(AnonymousUser()) == set()


@pytest.mark.parametrize("role", Role.values)
def test_the_rule_for_one_row_and_the_filter_agree(tree: dict[str, Organisation], role: str) -> None:
    for place in tree.values():
        user = make_person(place, role)
        assert seen(user) == {one.name for one in Organisation.objects.all() if may_open(one, user)}


def test_a_path_that_begins_with_the_same_digits_is_no_subtree() -> None:
    first = make_bureau("一")
    Organisation.objects.filter(pk=first.pk).update(path="/1/")
    near = make_hospital("近")
    Organisation.objects.filter(pk=near.pk).update(path="/11/")
    first.refresh_from_db()
    user = make_person(first, Role.BUREAU_MANAGER)
    assert seen(user) == {"一"}


def test_a_membership_ends_with_its_last_day(tree: dict[str, Organisation]) -> None:
    user = make_user()
    membership = make_membership(user, tree["hospital"], Role.CONSULTANT, until=timezone.localdate())
    assert seen(user) == {"市医院"}
    Membership.objects.filter(pk=membership.pk).update(until=timezone.localdate() - timedelta(days=1))
    forget_memberships(user)
    assert seen(user) == set()


def test_a_revoked_membership_is_gone_with_the_next_request(
    tree: dict[str, Organisation], client: Client
) -> None:
    user = make_person(tree["hospital"], Role.QUALITY_LEAD)
    client.force_login(user)
    address = f"/organisations/{tree['hospital'].public_id}/"
    assert client.get(address).status_code == 200
    Membership.objects.filter(user=user).update(revoked_at=timezone.now())
    assert client.get(address).status_code == 404


def test_memberships_are_read_once(tree: dict[str, Organisation], django_assert_num_queries: Any) -> None:
    user = make_person(tree["hospital"], Role.QUALITY_LEAD)
    forget_memberships(user)
    with django_assert_num_queries(1):
        access.holds(user, tree["hospital"], Role.QUALITY_LEAD)
        access.oversees(user, tree["hospital"])
        access.organisations_where(user, [Role.QUALITY_LEAD])
        access.may_use_back_office(user)


def test_nobody_oversees_the_own_organisation(tree: dict[str, Organisation]) -> None:
    user = make_person(tree["city"], Role.BUREAU_MANAGER)
    assert access.oversees(user, tree["hospital"])
    assert not access.oversees(user, tree["city"])
    assert not access.oversees(user, tree["other"])
    assert not access.oversees(user, tree["hospital"], Role.REVIEWER)


def test_an_auditor_reads_the_chains_of_the_own_subtree(tree: dict[str, Organisation]) -> None:
    reach = access.trail_reach_of(make_person(tree["city"], Role.AUDITOR))
    assert set(reach.chains) == {str(tree["city"].public_id), str(tree["hospital"].public_id)}
    above = access.trail_reach_of(make_person(tree["province"], Role.AUDITOR))
    assert INSTALLATION in above.chains
    assert str(tree["elsewhere"].public_id) not in above.chains
    assert not access.trail_reach_of(make_person(tree["city"], Role.BUREAU_MANAGER)).reader


def test_a_consultancys_auditor_does_not_read_the_installations_chain() -> None:
    consultancy = make_consultancy()
    reach = access.trail_reach_of(make_person(consultancy, Role.AUDITOR))
    assert set(reach.chains) == {str(consultancy.public_id)}


def test_events_of_an_account_stand_in_the_chain_of_its_organisation(
    tree: dict[str, Organisation], client: Client
) -> None:
    from audit.models import Event

    make_person(tree["hospital"], Role.QUALITY_LEAD, "lead")
    client.post("/sign-in/", {"username": "lead", "password": "lead-pass-phrase"})
    assert Event.objects.get(verb="account.signed-in").chain.key == str(tree["hospital"].public_id)


def test_an_english_reader_gets_the_english_name() -> None:
    from django.utils import translation

    hospital = make_hospital("示例医院", name_en="Example Hospital")
    with translation.override("en"):
        assert hospital.label == "Example Hospital"
    with translation.override("zh-hans"):
        assert hospital.label == "示例医院"
