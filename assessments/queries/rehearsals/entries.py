"""Which entries of the rectification ledger came from cases of rehearsals, and which a rehearsal can close."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assessments.models import Assessment, LedgerEntry, Rehearsal

SOURCE = LedgerEntry.Source.REHEARSAL


@dataclass(frozen=True, slots=True)
class EntryLink:
    number: int
    state: str
    undone: bool
    item: str


def entries_of_cases(assessment: Assessment, case: int | None = None) -> dict[int, EntryLink]:
    """Case -> the newest entry made from it, in this assessment's ledger. One query."""
    rows = assessment.ledger.filter(source=SOURCE).order_by("number")
    if case is not None:
        rows = rows.filter(source_key=f"case:{case}")
    found = {}
    for row in rows:
        kind, _colon, pk = row.source_key.partition(":")
        if kind == "case" and pk.isdecimal():
            found[int(pk)] = _link(row)
    return found


def closable_by(rehearsal: Rehearsal, passed: Collection[str]) -> tuple[EntryLink, ...]:
    """Entries open still that this rehearsal is a proof for: it was planned after them, has ended, and every case of
    their item (``passed``) was looked at and passed. One query, none while it goes on."""
    if rehearsal.state != Rehearsal.State.CLOSED or not passed:
        return ()
    rows = (
        LedgerEntry.objects.undone()
        .filter(
            assessment=rehearsal.assessment,
            source=SOURCE,
            item_code__in=list(passed),
            made_at__lt=rehearsal.made_at,
        )
        .order_by("number")
    )
    return tuple(_link(row) for row in rows)


def _link(row: LedgerEntry) -> EntryLink:
    return EntryLink(row.number, str(row.get_state_display()), row.is_undone, row.item_code)
