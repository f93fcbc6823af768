"""The ledger or an entry of an assessment of the person's own hospital; else 404, also for a bureau."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, LedgerEntry
from assessments.permissions import is_staff_of
from assessments.queries.ledger.listing import SHOWS, LedgerFilter, entries_for
from assessments.views.door import find_assessment
from hospitals.models import Department
from hospitals.refusals import Refusal


def find_ledger(request: HttpRequest, assessment: UUID) -> Assessment:
    """One query. People outside the hospital are told nothing, not even that there is a ledger."""
    found = find_assessment(request, assessment)
    if not is_staff_of(request.user, found):
        raise Http404
    return found


def find_entry(request: HttpRequest, assessment: UUID, number: int) -> LedgerEntry:
    """Two queries; an entry of another department is 404 for people of a department."""
    found = find_ledger(request, assessment)
    entry = (
        entries_for(found, request.user)
        .select_related(
            "department", "person", "made_by", "ended_by", "changed_by", "carried_from__assessment"
        )
        .filter(number=number)
        .first()
    )
    if entry is None:
        raise Http404
    entry.assessment = found
    return entry


def filter_of(request: HttpRequest) -> LedgerFilter:
    show = request.GET.get("show", "")
    return LedgerFilter(
        show=show if show in SHOWS else SHOWS[0],
        source=request.GET.get("source", "")[:10],
        department=request.GET.get("department", "")[:36],
        person=request.GET.get("person", "")[:36],
        words=request.GET.get("q", "").replace("\x00", "").strip()[:60],
    )


def chosen_department(assessment: Assessment, choice: str) -> Department | None:
    """Of the hospital, by public id; empty is none. Raises Refusal for one that is not there."""
    if not choice:
        return None
    found = assessment.hospital.departments.filter(public_id=_uuid(choice)).first()
    if found is None:
        raise Refusal(_("所选科室不属于本院。"))
    return found


def chosen_person(choice: str) -> User | None:
    """By public id; whether the person works in the hospital is decided in the action."""
    if not choice:
        return None
    found = User.objects.filter(public_id=_uuid(choice)).first()
    if found is None:
        raise Refusal(_("所选人员不在本院。"))
    return found


def chosen_day(text: str) -> date | None:
    """Empty is none. Raises Refusal for what is no day, and for years nobody plans in."""
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Refusal(_("日期请按“2026-12-31”的格式填写。"))
    return found


def _uuid(text: str) -> UUID:
    """Of what is none: one that nothing has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
