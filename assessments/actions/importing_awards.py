"""Writing a list of official results, all rows or none, after somebody has seen what it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.awards.examining import ExaminedRow, day, examine
from assessments.awards.reading import AwardRow
from assessments.models import AwardedLevel
from assessments.permissions import check_can_import_awards
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from hospitals.trail import record_here


class ChangedSince(Refusal):
    """Somebody changed what the preview showed; nothing was written."""


@dataclass(frozen=True, slots=True)
class Imported:
    new: int
    changed: int
    same: int
    left_out: int


def digest_of(rows: Sequence[ExaminedRow]) -> str:
    """Of what a preview shows: the rows, what each would do, and to which row of before."""
    told = [[asdict(row.row), row.kind, row.before.pk if row.before else None] for row in rows]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def import_awards(*, by: User, rows: Sequence[AwardRow], seen: str, file: str) -> Imported:
    """Every row without a problem. A row that differs from an earlier import revokes that one and takes its
    place, so that what was known before stays readable. One event per bureau of the actor.

    ``seen``: the digest of the preview; when the differences are no longer those, raises ChangedSince.
    """
    bureaus = check_can_import_awards(by)
    examined = examine(by, rows)
    if digest_of(examined) != seen:
        raise ChangedSince(_("打开预览之后，已有的结果有了新的变动。没有导入；请核对最新的预览再导入。"))
    now = timezone.now()
    made = []
    for found in examined:
        if found.kind not in ("new", "changed") or found.hospital is None or found.edition is None:
            continue
        if found.before is not None:
            found.before.revoked_at = now
            found.before.revocation_reason = _("由“%(file)s”更正") % {"file": file[:120]}
            found.before.save(update_fields=["revoked_at", "revocation_reason"])
        made.append(_award(found, by, now))
    AwardedLevel.objects.bulk_create(made)
    counts = {
        kind: sum(row.kind == kind for row in examined) for kind in ("new", "changed", "same", "problem")
    }
    if made:
        jobs.enqueue(jobs.FILL_YEARS, sorted({award.hospital_id for award in made}))
        _record(by, bureaus, counts, file)
    return Imported(counts["new"], counts["changed"], counts["same"], counts["problem"])


def _award(found: ExaminedRow, by: User, now: datetime) -> AwardedLevel:
    row = found.row
    published = day(row.published_on)
    assert found.hospital is not None and found.edition is not None  # the caller chose such rows
    return AwardedLevel(
        hospital=found.hospital,
        edition=found.edition,
        year=row.year,
        source=AwardedLevel.Source.IMPORTED,
        level=row.level,
        total=row.total or None,
        decided_by=by,
        decided_at=now,
        note=row.note,
        published_at=timezone.make_aware(datetime.combine(published, time())) if published else now,
        valid_until=day(row.valid_until),
    )


def _record(by: User, bureaus: Sequence[Organisation], counts: dict[str, int], file: str) -> None:
    record_here(
        verb="awards.imported",
        by=by,
        subject=bureaus[0],
        facts={"file": file[:200], "new": counts["new"], "changed": counts["changed"]},
    )
