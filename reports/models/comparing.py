"""What comparing hospitals keeps: gaps counted once per submission, and questions put to a hospital before it is named."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import ScoreSnapshot
from hospitals import access
from hospitals.models import Membership, Organisation

PERSON = settings.AUTH_USER_MODEL


class CountedGaps(models.Model):
    """What a submission lacks for the level after the one it stands at. A submission never changes, so this is
    counted once; it can be thrown away and counted again."""

    snapshot = models.OneToOneField(ScoreSnapshot, on_delete=models.CASCADE, related_name="counted_gaps")
    level = models.PositiveSmallIntegerField()  # the next level; 0: at the top, or the answers cannot be read
    gaps = models.JSONField(default=list)  # [["01.01", level, things to bring up, "fad"]]: factors by initial
    engine_version = models.CharField(max_length=20)
    counted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.snapshot} → {self.level}"


class DualTrackQuestionQuerySet(models.QuerySet["DualTrackQuestion"]):
    def visible_to(self, user: access.Person) -> DualTrackQuestionQuerySet:
        """The hospital's lead and director see what they were asked."""
        roles = [Membership.Role.QUALITY_LEAD, Membership.Role.DIRECTOR]
        return self.filter(hospital_id__in=[o.pk for o in access.organisations_where(user, roles)])

    def beneath(self, bureau: Organisation) -> DualTrackQuestionQuerySet:
        return self.filter(hospital__path__startswith=bureau.path)


class DualTrackQuestion(models.Model):
    """A bureau asks a hospital why its service level is high and its EMR level low, before anybody sees its name
    beside the two. One question per hospital and year, whichever bureau asked first."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="dual_track_questions")
    year = models.PositiveSmallIntegerField()
    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)  # the levels as they were when it was asked
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answer_by = models.DateField(_("答复截止日"))
    answer = models.TextField(_("说明"), blank=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = DualTrackQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "year"], name="asked_once_a_year"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="an_answer_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hospital} {self.year}"
