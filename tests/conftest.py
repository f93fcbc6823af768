"""Three named people and the organisations they belong to; everything else comes from factories."""

from __future__ import annotations

import pytest
from pytest_django import DjangoDbBlocker

from accounts.models import User
from hospitals.models import Membership, Organisation
from tests.factories.rubrics import lay_library, take_editions_away


@pytest.hookimpl(tryfirst=True)  # before -m chooses among the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that may ask the database. pytest-django lets no other test near it, so the rest
    cannot come out differently on a second database, and ``./test`` runs it once."""
    for item in items:
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The library is published once into each fresh test database: every test finds it there."""
    with django_db_blocker.unblock():
        lay_library()


@pytest.fixture
def no_editions(db: None) -> None:
    """For tests about an installation that has not loaded the rubrics yet."""
    take_editions_away()


@pytest.fixture
def bureau(db: None) -> Organisation:
    return Organisation.objects.create(
        kind="province", name="示例省卫生健康委员会", name_en="Example Province Health Commission"
    )


@pytest.fixture
def hospital(bureau: Organisation) -> Organisation:
    return Organisation.objects.create(
        kind="hospital",
        name="示例市人民医院",
        name_en="Example City People's Hospital",
        parent=bureau,
        grade="3A",
        beds=1200,
    )


@pytest.fixture
def owner(hospital: Organisation) -> User:
    """Quality lead of the hospital."""
    user = User.objects.create_user("owner", password="owner-pass-phrase", name="质控负责人（示例）")
    Membership.objects.create(user=user, organisation=hospital, role=Membership.Role.QUALITY_LEAD)
    return user


@pytest.fixture
def colleague(hospital: Organisation) -> User:
    """Contributor of the same hospital."""
    user = User.objects.create_user("colleague", password="colleague-pass-phrase", name="科室填报人（示例）")
    Membership.objects.create(user=user, organisation=hospital, role=Membership.Role.CONTRIBUTOR)
    return user


@pytest.fixture
def stranger(db: None) -> User:
    """Quality lead of another hospital in another province."""
    elsewhere = Organisation.objects.create(kind="province", name="另一示例省卫生健康委员会")
    other = Organisation.objects.create(kind="hospital", name="另一示例医院", parent=elsewhere)
    user = User.objects.create_user("stranger", password="stranger-pass-phrase", name="外院人员（示例）")
    Membership.objects.create(user=user, organisation=other, role=Membership.Role.QUALITY_LEAD)
    return user
