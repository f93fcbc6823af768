"""Batches and their lines, read for a page or for the archive. Every function states its queries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from hospitals.access import Person
from reports.models import Batch, BatchLine, IssuedReport

LISTED = 50
State = IssuedReport.State
ENDED_WITHOUT = Q(lines__report__state=State.FAILED) | ~Q(lines__problem="")


def find_batch(user: Person, public_id: UUID) -> Batch | None:
    """One query."""
    rows = Batch.objects.visible_to(user).select_related("edition", "made_by", "organisation")
    return rows.filter(public_id=public_id).first()


def list_batches(user: Person) -> list[tuple[Batch, int, int, int]]:
    """The newest, each with how many documents it has, how many are made and how many ended without. One query."""
    rows: Any = (
        Batch.objects.visible_to(user)
        .select_related("edition", "made_by")
        .annotate(
            total=Count("lines"),
            made=Count("lines", filter=Q(lines__report__state=State.DONE)),
            without=Count("lines", filter=ENDED_WITHOUT),
            unbegun=Count("lines", filter=Q(lines__report__isnull=True, lines__problem="")),
            stopped=F("cancelled_at"),
        )
    )
    return [
        (one, one.total, one.made, one.without + (one.unbegun if one.stopped else 0)) for one in rows[:LISTED]
    ]


def lines_of(batch: Batch) -> list[BatchLine]:
    """In the order of the hospitals, with everything a page or the archive says of them. One query."""
    rows = batch.lines.select_related(
        "assessment__hospital", "report__assessment__hospital", "report__snapshot"
    ).defer(
        "report__basis", "report__snapshot__answers", "report__snapshot__card", "report__snapshot__verified",
        "report__snapshot__basis",
    )  # fmt: skip
    return list(rows.order_by("assessment__hospital__path", "language", "pk"))
