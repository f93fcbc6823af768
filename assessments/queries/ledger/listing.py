"""The list of the rectification ledger: one page of it, filters, and the board of what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.ledger_permissions import check_can_manage, reads_whole_ledger
from assessments.models import Assessment, LedgerEntry
from assessments.models.ledger import LedgerQuerySet
from assessments.permissions import allowed
from assessments.queries.assigning import people_who_answer
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.panels import Mentionable
from engine.rubric.values import Rubric
from hospitals.access import Person
from hospitals.models import Department
from rubrics.queries import get_rubric

PER_PAGE = 50
State = LedgerEntry.State
UNDONE = LedgerEntry.UNDONE
SHOWS = ("undone", "late", "handed_in", "ended", "all", "mine")


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What the address asks for; a value nobody knows asks nothing."""

    show: str = "undone"
    source: str = ""
    department: str = ""  # public id, or "none"
    person: str = ""  # public id, or "none"
    words: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.source or self.department or self.person or self.words)


@dataclass(frozen=True, slots=True)
class EntryLine:
    number: int
    source: str
    source_name: str
    item: str
    item_name: str
    level: int | None
    clause: str
    wrong: str
    department: str
    person: str
    due_on: date | None
    days_over: int
    state: str
    state_name: str
    undone: bool
    measures: int
    carried: bool


@dataclass(frozen=True, slots=True)
class BoardLine:
    """Open entries of one department or person; ``oldest``: the earliest date that is over, ``days``: how long."""

    name: str
    choice: str  # what the filter takes
    open: int
    late: int
    handed_in: int
    oldest: date | None
    days: int


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """``whole``: the person reads every entry; people of a department see their own."""

    frame: AssessmentFrame
    lines: Page[EntryLine]
    asked: LedgerFilter
    tabs: tuple[tuple[str, str, int], ...]
    departments_board: tuple[BoardLine, ...]
    people_board: tuple[BoardLine, ...]
    late: int
    whole: bool
    can_manage: bool
    kept: int
    sources: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, str], ...]
    people: tuple[Mentionable, ...]


def entries_for(assessment: Assessment, user: Person) -> LedgerQuerySet:
    """The entries the person may see. No query yet."""
    entries = LedgerEntry.objects.filter(assessment=assessment)
    return entries if reads_whole_ledger(user, assessment.hospital_id) else entries.mine(user)


def filtered(entries: LedgerQuerySet, asked: LedgerFilter, user: Person) -> LedgerQuerySet:
    today = timezone.localdate()
    if asked.show in ("undone", "late", "mine"):
        entries = entries.undone()
    if asked.show == "late":
        entries = entries.filter(due_on__lt=today)
    elif asked.show == "mine":
        entries = entries.mine(user)
    elif asked.show == "handed_in":
        entries = entries.filter(state=State.HANDED_IN)
    elif asked.show == "ended":
        entries = entries.exclude(state__in=UNDONE)
    if asked.source in LedgerEntry.Source.values:
        entries = entries.filter(source=asked.source)
    entries = _whose(entries, "department", asked.department)
    entries = _whose(entries, "person", asked.person)
    if words := asked.words:
        found = Q(wrong__icontains=words) | Q(item_code=words) | Q(clause_code__startswith=words)
        if words.isascii() and words.isdecimal() and len(words) < 7:
            found |= Q(number=int(words))
        entries = entries.filter(found)
    return entries


def _whose(entries: LedgerQuerySet, field: str, choice: str) -> LedgerQuerySet:
    if choice == "none":
        return entries.filter(**{f"{field}__isnull": True})
    if not choice:
        return entries
    try:
        return entries.filter(**{f"{field}__public_id": UUID(choice)})
    except ValueError:
        return entries


def in_order(entries: LedgerQuerySet) -> LedgerQuerySet:
    """What is due first stands first, what has no date last."""
    return entries.order_by(F("due_on").asc(nulls_last=True), "number")


