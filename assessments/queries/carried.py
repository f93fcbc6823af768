"""Proof material of an earlier year that nobody has confirmed or replaced yet (沿用上年，待确认)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assessments.models import Assessment, Attachment, CarriedPlace


def unconfirmed(assessment: Assessment, *, item: str = "") -> tuple[CarriedPlace, ...]:
    """Places in the order of their codes. Two queries; none where nothing was carried."""
    if assessment.copied_from_id is None:
        return ()
    rows = assessment.carried_places.filter(confirmed_at__isnull=True).order_by("place")
    if item:
        rows = rows.filter(item_code=item)
    held = list(rows)
    if not held:
        return ()
    files = Attachment.objects.kept().filter(assessment=assessment, uploaded_at__lt=assessment.created_at)
    with_files = {clause or code for code, clause in files.values_list("item_code", "clause_code").distinct()}
    return tuple(row for row in held if row.facts or row.place in with_files)


def unconfirmed_among(
    assessment: Assessment, files: Mapping[str, Sequence[Attachment]], *, item: str = ""
) -> frozenset[str]:
    """The same from files read already, by place. One query; none where nothing was carried."""
    if assessment.copied_from_id is None:
        return frozenset()
    rows = assessment.carried_places.filter(confirmed_at__isnull=True)
    if item:
        rows = rows.filter(item_code=item)
    return frozenset(
        row.place for row in rows if row.facts or has_carried(assessment, files.get(row.place, ()))
    )


def by_place(files: Iterable[Attachment]) -> dict[str, list[Attachment]]:
    """Files by clause code, or by item code those of the whole item."""
    found: dict[str, list[Attachment]] = {}
    for file in files:
        found.setdefault(file.clause_code or file.item_code, []).append(file)
    return found


def has_carried(assessment: Assessment, files: Iterable[Attachment]) -> bool:
    """Whether one of them is older than the assessment it stands in."""
    return any(file.uploaded_at < assessment.created_at for file in files)
