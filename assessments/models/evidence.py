from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.talk import Attachment
from hospitals import access
from hospitals.models import Organisation

PERSON = settings.AUTH_USER_MODEL


def extract_name(file: ExtractFile, filename: str = "") -> str:
    """A random name in a folder per bundle; raw extracts are destroyed when their days are over."""
    return f"extracts/{file.bundle.public_id}/{uuid.uuid4().hex}"


class BundleQuerySet(models.QuerySet["EvidenceBundle"]):
    def visible_to(self, user: access.Person) -> BundleQuerySet:
        """Raw extracts are the hospital's own: nobody outside sees even their list."""
        return self.filter(hospital__in=access.organisations_where(user, access.HOSPITAL_STAFF))


class EvidenceBundle(models.Model):
    """One computed proof (证据包): files with a manifest, a revision and an effective window.

    Belongs to the hospital, so that it can serve several assessments and both rubrics (``EvidenceUse``).
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("已接收，待检查")
        SCREENING = "screening", _("正在检查")
        ASKED = "asked", _("等待确认")
        KEPT = "kept", _("已保存")
        REFUSED = "refused", _("已拒收")
        DESTROYED = "destroyed", _("原始数据已销毁")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="evidence_bundles")
    title = models.CharField(_("名称"), max_length=120)
    revision = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    effective_from = models.DateField(_("数据起始日"), null=True, blank=True)
    effective_to = models.DateField(_("数据截止日"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    keep_until = models.DateField(_("原始数据保留至"))
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    manifest = models.JSONField(default=dict)  # package.yaml as read: window, not_applicable, supplied …
    doubt = models.JSONField(default=dict)  # {"code", "zh", "en"}: a question a person answers first
    confirmed = models.JSONField(default=list)  # codes of doubts that were answered with yes
    sha256 = models.CharField(max_length=64, blank=True)  # over the files' digests in name order
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    run_after = models.BooleanField(default=False)  # start a run as soon as the screening is through
    heard_at = models.DateTimeField(default=timezone.now)  # last sign of life of the screening
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # None: its days were over
    destroyed_why = models.TextField(blank=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("证据包")
        verbose_name_plural = _("证据包")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="effective_window_is_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="destroyed") | Q(destroyed_at__isnull=False),
                name="destroyed_bundle_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} r{self.revision}"


class ExtractFile(models.Model):
    """One file of a bundle as it came, until it is refused or destroyed: then only its digest remains."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bundle = models.ForeignKey(EvidenceBundle, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=300)  # inside the package, as shown
    file = models.FileField(upload_to=extract_name, max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)  # the same file of another hospital is looked up
    record = models.CharField(max_length=60, blank=True)
    source_system = models.CharField(max_length=60, blank=True)
    rows = models.PositiveBigIntegerField(null=True)
    refusal = models.JSONField(default=dict)  # {"code", "zh", "en"}; empty: not refused
    notes = models.JSONField(default=list)  # [{"zh", "en"}]
    header = models.JSONField(default=list)  # names of columns, for the mapping editor; never a value

    class Meta:
        ordering = ["path", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "path"], name="one_file_per_path_of_a_bundle")
        ]

    def __str__(self) -> str:
        return self.path


class EvidenceUse(models.Model):
    """Where a bundle is handed in as proof: a whole assessment, or one clause of it."""

    bundle = models.ForeignKey(EvidenceBundle, on_delete=models.PROTECT, related_name="uses")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence_uses")
    clause_code = models.CharField(max_length=12, blank=True)  # 01.01.4-2; empty: the whole assessment
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "assessment", "clause_code"], name="one_use_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.bundle} → {self.clause_code or self.assessment}"


class Anchor(models.Model):
    """What an uploaded screen shows: a record key and time that the check looks up in the extract."""

    class Found(models.TextChoices):
        NOT_CHECKED = "not_checked", _("尚未核对")
        FOUND = "found", _("数据中找到")
        ABSENT = "absent", _("数据中没有")
        OUTSIDE = "outside", _("不在统计时段内")

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="anchor")
    record = models.CharField(max_length=60)
    key = models.CharField(max_length=120)  # the value of the record's identifier; may be a token
    shown_at = models.DateTimeField(null=True, blank=True)
    picture_hash = models.CharField(max_length=32, blank=True)  # perceptual, finds near-identical images
    found = models.CharField(max_length=12, choices=Found, default=Found.NOT_CHECKED)
    alike = models.ForeignKey(Attachment, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.record} {self.found}"


class DeclaredAbsence(models.Model):
    """A record type the hospital truly does not have (no blood bank), with a reason a reviewer sees."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="declared_absences")
    record = models.CharField(max_length=60)
    reason = models.TextField(_("原因"))
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "record"], name="one_absence_per_record_type"),
            models.CheckConstraint(condition=~Q(reason=""), name="absence_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.record
