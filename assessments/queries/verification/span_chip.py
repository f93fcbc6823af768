"""The verified span of assessments in lists: frozen levels of what was handed in, the last run of the rest.

Nothing is scored here: lists stay at the queries they had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT

from assessments.models import Assessment, ScoreSnapshot, VerificationRun

FROZEN: Mapping[str, Any] = {
    "verified_at_most": KT("verified__not_refuted__level"),
    "verified_provisional": KT("verified__provisional__level"),
    "verified_at_least": KT("verified__strict__level"),
    "verified_coverage": KT("verified__coverage"),
}


@dataclass(frozen=True, slots=True)
class SpanChip:
    """Levels as frozen with the submission; all None while nothing was frozen.

    ``checked_at``: when the newest run of an open assessment finished.
    """

    at_most: int | None = None
    provisional: int | None = None
    at_least: int | None = None
    coverage: Decimal | None = None
    checked_at: datetime | None = None

    @property
    def frozen(self) -> bool:
        return self.provisional is not None


def with_last_check(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """The same rows, each with ``checked_at``: the end of its newest finished run."""
    newest = VerificationRun.objects.filter(
        assessment=OuterRef("pk"), state=VerificationRun.State.DONE
    ).order_by("-number")
    return assessments.annotate(checked_at=Subquery(newest.values("finished_at")[:1]))


def last_check_of(assessment: Assessment) -> datetime | None:
    """When the newest run of an open assessment finished. One query, none for the others."""
    if not assessment.is_open:
        return None
    done = assessment.verification_runs.filter(state=VerificationRun.State.DONE)
    return done.values_list("finished_at", flat=True).first()


def with_frozen_span(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """The same rows, each with the levels that its newest submission froze."""
    newest = ScoreSnapshot.objects.filter(assessment=OuterRef("pk")).order_by("-number")
    return assessments.annotate(
        **{name: Subquery(newest.annotate(part=key).values("part")[:1]) for name, key in FROZEN.items()}
    )


def chip_of(frozen: Model | None, checked_at: datetime | None = None) -> SpanChip:
    """``frozen``: a row that carries the annotations of FROZEN; None for an open assessment."""

    def level(name: str) -> int | None:
        found: Any = getattr(frozen, name, None)
        return int(found) if found is not None else None

    return SpanChip(
        level("verified_at_most"),
        level("verified_provisional"),
        level("verified_at_least"),
        _share(getattr(frozen, "verified_coverage", None)),
        checked_at,
    )


def _share(text: Any) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None
