from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.evidence import EvidenceBundle
from assessments.models.snapshot import ScoreSnapshot
from assessments.models.talk import Attachment
from hospitals import access
from hospitals.models import Organisation

PERSON = settings.AUTH_USER_MODEL


class MappingVersion(models.Model):
    """A hospital's mapping of tables, columns and codes (zhiping-mapping/1); a change is a new version."""

    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mapping_versions")
    version = models.PositiveIntegerField()
    text = models.TextField()  # the YAML document
    content_hash = models.CharField(max_length=64)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["hospital", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "version"], name="one_mapping_per_version_of_a_hospital"
            )
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class RunQuerySet(models.QuerySet["VerificationRun"]):
    def visible_to(self, user: access.Person) -> RunQuerySet:
        """Staff see every run of their hospital; a bureau only those that were handed in with a submission."""
        own = [o.pk for o in access.organisations_where(user, access.HOSPITAL_STAFF)]
        handed_in = Q(pk__in=ScoreSnapshot.objects.filter(run__isnull=False).values("run"))
        return self.filter(
            Q(assessment__hospital_id__in=own)
            | (handed_in & access.beneath_bureaus_of(user, "assessment__hospital__"))
        )

    def finished(self) -> RunQuerySet:
        return self.filter(state=VerificationRun.State.DONE)


class VerificationRun(models.Model):
    """One run of the checks (核验). Counts are stored; thresholds are applied when they are looked at."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("核验中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未完成")
        CANCELLED = "cancelled", _("已取消")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="verification_runs")
    number = models.PositiveSmallIntegerField()
    bundles = models.ManyToManyField(EvidenceBundle, related_name="runs", blank=True)
    mapping = models.ForeignKey(MappingVersion, on_delete=models.PROTECT, null=True, blank=True)
    window_from = models.DateField(null=True, blank=True)
    window_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)  # checks counted so far
    total = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=160, blank=True)
    error = models.TextField(blank=True)
    counts = models.JSONField(default=dict)  # engine RunCounts as JSON; while running: what is known so far
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the canonical counts
    catalogue_hash = models.CharField(max_length=64, blank=True)
    engine_version = models.CharField(max_length=20, blank=True)
    requested_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    attempt = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("核验")
        verbose_name_plural = _("核验")
        ordering = ["assessment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="one_run_per_number"),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(digest="") & Q(finished_at__isnull=False)),
                name="finished_run_has_a_digest",
            ),
            models.CheckConstraint(
                condition=Q(window_from__isnull=True)
                | Q(window_to__isnull=True)
                | Q(window_to__gt=F("window_from")),
                name="run_window_is_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} ✓{self.number}"


class EvidenceDecision(models.Model):
    """What a person decided about evidence (zhiping-decisions/1), with a reason; withdrawn, never deleted.

    ``clause_n`` None: one step for the item and level (confirmed_match, accepted_figure).
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted_evidence", _("采信材料")
        ANCHORED = "anchored_evidence", _("采信已锚定材料")
        CONFIRMED = "confirmed_match", _("确认数据与条款相关")
        ON_SITE = "on_site", _("现场核验结论")
        FIGURE = "accepted_figure", _("采信数字")
        QUESTIONED = "questioned", _("提出疑问")
        REJECTED = "rejected_evidence", _("不予采信")

    class Verdict(models.TextChoices):
        SUPPORTED = "supported", _("核验相符")
        REFUTED = "refuted", _("核验不符")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence_decisions")
    item_code = models.CharField(max_length=5)
    level = models.PositiveSmallIntegerField()
    clause_n = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    attachment = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    reason = models.TextField(_("理由"), blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["assessment", "item_code", "level"], name="decisions_of_an_item_level")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["on_site", "questioned", "rejected_evidence"]) | ~Q(reason=""),
                name="such_a_decision_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="on_site") | ~Q(verdict=""), name="on_site_decision_has_a_verdict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code}.{self.level}-{self.clause_n or '*'} {self.kind}"


class SuppliedFigure(models.Model):
    """Numerator and denominator of a rule, counted by the hospital's people, with SQL and proof.

    A new figure supersedes the one before; ``accepted_at`` is a reviewer's.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="supplied_figures")
    rule = models.CharField(max_length=60)
    numerator = models.BigIntegerField(_("分子"))
    denominator = models.BigIntegerField(_("分母"))
    sql_text = models.TextField(_("统计SQL"), blank=True)
    database_name = models.CharField(_("数据库"), max_length=120, blank=True)
    run_at = models.DateTimeField(_("执行时间"), null=True, blank=True)
    proof = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rule", "-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator__gte=0, denominator__gte=F("numerator")),
                name="supplied_figure_is_a_share",
            ),
            models.UniqueConstraint(
                fields=["assessment", "rule"],
                condition=Q(superseded_at__isnull=True),
                name="one_supplied_figure_in_force_per_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.numerator}/{self.denominator}"


class AttestationKey(models.Model):
    """A hospital's public signing key as registered at the bureau; rotated and revoked, never deleted."""

    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="attestation_keys")
    fingerprint = models.CharField(max_length=64, unique=True)
    public_key = models.TextField()  # PEM
    label = models.CharField(_("名称"), max_length=80, blank=True)
    registered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=timezone.now)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    revoke_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["hospital", "-registered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason=""),
                name="revoked_key_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]


class Attestation(models.Model):
    """A signed attestation that came in, with what the installation found when it checked it."""

    class Verdict(models.TextChoices):
        VALID = "valid", _("有效")
        ALTERED = "altered", _("内容被改动")
        UNKNOWN_KEY = "unknown_key", _("密钥未登记")
        REVOKED_KEY = "revoked_key", _("密钥已吊销")
        ARITHMETIC = "arithmetic_differs", _("计算不符")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="attestations")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="attestations"
    )
    run = models.OneToOneField(
        VerificationRun, on_delete=models.PROTECT, null=True, blank=True, related_name="attestation"
    )
    key = models.ForeignKey(AttestationKey, on_delete=models.PROTECT, null=True, blank=True)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    verdict = models.CharField(max_length=20, choices=Verdict)
    detail = models.JSONField(default=dict)  # {"zh", "en"}: what differs, where
    received_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "sha256"], name="an_attestation_comes_in_once")
        ]

    def __str__(self) -> str:
        return f"{self.hospital} {self.verdict}"
