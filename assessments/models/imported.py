"""Submissions that came as a file from a hospital's own installation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from assessments.models.assessment import Assessment
from assessments.models.snapshot import ScoreSnapshot
from assessments.models.verification import AttestationKey


class ImportedSubmission(models.Model):
    """A package (zhiping-submission/1) whose signature and figures held; kept whole, so that it can be checked again."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="imported")
    snapshot = models.OneToOneField(ScoreSnapshot, on_delete=models.PROTECT, related_name="imported")
    key = models.ForeignKey(AttestationKey, on_delete=models.PROTECT, related_name="+")
    source = models.UUIDField(db_index=True)  # the assessment's number in the hospital's installation
    digest = models.CharField(max_length=64, unique=True)  # of the signed body
    document = models.JSONField()
    differences = models.JSONField(default=list)  # [{"zh", "en"}]: what this installation counts otherwise
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-received_at", "-id"]

    def __str__(self) -> str:
        return f"{self.assessment} ⇐ {self.digest[:16]}"
