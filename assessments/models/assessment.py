from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospitals import access
from hospitals.models import Department, Organisation
from rubrics.models import Edition


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: access.Person) -> AssessmentQuerySet:
        """Staff see their hospital's work; a bureau sees what was ever submitted to it; a reviewer of another
        city what is being reviewed by him or her; nobody else anything."""
        hospitals = [
            organisation.pk for organisation in access.organisations_where(user, access.HOSPITAL_STAFF)
        ]
        handed_in = access.beneath_bureaus_of(user, "hospital__")
        if access.organisations_where(user, access.BUREAU_STAFF):
            reviewed = Assessment.objects.filter(
                reviews__state="reviewing",
                reviews__steps__state="active",
                reviews__steps__assignments__person_id=user.pk,
                reviews__steps__assignments__declared_at__isnull=False,
                reviews__steps__assignments__ended_at__isnull=True,
            )
            handed_in |= Q(pk__in=reviewed.values("pk"))
        return self.filter(Q(hospital_id__in=hospitals) | (Q(submitted_at__isnull=False) & handed_in))

    def open_for_answers(self) -> AssessmentQuerySet:
        return self.filter(status__in=Assessment.OPEN)

    def ever_submitted(self) -> AssessmentQuerySet:
        return self.filter(submitted_at__isnull=False)


class Assessment(models.Model):
    """One hospital, one edition, one window. Pinned to its edition for ever."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("填报中")
        SUBMITTED = "submitted", _("已提交")
        RETURNED = "returned", _("已退回")
        ACCEPTED = "accepted", _("已接收")
        ARCHIVED = "archived", _("已归档")

    OPEN = (Status.DRAFT, Status.RETURNED)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hospital = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assessments")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="assessments")
    title = models.CharField(_("名称"), max_length=80)
    window_from = models.DateField(_("统计起始日"), null=True, blank=True)
    window_to = models.DateField(_("统计截止日"), null=True, blank=True)
    target_level = models.PositiveSmallIntegerField(_("目标等级"))
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.DRAFT)
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)  # the latest submission

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("自评")
        verbose_name_plural = _("自评")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(window_from__isnull=True, window_to__isnull=True)
                | Q(window_to__gt=F("window_from")),
                name="window_is_whole_and_in_order",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_at__isnull=False) | Q(status="archived"),
                name="what_left_draft_was_submitted",
            ),
            models.UniqueConstraint(
                fields=["hospital", "title"], name="assessment_titles_differ_in_a_hospital"
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "edition", "-window_to"], name="assessments_of_a_hospital")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class Assignment(models.Model):
    """Who answers an item, for which department, until when. At most one per item."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="assignments")
    item_code = models.CharField(max_length=5)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)  # the person says: ready for the quality office

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "item_code"], name="one_assignment_per_item")
        ]

    def __str__(self) -> str:
        return self.item_code


class StatusChange(models.Model):
    """One step of the life cycle with its reason."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="status_changes")
    before = models.CharField(max_length=10, choices=Assessment.Status, blank=True)
    after = models.CharField(max_length=10, choices=Assessment.Status)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
