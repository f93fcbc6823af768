"""The level that is awarded, its public notice, and objections to it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.reviewing.review import Review
from hospitals.models import Organisation
from rubrics.models import Edition

PERSON = settings.AUTH_USER_MODEL


class AwardedLevelQuerySet(models.QuerySet["AwardedLevel"]):
    def in_force(self) -> AwardedLevelQuerySet:
        """Published and not revoked; whether it has run out is for the reader to say (``valid_until``)."""
        return self.filter(published_at__isnull=False, revoked_at__isnull=True)


class AwardedLevel(models.Model):
    """The level a review or an official list awards: beside the self-assessed and the verified one."""

    class Source(models.TextChoices):
        REVIEW = "review", _("本系统评审")
        IMPORTED = "imported", _("导入的正式结果")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awarded_levels")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    source = models.CharField(max_length=8, choices=Source)
    review = models.OneToOneField(
        Review, on_delete=models.PROTECT, null=True, blank=True, related_name="award"
    )
    level = models.PositiveSmallIntegerField(_("等级"))
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    notice_from = models.DateField(_("公示开始"), null=True, blank=True)
    notice_until = models.DateField(_("公示截止"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    recheck_due = models.DateField(_("复核期限"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.TextField(blank=True)

    objects = AwardedLevelQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "hospital__path"]
        verbose_name = _("评定结果")
        verbose_name_plural = _("评定结果")
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "edition", "year", "source"],
                condition=Q(revoked_at__isnull=True),
                name="one_award_in_force_per_year_and_source",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revocation_reason=""), name="a_revocation_says_why"
            ),
            models.CheckConstraint(
                condition=Q(notice_from__isnull=True, notice_until__isnull=True)
                | Q(notice_until__gte=F("notice_from")),
                name="public_notice_is_whole_and_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hospital} {self.year}: {self.level}"


class Objection(models.Model):
    """Raised during the public notice, with its answer."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("办理中")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    award = models.ForeignKey(AwardedLevel, on_delete=models.PROTECT, related_name="objections")
    from_whom = models.CharField(_("异议人"), max_length=120)
    filed_on = models.DateField(_("提出日期"))
    text = models.TextField(_("异议内容"))
    recorded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.TextField(_("处理意见"), blank=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["award", "filed_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open") | ~Q(answer=""), name="an_answered_objection_says_how"
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]
