from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment


class Comment(models.Model):
    """What people of the hospital say to each other about an item or clause. Never shown to a bureau."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="comments")
    item_code = models.CharField(max_length=5, blank=True)
    clause_code = models.CharField(max_length=12, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("内容"))
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in")
    at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.item_code}: {self.text[:40]}"


def stored_name(attachment: Attachment, filename: str = "") -> str:
    """A random name in a folder per assessment: what a person typed never becomes a path."""
    return f"attachments/{attachment.assessment.public_id}/{uuid.uuid4().hex}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def kept(self) -> AttachmentQuerySet:
        """Those nobody removed."""
        return self.filter(removed_at__isnull=True)


class Attachment(models.Model):
    """A file of the looked-at family: image, PDF, Office document. Typed by content, not by name.

    Removing marks the row: the file is no longer served but stays on disk as long as the
    assessment exists, so that the trail's fingerprint can always be checked against it. The one
    exception is a picture replaced by an edited one (``discarded_at``): it may show patients, so its
    bytes are destroyed and only the fingerprint stays, in the row and in the trail.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="attachments")
    item_code = models.CharField(max_length=5, blank=True)  # empty: proof of a base figure
    clause_code = models.CharField(max_length=12, blank=True)
    file = models.FileField(upload_to=stored_name, max_length=200)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    caption = models.CharField(_("说明"), max_length=200, blank=True)
    legend = models.JSONField(default=list, blank=True)  # one line of text for each number in the picture
    position = models.PositiveIntegerField(default=0)  # within its item and clause; equal ones by time
    masked = models.PositiveIntegerField(null=True, blank=True)  # boxes burned in; None: never edited here
    look = models.CharField(max_length=32, blank=True)  # perceptual, as Anchor.picture_hash
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)  # removed with its bytes; file is then ""

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "id"]
        indexes = [models.Index(fields=["assessment", "item_code"], name="attachments_of_an_item")]
        constraints = [
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True) | Q(removed_at__isnull=False),
                name="discarded_file_was_removed",
            )
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def numbered(self) -> tuple[tuple[str, str], ...]:
        """The lines of the legend, each with its number as it stands in the picture: ①, ②, …"""
        return tuple((chr(0x2460 + n), line) for n, line in enumerate(self.legend[:20]) if line)
