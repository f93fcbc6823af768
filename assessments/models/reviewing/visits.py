"""On-site checks within a review."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.reviewing.review import Review
from assessments.models.verification import EvidenceDecision

PERSON = settings.AUTH_USER_MODEL


class SiteVisit(models.Model):
    """An on-site check with a sample that anybody can draw again from the seed, the size and the source."""

    class Source(models.TextChoices):
        CLAIMED = "claimed", _("全部申报条款")
        UNVERIFIED = "unverified", _("数据未能核实的申报条款")
        DOUBTED = "doubted", _("评审人存疑或不同意的条款")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="visits")
    visited_on = models.DateField(_("现场核查日期"))
    members = models.TextField(_("核查人员"), blank=True)
    seed = models.CharField(_("抽样种子"), max_length=40)
    drawn_from = models.CharField(_("抽样范围"), max_length=10, choices=Source, default=Source.CLAIMED)
    population = models.PositiveSmallIntegerField(default=0)  # clauses in the source when it was drawn
    sample_size = models.PositiveSmallIntegerField(_("抽样条数"), default=0)
    note = models.TextField(_("记录"), blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["review", "visited_on", "id"]

    def __str__(self) -> str:
        return f"{self.visited_on}"


class SiteVisitItem(models.Model):
    """A sampled clause and what was decided on site; the decision itself is an EvidenceDecision of kind on_site."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("待查")
        SUPPORTED = "supported", _("相符")
        REFUTED = "refuted", _("不符")
        NOT_SEEN = "not_seen", _("未能查看")

    visit = models.ForeignKey(SiteVisit, on_delete=models.CASCADE, related_name="items")
    item_code = models.CharField(max_length=5)
    level = models.PositiveSmallIntegerField()
    clause_code = models.CharField(max_length=12)
    drawn = models.BooleanField(default=True)  # False: added by hand, beside the sample
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.OPEN)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.ForeignKey(
        EvidenceDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["visit", "clause_code"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "clause_code"], name="a_clause_once_per_visit")
        ]

    def __str__(self) -> str:
        return self.clause_code
