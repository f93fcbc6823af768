"""Facts beside a clause's screenshots (实证资料) and how a numerator was counted, merged field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.basis import FIELDS as OF_FIGURES
from assessments.actions.basis import WrongValue, as_json
from assessments.actions.carrying import facts_replaced
from assessments.actions.merging import Change, Conflict, Merge, refuse_unknown_path
from assessments.models import Assessment, ClauseProof, LevelProof
from assessments.permissions import check_can_answer
from assessments.places import clause_exists
from assessments.trail import record_work
from engine.rubric.values import Rubric
from rubrics.queries import get_rubric

Row = ClauseProof | LevelProof


def _line(longest: int) -> Callable[[object, Rubric], str]:
    def read(value: object, rubric: Rubric) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise WrongValue(_("请填写文字。"))
        text = " ".join(value.replace("\x00", "").split())
        if len(text) > longest:
            raise WrongValue(_("文字最多%(n)s个字，现有%(have)s个。") % {"n": longest, "have": len(text)})
        return text

    return read


def _day(value: object, rubric: Rubric) -> date | None:
    if value is None or value == "":
        return None
    try:
        day = parse_date(value.strip()) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.year < 1980:
        raise WrongValue(_("请填写日期，如 2021-03-15。"))
    if day > timezone.localdate():
        raise WrongValue(_("上线日期在将来。请核对。"))
    return day


OF_CLAUSES: dict[str, Callable[[Any, Rubric], Any]] = {
    "menu_path": _line(300),
    "live_since": _day,
    "dictionary": _line(200),
    "test_account": _line(80),
    "owner": _line(80),
}
OF_LEVELS = {name: OF_FIGURES[name] for name in ("sql_text", "database_name", "run_at")}


@dataclass(slots=True)
class _Draft:
    """The rows while changes are tried on them; ``dirty``: those that would be stored."""

    rows: dict[tuple[str, str], Row]
    dirty: dict[tuple[str, str], Row] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    facts: list[dict[str, object]] = field(default_factory=list)


@transaction.atomic
def save_proofs(
    *, by: User, assessment: Assessment, item: str, changes: Iterable[Change], spread: Iterable[str] = ()
) -> Merge:
    """Merge changes of one item's proof facts.

    Paths: ``clauses.<clause code>.<menu_path|live_since|dictionary|test_account|owner>`` and
    ``levels.<level>.<sql_text|database_name|run_at>`` (of the numerator). A change applies when the stored value is
    what the page showed or already what is asked for; otherwise it is a conflict with both values.
    ``spread``: fields of clauses whose saved value also goes to the item's other clauses where that field is empty.

    One event ``proof.changed`` names what changed. Four queries and two for every row that changes.
    Raises Refusal when nothing may be saved.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_answer(by, locked, item)
    rubric = get_rubric(locked.edition)
    rows: dict[tuple[str, str], Row] = {
        ("clauses", row.clause_code): row
        for row in locked.clause_proofs.filter(item_code=item).select_related("updated_by")
    }
    for one in locked.level_proofs.filter(item_code=item).select_related("updated_by"):
        rows["levels", str(one.level)] = one
    draft = _Draft(rows)
    for change in changes:
        _try(draft, rubric, locked, item, change)
    for name in spread:
        _spread(draft, rubric, locked, item, name)
    for row in draft.dirty.values():
        row.version += 1
        row.updated_by, row.updated_at = by, timezone.now()
        row.save()
    if draft.facts:
        facts_replaced(
            locked, [f"{item}.{place}" if kind == "levels" else place for kind, place in draft.dirty]
        )
        record_work(verb="proof.changed", by=by, assessment=locked, item=item, facts={"changes": draft.facts})
    return Merge(tuple(draft.applied), tuple(draft.conflicts), tuple(draft.problems))


def _try(draft: _Draft, rubric: Rubric, assessment: Assessment, item: str, change: Change) -> None:
    kind, place, name = _parts(change.path)
    reader = (OF_CLAUSES if kind == "clauses" else OF_LEVELS).get(name)
    if reader is None or not _known(rubric, item, kind, place):
        draft.problems.append((change.path, refuse_unknown_path(change.path)))
        return
    try:
        to = reader(change.to, rubric)
    except WrongValue as wrong:
        draft.problems.append((change.path, str(wrong)))
        return
    row = draft.rows.get((kind, place)) or _blank(assessment, item, kind, place)
    stored = getattr(row, name)
    if stored == to:
        draft.applied.append(change.path)
    elif stored != _as_shown(reader, change.before, rubric):
        draft.conflicts.append(
            Conflict(change.path, change.to, plain(stored), str(row.updated_by or ""), row.updated_at)
        )
    else:
        _write(draft, kind, place, row, name, to)
        draft.applied.append(change.path)


def _spread(draft: _Draft, rubric: Rubric, assessment: Assessment, item: str, name: str) -> None:
    """The value just saved, where the item's other clauses have none. Nothing that stands is overwritten."""
    given = [
        getattr(draft.rows["clauses", place], name)
        for kind, place, field_name in map(_parts, draft.applied)
        if kind == "clauses" and field_name == name and name in OF_CLAUSES
    ]
    if len(given) != 1 or not given[0]:
        return
    for level in rubric.by_code[item].asked_levels:
        for clause in level.clauses:
            place = f"{item}.{level.level}-{clause.n}"
            row = draft.rows.get(("clauses", place)) or _blank(assessment, item, "clauses", place)
            if not getattr(row, name):
                _write(draft, "clauses", place, row, name, given[0])


def _write(draft: _Draft, kind: str, place: str, row: Row, name: str, to: object) -> None:
    path = f"{kind}/{place}/{name}"
    draft.facts.append({"path": path, "from": plain(getattr(row, name)), "to": plain(to)})
    setattr(row, name, to)
    draft.rows[kind, place] = draft.dirty[kind, place] = row


def plain(value: object) -> object:
    """A stored value as a form holds it: days as ISO, moments as local time to the minute."""
    shown = as_json(value)
    return shown.isoformat() if isinstance(shown, date) else shown


def _parts(path: str) -> tuple[str, str, str]:
    """kind, place, field of ``clauses.01.01.4-1.menu_path`` and ``levels.4.sql_text``; a code has dots itself."""
    kind, _dot, rest = path.partition(".")
    place, _dot, name = rest.rpartition(".")
    return kind, place, name


def _known(rubric: Rubric, item: str, kind: str, place: str) -> bool:
    if kind == "clauses":
        return place.startswith(f"{item}.") and clause_exists(rubric, place)
    levels = {str(level.level) for level in rubric.by_code[item].asked_levels}
    return kind == "levels" and place in levels


def _blank(assessment: Assessment, item: str, kind: str, place: str) -> Row:
    if kind == "clauses":
        return ClauseProof(assessment=assessment, item_code=item, clause_code=place)
    return LevelProof(assessment=assessment, item_code=item, level=int(place))


def _as_shown(reader: Callable[[Any, Rubric], Any], before: object, rubric: Rubric) -> object:
    try:
        return reader(before, rubric)
    except WrongValue:
        return object()  # equal to nothing that can be stored: the page and the database differ
