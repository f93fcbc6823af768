"""How an organisation's own documents look from outside."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hospitals.models import Organisation


class Cover(models.Model):
    """Logo, lines, colour and standing texts an organisation puts on the documents its people make.

    ``logo`` is a PNG this product drew itself from what was uploaded, so nothing of the uploaded file is left."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="cover")
    title = models.CharField(_("封面标题"), max_length=60, blank=True)
    title_en = models.CharField(_("英文封面标题"), max_length=80, blank=True)
    subtitle = models.CharField(_("副标题"), max_length=100, blank=True)
    subtitle_en = models.CharField(_("英文副标题"), max_length=120, blank=True)
    contact = models.TextField(_("联系方式"), blank=True)
    logo = models.BinaryField(null=True, blank=True)
    accent = models.CharField(_("主色"), max_length=7, blank=True)  # "#006980"; empty: as it comes
    foreword = models.TextField(_("前言"), blank=True)
    foreword_en = models.TextField(_("英文前言"), blank=True)
    disclaimer = models.TextField(_("声明"), blank=True)
    disclaimer_en = models.TextField(_("英文声明"), blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("报告封面")
        verbose_name_plural = _("报告封面")

    def __str__(self) -> str:
        return str(self.organisation)
