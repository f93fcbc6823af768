"""Unread notices are told on every page, at the price of nothing."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from assessments.models import Notice

pytestmark = pytest.mark.django_db


def test_the_bell_counts_what_this_person_has_not_read(client: Client) -> None:
    mine, theirs = (
        User.objects.create_user(name, password="a long password 1") for name in ("mine", "theirs")
    )
    Notice.objects.bulk_create(
        [
            *(Notice(user=mine, kind="campaign.opened") for _ in range(3)),
            Notice(user=mine, kind="campaign.opened", read_at=timezone.now()),
            Notice(user=theirs, kind="campaign.opened"),
        ]
    )
    client.force_login(mine)
    page = client.get(reverse("preferences"))
    assert page.context["unread_notices"] == 3
    assert page.content.decode().count('<span class="bell-count') == 1
    client.force_login(theirs)
    assert client.get(reverse("preferences")).context["unread_notices"] == 1


def test_a_page_asks_as_often_with_unread_notices_as_without(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = User.objects.create_user("one", password="a long password 1")
    client.force_login(one)
    client.get(reverse("preferences"))
    with django_assert_num_queries(4) as without:
        client.get(reverse("preferences"))
    Notice.objects.bulk_create(Notice(user=one, kind="campaign.opened") for _ in range(40))
    with django_assert_num_queries(len(without.captured_queries)):
        client.get(reverse("preferences"))
