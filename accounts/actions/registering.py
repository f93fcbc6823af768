"""Accounts of others: made, closed, given a new one-time password."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import back_off
from accounts.models import User
from accounts.policy import policy
from audit.actions import INSTALLATION, Actor, record

# Easy to read aloud and to type: no 0/o, 1/l/i, nor letters that look alike in handwriting.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, LETTERS = 4, 4  # 31^16: 79 bits


class LoginNameTaken(Exception):
    """The sentence says that the name is taken."""


def one_time_password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _n in range(LETTERS)) for _n in range(GROUPS))


@transaction.atomic
def create_account(
    *,
    by: Actor | None,
    username: str,
    name: str,
    email: str = "",
    language: str = "zh-hans",
    chain: str = INSTALLATION,
) -> tuple[User, str]:
    """A new person and the one-time password, which exists nowhere else and is shown once.

    Must be changed at the first sign-in. Raises LoginNameTaken. Event ``account.created`` in the
    chain given: the account belongs to nobody's organisation yet.
    """
    password = one_time_password()
    user = User(username=username, name=name, email=email, language=language, must_change_password=True)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as taken:
        raise LoginNameTaken(_("登录名“%(name)s”已被使用，请换一个。") % {"name": username}) from taken
    record(
        verb="account.created",
        by=by,
        subject_kind="account",
        subject_id=user.public_id,
        chain=chain,
        facts={"login": username, "name": name},
    )
    return user, password


@transaction.atomic
def reset_password(*, by: Actor | None, user: User, chain: str = "") -> str:
    """A new one-time password for somebody who forgot the own one; returned once, kept nowhere.

    Ends every session of the person and lifts the waits of the login name. Whether ``by`` may do so
    is the caller's check. Event ``account.password-reset``.
    """
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    back_off.lift(user.username)
    record(
        verb="account.password-reset",
        by=by,
        subject_kind="account",
        subject_id=user.public_id,
        chain=chain or policy.chain_of(user),
        facts={"login": user.username},
    )
    return password


@transaction.atomic
def lift_wait(*, by: Actor, user: User) -> None:
    """Let somebody who typed wrong too often sign in at once. Event ``account.wait-lifted``."""
    back_off.lift(user.username)
    record(
        verb="account.wait-lifted",
        by=by,
        subject_kind="account",
        subject_id=user.public_id,
        chain=policy.chain_of(user),
        facts={"login": user.username},
    )


@transaction.atomic
def set_active(*, by: Actor, user: User, active: bool) -> None:
    """Close or open an account; a closed one is signed out with its next request. Nothing is deleted."""
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(
        verb="account.reopened" if active else "account.closed",
        by=by,
        subject_kind="account",
        subject_id=user.public_id,
        chain=policy.chain_of(user),
        facts={"login": user.username},
    )
