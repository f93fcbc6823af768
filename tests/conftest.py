"""Three named people and the organisations they belong to; everything else comes from factories."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache.backends.locmem import LocMemCache
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from accounts.api import rates
from accounts.models import User
from assessments.models import Review
from hospitals.models import Membership, Organisation
from tests.factories.prepared import migrated
from tests.factories.reviews import Cast, make_cast, make_scheme, review_of, submitted, take_up
from tests.factories.rubrics import lay_library, take_editions_away

# A law does not fail because the machine is busy.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)  # before -m chooses among the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that may ask the database. pytest-django lets no other test near it, so the rest
    cannot come out differently on a second database, and ``./test`` runs it once."""
    for item in items:
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


@pytest.fixture(autouse=True)
def counts_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """People of different tests have the same numbers: what one test has sent in this minute is not another's. And no
    minute ends while a test counts."""
    now = time.time()
    monkeypatch.setattr(rates, "cache", LocMemCache(uuid4().hex, {}))
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: now))


@pytest.fixture(scope="session")
def from_a_migrated_one() -> Iterator[None]:
    with migrated():
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    from_a_migrated_one: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
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


@pytest.fixture
def cast(bureau: Organisation, hospital: Organisation, owner: User) -> Cast:
    """One of every role around a review."""
    return make_cast(bureau, hospital, owner)


@pytest.fixture
def review(cast: Cast) -> Review:
    """One step at the province, in work, given to nobody."""
    make_scheme(cast.bureau, cast.manager)
    return review_of(submitted(cast.hospital, cast.lead))


@pytest.fixture
def taken(review: Review, cast: Cast) -> Review:
    """The same, taken up by the reviewer."""
    take_up(review, cast)
    return review
