"""What stands around every page of an assessment: its identity, and the navigation by role and item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from assessments.models import Assessment, ItemAnswer
from assessments.permissions import is_staff_of
from assessments.planning_permissions import reads_plans
from assessments.queries.progress import Share, clauses_by_item, together
from engine.rubric.values import Rubric, Text
from hospitals.access import Person


def said(text: Text | None) -> str:
    """The text in the language of the request."""
    return text.in_language(get_language() or "") if text is not None else ""


@dataclass(frozen=True, slots=True)
class SideItem:
    """An item in the navigation: ``sign`` is none | some | all | done | nothing_asked."""

    code: str
    name: str
    open: int
    sign: str


@dataclass(frozen=True, slots=True)
class SideRole:
    code: str
    name: str
    open: int
    clauses: Share
    sign: str
    items: tuple[SideItem, ...]

    @property
    def first(self) -> str:
        return self.items[0].code if self.items else ""


@dataclass(frozen=True, slots=True)
class AssessmentFrame:
    """Identity and navigation; ``roles`` is empty for a bureau, which sees results only."""

    public_id: str
    title: str
    hospital: str
    edition: str
    edition_slug: str
    edition_status: str
    status: str
    target: int
    window: tuple[date, date] | None
    due_on: date | None
    is_open: bool
    staff: bool
    plans: bool  # sees whole plans; people of a department see their own tasks
    submitted: bool
    roles: tuple[SideRole, ...]
    clauses: Share


def frame_of(
    assessment: Assessment,
    user: Person,
    rubric: Rubric,
    rows: Mapping[str, ItemAnswer],
    done: frozenset[str] = frozenset(),
) -> AssessmentFrame:
    """The frame from rows that were read already; no query when hospital and edition are there.

    ``rows``: item answers by code. ``done``: codes of items that their people marked ready.
    """
    staff = is_staff_of(user, assessment)
    shares = clauses_by_item(rubric, rows, assessment.target_level) if staff else {}
    return AssessmentFrame(
        public_id=str(assessment.public_id),
        title=assessment.title,
        hospital=assessment.hospital.label,
        edition=said(rubric.title),
        edition_slug=assessment.edition.slug,
        edition_status=assessment.edition.status,
        status=assessment.status,
        target=assessment.target_level,
        window=(assessment.window_from, assessment.window_to)
        if assessment.window_from and assessment.window_to
        else None,
        due_on=assessment.due_on,
        is_open=assessment.is_open,
        staff=staff,
        plans=staff and reads_plans(user, assessment),
        submitted=assessment.submitted_at is not None,
        roles=tuple(_role(rubric, role.code, said(role.name), shares, done) for role in rubric.roles)
        if staff
        else (),
        clauses=together(shares.values()),
    )


def read_frame(assessment: Assessment, user: Person, rubric: Rubric) -> AssessmentFrame:
    """The frame for a page that reads nothing else. Two queries for staff, none for a bureau."""
    if not is_staff_of(user, assessment):
        return frame_of(assessment, user, rubric, {})
    rows = {row.item_code: row for row in assessment.item_answers.defer("note")}
    return frame_of(assessment, user, rubric, rows, done_items(assessment))


def done_items(assessment: Assessment) -> frozenset[str]:
    """Items their people marked ready. One query."""
    return frozenset(assessment.assignments.filter(done_at__isnull=False).values_list("item_code", flat=True))


def _role(
    rubric: Rubric, code: str, name: str, shares: Mapping[str, Share], done: frozenset[str]
) -> SideRole:
    items = tuple(
        SideItem(
            item.code, said(item.name), shares[item.code].open, _sign(shares[item.code], item.code in done)
        )
        for item in rubric.items_of(code)
    )
    clauses = together(shares[item.code] for item in items)
    everything_done = bool(items) and all(item.sign in ("done", "nothing_asked") for item in items)
    return SideRole(code, name, clauses.open, clauses, _sign(clauses, everything_done), items)


def _sign(share: Share, done: bool) -> str:
    if done:
        return "done"
    if share.of == 0:
        return "nothing_asked"
    if share.complete:
        return "all"
    return "some" if share.started else "none"
