"""Reading issued documents."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from assessments.models import Assessment
from assessments.permissions import allowed
from assessments.planning_permissions import reads_plans
from assessments.proof_permissions import check_can_see_proofs
from hospitals import access
from reports.models import IssuedReport
from reports.view_models.gaps import Assigned

LISTED = 50


def visible_reports(assessment: Assessment, user: access.Person) -> tuple[IssuedReport, ...]:
    """The newest documents of an assessment; a bureau sees those of submitted work only. One query."""
    return tuple(reports_of(assessment, user).select_related("snapshot", "requested_by")[:LISTED])


def visible_report(assessment: Assessment, user: access.Person, public_id: UUID) -> IssuedReport | None:
    """One document, or None when there is none this person may see. One query."""
    return (
        reports_of(assessment, user)
        .select_related("snapshot", "requested_by")
        .filter(public_id=public_id)
        .first()
    )


def reports_of(assessment: Assessment, user: access.Person) -> QuerySet[IssuedReport]:
    """Documents the person may see; a bureau the own ones and those of submitted work made outside, nobody but readers of plans a
    roadmap, nobody but those who may open its files a compendium. No query yet but for people outside the hospital."""
    reports = IssuedReport.objects.filter(assessment=assessment)
    if not reads_plans(user, assessment):
        reports = reports.exclude(kind=IssuedReport.Kind.ROADMAP)
    if not allowed(check_can_see_proofs, user, assessment):
        reports = reports.exclude(kind=IssuedReport.Kind.COMPENDIUM)
    if access.holds(user, assessment.hospital_id, *access.HOSPITAL_STAFF):
        return reports
    # what the hospital made for itself names its departments and its raw extracts
    own = Q(kind=IssuedReport.Kind.GAP, basis__inside=True)
    return reports.filter(Q(snapshot__isnull=False) & ~own | Q(requested_by_id=user.pk))


def assigned_of(assessment: Assessment) -> dict[str, Assigned]:
    """Department, person and due date by item code, for the hospital's own eyes. One query."""
    rows = assessment.assignments.select_related("department", "person")
    return {
        row.item_code: Assigned(
            department=row.department.label if row.department else "",
            person=row.person.get_full_name() if row.person else "",
            due_on=row.due_on,
        )
        for row in rows
    }
