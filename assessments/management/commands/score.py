"""score FILE: the score card of a zhiping-assessment/1 file, as zhiping-scorecard/1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from assessments.documents import read_assessment
from audit.command_line import FileCommand
from engine.scoring.card_json import card_to_json
from engine.scoring.score import score


class Command(FileCommand):
    help = "Scores a zhiping-assessment/1 file and prints its zhiping-scorecard/1 (claimed lens)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a zhiping-assessment/1 JSON file")
        parser.add_argument("--json", action="store_true", help="the card as one line; without it, indented")

    def handle(self, *args: Any, **options: Any) -> None:
        rubric, answers = read_assessment(options["file"])
        card = card_to_json(score(rubric, answers))
        self.stdout.write(json.dumps(card, ensure_ascii=False, indent=None if options["json"] else 1))
