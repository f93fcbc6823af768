"""Reading keys for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.scopes import scope_label
from accounts.tokens import digest_of, is_key

MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class TokenRow:
    """``state``: in_force | expired | revoked."""

    public_id: UUID
    name: str
    hint: str
    scopes: tuple[tuple[str, str], ...]  # name and words
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    last_address: str
    state: str

    @property
    def dialog_id(self) -> str:
        return f"revoke-{self.public_id}"


def list_tokens(user: User) -> tuple[TokenRow, ...]:
    """The person's keys, those in force first, then the newest. One query."""
    now = timezone.now()
    rows = [_row(token, now) for token in ApiToken.objects.filter(user=user)[:MOST_SHOWN]]
    return tuple(sorted(rows, key=lambda row: row.state != "in_force"))


def find_by_key(key: str) -> ApiToken | None:
    """The key's row with its person; None for anything that is no key of this installation. One query."""
    if not is_key(key):
        return None
    return ApiToken.objects.select_related("user").filter(digest=digest_of(key)).first()


def _row(token: ApiToken, now: datetime) -> TokenRow:
    state = "revoked" if token.revoked_at else "expired" if token.expires_at <= now else "in_force"
    return TokenRow(
        public_id=token.public_id,
        name=token.name,
        hint=token.hint,
        scopes=tuple((scope, scope_label(scope)) for scope in token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        last_address=token.last_address or "",
        state=state,
    )
