"""What the system role changes about accounts of others."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.policy import policy
from audit.actions import Actor, record

CHANGEABLE = ("name", "email", "language", "time_zone")


@transaction.atomic
def change_account(*, by: Actor, user: User, **wanted: str) -> tuple[str, ...]:
    """Name, e-mail, language, time zone of somebody else. Returns the names of the changed fields."""
    row = User.objects.select_for_update().get(pk=user.pk)
    before = row.name
    changed = tuple(field for field in CHANGEABLE if field in wanted and getattr(row, field) != wanted[field])
    if not changed:
        return ()
    for field in changed:
        setattr(row, field, wanted[field])
    row.save(update_fields=changed)
    record(
        verb="account.changed",
        by=by,
        subject_kind="account",
        subject_id=row.public_id,
        chain=policy.chain_of(row),
        facts={
            "login": row.username,
            "fields": list(changed),
            **({"before": before, "after": row.name} if "name" in changed else {}),
        },
    )
    return changed
