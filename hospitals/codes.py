"""Codes an organisation is known by elsewhere, checked the same for a form and for a program."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hospitals.regions import province_of


def clean_region(text: str) -> str:
    """An administrative division code, or nothing. Raises ValidationError with one sentence."""
    region = text.strip()
    if region and not re.fullmatch(r"[0-9]{6}", region, re.ASCII):
        raise ValidationError(_("行政区划代码为六位数字。"))
    if region and not province_of(region):
        raise ValidationError(
            _("行政区划代码的前两位“%(two)s”不是省级代码（GB/T 2260）。") % {"two": region[:2]}
        )
    return region


def clean_code(text: str) -> str:
    """The code of the health institution or of the insurance, or nothing. Raises ValidationError."""
    code = text.strip().upper()
    if code and not re.fullmatch(r"[0-9A-Z]{9}[0-9]{6}[0-9]{2}[A-Z][0-9]{3}[0-9]|H[0-9]{11}", code):
        raise ValidationError(_("机构代码应为22位卫生机构（组织）代码，或H加11位数字的定点医疗机构编码。"))
    return code
