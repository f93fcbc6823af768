"""Workbooks that departments filled in, written into their assessment together: all of it at once or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments.actions.importing import Applied, ChangedSince, apply_workbook
from assessments.models import Assessment, OldWorkbookImport
from assessments.permissions import check_can_import
from assessments.workbook.content import split
from assessments.workbook.differences import NotTaken, Side
from assessments.workbook.examining import Examination, examine, normal_in
from assessments.workbook.joining import Joined, Part, decided, join
from assessments.workbook.stored import read_stored
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class Merged:
    """``joined`` with what it would change while no clash is decided; ``now``: values of the clashing fields."""

    joined: Joined
    examination: Examination
    now: Mapping[str, object]
    digest: str


def look_at_merge(*, assessment: Assessment, user: User, parts: Sequence[Part]) -> Merged:
    """What these workbooks would change together. Nothing is written. Raises WorkbookRefused."""
    normal = normal_in(get_rubric(assessment.edition))

    def calm(name: str, value: object) -> object:
        try:
            return normal(name, value)
        except NotTaken:
            return value

    joined = join(parts, calm)
    examination = examine(assessment, user, joined.filled)
    now = {one.field: examination.stored.values.get(one.field) for one in joined.clashes}
    told = ";".join(f"{name}={value}" for name, value in sorted(now.items()))
    return Merged(joined, examination, now, f"{examination.digest}{joined.digest}{_short(told)}")


@transaction.atomic
def merge_workbooks(
    *,
    by: User,
    assessment: Assessment,
    parts: Sequence[Part],
    seen: str,
    clashes: Mapping[str, int],
    choices: Mapping[str, Side] | None = None,
    otherwise: Side = "theirs",
) -> Applied:
    """Write what the preview showed. ``clashes``: of fields two files disagree on, the number of the value chosen
    (absent: neither); ``choices``, ``otherwise``: as for one workbook.

    One event ``workbook.imported`` names all files with their fingerprints; what was replaced is kept, so that the
    merge is undone like any import. Raises Refusal, WorkbookRefused, and ChangedSince when the differences are no
    longer those of the preview; then nothing is written.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_import(by, locked)
    merged = look_at_merge(assessment=locked, user=by, parts=parts)
    if merged.digest != seen:
        raise ChangedSince(merged.examination)
    filled = decided(merged.joined, clashes)
    picked: dict[str, Side] = dict.fromkeys(clashes, "mine")  # its own value was shown beside it
    before = merged.examination.stored.values
    files = [{"name": part.file, "sha256": part.sha256} for part in parts]
    title = _title(parts)
    applied = apply_workbook(
        by=by,
        assessment=locked,
        filled=filled,
        seen=None,
        file=title,
        files=files,
        choices={**(choices or {}), **(picked if otherwise == "theirs" else {})},
        otherwise=otherwise,
    )
    after = read_stored(locked).values
    changed = [
        {"item": split(name)[0], "path": split(name)[1], "before": before.get(name), "after": after.get(name)}
        for name in filled.values
        if before.get(name) != after.get(name)
    ]
    if changed:
        OldWorkbookImport.objects.create(assessment=locked, file=title, files=files, by=by, changed=changed)
    return applied


def _title(parts: Sequence[Part]) -> str:
    names = _("、").join(part.file for part in parts)
    return (
        ngettext("%(n)s个工作簿：%(names)s", "%(n)s个工作簿：%(names)s", len(parts))
        % {"n": len(parts), "names": names}
    )[:200]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
