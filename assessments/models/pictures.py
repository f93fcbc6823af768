from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.assessment import Assessment
from assessments.models.talk import Attachment

DRAFTS = "picture-drafts"
KEPT_FOR = timedelta(hours=24)


def drafted_name(draft: PictureDraft, filename: str = "") -> str:
    """A random name in one flat folder, so that files without a row can be told at a glance."""
    return f"{DRAFTS}/{uuid.uuid4().hex}"


class PictureDraftQuerySet(models.QuerySet["PictureDraft"]):
    def of_person(self, user: User | AnonymousUser) -> PictureDraftQuerySet:
        """A draft may still show patients: it exists for the person who made it and for nobody else."""
        return self.filter(by=user.pk or 0, made_at__gt=timezone.now() - KEPT_FOR)


class PictureDraft(models.Model):
    """A screenshot before it is evidence: unmasked, private to its maker, and gone within a day.

    Its file is deleted when the masked picture is stored, when the maker gives it up, or by the
    hourly clean-up. ``proposals`` are boxes with a kind and never the text that was read.
    """

    class Reading(models.TextChoices):
        WAITING = "waiting", _("正在识别")
        READ = "read", _("已识别")
        FAILED = "failed", _("识别失败")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="picture_drafts")
    item_code = models.CharField(max_length=5)
    clause_code = models.CharField(max_length=12, blank=True)
    file = models.FileField(upload_to=drafted_name, max_length=200)
    original_name = models.CharField(max_length=200)
    width = models.PositiveIntegerField()  # pixels of the file as it stands, upright
    height = models.PositiveIntegerField()
    look = models.CharField(max_length=32, blank=True)
    replaces = models.ForeignKey(Attachment, on_delete=models.CASCADE, null=True, related_name="+")
    reading = models.CharField(max_length=10, choices=Reading, default=Reading.WAITING)
    proposals = models.JSONField(default=list)  # [{"kind", "x", "y", "width", "height"}] in pixels
    asked_at = models.DateTimeField(default=timezone.now)  # when the reading job was handed over last
    attempts = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = PictureDraftQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return self.original_name
