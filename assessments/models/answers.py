from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from assessments.models.talk import Attachment


class ItemAnswer(models.Model):
    """What is entered for one item: the shapes of zhiping-assessment/1, keyed by level as text.

    ``denominator`` is only an item's own figure; usually the statistical basis supplies it
    (``BaseFigure``). ``version`` rises with every change, so that a stale page notices.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="item_answers")
    item_code = models.CharField(max_length=5)
    clauses = models.JSONField(default=dict)  # {"3": ["met", "partly", "not_answered"]}
    denominator = models.BigIntegerField(null=True, blank=True)
    denominators = models.JSONField(default=dict)  # {"4": 12}
    numerators = models.JSONField(default=dict)  # {"3": 4210}
    in_use = models.BooleanField(null=True, blank=True)
    data_quality = models.JSONField(default=dict)  # {"3": "0.93" | {"consistency": "0.9"} | {"rules": {...}}}
    no_such_service = models.TextField(blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item_code"], name="one_answer_row_per_item"),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(denominator__gte=0),
                name="denominator_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} v{self.version}"


class OverallAnswer(models.Model):
    """Whether a person confirms an overall requirement of a hospital level."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="overall_answers")
    level = models.PositiveSmallIntegerField()
    n = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default="not_answered")
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "level", "n"], name="one_answer_per_overall_requirement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level}-{self.n}: {self.state}"


class BaseFigure(models.Model):
    """A count of the statistical basis (统计口径与公共分母) with where it comes from."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="base_figures")
    key = models.CharField(max_length=60)  # of engine.rubric.values.StatisticalBase
    value = models.BigIntegerField(_("数值"), null=True, blank=True)
    sql_text = models.TextField(_("统计SQL"), blank=True)
    database_name = models.CharField(_("数据库"), max_length=120, blank=True)
    run_at = models.DateTimeField(_("执行时间"), null=True, blank=True)
    owner = models.CharField(_("责任人"), max_length=80, blank=True)
    proof = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "key"], name="one_figure_per_base"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="base_figure_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"
