"""Content two hospitals handed in: looked up when it arrives; hospitals are told without a name, the
bureau above both with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import (
    Assessment,
    ContentMark,
    EvidenceBundle,
    EvidenceUse,
    ExtractFile,
    SharedContent,
)
from assessments.probes.marks import ENOUGH, LEAST_ROWS
from assessments.queries.frame import said
from hospitals import access
from hospitals.access import Person
from rubrics.queries import get_catalogue

How = SharedContent.How
STANDS = (EvidenceBundle.State.KEPT, EvidenceBundle.State.DESTROYED)


@dataclass(frozen=True, slots=True)
class Same:
    """A record type another hospital's bundle ``before`` has too."""

    record: str
    how: str
    before: int


def same_elsewhere(
    bundle: EvidenceBundle,
    digests: Mapping[str, Collection[str]],
    marks: Mapping[str, Collection[int]],
) -> tuple[Same, ...]:
    """What other hospitals handed in before: equal files (record type -> SHA-256), equal rows. Two queries,
    both by index."""
    dated = {key for key, record in get_catalogue().records.items() if record.window_on}
    wanted = {digest for key, those in digests.items() if key in dated or not key for digest in those}
    files = ExtractFile.objects.filter(
        Q(record__in=dated) | Q(record="", path__startswith="messages/"),
        sha256__in=wanted,
        bundle__state__in=STANDS,
        rows__gte=LEAST_ROWS,
    ).exclude(bundle__hospital=bundle.hospital_id)
    found = {(one.bundle_id, one.record): Same(one.record, How.FILE, one.bundle_id) for one in files}
    rows = (
        ContentMark.objects.filter(
            mark__in={mark for those in marks.values() for mark in those}, bundle__state__in=STANDS
        )
        .exclude(bundle__hospital=bundle.hospital_id)
        .values("bundle_id", "record")
        .annotate(many=Count("id"))
        .filter(many__gte=ENOUGH)
    )
    for row in rows:
        found.setdefault((row["bundle_id"], row["record"]), Same(row["record"], How.ROWS, row["bundle_id"]))
    return tuple(sorted(found.values(), key=lambda same: (same.record, same.before)))


@dataclass(frozen=True, slots=True)
class SharedLine:
    """A record type of this assessment that another hospital handed in too; ``record`` empty: messages.

    ``hospital``: its name for a person of a bureau above both, empty for everybody else. ``first``:
    ours was there first.
    """

    record: str
    how: str
    first: bool
    noticed_at: datetime
    hospital: str


def shared_lines(assessment: Assessment, user: Person) -> tuple[SharedLine, ...]:
    """One query."""
    found = _of(assessment).select_related("bundle__hospital", "before__hospital")
    return tuple(_line(one, assessment, user) for one in found.order_by("record", "-noticed_at", "id"))


def _of(assessment: Assessment) -> QuerySet[SharedContent]:
    used = EvidenceUse.objects.filter(assessment=assessment).values("bundle")
    return SharedContent.objects.filter(Q(bundle__in=used) | Q(before__in=used))


def _line(one: SharedContent, assessment: Assessment, user: Person) -> SharedLine:
    first = one.before.hospital_id == assessment.hospital_id
    other = (one.bundle if first else one.before).hospital
    named = access.oversees(user, other) and access.oversees(user, assessment.hospital)
    name = other.name if named else ""
    return SharedLine(one.record, one.get_how_display(), first, one.noticed_at, name)


def shared_records(assessment: Assessment) -> dict[int, tuple[str, ...]]:
    """Bundle -> record types another hospital handed in too; for the hospital's own pages. One query."""
    found: dict[int, set[str]] = {}
    for bundle, before, record in _of(assessment).values_list("bundle_id", "before_id", "record"):
        found.setdefault(bundle, set()).add(record)
        found.setdefault(before, set()).add(record)
    return {bundle: tuple(sorted(records)) for bundle, records in found.items()}


def shared_records_of(bundle: EvidenceBundle) -> tuple[str, ...]:
    """Record types of one bundle another hospital handed in too. One query."""
    either = Q(bundle=bundle) | Q(before=bundle)
    return tuple(sorted(set(SharedContent.objects.filter(either).values_list("record", flat=True))))


def record_names(records: Collection[str]) -> tuple[str, ...]:
    known = get_catalogue().records
    return tuple(said(known[key].label) if key in known else _("接口消息") for key in records)
