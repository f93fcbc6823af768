"""report FILE --kind gap|roadmap --target L --out F: a document about a zhiping-assessment/1 file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.documents import read_assessment
from assessments.management.commands.export import write_file
from assessments.management.commands.plan import constraints_file, first_quarter, read_given
from audit.command_line import BadInput, FileCommand
from engine.roadmap.assumptions import assumptions_to_json
from engine.roadmap.constraints import constraints_to_json
from engine.roadmap.plan import make_plan
from engine.roadmap.sensitivity import find_sensitivity
from engine.roadmap.values import OBJECTIVES
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.gap import UnknownTarget, find_gaps
from engine.scoring.score import score
from reports.checking.parcel import Ground, parcel_of
from reports.documents.gap import Document, set_gap_report
from reports.documents.gap_word import write_gap_word
from reports.documents.gap_workbook import write_gap_workbook
from reports.documents.roadmap import set_roadmap
from reports.documents.roadmap_word import write_roadmap_word
from reports.documents.roadmap_workbook import write_roadmap_workbook
from reports.pdf import PdfUnavailable, write_pdf
from reports.standing import Standing, file_standing
from reports.view_models.gaps import gap_rows
from reports.view_models.identity import identity_of
from reports.view_models.report import gap_report
from reports.view_models.roadmap import roadmap_view
from rubrics.queries import get_assumptions

LANGUAGES = {"zh": "zh-hans", "en": "en"}
FORMS = {"gap": ("pdf", "docx", "xlsx"), "roadmap": ("pdf", "docx", "xlsx")}


class Command(FileCommand):
    help = (
        "Writes the gap-analysis report or the roadmap of a zhiping-assessment/1 file. Needs no database. An "
        "infeasible roadmap is written too: it says which condition cannot be met and what would help."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a zhiping-assessment/1 JSON file")
        parser.add_argument(
            "--kind", choices=sorted(FORMS), default="gap", help="which document (gap, roadmap)"
        )
        parser.add_argument("--target", type=int, required=True, metavar="L", help="the level wanted")
        parser.add_argument("--language", choices=sorted(LANGUAGES), default="zh")
        parser.add_argument(
            "--format",
            choices=sorted({form for forms in FORMS.values() for form in forms}),
            help="otherwise as F ends; pdf when it says nothing",
        )
        parser.add_argument(
            "--out", type=Path, required=True, metavar="F", help="where to write the document"
        )
        parser.add_argument("--objective", choices=OBJECTIVES, default="cheapest", help="of a roadmap")
        parser.add_argument(
            "--constraints",
            type=Path,
            metavar="C.yaml",
            help="of a roadmap: a zhiping-constraints/1; it may also hold start (a quarter) and assumptions",
        )
        parser.add_argument(
            "--start",
            metavar="2027Q1",
            help="of a roadmap: its first quarter; otherwise that after the window",
        )
        parser.add_argument(
            "--without-sensitivity",
            action="store_true",
            help="of a roadmap: leave out the table that solves the plan again for every effort",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        kind: str = options["kind"]
        ending = out.suffix.lower().removeprefix(".")
        form = options["format"] or (ending if ending in FORMS[kind] else "pdf")
        if form not in FORMS[kind]:
            raise BadInput(_("这种文档没有%(form)s格式。") % {"form": form})
        rubric, answers = read_assessment(options["file"])
        with translation.override(LANGUAGES[options["language"]]):
            try:
                if kind == "roadmap":
                    content = _roadmap(rubric, answers, form, options)
                else:
                    content = _gap(rubric, answers, options["target"], form)
            except UnknownTarget as error:
                raise BadInput(error.message.in_language(get_language() or "")) from error
            write_file(out, content)


def _standing(rubric: Rubric, answers: Answers, target: int) -> Standing:
    return file_standing(rubric, answers, score(rubric, answers), target=target)


def _gap(rubric: Rubric, answers: Answers, target: int, form: str) -> bytes:
    standing = _standing(rubric, answers, target)
    report = gap_report(standing, target)
    if form == "xlsx":
        return write_gap_workbook(report)
    return (
        write_gap_word(report)
        if form == "docx"
        else _pdf(
            set_gap_report(
                report, attached=parcel_of(standing, kind="gap", target=target, made_at=timezone.localtime())
            )
        )
    )


def _roadmap(rubric: Rubric, answers: Answers, form: str, options: dict[str, Any]) -> bytes:
    target: int = options["target"]
    given = constraints_file(options["constraints"])
    start = first_quarter(options["start"] or given.pop("start", None), answers)
    assumptions, constraints = read_given(options["constraints"], given, rubric)
    beds = answers.hospital.get("beds")
    known_beds = beds if isinstance(beds, int) else None
    sensed = () if options["without_sensitivity"] else find_sensitivity(
        rubric, answers, target, options["objective"],
        assumptions=assumptions, constraints=constraints, start=start, beds=known_beds,
    )  # fmt: skip
    plan = make_plan(
        rubric, answers, target, options["objective"],
        assumptions=assumptions, constraints=constraints, start=start, beds=known_beds,
    )  # fmt: skip
    view = roadmap_view(
        rubric,
        plan,
        assumptions=assumptions,
        constraints=constraints,
        answers=answers,
        sensitivity=sensed,
        defaults=get_assumptions(),
        beds=known_beds,
    )  # fmt: skip
    standing = _standing(rubric, answers, target)
    identity = identity_of(standing)
    if form == "pdf":
        ground = Ground(assumptions_to_json(assumptions), constraints_to_json(constraints), known_beds)
        attached = parcel_of(
            standing, kind="roadmap", target=target, made_at=timezone.localtime(), plan=plan, ground=ground
        )
        return _pdf(set_roadmap(view, identity, attached=attached))
    if form == "docx":
        return write_roadmap_word(view, identity)
    gaps = gap_rows(standing, find_gaps(rubric, answers, target, card=standing.card), {})
    return write_roadmap_workbook(view, identity, gaps)


def _pdf(document: Document) -> bytes:
    finished = io.BytesIO()
    try:
        write_pdf(document.html, finished, css=document.css, attached=document.attached)
    except PdfUnavailable as missing:
        raise BadInput(
            _(
                "服务器缺少排版所需的Pango组件，未能生成PDF。请安装 libpango-1.0-0、libpangoft2-1.0-0 和 libharfbuzz-subset0。"
            )
        ) from missing
    return finished.getvalue()
