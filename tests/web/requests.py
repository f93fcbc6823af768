"""Requests that no view answers, for drawing templates by themselves."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory


def asked(path: str = "/") -> HttpRequest:
    """From somebody who is not signed in."""
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    return request
