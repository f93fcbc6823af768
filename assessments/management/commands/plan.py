"""plan FILE --target L: the best way to a level, as zhiping-plan/1 or as lines to read."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.documents import read_assessment
from audit.command_line import AnswerIsNo, BadInput, FileCommand
from engine.roadmap.assumptions import with_changes
from engine.roadmap.constraints import read_constraints
from engine.roadmap.plain import Refused
from engine.roadmap.plan import UnknownTarget, make_plan
from engine.roadmap.plan_json import plan_to_json
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import OBJECTIVES, Assumptions, Constraints, Plan
from engine.rubric.errors import RubricError
from engine.rubric.marked import read_marked
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from rubrics.queries import get_assumptions


class Command(FileCommand):
    help = (
        "The plan of least effort (cheapest, fastest or safest) from a zhiping-assessment/1 file to a level, as "
        "zhiping-plan/1. Status 0: there is a plan, 1: there is none under these constraints."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a zhiping-assessment/1 JSON file")
        parser.add_argument("--target", type=int, required=True, metavar="L", help="the level wanted")
        parser.add_argument("--objective", choices=OBJECTIVES, default="cheapest")
        parser.add_argument(
            "--constraints",
            type=Path,
            metavar="C.yaml",
            help="a zhiping-constraints/1; it may also hold start (a quarter) and assumptions",
        )
        parser.add_argument(
            "--start",
            metavar="2027Q1",
            help="first quarter of the plan; otherwise the quarter after the window",
        )
        parser.add_argument("--text", action="store_true", help="lines to read instead of zhiping-plan/1")
        parser.add_argument(
            "--json", action="store_true", help="the result as one line; without it, indented"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rubric, answers = read_assessment(options["file"])
        given = constraints_file(options["constraints"])
        start = first_quarter(options["start"] or given.pop("start", None), answers)
        assumptions, constraints = read_given(options["constraints"], given, rubric)
        beds = answers.hospital.get("beds")
        try:
            plan = make_plan(
                rubric,
                answers,
                options["target"],
                options["objective"],
                assumptions=assumptions,
                constraints=constraints,
                start=start,
                beds=beds if isinstance(beds, int) else None,
            )
        except UnknownTarget as error:
            raise BadInput(error.message.in_language(get_language() or "")) from error
        if options["text"]:
            self._print(rubric, plan)
        else:
            indent = None if options["json"] else 1
            self.stdout.write(json.dumps(plan_to_json(plan), ensure_ascii=False, indent=indent))
        if plan.status == "infeasible":
            raise AnswerIsNo(
                " ".join(one.text.in_language(get_language() or "") for one in plan.infeasible_because)
            )

    def _print(self, rubric: Rubric, plan: Plan) -> None:
        language = get_language() or ""
        self.stdout.write(
            f"{plan.objective} {plan.status}: {plan.level_before} -> {plan.level_after}, "
            f"{plan.effort.normalize():f} ({plan.effort_low.normalize():f}-{plan.effort_high.normalize():f}) "
            f"person-weeks, {plan.cost.likely:,.0f} CNY, {plan.start} - {plan.finish or plan.start}"
        )
        for action in plan.actions:
            self.stdout.write(
                f"  {action.start}-{action.finish} {action.item} {action.from_level}->{action.to_level} "
                f"{action.effort.normalize():>8f} {action.why} {action.why_level}  {rubric.by_code[action.item].name.in_language(language)}"
            )
        for relaxation in plan.relaxations:
            self.stdout.write(f"  + {relaxation.text.in_language(language)}")


def constraints_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        document = read_marked(file)
    except RubricError as error:
        raise BadInput(str(error)) from error
    if not isinstance(document, dict):
        raise BadInput(_("%(file)s 应为“名称: 值”的形式。") % {"file": file})
    return dict(document)


def read_given(file: Path | None, given: dict[str, Any], rubric: Rubric) -> tuple[Assumptions, Constraints]:
    changes = given.pop("assumptions", {})
    try:
        if not isinstance(changes, dict):
            raise BadInput(_("%(file)s：assumptions应为“名称: 值”的形式。") % {"file": file})
        return with_changes(get_assumptions(), changes), read_constraints(given, rubric)
    except Refused as refused:
        raise BadInput(f"{file}: {refused.in_language(get_language() or '')}") from refused


def first_quarter(text: Any, answers: Answers) -> Quarter:
    if text is None:
        last = answers.window[1] if answers.window else date.today()
        return Quarter.of(last).later(1)
    try:
        return Quarter.parse(str(text))
    except ValueError as error:
        raise BadInput(_("“%(text)s”不是季度，请写成2027Q1的形式。") % {"text": text}) from error
