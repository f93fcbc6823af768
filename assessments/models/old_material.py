from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.talk import Attachment
from hospitals.models import Organisation

PERSON = settings.AUTH_USER_MODEL


def staged_name(batch: FolderImport, filename: str = "") -> str:
    """A random name: what a person typed never becomes a path."""
    return f"folders/{batch.public_id}.zip"


class FolderImport(models.Model):
    """A folder or zip of screenshots that were named by clause, from its upload to its undoing.

    Nothing of it is an attachment before somebody confirmed; the upload is deleted as soon as the
    files are stored, dropped, or nobody confirmed for days.
    """

    class State(models.TextChoices):
        READING = "reading", _("正在辨认")
        OPEN = "open", _("等待确认")
        STORING = "storing", _("正在导入")
        DONE = "done", _("已导入")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已放弃")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="folder_imports")
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=staged_name, max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict)  # {"zh", "en"}: why it was dropped, or could not be stored
    heard_at = models.DateTimeField(default=timezone.now)  # last sign of life of the job
    attempt = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["storing", "done"]) | Q(confirmed_at__isnull=False),
                name="stored_folder_was_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False), name="undone_folder_says_when"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FolderFile(models.Model):
    """One file of a folder: where it belongs by its name, or why it goes nowhere."""

    class Outcome(models.TextChoices):
        MATCHED = "matched", _("已对应")
        UNMATCHED = "unmatched", _("未对应")
        REPEATED = "repeated", _("重复")
        REFUSED = "refused", _("不能收")
        DROPPED = "dropped", _("不导入")
        STORED = "stored", _("已导入")

    batch = models.ForeignKey(FolderImport, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=500)
    member = models.CharField(max_length=500)  # its name inside the zip, as the zip writes it
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    extension = models.CharField(max_length=8, blank=True)
    item_code = models.CharField(max_length=5, blank=True)
    clause_code = models.CharField(max_length=12, blank=True)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    caption = models.CharField(max_length=200, blank=True)
    by_hand = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.UNMATCHED)
    reason = models.JSONField(default=dict)  # {"zh", "en"}
    attachment = models.OneToOneField(
        Attachment, on_delete=models.SET_NULL, null=True, blank=True, related_name="from_folder"
    )

    class Meta:
        ordering = ["batch", "path", "id"]
        indexes = [models.Index(fields=["batch", "outcome"], name="files_of_a_folder")]
        constraints = [
            models.UniqueConstraint(fields=["batch", "path"], name="one_row_per_path_of_a_folder"),
            models.CheckConstraint(
                condition=~Q(outcome__in=["matched", "stored"]) | ~Q(item_code=""),
                name="matched_file_has_a_place",
            ),
        ]

    def __str__(self) -> str:
        return self.path


class OldWorkbookWords(models.Model):
    """How a hospital's own workbooks say things: proposed again when it imports the next one."""

    hospital = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="workbook_words")
    columns = models.JSONField(default=dict)  # heading, normalised -> what it is taken for
    values = models.JSONField(default=dict)  # state as written, normalised -> state of ours
    kept_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.hospital)


class OldWorkbookImport(models.Model):
    """What an import of any workbook replaced, so that it can be taken back until submission."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="workbook_imports")
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    files = models.JSONField(default=list)  # of a merge of several workbooks: [{"name", "sha256"}]
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    changed = models.JSONField(default=list)  # [{"item", "path", "before", "after"}]
    assigned = models.JSONField(default=list)  # [{"item", "before", "after"}] of department, person, due_on
    undone_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    left = models.JSONField(default=list)  # what undoing left, because somebody had changed it since

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.file
