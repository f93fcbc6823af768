"""Signing an assessment before it is handed in: departments, the information department, the director in charge.

A signature is never edited and never deleted: it counts while it is not void and what it was put under is still what
the assessment says (``queries/signing/standing.py`` compares).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.snapshot import ScoreSnapshot
from hospitals.models import Department, Organisation

PERSON = settings.AUTH_USER_MODEL


class SigningRule(models.Model):
    """Whether a hospital's assessments are handed in only when they are signed. No row: no."""

    hospital = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="signing_rule")
    required = models.BooleanField(_("提交前须完成签署"), default=False)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.hospital}: {self.required}"


class SigningRound(models.Model):
    """One chain of signatures, up to one submission. ``snapshot``: what was handed in with it; none: still open."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="signing_rounds")
    number = models.PositiveSmallIntegerField()
    snapshot = models.OneToOneField(
        ScoreSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="signing_round"
    )
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["assessment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_signing_round_per_number"),
            models.UniqueConstraint(
                fields=["assessment"],
                condition=Q(snapshot__isnull=True),
                name="one_open_signing_round_per_assessment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.number}"


class Signature(models.Model):
    """``document``: what was signed, a zhiping-assessment/1 document; of a department its items alone. ``digest``: of
    the document's canonical JSON. Name and role as they were then. ``void_facts``: what changed, by whom, when."""

    class Step(models.TextChoices):
        DEPARTMENT = "department", _("科室确认")
        CONSOLIDATION = "consolidation", _("信息科汇总")
        APPROVAL = "approval", _("分管院领导批准")

    class Void(models.TextChoices):
        CHANGED = "changed", _("内容已修改")
        BELOW = "below", _("下级签署已失效")
        WITHDRAWN = "withdrawn", _("已撤回")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(SigningRound, on_delete=models.CASCADE, related_name="signatures")
    step = models.CharField(_("环节"), max_length=13, choices=Step)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    signer = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    signer_name = models.CharField(max_length=150)
    role = models.CharField(max_length=16)  # of hospitals.models.Membership.Role
    at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_kind = models.CharField(max_length=10, choices=Void, blank=True)
    void_facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "step", "department"],
                condition=Q(voided_at__isnull=True, department__isnull=False),
                name="a_department_signs_once",
            ),
            models.UniqueConstraint(
                fields=["round", "step"],
                condition=Q(voided_at__isnull=True, department__isnull=True),
                name="a_step_is_signed_once",
            ),
            models.CheckConstraint(
                condition=Q(step="department", department__isnull=False)
                | (~Q(step="department") & Q(department__isnull=True)),
                name="departments_sign_as_departments",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_kind="")
                | (Q(voided_at__isnull=False) & ~Q(void_kind="")),
                name="a_void_signature_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.signer_name}"


def scan_name(scan: SealedScan, filename: str = "") -> str:
    """A random name in a folder per assessment: what a person typed never becomes a path."""
    return f"signing/{scan.round.assessment.public_id}/{uuid.uuid4().hex}"


class SealedScan(models.Model):
    """The statement of truthfulness with signatures and seal, scanned. ``digest``: of the approval it belongs to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(SigningRound, on_delete=models.CASCADE, related_name="scans")
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to=scan_name, max_length=200)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.original_name
