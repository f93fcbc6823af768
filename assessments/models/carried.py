"""What an assessment took over from an earlier one, and which of it nobody has confirmed yet (沿用上年，待确认)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.assessment import Assessment


class Carrying(models.Model):
    """What starting from an earlier assessment carried, and what it left there. Written once, never changed.

    ``carried``: kind -> count. ``left``: kind -> codes the new edition does not have, or numbers of ledger entries.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.CASCADE, related_name="carrying")
    answers = models.CharField(max_length=10)  # actions.carrying.Answers
    carried = models.JSONField(default=dict)
    left = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.assessment} ← {self.carried}"


class CarriedPlace(models.Model):
    """Proof material of one place that came from an earlier assessment.

    ``place``: 01.01.4-1 a clause, 01.01.4 the counting of a level, 01.01 files of the whole item. ``facts``: texts
    were carried and nobody has changed them here. Files carried are those older than their assessment.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="carried_places")
    item_code = models.CharField(max_length=5)
    place = models.CharField(max_length=12)
    facts = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "place"], name="one_carried_row_per_place"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_by__isnull=False),
                name="confirmed_carried_place_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.place
