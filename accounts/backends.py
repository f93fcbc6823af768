"""Password sign-in with back-off, wherever a password is checked: no way in leads around it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from accounts import back_off
from accounts.addresses import address_of, network_of
from accounts.alongside import read_alongside
from accounts.models import User


class BackOffBackend(ModelBackend):
    """Counts the attempt, then checks the password, then forgives a right one.

    An unknown login name costs one hashing like a known one (Django's own backend sees to it), so
    neither the answer nor the time tells which names exist.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        network = network_of(address_of(request))
        if not back_off.count_attempt(username, network):
            return None
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None:
            return None
        back_off.forgive(username, network)
        return user

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, with what the frame of a page shows of them. One query."""
        user = User.objects.annotate(**read_alongside()).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
