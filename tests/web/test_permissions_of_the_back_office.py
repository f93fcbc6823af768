"""Django's admin belongs to the system role alone, shows no assessment data and deletes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from accounts.back_office import BackOffice, BackOfficeModel
from accounts.models import User
from audit.models import Event
from hospitals.access import Role
from hospitals.models import Membership, Organisation
from tests.factories.people import make_bureau, make_hospital, make_person, make_user

pytestmark = pytest.mark.django_db
OPEN = {"jsi18n"}  # the catalogue of words for its scripts


@pytest.fixture
def system() -> User:
    return make_person(make_bureau("示例省卫生健康委员会"), Role.SYSTEM_ADMIN, "system")


@pytest.fixture
def client(system: User) -> Client:
    client = Client()
    client.force_login(system)
    return client


def addresses() -> Iterator[str]:
    """Every address of the admin, with 1 for any argument."""

    def walk(patterns: Any, place: str) -> Iterator[str]:
        for pattern in patterns:
            here = place + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, here)
            elif isinstance(pattern, URLPattern) and pattern.name not in OPEN:
                yield "/back-office/" + re.sub(r"<[^>]+>", "1", here).replace("^", "").replace("$", "")

    return walk(admin.site.urls[0], "")


def test_the_site_is_ours() -> None:
    assert isinstance(admin.site, BackOffice)


def test_every_address_is_closed_to_everybody_without_the_system_role(
    owner: User, bureau: Organisation, hospital: Organisation
) -> None:
    people = [owner] + [
        make_person(hospital, role) for role in (Role.CONTRIBUTOR, Role.AUDITOR, Role.SECURITY_ADMIN)
    ]
    people += [make_person(bureau, Role.BUREAU_MANAGER), make_user(is_staff=True, is_superuser=True)]
    walked = sorted(set(addresses()))
    assert len(walked) > 20
    for person in people:
        client = Client()
        client.force_login(person)
        for address in walked:
            response = client.get(address, follow=True)
            final = response.redirect_chain[-1][0] if response.redirect_chain else address
            allowed_elsewhere = final.startswith("/account/")  # its sign-out and password pages lead to ours
            assert allowed_elsewhere or response.status_code in (403, 404), (
                person,
                address,
                response.status_code,
            )


def test_the_anonymous_are_sent_to_the_products_own_sign_in() -> None:
    for address in addresses():
        response = Client().get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(("/sign-in/", "/back-office/")), address
    assert "/sign-in/" in str(Client().get("/back-office/", follow=True).redirect_chain)


def test_no_assessment_data_is_registered() -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert registered == {
        "accounts.User",
        "hospitals.Organisation",
        "hospitals.Department",
        "hospitals.Membership",
        "rubrics.Edition",
        "reports.IssuedReport",
    }
    assert all(isinstance(entry, BackOfficeModel) for entry in admin.site._registry.values())


def test_nothing_can_be_deleted(client: Client, system: User) -> None:
    person = make_user()
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_delete"
        assert client.post(reverse(name, args=[person.pk]), {"post": "yes"}).status_code in (302, 403)
    assert User.objects.filter(pk=person.pk).exists()


def test_every_list_and_page_opens_for_the_system_role(
    client: Client, system: User, hospital: Organisation
) -> None:
    make_person(hospital, Role.QUALITY_LEAD, "lead")
    for model in admin.site._registry:
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{label}_changelist"), {"q": "lead"}).status_code == 200
        row = model._default_manager.first()
        if row is not None:
            assert client.get(reverse(f"{label}_change", args=[row.pk])).status_code == 200
    for name in ("accounts_user_add", "hospitals_organisation_add", "hospitals_membership_add"):
        assert client.get(reverse(f"admin:{name}")).status_code == 200


def test_a_new_account_shows_its_password_once_and_writes_an_event(client: Client) -> None:
    response = client.post(
        reverse("admin:accounts_user_add"), {"username": "fresh", "name": "新人", "email": ""}
    )
    password = re.search(r"<code>([^<]+)</code>", response.content.decode()).group(1)  # type: ignore[union-attr]
    assert "no-store" in response.headers["Cache-Control"]
    person = User.objects.get(username="fresh")
    assert person.check_password(password)
    assert (person.must_change_password, person.is_staff, person.is_superuser) == (True, False, False)
    assert Event.objects.get(verb="account.created").facts["login"] == "fresh"


def test_changing_and_closing_an_account_are_events(client: Client) -> None:
    person = make_user("someone")
    fields = {"name": "新名字", "email": "", "language": "zh-hans", "time_zone": "Asia/Shanghai"}
    assert client.post(reverse("admin:accounts_user_change", args=[person.pk]), fields).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.is_active) == ("新名字", False)
    assert set(Event.objects.values_list("verb", flat=True)) == {"account.changed", "account.closed"}


def test_passwords_are_reset_and_waits_lifted_for_chosen_people(client: Client, system: User) -> None:
    person = make_user("someone")
    address = reverse("admin:accounts_user_changelist")
    page = client.post(
        address, {"action": "give_new_passwords", "_selected_action": [person.pk]}
    ).content.decode()
    password = re.search(r"<code>([^<]+)</code>", page).group(1)  # type: ignore[union-attr]
    person.refresh_from_db()
    assert person.check_password(password)
    assert client.post(address, {"action": "lift_waits", "_selected_action": [person.pk]}).status_code == 302
    own = client.post(address, {"action": "give_new_passwords", "_selected_action": [system.pk]})
    assert own.status_code == 403
    assert set(Event.objects.values_list("verb", flat=True)) == {
        "account.password-reset",
        "account.wait-lifted",
    }


def test_a_lead_is_named_and_a_role_to_oneself_refused(client: Client, system: User) -> None:
    hospital, person = make_hospital(), make_user()
    address = reverse("admin:hospitals_membership_add")
    fields = {"organisation": hospital.pk, "role": "quality_lead", "until": ""}
    assert client.post(address, {**fields, "user": person.pk}).status_code == 302
    assert Membership.objects.get(user=person).role == "quality_lead"
    refused = client.post(address, {**fields, "user": system.pk})
    assert refused.status_code == 200
    assert "不能给自己授予" in refused.content.decode()
    again = client.post(address, {**fields, "user": person.pk})
    assert again.status_code in (200, 403)
    assert Event.objects.get(verb="member.invited").facts["back_office"] is True


def test_the_last_lead_stays_in_the_back_office_too(client: Client, owner: User) -> None:
    membership = Membership.objects.get(user=owner)
    client.post(
        reverse("admin:hospitals_membership_changelist"),
        {"action": "revoke_chosen", "_selected_action": [membership.pk]},
    )
    membership.refresh_from_db()
    assert membership.revoked_at is None


@pytest.mark.parametrize(
    ("kind", "parent", "status"),
    [
        ("province", "", 302),
        ("city", "", 200),
        ("city", "province", 302),
        ("consultancy", "province", 200),
        ("hospital", "", 302),
    ],
)
def test_the_tree_of_organisations_keeps_its_shape(
    client: Client, kind: str, parent: str, status: int
) -> None:
    fields = {
        "kind": kind,
        "name": "新机构",
        "ownership": "public",
        "grade": "",
        "beds": "",
        "region": "",
        "code": "",
    }
    above = Organisation.objects.get().pk if parent else ""
    response = client.post(
        reverse("admin:hospitals_organisation_add"), {**fields, "name_en": "", "parent": above}
    )
    assert response.status_code == status
    assert Organisation.objects.filter(name="新机构").exists() == (status == 302)


def test_an_organisation_is_changed_but_not_moved(
    client: Client, bureau: Organisation, hospital: Organisation
) -> None:
    fields = {
        "name": "改名医院",
        "name_en": "",
        "ownership": "public",
        "grade": "3A",
        "beds": "800",
        "region": "",
        "code": "",
    }
    other = make_bureau()
    address = reverse("admin:hospitals_organisation_change", args=[hospital.pk])
    assert client.post(address, {**fields, "parent": other.pk, "kind": "consultancy"}).status_code == 302
    hospital.refresh_from_db()
    assert (hospital.name, hospital.parent, hospital.kind) == ("改名医院", bureau, "hospital")
    assert Event.objects.get(verb="organisation.changed").facts["after"]["beds"] == 800
