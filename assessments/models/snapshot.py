from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from assessments.models.assessment import Assessment
from rubrics.models import Confirmation


class ScoreSnapshot(models.Model):
    """What was submitted, frozen: answers, score card, edition hash, engine version, flags in force.

    Screens of submitted work, documents and comparisons read this and never score again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()  # zhiping-assessment/1
    card = models.JSONField()  # zhiping-scorecard/1, claimed lens
    verified = models.JSONField(
        default=dict
    )  # {"digest", "coverage", "not_refuted": card, "provisional": card, "strict": card}; {}: no run
    run = models.ForeignKey(
        "assessments.VerificationRun", on_delete=models.PROTECT, null=True, related_name="snapshots"
    )
    basis = models.JSONField(
        default=list
    )  # [{"key", "value", "sql", "database", "run_at", "owner", "proof"}]
    signing = models.JSONField(
        default=dict
    )  # {"digest", "signatures": [{"step", "department", "name", "role", "at", "digest"}]}; {}: handed in unsigned
    edition_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, null=True)
    level = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=7, decimal_places=2)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["assessment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_snapshot_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.assessment} #{self.number}"
