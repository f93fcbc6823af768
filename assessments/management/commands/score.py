"""score FILE: the score card of a zhiping-assessment/1 file, or four of them beside what data and people say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from assessments.documents import catalogue, read_assessment, read_decisions, read_findings
from audit.command_line import FileCommand
from engine.evidence.lenses import Lenses, lenses_of, no_counts
from engine.scoring.card import LENSES
from engine.scoring.card_json import card_to_json
from engine.scoring.score import score


class Command(FileCommand):
    help = (
        "Scores a zhiping-assessment/1 file and prints its zhiping-scorecard/1 (claimed lens). With findings or "
        "decisions: the cards of the lenses claimed, not_refuted, provisional and strict, and the coverage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a zhiping-assessment/1 JSON file")
        parser.add_argument(
            "--findings", type=Path, metavar="F", help="zhiping-findings/1 of a run over the hospital's data"
        )
        parser.add_argument(
            "--decisions",
            type=Path,
            metavar="D",
            help="zhiping-decisions/1: what people decided about evidence",
        )
        parser.add_argument(
            "--json", action="store_true", help="the result as one line; without it, indented"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rubric, answers = read_assessment(options["file"])
        if options["findings"] is None and options["decisions"] is None:
            result = card_to_json(score(rubric, answers))
        else:
            counts = (
                no_counts(rubric, catalogue())
                if options["findings"] is None
                else read_findings(options["findings"], rubric)
            )
            decisions = () if options["decisions"] is None else read_decisions(options["decisions"], rubric)
            result = _four(lenses_of(rubric, answers, catalogue(), counts, decisions))
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=None if options["json"] else 1))


def _four(lenses: Lenses) -> dict[str, Any]:
    return {
        **{lens: card_to_json(lenses.cards[lens]) for lens in LENSES},
        "coverage": str(lenses.coverage),
        "facade_gap": str(lenses.facade_gap),
        "not_yet_verified": str(lenses.not_yet_verified),
    }
