"""The entries somebody filtered, as rows of a workbook."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.display import level_name
from assessments.models import Assessment, LedgerEntry, LedgerLine
from assessments.queries.frame import said
from assessments.queries.ledger.entry import proof_words
from assessments.queries.ledger.listing import LedgerFilter, entries_for, filtered, in_order
from assessments.workbook.ledger import LedgerRow
from engine.rubric.values import Rubric
from hospitals.access import Person
from rubrics.queries import get_rubric


def ledger_rows(assessment: Assessment, user: Person, asked: LedgerFilter) -> list[LedgerRow]:
    """Two queries: entries, their measures."""
    rubric, today = get_rubric(assessment.edition), timezone.localdate()
    measures = LedgerLine.objects.filter(state="").select_related("by")
    found = (
        in_order(filtered(entries_for(assessment, user), asked, user))
        .select_related("department", "person", "ended_by")
        .prefetch_related(Prefetch("lines", queryset=measures))
    )
    rows = []
    for entry in found:
        entry.assessment = assessment
        rows.append(LedgerRow(_cells(entry, rubric, today)))
    return rows


def _cells(entry: LedgerEntry, rubric: Rubric, today: date) -> tuple[str | datetime | None, ...]:
    item = rubric.by_code.get(entry.item_code)
    late = entry.is_undone and entry.due_on is not None and entry.due_on < today
    return (
        str(entry.number),
        entry.get_source_display(),
        f"{entry.item_code} {said(item.name)}" if item else "",
        level_name(entry.level) if entry.level else "",
        entry.clause_code,
        entry.wrong,
        entry.department.label if entry.department else "",
        entry.person.get_full_name() if entry.person else "",
        _day(entry.due_on),
        str((today - entry.due_on).days) if late and entry.due_on else "",
        "\n".join(
            _("%(day)s %(text)s（%(name)s）")
            % {"day": line.day.isoformat(), "text": line.text, "name": line.by.get_full_name()}
            for line in entry.lines.all()
        ),
        entry.get_state_display(),
        proof_words(entry),
        entry.ended_why,
        _day(timezone.localdate(entry.ended_at)) if entry.ended_at else None,
        _day(timezone.localdate(entry.made_at)),
    )


def _day(day: date | None) -> datetime | None:
    return datetime.combine(day, time()) if day else None
