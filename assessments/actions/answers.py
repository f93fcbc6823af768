"""Saving answers of one item as they are typed: merged field by field, checked, and kept in the trail."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.actions.merging import Change, Conflict, Merge, refuse_unknown_path
from assessments.answer_fields import Place, Unreadable, find_place, normal, path_of, read, sentence_of, write
from assessments.models import Assessment, ItemAnswer
from assessments.permissions import check_can_answer
from assessments.queries.answers import Bases, bases_of, item_answers
from assessments.queries.history import last_change_of
from assessments.queries.item import ItemNow, item_now
from assessments.trail import record_work
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Problem
from engine.scoring.checking import check_item
from rubrics.queries import get_rubric

LONGEST_KEPT_TEXT = 200  # of a note or reason in the trail; the whole text stands in the answer


@dataclass(frozen=True, slots=True)
class AnswerMerge(Merge):
    """What happened to each path, and how the item and the hospital stand now."""

    now: ItemNow


@dataclass(slots=True)
class Draft:
    """The row while changes are tried on it, and what became of each path. Nothing of it is saved."""

    rubric: Rubric
    item: Item
    stored: ItemAnswer
    row: ItemAnswer
    bases: Bases
    wanted: dict[str, tuple[Place, object]]  # path -> field, value in its normal form
    conflicts: list[Conflict]
    problems: list[tuple[str, str]]

    def found(self, row: ItemAnswer) -> list[Problem]:
        return check_item(self.rubric, self.item, item_answers(self.rubric, row, self.item.code, self.bases))

    @property
    def facts(self) -> list[dict[str, object]]:
        """What saving would change, for the trail."""
        return [
            {"path": path, "from": _shortened(before), "to": _shortened(to)}
            for path, (place, to) in self.wanted.items()
            if (before := read(self.stored, place)) != to
        ]

    def save(self, by: User) -> None:
        """Store the row; call where ``facts`` is not empty, with the assessment locked."""
        self.row.version = self.stored.version + 1
        self.row.updated_by, self.row.updated_at = by, timezone.now()
        self.row.save()


@transaction.atomic
def save_changes(*, by: User, assessment: Assessment, item: str, changes: Iterable[Change]) -> AnswerMerge:
    """Merge changes into the answers of one item (paths: answer_fields).

    Each path by itself: applied when the stored value is what the page showed or already what is
    asked for; otherwise a conflict with both values, who and when. Changes that would make the
    answers contradict themselves (SCORING "One item") are refused with one sentence each, and
    nothing of their path is stored; the others are. Sending the same changes again changes nothing.

    One event ``item.answered`` names the changed paths. Ten queries, whatever the size of the
    database; the whole assessment is scored from one query for its item rows.
    Raises Refusal when nothing may be saved.
    """
    # not the edition and the hospital: other hospitals' saves must not wait for this one
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_answer(by, locked, item)
    rubric = get_rubric(locked.edition)
    rows = {row.item_code: row for row in locked.item_answers.select_related("updated_by")}
    stored = rows.get(item) or ItemAnswer(assessment=locked, item_code=item)
    draft = draft_changes(rubric, locked, stored, bases_of(locked), changes)
    if facts := draft.facts:
        draft.save(by)
        record_work(verb="item.answered", by=by, assessment=locked, item=item, facts={"changes": facts})
    rows[item] = draft.row
    now = item_now(rubric, locked, item, rows, draft.bases)
    return AnswerMerge(tuple(draft.wanted), tuple(draft.conflicts), tuple(draft.problems), now)


def draft_changes(
    rubric: Rubric, assessment: Assessment, stored: ItemAnswer, bases: Bases, changes: Iterable[Change]
) -> Draft:
    """Try changes on a copy of an item's row: merged path by path, then less what contradicts itself.

    No query without a conflict, one for each.
    """
    draft = Draft(rubric, rubric.by_code[stored.item_code], stored, copy.copy(stored), bases, {}, [], [])
    _merge(draft, assessment, changes)
    _refuse_contradictions(draft)
    return draft


def _merge(draft: Draft, assessment: Assessment, changes: Iterable[Change]) -> None:
    """Write what may be written, and note conflicts and values that are not of their field's kind."""
    for change in changes:
        place = find_place(draft.item, change.path)
        if place is None:
            draft.problems.append((change.path, refuse_unknown_path(change.path)))
            continue
        try:
            to = normal(draft.rubric, draft.item, place, change.to)
        except Unreadable as unreadable:
            draft.problems.append((change.path, str(unreadable)))
            continue
        stored = read(draft.stored, place)
        if stored != to and stored != _as_shown(draft, place, change.before):
            name, moment = _who_wrote(assessment, draft.stored, place)
            draft.conflicts.append(Conflict(change.path, change.to, stored, name, moment))
            continue
        write(draft.row, draft.item, place, to)
        draft.wanted[place.path] = place, to


def _as_shown(draft: Draft, place: Place, before: object) -> object:
    try:
        return normal(draft.rubric, draft.item, place, before)
    except Unreadable:
        return object()  # equal to nothing that can be stored: the page and the database differ


def _who_wrote(assessment: Assessment, row: ItemAnswer, place: Place) -> tuple[str, datetime | None]:
    event = last_change_of(assessment, row.item_code, place.path)
    if event is not None:
        return event.actor_name, event.at
    return str(row.updated_by or ""), row.updated_at


def _refuse_contradictions(draft: Draft) -> None:
    """Take back what makes the answers contradict themselves, until nothing new does.

    A contradiction that was there before (a base figure was lowered later) is nobody's doing now.
    """
    old = draft.found(draft.stored)
    while new := [problem for problem in draft.found(draft.row) if problem not in old]:
        for path, sentence in {
            path: sentence_of(p) for p in reversed(new) for path in _to_blame(draft, p)
        }.items():
            place, _value = draft.wanted.pop(path)
            write(draft.row, draft.item, place, read(draft.stored, place))
            draft.problems.append((path, sentence))


def _to_blame(draft: Draft, problem: Problem) -> list[str]:
    """The changed fields a problem comes from: the one it names, else those it depends on, else all."""
    field = path_of(problem)
    exact = [path for path in draft.wanted if path == field or path.startswith(f"{field}.")]
    if exact:
        return exact
    figures = [path for path, (place, _value) in draft.wanted.items() if place.is_figure]
    if problem.field in ("numerators", "denominators", "denominator") and figures:
        return figures
    return list(draft.wanted)


def _shortened(value: object) -> object:
    if isinstance(value, str) and len(value) > LONGEST_KEPT_TEXT:
        return value[:LONGEST_KEPT_TEXT] + "…"
    if isinstance(value, bool):
        return str(value).lower()  # the trail holds strings and whole numbers only
    return value
