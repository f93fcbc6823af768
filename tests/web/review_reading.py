"""Asking for pages of a review as somebody, and reading them."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.models import Review
from tests.factories.people import forget_memberships


def signed_in(user: User) -> Client:
    forget_memberships(user)
    client = Client()
    client.force_login(user)
    return client


def url(name: str, review: Review, *more: Any) -> str:
    return reverse(name, args=[review.public_id, *more])


def text_of(user: User, address: str) -> str:
    response = signed_in(user).get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def said(response: Any) -> str:
    """The sentence of the page a form leads back to."""
    return " ".join(str(message) for message in response.context["messages"])


def queries(client: Client, address: str) -> int:
    assert client.get(address).status_code == 200  # rubrics are built once per process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
