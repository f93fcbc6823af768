"""A hospital's own assumptions for one standard."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, PlanningSettings
from assessments.planning_permissions import check_can_draft
from assessments.trail import record_work
from engine.roadmap.assumptions import AssumptionsRefused, assumptions_to_json, with_changes
from hospitals.refusals import Refusal
from rubrics.queries import get_assumptions

READ_ONLY = ("size_factors",)


@transaction.atomic
def save_assumptions(
    *, by: User, assessment: Assessment, changes: Mapping[str, object]
) -> PlanningSettings | None:
    """Replace the hospital's own numbers (keys of ``assumptions_to_json``) for the standard of ``assessment``.

    What equals a shipped default is not kept, so that a better default reaches the hospital later. Returns None
    where nothing of its own is left. Raises Refusal with the place and the reason for a number out of range.
    """
    check_can_draft(by, assessment)
    own = _own(changes)
    row = (
        PlanningSettings.objects.select_for_update()
        .filter(hospital_id=assessment.hospital_id, rubric=assessment.edition.key)
        .first()
    )
    before = row.changes if row is not None else {}
    if own == before:
        return row
    if not own:
        assert row is not None
        row.delete()
        row = None
    elif row is None:
        row = PlanningSettings.objects.create(
            hospital=assessment.hospital, rubric=assessment.edition.key, changes=own, changed_by=by
        )
    else:
        row.changes, row.changed_by, row.changed_at = own, by, timezone.now()
        row.save(update_fields=["changes", "changed_by", "changed_at"])
    record_work(
        verb="plan.assumptions-saved",
        by=by,
        assessment=assessment,
        facts={"edition": assessment.edition.key, "before": before, "after": own},
    )
    return row


def reset_assumptions(*, by: User, assessment: Assessment) -> None:
    """Back to the shipped defaults, all of them."""
    save_assumptions(by=by, assessment=assessment, changes={})


def _own(changes: Mapping[str, object]) -> dict[str, Any]:
    """What differs from the defaults, as it is stored."""
    defaults = get_assumptions()
    try:
        given = assumptions_to_json(with_changes(defaults, changes))
    except AssumptionsRefused as refused:
        raise Refusal(refused.in_language(get_language() or "")) from refused
    if "steps" in changes and not given["steps"]:
        raise Refusal(_("steps：请至少保留一个可以提高到的比例。"))
    shipped = assumptions_to_json(defaults)
    own: dict[str, Any] = {}
    for key, value in given.items():
        if key in READ_ONLY or value == shipped[key]:
            continue
        if isinstance(value, dict):
            before = shipped[key]
            assert isinstance(before, dict)
            own[key] = {name: one for name, one in value.items() if not _same(one, before[name])}
            if not own[key]:
                del own[key]
        elif not _same(value, shipped[key]):
            own[key] = value
    if "size_factor" in changes:
        own["size_factor"] = str(changes["size_factor"])
    return own


def _same(one: object, other: object) -> bool:
    """2 and 2.0 are one number."""
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return one == other
