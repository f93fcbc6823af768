"""How this app names its events: one kind of subject, the item code among the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.models import Assessment
from audit.actions import Actor, record
from audit.models import Event

SUBJECT = "assessment"


def record_work(
    *,
    verb: str,
    by: Actor | None,
    assessment: Assessment,
    facts: Mapping[str, Any] | None = None,
    item: str = "",
) -> Event:
    """Append an event about an assessment to its hospital's chain; call inside the change's transaction."""
    return record(
        verb=verb,
        by=by,
        subject_kind=SUBJECT,
        subject_id=assessment.public_id,
        chain=str(assessment.hospital.public_id),
        facts={**({"item": item} if item else {}), **(facts or {})},
    )
