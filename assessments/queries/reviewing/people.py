"""Who may be given a step, and who works on it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, Q

from accounts.models import User
from assessments.conflicts import conflicts_with
from assessments.models import Review, ReviewAssignment, ReviewStep, StageKind
from assessments.queries.reviewing.desk import Desk
from assessments.queries.reviewing.values import Candidate
from hospitals.access import Role
from hospitals.models import Membership, Organisation

MOST = 300  # a choice longer than this is no choice; the search of the organisation pages finds people
ROLES = (Role.REVIEWER, Role.BUREAU_MANAGER)


def eligible(step: ReviewStep) -> dict[int, Organisation]:
    """Person -> where he or she reviews, for everybody a step may go to (``works_for`` asks the same of one
    person). One query."""
    office = step.office
    line = [int(part) for part in office.path.split("/") if part]
    where = Q(organisation_id__in=line)
    if step.kind == StageKind.EXPERT:
        where |= Q(organisation__path__startswith=f"/{line[0]}/")
    found: dict[int, Organisation] = {}
    for membership in (
        Membership.objects.in_force()
        .filter(where, role__in=ROLES, user__is_active=True)
        .select_related("organisation")
        .order_by("-organisation__path", "id")
    ):
        found.setdefault(membership.user_id, membership.organisation)
    return found


def candidates_for(desk: Desk, people: Mapping[int, Organisation]) -> tuple[Candidate, ...]:
    """Whom the step in work may be given to, the least busy first; nobody with an interest in the hospital.
    Five queries at most."""
    step = desk.active
    if step is None or not people:
        return ()
    taken = {one.person_id for one in step.assignments.all() if one.ended_at is None}
    barred = conflicts_with(desk.review.assessment.hospital, set(people))
    free = [pk for pk in people if pk not in taken and pk not in barred]
    in_hand = dict(
        ReviewAssignment.objects.filter(
            person_id__in=free,
            ended_at__isnull=True,
            step__state=ReviewStep.State.ACTIVE,
            step__review__state=Review.State.REVIEWING,
        )
        .order_by()
        .values_list("person_id")
        .annotate(n=Count("pk"))
    )
    lines = [
        Candidate(str(user.public_id), user.name, people[user.pk].label, in_hand.get(user.pk, 0))
        for user in User.objects.filter(pk__in=free).order_by("name", "pk")
    ]
    return tuple(sorted(lines, key=lambda line: line.in_hand)[:MOST])
