"""In which columns submissions are taken along for a national platform."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospitals.models import Organisation


class ExportTemplate(models.Model):
    """Columns in an order, as an organisation set them; for itself and everybody beneath it.

    ``columns``: ``[{"key", "heading"}]``; an empty key is a column the platform has and this product does not
    know, left blank. ``workbook``: the platform's own file, filled beneath ``head_row`` of ``sheet``; without one a
    plain sheet is written."""

    class Rows(models.TextChoices):
        ITEMS = "items", _("每个项目一行")
        SUBMISSIONS = "submissions", _("每份自评一行")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="export_templates")
    name = models.CharField(_("名称"), max_length=60)
    rows = models.CharField(_("行"), max_length=12, choices=Rows, default=Rows.ITEMS)
    columns = models.JSONField(default=list)
    workbook = models.BinaryField(null=True, blank=True)
    workbook_name = models.CharField(max_length=120, blank=True)
    sheet = models.CharField(max_length=60, blank=True)
    head_row = models.PositiveSmallIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["organisation__path", "name"]
        verbose_name = _("上报表模板")
        verbose_name_plural = _("上报表模板")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="export_template_names_differ_in_an_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.name
