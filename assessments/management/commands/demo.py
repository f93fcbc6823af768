"""demo: lay the demo data into an empty installation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from assessments.demo.lay import lay_demo, sign_ins


class Command(BaseCommand):
    help = "Lays the demo hospitals and sign-ins. Status 1 when organisations exist already."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ZHIPING_DEMO:
            self.stderr.write(
                "Demo data belongs into the embedded installation only; these settings allow none."
            )
            raise SystemExit(2)
        if not lay_demo():
            self.stderr.write("Organisations exist already; the demo was not laid.")
            raise SystemExit(1)
        self.stdout.write("\n".join(sign_ins()))
