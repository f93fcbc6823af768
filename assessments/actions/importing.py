"""Writing a filled workbook into an assessment, all at once, after somebody has seen what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from assessments.models import Assessment
from assessments.permissions import check_can_import
from assessments.queries.history import IMPORTED
from assessments.trail import record_work
from assessments.workbook.differences import Side
from assessments.workbook.examining import Examination, examine
from assessments.workbook.reading import Filled, Refused


class ChangedSince(Exception):
    """Somebody changed what the preview showed; nothing was written. ``examination``: how it is now."""

    def __init__(self, examination: Examination) -> None:
        self.examination = examination
        super().__init__()


@dataclass(frozen=True, slots=True)
class Applied:
    """``written``: number of fields; ``left``: conflicts decided for the assessment's own value."""

    written: int
    left: int
    refused: tuple[Refused, ...]


@transaction.atomic
def apply_workbook(
    *,
    by: User,
    assessment: Assessment,
    filled: Filled,
    seen: str | None,
    file: str,
    sha256: str = "",
    files: Sequence[Mapping[str, str]] = (),
    other: bool = False,
    choices: Mapping[str, Side] | None = None,
    otherwise: Side = "theirs",
) -> Applied:
    """Write a workbook: every change, and of the conflicts those decided for the workbook (``choices`` by
    field, the rest ``otherwise``). The merge is that of autosave; what it refuses is left out and named.

    ``files``: name and sha256 of each, where several were joined into this one.
    ``seen``: the digest of the preview (None: nobody was shown one); when the differences are no longer
    those, raises ChangedSince and writes nothing. One event ``workbook.imported`` names every changed
    field. Queries grow with the number of rows written, not with the number of fields.
    Raises Refusal, OtherAssessment.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_import(by, locked)
    examination = examine(locked, by, filled, other=other, choices=choices, otherwise=otherwise)
    if seen is not None and seen != examination.digest:
        raise ChangedSince(examination)
    changed = examination.changed
    if examination.basis is not None:
        examination.basis.save(by)
    if examination.overall is not None:
        examination.overall.save(by)
    for code, draft in examination.items.items():
        if code in changed:
            draft.save(by)
    if changed:
        record_work(
            verb=IMPORTED,
            by=by,
            assessment=locked,
            facts={
                "file": file[:200],
                **({"files": list(files)} if files else {"sha256": sha256}),
                "count": sum(len(facts) for facts in changed.values()),
                "changed": changed,
            },
        )
    taken = {one.field for one in examination.taken}
    refused = {one.field for one in examination.refused}
    left = sum(
        one.field not in taken and one.field not in refused for one in examination.comparison.conflicts
    )
    return Applied(sum(len(facts) for facts in changed.values()), left, tuple(examination.refused))
