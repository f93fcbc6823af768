"""What a person changes about the own account."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.policy import policy
from audit.actions import record

PREFERENCES = ("name", "email", "language", "time_zone", "digest")


@transaction.atomic
def change_password(*, by: User, new_password: str, request: HttpRequest) -> None:
    """Set the own password. Every other session of the person ends with its next request, because
    sessions carry a digest of the password; this one goes on. The form has checked the old password.
    """
    by.set_password(new_password)
    by.must_change_password = False
    by.save(update_fields=["password", "must_change_password"])
    update_session_auth_hash(request, by)
    record(
        verb="account.password-changed",
        by=by,
        subject_kind="account",
        subject_id=by.public_id,
        chain=policy.chain_of(by),
    )


@transaction.atomic
def change_preferences(*, by: User, **wanted: str) -> tuple[str, ...]:
    """Name, e-mail, language, time zone, weekly digest: whichever are given. Returns the names of the changed fields.

    The event names the fields; old and new name stand in it, the e-mail address does not.
    """
    unknown = set(wanted) - set(PREFERENCES)
    if unknown:
        raise TypeError(f"not a preference: {', '.join(sorted(unknown))}")
    row = User.objects.select_for_update().get(pk=by.pk)
    before = row.name
    changed = tuple(
        field for field in PREFERENCES if field in wanted and getattr(row, field) != wanted[field]
    )
    if not changed:
        return ()
    for field in changed:
        setattr(row, field, wanted[field])
        setattr(by, field, wanted[field])
    row.save(update_fields=changed)
    record(
        verb="account.preferences-changed",
        by=by,
        subject_kind="account",
        subject_id=by.public_id,
        chain=policy.chain_of(by),
        facts={
            "fields": list(changed),
            **({"before": before, "after": row.name} if "name" in changed else {}),
            **({"language": row.language} if "language" in changed else {}),
        },
    )
    return changed