def ledger_page(assessment: Assessment, user: Person, asked: LedgerFilter, *, page: int = 1) -> LedgerPage:
    """Eight queries for any number of entries: frame (2), counts, board, how many, one page, departments, people."""
    rubric = get_rubric(assessment.edition)
    entries = entries_for(assessment, user)
    today = timezone.localdate()
    counts = entries.aggregate(
        all=Count("pk"),
        undone=Count("pk", filter=Q(state__in=UNDONE)),
        late=Count("pk", filter=Q(state__in=UNDONE, due_on__lt=today)),
        handed_in=Count("pk", filter=Q(state=State.HANDED_IN)),
    )
    by_department, by_person = _board(entries, today)
    wanted = in_order(filtered(entries, asked, user))
    found = Paginator(wanted.select_related("department", "person"), PER_PAGE).get_page(page)
    rows = list(found.object_list)
    shown: Any = found  # the same position and count, with lines in place of rows
    measured = _measures(rows)
    shown.object_list = [entry_line(row, rubric, today, measured.get(row.pk, 0)) for row in rows]
    manages = allowed(check_can_manage, user, assessment)
    return LedgerPage(
        frame=read_frame(assessment, user, rubric),
        lines=cast("Page[EntryLine]", shown),
        asked=asked,
        tabs=_tabs(counts, whole=reads_whole_ledger(user, assessment.hospital_id)),
        departments_board=by_department,
        people_board=by_person,
        late=counts["late"],
        whole=reads_whole_ledger(user, assessment.hospital_id),
        can_manage=manages,
        kept=counts["all"],
        sources=tuple((str(value), str(label)) for value, label in LedgerEntry.Source.choices),
        departments=departments_of_hospital(assessment),
        people=people_who_answer(assessment),
    )


def departments_of_hospital(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    """Those in use: public id, name. One query."""
    return tuple(
        (str(one.public_id), one.label)
        for one in assessment.hospital.departments.filter(closed_at__isnull=True)
    )


def _tabs(counts: Mapping[str, int], *, whole: bool) -> tuple[tuple[str, str, int], ...]:
    tabs = [
        ("undone", _("未销号"), counts["undone"]),
        ("late", _("已逾期"), counts["late"]),
        ("handed_in", _("待销号"), counts["handed_in"]),
        ("ended", _("已了结"), counts["all"] - counts["undone"]),
        ("all", _("全部"), counts["all"]),
    ]
    return tuple(tabs)


def _measures(rows: list[LedgerEntry]) -> dict[int, int]:
    """How many measures the entries of one page have. One query, none for an empty page."""
    if not rows:
        return {}
    counted = (
        LedgerEntry.objects.filter(pk__in=[row.pk for row in rows])
        .order_by()
        .values_list("pk")
        .annotate(n=Count("lines", filter=Q(lines__state="")))
    )
    return dict(counted)


def _board(entries: LedgerQuerySet, today: date) -> tuple[tuple[BoardLine, ...], tuple[BoardLine, ...]]:
    """One query, grouped by department and person, added up twice here; most overdue first."""
    late = Q(due_on__lt=today)
    rows = list(
        entries.undone()
        .order_by()
        .values("department_id", "person_id", "person__public_id", "person__name")
        .annotate(
            open=Count("pk"),
            late=Count("pk", filter=late),
            handed_in=Count("pk", filter=Q(state=State.HANDED_IN)),
            oldest=Min("due_on", filter=late),
        )
    )
    places = {
        one.pk: one
        for one in Department.objects.filter(pk__in={r["department_id"] for r in rows if r["department_id"]})
    }
    departments: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    people: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        place = places.get(row["department_id"] or 0)
        where = (str(place.public_id), place.label) if place else ("none", "")
        departments.setdefault(where, []).append(row)
        who = (str(row["person__public_id"]), row["person__name"]) if row["person_id"] else ("none", "")
        people.setdefault(who, []).append(row)
    return _added(departments, today), _added(people, today)


def _added(groups: Mapping[tuple[str, str], list[Mapping[str, Any]]], today: date) -> tuple[BoardLine, ...]:
    lines = []
    for (choice, name), rows in groups.items():
        oldest = min((row["oldest"] for row in rows if row["oldest"]), default=None)
        lines.append(
            BoardLine(
                name=name,
                choice=choice,
                open=sum(row["open"] for row in rows),
                late=sum(row["late"] for row in rows),
                handed_in=sum(row["handed_in"] for row in rows),
                oldest=oldest,
                days=(today - oldest).days if oldest else 0,
            )
        )
    return tuple(sorted(lines, key=lambda one: (-one.late, -one.days, -one.open, one.name)))


def entry_line(row: LedgerEntry, rubric: Rubric, today: date, measures: int) -> EntryLine:
    item = rubric.by_code.get(row.item_code)
    late = row.is_undone and row.due_on is not None and row.due_on < today
    return EntryLine(
        number=row.number,
        source=row.source,
        source_name=row.get_source_display(),
        item=row.item_code,
        item_name=said(item.name) if item else "",
        level=row.level,
        clause=row.clause_code,
        wrong=row.wrong,
        department=row.department.label if row.department else "",
        person=row.person.get_full_name() if row.person else "",
        due_on=row.due_on,
        days_over=(today - row.due_on).days if late and row.due_on else 0,
        state=row.state,
        state_name=row.get_state_display(),
        undone=row.is_undone,
        measures=measures,
        carried=row.carried_from_id is not None,
    )
