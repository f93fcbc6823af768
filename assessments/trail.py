"""How this app names its events: one kind of subject, the item code among the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.models import Assessment, Campaign, Review
from audit.actions import Actor, record
from audit.models import Event

SUBJECT = "assessment"
REVIEW = "review"
CAMPAIGN = "campaign"


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


def record_review(
    *,
    verb: str,
    by: Actor | None,
    review: Review,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Append an event about what reviewers do among themselves: to the chain of the bureau whose scheme the
    review follows, because the hospital's own auditor reads neither marks nor names before the decision.

    What the hospital is told (opened, returned, decided, published, revoked) goes through ``record_work``.
    """
    assessment = review.assessment
    keeper = review.scheme.bureau if review.scheme is not None else assessment.hospital
    return record(
        verb=verb,
        by=by,
        subject_kind=REVIEW,
        subject_id=review.public_id,
        chain=str(keeper.public_id),
        facts={"hospital": assessment.hospital.name, **(facts or {})},
    )


def record_campaign(
    *, verb: str, by: Actor | None, campaign: Campaign, facts: Mapping[str, Any] | None = None
) -> Event:
    """Append an event about a yearly cycle to the chain of its bureau."""
    return record(
        verb=verb,
        by=by,
        subject_kind=CAMPAIGN,
        subject_id=campaign.public_id,
        chain=str(campaign.bureau.public_id),
        facts={"title": campaign.title, **(facts or {})},
    )
