"""demo: lay the demo data into an empty installation; with --hospitals N a whole made-up province beside it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from assessments.demo.lay import lay_demo, sign_ins
from assessments.demo.province import lay_province


class Command(BaseCommand):
    help = "Lays the demo hospitals and sign-ins. Status 1 when organisations exist already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--hospitals",
            type=int,
            metavar="N",
            help="lay a made-up province of N hospitals instead (1 to 5,000)",
        )
        parser.add_argument("--years", type=int, default=5, help="years of submissions of that province (5)")
        parser.add_argument("--seed", type=int, default=1, help="another seed gives another province (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ZHIPING_DEMO:
            self.stderr.write(
                "Demo data belongs into the embedded installation only; these settings allow none."
            )
            raise SystemExit(2)
        if options["hospitals"] is not None:
            self._province(options["hospitals"], options["years"], options["seed"])
            return
        if not lay_demo():
            self.stderr.write("Organisations exist already; the demo was not laid.")
            raise SystemExit(1)
        self.stdout.write("\n".join(sign_ins()))

    def _province(self, hospitals: int, years: int, seed: int) -> None:
        if not (1 <= hospitals <= 5000 and 1 <= years <= 15):
            self.stderr.write("A province has 1 to 5,000 hospitals and 1 to 15 years.")
            raise SystemExit(2)
        bureau = lay_province(hospitals, years, last_year=timezone.localdate().year, seed=seed)
        self.stdout.write(
            f"{bureau.name}: {hospitals} hospitals, {years} years. Fill the figures with: manage.py years"
        )
