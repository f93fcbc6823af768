"""Invited hospitals with their days and what they handed in, worked out by the database.

``campaigns/days.py`` says the same about one hospital; a test holds the two together.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from assessments.models import (
    Assessment,
    Campaign,
    CampaignEntry,
    CampaignRubric,
    Participation,
)
from hospitals.models import Membership

Rows: TypeAlias = "QuerySet[Any]"

Status = Assessment.Status
#: entries whose assessment lies with the bureau
HANDED_IN = Q(assessment__status__in=[Status.SUBMITTED, Status.ACCEPTED]) | Q(
    assessment__status=Status.ARCHIVED, assessment__submitted_at__isnull=False
)
SENT_BACK = Q(assessment__status=Status.RETURNED)
SPEAKERS = (Membership.Role.QUALITY_LEAD, Membership.Role.DIRECTOR)


def with_days(participations: QuerySet[Participation]) -> Rows:
    """``begins``, ``ends``: the hospital's first and last day."""
    rows: Rows = participations.annotate(
        begins=Coalesce("zone__opens_on", "campaign__opens_on"),
        ends=Coalesce("late_until", "zone__closes_on", "campaign__closes_on"),
    )
    return rows


def _number(rows: QuerySet[Any], group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def with_progress(participations: Rows) -> Rows:
    """``entered``, ``handed_in``, ``sent_back``: with how many rubrics; ``asked``: of how many.

    Counted by subqueries, so that rows can be grouped and counted again.
    """
    entries = CampaignEntry.objects.filter(participation=OuterRef("pk"))
    asked = CampaignRubric.objects.filter(campaign=OuterRef("campaign"))
    rows: Rows = participations.annotate(
        entered=_number(entries, "participation"),
        handed_in=_number(entries.filter(HANDED_IN), "participation"),
        sent_back=_number(entries.filter(SENT_BACK), "participation"),
        asked=_number(asked, "campaign"),
    )
    return rows


def with_contact(participations: Rows) -> Rows:
    """``reachable``: somebody of the hospital would be told."""
    speaks = Membership.objects.in_force().filter(
        organisation=OuterRef("hospital"), role__in=SPEAKERS, user__is_active=True
    )
    rows: Rows = participations.annotate(reachable=Exists(speaks))
    return rows


#: filters over rows with days and progress
INCOMPLETE = Q(handed_in__lt=F("asked"))
COMPLETE = Q(handed_in__gte=F("asked"))


def late_on(today: date) -> Q:
    """Not everything handed in, and the last day is over."""
    return INCOMPLETE & Q(ends__lt=today)


def running_on(today: date) -> Q:
    """Participations of cycles that are open, and those with a permission that outlasts the end of theirs."""
    return Q(campaign__state=Campaign.State.OPEN) | Q(
        campaign__state=Campaign.State.CLOSED, late_until__gte=today
    )
