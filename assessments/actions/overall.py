"""Overall requirements of a hospital level: statements that a person confirms."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.merging import Change, Conflict, Merge, refuse_unknown_path
from assessments.models import Assessment, OverallAnswer
from assessments.permissions import check_can_confirm_overall
from assessments.trail import record_work
from rubrics.queries import get_rubric

STATES = ("met", "not_met", "not_answered")
Place = tuple[int, int]  # level, number of the statement


@dataclass(frozen=True, slots=True)
class OverallMerge(Merge):
    """``rows``: (level, n) -> state as stored after the merge."""

    rows: dict[tuple[int, int], str]


@dataclass(slots=True)
class OverallDraft:
    """The rows while confirmations are tried on them; ``dirty``: those that would be stored."""

    rows: dict[Place, OverallAnswer]
    dirty: dict[Place, OverallAnswer] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    facts: list[dict[str, object]] = field(default_factory=list)

    def save(self, by: User) -> None:
        for row in self.dirty.values():
            row.updated_by, row.updated_at = by, timezone.now()
            row.save()


@transaction.atomic
def save_overall(*, by: User, assessment: Assessment, changes: list[Change]) -> OverallMerge:
    """Merge confirmations; paths are ``overall.<level>.<n>``, values met, not_met or not_answered.

    A path whose stored value is neither what the page showed nor what is asked for is a conflict
    and stays as it is; the others are saved. Raises Refusal when nothing may be saved.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_confirm_overall(by, locked)
    rows = {(row.level, row.n): row for row in locked.overall_answers.select_related("updated_by")}
    draft = draft_overall(locked, rows, changes)
    draft.save(by)
    if draft.facts:
        record_work(verb="overall.answered", by=by, assessment=locked, facts={"changes": draft.facts})
    return OverallMerge(
        tuple(draft.applied),
        tuple(draft.conflicts),
        tuple(draft.problems),
        {place: row.state for place, row in draft.rows.items()},
    )


def draft_overall(
    assessment: Assessment, rows: Mapping[Place, OverallAnswer], changes: list[Change]
) -> OverallDraft:
    """Try confirmations on copies of the rows. No query but those of the rubric."""
    asked = {
        (level.level, n)
        for level in get_rubric(assessment.edition).levels
        if level.level > 0
        for n in range(1, len(level.overall) + 1)
    }
    draft = OverallDraft({place: copy.copy(row) for place, row in rows.items()})
    for change in changes:
        place = _place(change.path)
        if place not in asked:
            draft.problems.append((change.path, refuse_unknown_path(change.path)))
            continue
        if change.to not in STATES:
            draft.problems.append((change.path, _("请选择“符合”或“不符合”。")))
            continue
        row = draft.rows.get(place)
        stored = row.state if row else "not_answered"
        if stored not in (change.before, change.to):
            assert row is not None  # a missing row reads not_answered
            draft.conflicts.append(
                Conflict(change.path, change.to, stored, str(row.updated_by or ""), row.updated_at)
            )
            continue
        draft.applied.append(change.path)
        if stored == change.to:
            continue
        row = row or OverallAnswer(assessment=assessment, level=place[0], n=place[1])
        row.state = str(change.to)
        draft.rows[place] = draft.dirty[place] = row
        draft.facts.append({"path": change.path, "from": stored, "to": row.state})
    return draft


def _place(path: str) -> tuple[int, int]:
    parts = path.split(".")
    if len(parts) == 3 and parts[0] == "overall" and parts[1].isdecimal() and parts[2].isdecimal():
        return int(parts[1]), int(parts[2])
    return -1, -1
