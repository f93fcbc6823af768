"""Content that two hospitals handed in: recognised by digests and marks, never by keeping rows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.evidence import EvidenceBundle


class ContentMark(models.Model):
    """A keyed digest of one row of a bundle (see probes.marks); it outlives the raw data."""

    bundle = models.ForeignKey(EvidenceBundle, on_delete=models.CASCADE, related_name="marks")
    record = models.CharField(max_length=60)
    mark = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "record", "mark"], name="one_row_per_mark_of_a_bundle")
        ]
        indexes = [models.Index(fields=["mark"], name="content_mark")]

    def __str__(self) -> str:
        return f"{self.record} {self.mark}"


class SharedContent(models.Model):
    """A record type of a bundle that another hospital had handed in before.

    Who the other hospital is, only a bureau above it may read.
    """

    class How(models.TextChoices):
        FILE = "file", _("文件相同")
        ROWS = "rows", _("数据行相同")

    bundle = models.ForeignKey(EvidenceBundle, on_delete=models.CASCADE, related_name="shared_from")
    before = models.ForeignKey(EvidenceBundle, on_delete=models.CASCADE, related_name="shared_with")
    record = models.CharField(max_length=60)
    how = models.CharField(max_length=5, choices=How)
    noticed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "before", "record"], name="one_row_per_shared_record_type"
            ),
            models.CheckConstraint(condition=~Q(bundle=F("before")), name="shared_content_is_of_two_bundles"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.how}"
