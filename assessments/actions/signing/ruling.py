"""Whether a hospital hands in only what is signed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import SigningRule
from assessments.signing_permissions import check_can_set_rule
from audit.actions import record
from hospitals.models import Organisation


@transaction.atomic
def require_signing(*, by: User, hospital: Organisation, required: bool) -> None:
    """Turn the rule of the hospital on or off. Raises Refusal; setting what is set already does nothing."""
    check_can_set_rule(by, hospital, required)
    rule, _new = SigningRule.objects.select_for_update().get_or_create(
        hospital=hospital, defaults={"changed_by": by}
    )
    if rule.required == required:
        return
    rule.required, rule.changed_by, rule.changed_at = required, by, timezone.now()
    rule.save()
    record(
        verb="signing.required" if required else "signing.not-required",
        by=by,
        subject_kind="organisation",
        subject_id=hospital.public_id,
        chain=str(hospital.public_id),
    )
