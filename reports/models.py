"""Documents that were made, and the job that makes one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, ScoreSnapshot


def stored_name(report: IssuedReport, filename: str) -> str:
    return f"reports/{report.assessment.public_id}/{uuid.uuid4().hex}"


class IssuedReport(models.Model):
    """One document in the library. ``sha256`` is the fingerprint of the file anybody can recompute."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("生成中")
        DONE = "done", _("已生成")
        FAILED = "failed", _("未生成")

    public_id = models.UUIDField(_("编号"), default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reports")
    snapshot = models.ForeignKey(
        ScoreSnapshot, on_delete=models.PROTECT, null=True, blank=True
    )  # null: of a draft
    kind = models.CharField(_("类型"), max_length=12, choices=[("gap", _("差距分析报告"))], default="gap")
    language = models.CharField(_("语言"), max_length=7, choices=[("zh-hans", "中文"), ("en", "English")])
    target_level = models.PositiveSmallIntegerField()
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("进度"), default=0)  # per cent
    step = models.CharField(_("步骤"), max_length=80, blank=True)
    error = models.TextField(_("未生成的原因"), blank=True)
    file = models.FileField(upload_to=stored_name, max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(null=True)
    size = models.PositiveBigIntegerField(_("大小（字节）"), null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("申请时间"), default=timezone.now)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    heard_at = models.DateTimeField(
        _("最近响应"), null=True
    )  # last sign of life of the worker; a silent one is replaced
    attempt = models.UUIDField(null=True)  # the run that may finish this report; an overtaken one may not
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("报告")
        verbose_name_plural = _("报告")
        ordering = ["-requested_at", "-id"]
        indexes = [models.Index(fields=["assessment", "-requested_at"], name="reports_of_an_assessment")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(sha256="") & Q(finished_at__isnull=False)),
                name="finished_report_has_a_fingerprint",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.assessment}"
