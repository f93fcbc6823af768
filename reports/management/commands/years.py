"""years: fills again what bureaus compare, from every frozen submission."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from reports.regional.filling import fill_all


class Command(BaseCommand):
    help = "Fills again what bureaus compare (yearly results), from every frozen submission."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(_("已重新汇总%(n)s条年度结果。") % {"n": fill_all()})
