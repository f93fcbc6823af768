"""Keys for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.scopes import SCOPES
from accounts.tokens import digest_of, hint_of, new_key


def make_token(
    user: User, scopes: Iterable[str] = SCOPES, *, days: float = 30, revoked: bool = False
) -> tuple[ApiToken, str]:
    """A key of the person for the scopes (all of them, left out), and its row; ``days`` below 0: run out."""
    key = new_key()
    now = timezone.now()
    token = ApiToken.objects.create(
        user=user,
        name="示例程序",
        digest=digest_of(key),
        hint=hint_of(key),
        scopes=sorted(scopes),
        created_at=now - timedelta(days=60),
        expires_at=now + timedelta(days=days),
        revoked_at=now if revoked else None,
    )
    return token, key


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
