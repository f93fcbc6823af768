"""What bureaus compare: one row per hospital, edition and year, kept up to date from frozen submissions."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models import Assessment, ScoreSnapshot
from hospitals import access
from hospitals.models import Organisation
from rubrics.models import Edition


class YearlyResultQuerySet(models.QuerySet["YearlyResult"]):
    def visible_to(self, user: access.Person) -> YearlyResultQuerySet:
        """Results of hospitals beneath the bureaus the person works in."""
        condition = Q(pk__in=[])
        for bureau in access.organisations_where(user, access.BUREAU_STAFF):
            condition |= Q(path__startswith=bureau.path)
        return self.filter(condition)


class YearlyResult(models.Model):
    """The newest submission of a hospital under an edition in a year, with what it is compared by.

    Levels are those of the frozen cards, never scored again; None where nothing was verified or awarded.
    Written by reports.regional.filling alone, and always as a whole for a hospital.
    """

    hospital = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="yearly_results")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    snapshot = models.ForeignKey(ScoreSnapshot, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Assessment.Status)
    path = models.CharField(max_length=200)  # of the hospital: what a bureau filters by
    city = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="+")
    grade = models.CharField(max_length=2, choices=Organisation.Grade, blank=True)
    ownership = models.CharField(max_length=8, choices=Organisation.Ownership)
    hospital_type = models.CharField(max_length=10, choices=Organisation.HospitalType, blank=True)
    beds = models.PositiveIntegerField(null=True)
    target = models.PositiveSmallIntegerField()
    claimed = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=7, decimal_places=2)
    at_most = models.PositiveSmallIntegerField(null=True)  # level of the not_refuted lens
    provisional = models.PositiveSmallIntegerField(null=True)
    strict = models.PositiveSmallIntegerField(null=True)
    coverage = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    awarded = models.PositiveSmallIntegerField(null=True)  # the official result, else the review's
    items = models.JSONField(
        default=dict
    )  # {"01.01": [function level, scored level, "score", "ratio", "index"]}
    total_at_most = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    discharges = models.PositiveIntegerField(null=True)  # of the statistical window
    # levels that each item passes, two hexadecimal digits per item: reports.comparing.rows
    passes = models.CharField(max_length=200, blank=True)
    passes_at_most = models.CharField(max_length=200, blank=True)
    passes_provisional = models.CharField(max_length=200, blank=True)
    signs = models.JSONField(default=dict)  # what is looked at for doubts: reports.regional.doubts.signs_of
    submitted_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(default=timezone.now)

    objects = YearlyResultQuerySet.as_manager()

    class Meta:
        ordering = ["year", "path"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "edition", "year"], name="one_result_per_hospital_and_year"
            )
        ]
        indexes = [
            # carries everything that groups and places are counted from: rows themselves are long, and are not read
            models.Index(
                fields=["edition", "year", "path", "hospital", "city", "grade", "ownership", "hospital_type", "beds",
                        "target", "claimed", "total", "at_most", "strict", "awarded", "refreshed_at"],
                name="figures_of_a_year",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.hospital} {self.year}"


class PeerSharing(models.Model):
    """Whether reports of a bureau's hospitals hold figures of their peer group. No row: they do not."""

    bureau = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="peer_sharing")
    shared = models.BooleanField(_("提供同类数据"), default=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.bureau} {self.shared}"


class SavedView(models.Model):
    """Filters of a regional page a person wants to come back to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("名称"), max_length=60)
    page = models.CharField(max_length=40)  # name of the address
    query = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="names_of_views_differ")]

    def __str__(self) -> str:
        return self.name
