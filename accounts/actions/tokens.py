"""Keys for programs: made and taken back by the person they work for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from accounts.policy import policy
from accounts.scopes import SCOPES
from accounts.tokens import digest_of, hint_of, new_key
from audit.actions import record

LONGEST_NAME = 80
LONGEST_DAYS = 366
MOST_IN_FORCE = 20
MOST_AN_HOUR = 10
NOTE_EVERY = timedelta(minutes=5)


class TokenRefused(Exception):
    """Why no key was made: one sentence."""


@transaction.atomic
def make_token(*, by: User, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """A key for the person's own programs, for ``days`` from now. Returns the row and the key itself, which is
    nowhere else. The caller has asked for the password. Raises TokenRefused with one sentence.
    """
    name = name.replace("\x00", "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise TokenRefused(_("请为令牌写一个不超过%(n)s个字的名称。") % {"n": LONGEST_NAME})
    if not scopes or set(scopes) - set(SCOPES):
        raise TokenRefused(_("请至少选择一项权限。"))
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenRefused(_("令牌的有效期为1至%(n)s天。") % {"n": LONGEST_DAYS})
    User.objects.select_for_update().get(pk=by.pk)  # two at once are counted one after the other
    own = ApiToken.objects.filter(user=by)
    if own.in_force().count() >= MOST_IN_FORCE:
        raise TokenRefused(_("最多同时有%(n)s个有效的令牌，请先撤销不用的。") % {"n": MOST_IN_FORCE})
    now = timezone.now()
    if own.filter(created_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TokenRefused(_("一小时内最多新建%(n)s个令牌，请稍后再试。") % {"n": MOST_AN_HOUR})
    key = new_key()
    token = ApiToken.objects.create(
        user=by,
        name=name,
        digest=digest_of(key),
        hint=hint_of(key),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(
        verb="token.made",
        by=by,
        subject_kind="token",
        subject_id=token.public_id,
        chain=policy.chain_of(by),
        facts={
            "name": name,
            "token": token.hint,
            "scopes": token.scopes,
            "until": token.expires_at.date().isoformat(),
        },
    )
    return token, key


@transaction.atomic
def revoke_token(*, by: User, token: ApiToken) -> None:
    """Take a key back: the next request with it is refused. Twice does nothing."""
    held = ApiToken.objects.select_for_update().get(pk=token.pk, user=by)
    if held.revoked_at is not None:
        return
    held.revoked_at = timezone.now()
    held.save(update_fields=["revoked_at"])
    record(
        verb="token.revoked",
        by=by,
        subject_kind="token",
        subject_id=held.public_id,
        chain=policy.chain_of(by),
        facts={"name": held.name, "token": held.hint},
    )


def note_use(*, token: ApiToken, address: str | None) -> None:
    """When and from where the key was last used, to five minutes. No event: requests that change something
    leave their own, with the key's beginning in it."""
    now = timezone.now()
    if token.last_used_at is not None and now - token.last_used_at < NOTE_EVERY:
        return
    ApiToken.objects.filter(pk=token.pk).filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTE_EVERY)
    ).update(last_used_at=now, last_address=address)
