"""Many documents asked for at once: which, for whom, and what became of each."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment
from hospitals import access
from hospitals.models import Organisation
from reports.models.issued import IssuedReport
from rubrics.models import Edition

KEPT_FOR = timedelta(days=30)
ROLES = (access.Role.BUREAU_MANAGER, access.Role.CONSULTANT)


def until_when() -> datetime:
    return timezone.now() + KEPT_FOR


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: access.Person) -> BatchQuerySet:
        """The own ones, as long as the person still holds one of the roles batches are made in, and those of the
        own bureau or consultancy."""
        places = [one.pk for one in access.organisations_where(user, ROLES)]
        if not places:
            return self.none()
        return self.filter(Q(organisation__in=places) | Q(made_by_id=user.pk))


class Batch(models.Model):
    """One order of documents for many hospitals. The documents themselves are issued reports of each hospital and
    outlive it; the list is thrown away after ``kept_until``."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )  # bureau, consultancy or hospital in whose name it is made: its people see it, its chain keeps the events
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(_("类型"), max_length=12, choices=IssuedReport.Kind)
    form = models.CharField(_("格式"), max_length=4, choices=IssuedReport.Form)
    target_level = models.PositiveSmallIntegerField(default=0)  # 0: the target of each assessment
    cancelled_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)  # nothing waits or is being made any more
    kept_until = models.DateTimeField(default=until_when)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("批量导出")
        verbose_name_plural = _("批量导出")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["gap", "roadmap"]), name="a_batch_is_of_reports_of_hospitals"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"


class BatchLine(models.Model):
    """One document of a batch. Without ``report`` it waits for its turn, or ``problem`` says why there is none."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=7, choices=[("zh-hans", "中文"), ("en", "English")])
    report = models.ForeignKey(IssuedReport, on_delete=models.PROTECT, null=True, related_name="batch_lines")
    reused = models.BooleanField(default=False)  # made before, from the same submission under the same cover
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "assessment", "language"], name="one_line_per_assessment_and_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assessment} {self.language}"
