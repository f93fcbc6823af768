"""gap FILE --target L: what is missing for a level, ordered by what it unlocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.documents import read_assessment
from audit.command_line import AnswerIsNo, BadInput, FileCommand
from engine.rubric.values import Rubric
from engine.scoring.gap import GapList, UnknownTarget, find_gaps, gaps_to_json


class Command(FileCommand):
    help = "Lists what a zhiping-assessment/1 file lacks for a level. Status 0: reached, 1: not reached."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a zhiping-assessment/1 JSON file")
        parser.add_argument("--target", type=int, required=True, metavar="L", help="the level wanted")
        parser.add_argument("--json", action="store_true", help="zhiping-gaps/1 instead of lines to read")

    def handle(self, *args: Any, **options: Any) -> None:
        rubric, answers = read_assessment(options["file"])
        try:
            gaps = find_gaps(rubric, answers, options["target"])
        except UnknownTarget as error:
            raise BadInput(error.message.in_language(get_language() or "")) from error
        if options["json"]:
            self.stdout.write(json.dumps(gaps_to_json(gaps), ensure_ascii=False))
        else:
            self._print(rubric, gaps)
        if gaps.level < options["target"]:
            raise AnswerIsNo(
                _("未达到%(target)s级：自评等级为%(level)s级。")
                % {"target": options["target"], "level": gaps.level}
            )

    def _print(self, rubric: Rubric, gaps: GapList) -> None:
        for gap in gaps.gaps:
            item = rubric.by_code[gap.item]
            factors = ", ".join(f"{s.factor} {s.have}/{s.need}" for s in gap.shortfalls)
            clauses = " ".join(f"{gap.item}.{clause.level}-{clause.n}" for clause in gap.clauses)
            mark = "*" if gap.suggested else " "
            self.stdout.write(
                f"{mark} {gap.level} {gap.unlocks:14} {gap.item} {item.name.zh}  {factors}  {clauses}"
            )
