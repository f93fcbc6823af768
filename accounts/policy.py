"""What accounts asks of the apps above it, which it must not import: they fill these in when ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from audit.actions import INSTALLATION

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def _nobody(user: User | AnonymousUser) -> bool:
    return False


def _installation(user: User) -> str:
    return INSTALLATION


@dataclass(slots=True)
class Policy:
    """``may_use_back_office``: whether the person is a system administrator now.
    ``chain_of``: the chain of the trail that keeps the events of the person's account."""

    may_use_back_office: Callable[[User | AnonymousUser], bool] = _nobody
    chain_of: Callable[[User], str] = _installation


policy = Policy()
