"""How this app names its events: in the chain of the organisation they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.actions import Actor, record
from audit.models import Event
from hospitals.models import Department, Membership, Organisation

Subject = Organisation | Department | Membership


def record_here(
    *, verb: str, by: Actor | None, subject: Subject, facts: Mapping[str, Any] | None = None
) -> Event:
    """Append an event about an organisation, a department or a membership; inside the change's transaction."""
    organisation = subject if isinstance(subject, Organisation) else subject.organisation
    return record(
        verb=verb,
        by=by,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.public_id,
        chain=str(organisation.public_id),
        facts=facts,
    )
