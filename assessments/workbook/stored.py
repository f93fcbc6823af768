"""What an assessment holds, as the fields of a workbook, and who changed which of them since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from assessments.actions.basis import as_json
from assessments.models import Assessment, Assignment, BaseFigure, ItemAnswer, OverallAnswer
from assessments.permissions import (
    allowed,
    check_can_answer,
    check_can_confirm_overall,
    check_can_fill_basis,
)
from assessments.queries.answers import document
from assessments.queries.history import CHANGED, changes_in
from assessments.trail import SUBJECT
from assessments.workbook.content import BASES, EMPTY, OVERALL, Content, Passport, values_of_item
from audit.models import Event
from engine.rubric.values import Rubric
from rubrics.queries import get_rubric

FIGURE_FIELDS = ("value", "sql_text", "database_name", "run_at", "owner")
MOST_EVENTS = 3_000


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of an assessment that a workbook touches, and the same as fields."""

    rubric: Rubric
    rows: Mapping[str, ItemAnswer]
    figures: Mapping[str, BaseFigure]
    overall: Mapping[tuple[int, int], OverallAnswer]
    assignments: Mapping[str, Assignment]
    values: Mapping[str, Any]

    @property
    def bases(self) -> dict[str, int]:
        return {key: row.value for key, row in self.figures.items() if row.value is not None}


def read_stored(assessment: Assessment) -> Stored:
    """Five queries: flags in force, item rows, base figures, overall confirmations, assignments."""
    rubric = get_rubric(assessment.edition)
    rows = {row.item_code: row for row in assessment.item_answers.select_related("updated_by")}
    figures = {row.key: row for row in assessment.base_figures.select_related("updated_by")}
    overall = {(row.level, row.n): row for row in assessment.overall_answers.select_related("updated_by")}
    values: dict[str, Any] = {}
    for item in rubric.items:
        if (row := rows.get(item.code)) is not None:
            values.update(values_of_item(item, row))
    for base in rubric.statistical_bases:
        if (figure := figures.get(base.key)) is not None:
            for part in FIGURE_FIELDS:
                if (value := as_json(getattr(figure, part))) not in EMPTY:
                    values[f"{BASES}/{base.key}.{part}"] = value
    for (level, n), confirmed in overall.items():
        if confirmed.state not in EMPTY:
            values[f"{OVERALL}/{level}.{n}"] = confirmed.state
    assignments = {row.item_code: row for row in assessment.assignments.all()}
    return Stored(rubric, rows, figures, overall, assignments, values)


def writable_by(user: User, assessment: Assessment, stored: Stored) -> Callable[[str], bool]:
    """Whether the person may change an item (by code), the basis or the overall requirements. No query."""
    known: dict[str, bool] = {}

    def may(place: str) -> bool:
        if place not in known:
            if place == BASES:
                known[place] = allowed(check_can_fill_basis, user, assessment)
            elif place == OVERALL:
                known[place] = allowed(check_can_confirm_overall, user, assessment)
            else:
                assigned = stored.assignments.get(place)
                known[place] = allowed(check_can_answer, user, assessment, place, assignment=assigned)
        return known[place]

    return may


def content_of(assessment: Assessment, user: User, language: str) -> Content:
    """Everything a workbook of this assessment holds; what the person may fill is open. Five queries."""
    content, stored = _content(assessment, language)
    return replace(content, by=str(user), writable=writable_by(user, assessment, stored))


def content_for_anybody(assessment: Assessment, language: str) -> Content:
    """The same with every input open, for the command line: who may import is asked on the way back."""
    return _content(assessment, language)[0]


def _content(assessment: Assessment, language: str) -> tuple[Content, Stored]:
    moment = timezone.localtime().isoformat(
        timespec="seconds"
    )  # before reading: what changes meanwhile is later
    stored = read_stored(assessment)
    window = (assessment.window_from, assessment.window_to)
    passport = Passport(
        edition=stored.rubric.id,
        content_hash=assessment.edition.content_hash,
        language=language,
        exported_at=moment,
        assessment=str(assessment.public_id),
        title=assessment.title,
        hospital=document(stored.rubric, assessment, (), {})["hospital"],
        window=(window[0], window[1]) if window[0] and window[1] else None,
    )
    content = Content(
        passport=passport,
        rubric=stored.rubric,
        values=stored.values,
        target=assessment.target_level,
        hospital=assessment.hospital.label,
    )
    return content, stored


def last_changes(assessment: Assessment, since: str) -> dict[str, tuple[str, datetime]]:
    """Field -> who changed it last and when, from the trail after ``since`` (ISO; all of it when unreadable).
    One query."""
    events = Event.objects.filter(
        subject_kind=SUBJECT, subject_id=str(assessment.public_id), verb__in=CHANGED
    ).order_by("-at", "-sequence")
    if (moment := _moment(since)) is not None:
        events = events.filter(at__gte=moment)
    found: dict[str, tuple[str, datetime]] = {}
    for event in events[:MOST_EVENTS]:
        for place, path in changes_in(event):
            found.setdefault(f"{place}/{path}", (event.actor_name, event.at))
    return found


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is None or timezone.is_aware(moment) else timezone.make_aware(moment)
