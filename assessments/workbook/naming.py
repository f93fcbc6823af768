"""Names of exported files that every file system takes."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from assessments.workbook.content import Content

_UNWANTED = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def file_name(content: Content, extension: str) -> str:
    """自评_示例市人民医院_2026年自评.xlsx"""
    hospital = content.hospital or str(content.passport.hospital.get("name", ""))
    parts = [_("自评"), hospital, content.passport.title, content.passport.edition]
    name = "_".join(part for part in parts if part)
    return f"{_UNWANTED.sub('-', name)[:110].strip(' .')}.{extension}"
