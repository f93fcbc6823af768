"""Writing down how a clause is shown to the experts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, ScriptStep
from assessments.places import refuse_unknown_place
from assessments.rehearsal_permissions import check_can_script
from assessments.trail import record_work
from hospitals.refusals import Refusal

TEXTS = {"speaker": 80, "patient": 80, "expected": 500}
LONGEST_STEP = 240  # minutes
USUAL_STEP = 3


@dataclass(frozen=True, slots=True)
class StepTyped:
    """One row of the form; ``version``: of the row the page showed."""

    clause: str
    speaker: str
    patient: str
    expected: str
    minutes: str
    version: int


@dataclass(frozen=True, slots=True)
class StepConflict:
    """Somebody else changed the row meanwhile; nothing of it was stored. ``by``: who."""

    clause: str
    typed: StepTyped
    by: str


@transaction.atomic
def save_script(
    *, by: User, assessment: Assessment, item: str, rows: Sequence[StepTyped]
) -> tuple[int, list[StepConflict]]:
    """Store the rows of one item that differ; how many, and those that another person changed meanwhile.

    A row that says nothing and takes the usual time is not kept. Raises Refusal for a text that is too long, minutes
    outside 1 to 240 or a clause the item does not have; then nothing is stored.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_script(by, locked, item, assignment=locked.assignments.filter(item_code=item).first())
    held = {
        row.clause_code: row
        for row in locked.script_steps.filter(item_code=item).select_related("updated_by")
    }
    conflicts, changed = list[StepConflict](), list[str]()
    for typed in rows:
        refuse_unknown_place(locked, item, typed.clause)
        values = _values(typed)
        row = held.get(typed.clause)
        if row is None and values == _NOTHING:
            continue
        if row is not None and all(getattr(row, name) == value for name, value in values.items()):
            continue
        if (row.version if row else 0) != typed.version:
            who = row.updated_by.name if row and row.updated_by else ""
            conflicts.append(StepConflict(typed.clause, typed, who))
            continue
        row = row or ScriptStep(assessment=locked, item_code=item, clause_code=typed.clause)
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        row.updated_by, row.updated_at = by, timezone.now()
        row.save()
        changed.append(typed.clause)
    if changed:
        record_work(
            verb="rehearsal.scripted", by=by, assessment=locked, item=item, facts={"clauses": changed}
        )
    return len(changed), conflicts


_NOTHING: dict[str, object] = {"speaker": "", "patient": "", "expected": "", "minutes": USUAL_STEP}


def _values(typed: StepTyped) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, longest in TEXTS.items():
        text = " ".join(getattr(typed, name).replace("\x00", "").split())
        if len(text) > longest:
            raise Refusal(
                _("条款%(clause)s：文字最多%(n)s个字，现有%(have)s个。")
                % {"clause": typed.clause, "n": longest, "have": len(text)}
            )
        values[name] = text
    minutes = typed.minutes.strip() or str(USUAL_STEP)
    figures = minutes.isascii() and minutes.isdecimal() and len(minutes) < 7
    if not (figures and 1 <= int(minutes) <= LONGEST_STEP):
        raise Refusal(
            _("条款%(clause)s：预计分钟请填1到%(most)s之间的整数。")
            % {"clause": typed.clause, "most": LONGEST_STEP}
        )
    values["minutes"] = int(minutes)
    return values
