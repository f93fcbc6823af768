"""Documents that were made, and the job that makes one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, ScoreSnapshot
from hospitals.models import Organisation
from rubrics.models import Edition

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def stored_name(report: IssuedReport, filename: str) -> str:
    owner = report.assessment.public_id if report.assessment else "region"
    return f"reports/{owner}/{uuid.uuid4().hex}"


class IssuedReport(models.Model):
    """One document: of an assessment (gap, roadmap, compendium), or of a region, standard and year (bulletin).

    ``sha256`` is the fingerprint of the file anybody can recompute. ``basis``: the plan a roadmap tells, as it was when
    somebody asked: zhiping-plan/1, constraints, and the hospital's own numbers; of a compendium: which role or item, in which form."""

    class Kind(models.TextChoices):
        GAP = "gap", _("差距分析报告")
        ROADMAP = "roadmap", _("建设路线图")
        BULLETIN = "bulletin", _("通报")
        COMPENDIUM = "compendium", _("实证材料汇编")

    class Form(models.TextChoices):
        PDF = "pdf", "PDF"
        WORD = "docx", "Word"
        WORKBOOK = "xlsx", "Excel"
        ARCHIVE = "zip", "ZIP"

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("生成中")
        DONE = "done", _("已生成")
        FAILED = "failed", _("未生成")

    public_id = models.UUIDField(_("编号"), default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, related_name="reports")
    snapshot = models.ForeignKey(
        ScoreSnapshot, on_delete=models.PROTECT, null=True, blank=True
    )  # null: of a draft
    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="reports")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind, default=Kind.GAP)
    language = models.CharField(_("语言"), max_length=7, choices=[("zh-hans", "中文"), ("en", "English")])
    target_level = models.PositiveSmallIntegerField(default=0)  # 0: a bulletin has none
    form = models.CharField(_("格式"), max_length=4, choices=Form, default=Form.PDF)
    basis = models.JSONField(null=True, blank=True)
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
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["gap", "roadmap", "compendium"], assessment__isnull=False, bureau__isnull=True
                )
                | Q(
                    kind="bulletin",
                    assessment__isnull=True,
                    bureau__isnull=False,
                    edition__isnull=False,
                    year__isnull=False,
                ),
                name="a_report_is_of_an_assessment_or_of_a_region",
            ),
            models.CheckConstraint(
                condition=~Q(kind="roadmap") | Q(basis__isnull=False), name="a_roadmap_keeps_its_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.assessment or self.bureau}"

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.form]

    @property
    def owner(self) -> Organisation:
        """The hospital or the bureau whose document this is."""
        if self.assessment is not None:
            return self.assessment.hospital
        assert self.bureau is not None  # the database holds: a report is of an assessment or of a region
        return self.bureau
