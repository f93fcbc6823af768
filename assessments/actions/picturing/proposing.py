"""The reading of a draft by a job: claimed, answered, handed over again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db.models import F

from assessments import jobs
from assessments.models import PictureDraft
from assessments.pictures.proposing import Proposal

SILENT_AFTER = timedelta(minutes=2)  # longer than a reading may take
MOST_ATTEMPTS = 2
Reading = PictureDraft.Reading


def claim_draft(draft_id: int) -> PictureDraft | None:
    """The draft if it waits to be read; None when it was saved, given up or read meanwhile."""
    return PictureDraft.objects.filter(pk=draft_id, reading=Reading.WAITING).first()


def keep_proposals(*, draft: PictureDraft, found: Sequence[Proposal] | None) -> None:
    """What was found, None where reading failed. Says nothing when the draft is gone."""
    PictureDraft.objects.filter(pk=draft.pk, reading=Reading.WAITING).update(
        reading=Reading.FAILED if found is None else Reading.READ,
        proposals=[asdict(one) for one in found or ()],
    )


def requeue_readings(*, now: datetime) -> int:
    """Hand over again what no worker took; after two attempts the person is told to look alone."""
    silent = PictureDraft.objects.filter(reading=Reading.WAITING, asked_at__lt=now - SILENT_AFTER)
    silent.filter(attempts__gte=MOST_ATTEMPTS).update(reading=Reading.FAILED)
    lost = list(silent.values_list("pk", flat=True)[:20])
    PictureDraft.objects.filter(pk__in=lost).update(asked_at=now, attempts=F("attempts") + 1)
    for number in lost:
        jobs.enqueue(jobs.READ_PICTURE, number)
    return len(lost)
