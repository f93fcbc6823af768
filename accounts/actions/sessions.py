"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import back_off
from accounts.addresses import address_of, network_of
from accounts.gate import SESSION_BEGAN, SESSION_SEEN
from accounts.models import User
from accounts.policy import policy
from audit.actions import INSTALLATION, record


class SignInRefused(Exception):
    """Why nobody was signed in: one sentence, the same for known and unknown names."""


def sign_in(*, request: HttpRequest, username: str, password: str) -> User:
    """Check the password and begin a new session; the event is ``account.signed-in``.

    Not one transaction: the attempt must stay counted whatever follows. Raises SignInRefused with a
    sentence that says how long to wait when there were too many failures.
    """
    address = address_of(request)
    network = network_of(address)
    if (until := back_off.locked_until(username, network)) is not None:
        raise SignInRefused(_too_many(back_off.wait_in_words(until)))
    user = authenticate(request, username=username, password=password)
    if user is None:
        raise SignInRefused(_after_a_failure(username, address, network))
    assert isinstance(user, User)
    with transaction.atomic():
        login(request, user)
        now = int(timezone.now().timestamp())
        request.session[SESSION_BEGAN] = request.session[SESSION_SEEN] = now
        record(
            verb="account.signed-in",
            by=user,
            subject_kind="account",
            subject_id=user.public_id,
            chain=policy.chain_of(user),
            facts={"address": address or ""},
        )
    return user


@transaction.atomic
def sign_out(*, by: User | AnonymousUser, request: HttpRequest) -> None:
    """End the session; the event is ``account.signed-out``. Signing out twice does nothing."""
    if isinstance(by, User):
        record(
            verb="account.signed-out",
            by=by,
            subject_kind="account",
            subject_id=by.public_id,
            chain=policy.chain_of(by),
        )
    logout(request)


def _after_a_failure(username: str, address: str | None, network: str | None) -> str:
    until = back_off.locked_until(username, network)
    if until is None:
        return _("登录名或密码不正确。请核对后重试；连续多次失败后需要等待一段时间。")
    wait = back_off.wait_in_words(until)
    _record_lock(username, address, back_off.failures_of(username, network), wait)
    return _too_many(wait)


@transaction.atomic
def _record_lock(username: str, address: str | None, failures: int, wait: str) -> None:
    """An unknown name is not written down: it may be a password typed into the wrong field."""
    user = User.objects.filter(username=username).first()
    record(
        verb="account.sign-in-locked",
        by=None,
        subject_kind="account",
        subject_id=user.public_id if user else "",
        chain=policy.chain_of(user) if user else INSTALLATION,
        facts={
            "login": user.username if user else "",
            "address": address or "",
            "failures": failures,
            "wait": wait,
        },
    )


def _too_many(wait: str) -> str:
    return _(
        "登录失败次数过多，请在%(wait)s后再试。如忘记密码，请联系本单位的安全管理员或质控负责人重置。"
    ) % {"wait": wait}
