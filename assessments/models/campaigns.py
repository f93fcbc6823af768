"""A bureau's yearly cycle: who is invited to report what, until when, and what came in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.assessment import Assessment
from hospitals import access
from hospitals.models import Organisation
from rubrics.models import Edition

PERSON = settings.AUTH_USER_MODEL


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: access.Person) -> CampaignQuerySet:
        """A bureau sees its own cycles and those of the bureaus above and beneath it; a hospital those it is
        invited to once they are open."""
        bureaus = access.organisations_where(user, access.BUREAU_STAFF)
        above = [int(part) for bureau in bureaus for part in bureau.path.split("/") if part]
        own = [o.pk for o in access.organisations_where(user, access.HOSPITAL_STAFF)]
        invited = Participation.objects.filter(hospital_id__in=own, withdrawn_at__isnull=True)
        return self.filter(
            Q(bureau_id__in=above)
            | access.beneath_bureaus_of(user, "bureau__")
            | (~Q(state=Campaign.State.DRAFT) & Q(pk__in=invited.values("campaign")))
        )


class Campaign(models.Model):
    """One yearly cycle (年度评价工作) of a bureau: rubrics, zones with their dates, hospitals, targets."""

    class State(models.TextChoices):
        DRAFT = "draft", _("筹备中")
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已结束")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bureau = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="campaigns")
    title = models.CharField(_("名称"), max_length=80)
    year = models.PositiveSmallIntegerField(_("年度"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT)
    opens_on = models.DateField(_("开始日期"))
    closes_on = models.DateField(_("截止日期"))
    remind_days_before = models.JSONField(default=list)  # whole days before the last day: [14, 7, 1]
    note = models.TextField(_("说明"), blank=True)
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-id"]
        verbose_name = _("年度评价工作")
        verbose_name_plural = _("年度评价工作")
        constraints = [
            models.UniqueConstraint(fields=["bureau", "title"], name="campaign_titles_differ_in_a_bureau"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="campaign_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_campaign_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CampaignRubric(models.Model):
    """A rubric that is reported in the cycle, with the statistical window everybody uses."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="rubrics")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    window_from = models.DateField(_("统计起始日"))
    window_to = models.DateField(_("统计截止日"))

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "edition"], name="a_rubric_once_in_a_campaign"),
            models.CheckConstraint(
                condition=Q(window_to__gt=F("window_from")), name="campaign_window_is_in_order"
            ),
        ]

    def __str__(self) -> str:
        return str(self.edition)


class CampaignTarget(models.Model):
    """The level hospitals of a grade are to reach in this cycle."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="targets")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(max_length=2, choices=Organisation.Grade, blank=True)
    level = models.PositiveSmallIntegerField(_("目标等级"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "edition", "grade"], name="one_target_per_grade_and_rubric"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.level}"


class CampaignZone(models.Model):
    """Part of the hospitals with dates of its own, so that not everybody reports in the same week."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="zones")
    name = models.CharField(_("名称"), max_length=40)
    opens_on = models.DateField(_("开始日期"))
    closes_on = models.DateField(_("截止日期"))

    class Meta:
        ordering = ["opens_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="zone_names_differ_in_a_campaign"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="zone_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Participation(models.Model):
    """An invited hospital. Its last day: ``late_until``, else the zone's, else the campaign's."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="participations")
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="participations")
    zone = models.ForeignKey(CampaignZone, on_delete=models.SET_NULL, null=True, blank=True)
    late_until = models.DateField(_("准予补报至"), null=True, blank=True)
    late_reason = models.CharField(_("补报理由"), max_length=200, blank=True)
    invited_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["campaign", "hospital__path"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "hospital"], name="a_hospital_once_in_a_campaign")
        ]

    def __str__(self) -> str:
        return str(self.hospital)


class CampaignEntry(models.Model):
    """The assessment with which a hospital takes part, per rubric."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="entries")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="entry")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "edition"], name="one_entry_per_rubric_and_hospital"
            )
        ]

    def __str__(self) -> str:
        return str(self.assessment)


class Reminder(models.Model):
    """What was sent to a hospital that is late or soon will be."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.IntegerField(null=True)  # null: sent by hand; negative: after the last day
    text = models.TextField(blank=True)
    sent_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    people = models.PositiveSmallIntegerField()  # how many were told

    class Meta:
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "days_before"],
                condition=Q(days_before__isnull=False),
                name="one_reminder_per_day_that_was_set",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d}"


class Notice(models.Model):
    """Something a person is told inside the product; put into words when it is shown, in the reader's language."""

    user = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)  # "campaign.reminder", "review.question", ...
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["user", "read_at", "-created_at"], name="notices_of_a_person")]

    def __str__(self) -> str:
        return self.kind
