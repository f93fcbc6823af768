"""The subscription address of a person: shown once, kept as a digest, renewed, revoked, slowed down, read-only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.api import rates
from accounts.models import User
from assessments.models import Assessment, CalendarFeed
from assessments.views import deadlines
from audit.models import Event
from hospitals.models import Membership, Organisation
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in
from tests.factories.ledger import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner)
    make_entry(found, owner, person=owner, due_on=timezone.localdate() + timedelta(days=3), wrong="本人事项")
    return found


def ask(client: Client) -> str:
    made = client.post(reverse("calendar-feed")).context["page"].made
    return "/" + made.split("/", 3)[3]


def test_the_address_is_shown_once_and_serves_the_persons_own_deadlines_without_a_session(
    assessment: Assessment, owner: User, colleague: User
) -> None:
    make_entry(assessment, owner, person=colleague, due_on=timezone.localdate(), wrong="同事的事项")
    client, outside = signed_in(owner), Client()
    address = ask(client)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) == 43
    assert secret not in client.get(reverse("calendar-feed")).content.decode()
    assert secret not in str(CalendarFeed.objects.values().get())
    answer = outside.get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    assert "本人事项" in text and "同事的事项" not in text
    assert outside.post(address).status_code == 405 and not outside.session.keys()
    assert CalendarFeed.objects.get().used_at is not None

    second = ask(client)
    assert outside.get(address).status_code == 404
    assert outside.get(second).status_code == 200
    Membership.objects.filter(user=owner).update(revoked_at=timezone.now())
    assert "本人事项" not in outside.get(second).content.decode()
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert outside.get(second).status_code == 404


def test_a_revoked_or_wrong_address_leads_nowhere_and_many_fetches_are_slowed_down(
    assessment: Assessment, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, outside = signed_in(owner), Client()
    address = ask(client)
    client.post(reverse("calendar-revoke"))
    client.post(reverse("calendar-revoke"))
    for wrong in (address, address.replace(".ics", "x.ics"), "/calendar/a.ics", f"/calendar/{'x' * 43}.ics"):
        assert outside.get(wrong).status_code == 404
    verbs = Event.objects.filter(verb__startswith="calendar.").values_list("verb", flat=True).order_by("id")
    assert list(verbs) == ["calendar.made", "calendar.revoked"]
    rates.cache.clear()
    monkeypatch.setattr(deadlines, "A_MINUTE", 2)
    assert [outside.get(address).status_code for _n in range(3)] == [404, 404, 429]
