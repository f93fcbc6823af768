"""Who reviews which level, as a province sets it for a year."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospitals.models import Organisation
from rubrics.models import Edition

PERSON = settings.AUTH_USER_MODEL


class StageKind(models.TextChoices):
    CITY = "city", _("市级审核")
    PROVINCE = "province", _("省级审核")
    EXPERT = "expert", _("专家评审")


class ReviewScheme(models.Model):
    """Who reviews which level: a setting of a province per year and rubric, never a constant (DOMAIN 1.1)."""

    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="review_schemes")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    notice_days = models.PositiveSmallIntegerField(_("公示天数"), default=7)
    valid_months = models.PositiveSmallIntegerField(_("结果有效月数"), null=True, blank=True)
    recheck_months = models.PositiveSmallIntegerField(_("复核间隔月数"), null=True, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["bureau", "-year", "edition"]
        verbose_name = _("评审流程")
        verbose_name_plural = _("评审流程")
        constraints = [
            models.UniqueConstraint(
                fields=["bureau", "edition", "year"], name="one_scheme_per_year_and_rubric"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bureau} {self.year}"


class ReviewStage(models.Model):
    """One step of a scheme for the submissions whose claimed level lies in the range."""

    scheme = models.ForeignKey(ReviewScheme, on_delete=models.CASCADE, related_name="stages")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(_("由谁评审"), max_length=8, choices=StageKind)
    from_level = models.PositiveSmallIntegerField(_("起始等级"))
    to_level = models.PositiveSmallIntegerField(_("截止等级"))
    days = models.PositiveSmallIntegerField(_("办理天数"))
    reviewers = models.PositiveSmallIntegerField(_("评审人数"), default=1)
    site_visit = models.BooleanField(_("须现场核查"), default=False)

    class Meta:
        ordering = ["scheme", "order"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "order"], name="one_stage_per_place_in_a_scheme"),
            models.CheckConstraint(
                condition=Q(to_level__gte=F("from_level")), name="stage_levels_are_in_order"
            ),
            models.CheckConstraint(condition=Q(reviewers__gte=1), name="a_stage_has_a_reviewer"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.get_kind_display()}"
