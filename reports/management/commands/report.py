"""report FILE --kind gap --target L --out F: the gap analysis of a zhiping-assessment/1 file as a document."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.documents import read_assessment
from assessments.management.commands.export import write_file
from audit.command_line import BadInput, FileCommand
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.gap import UnknownTarget
from engine.scoring.score import score
from reports.documents.gap import set_gap_report
from reports.documents.gap_workbook import write_gap_workbook
from reports.pdf import PdfUnavailable, write_pdf
from reports.standing import file_standing
from reports.view_models.report import gap_report

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(FileCommand):
    help = "Writes the gap-analysis report of a zhiping-assessment/1 file. Needs no database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a zhiping-assessment/1 JSON file")
        parser.add_argument("--kind", choices=["gap"], default="gap", help="which report (gap)")
        parser.add_argument("--target", type=int, required=True, metavar="L", help="the level wanted")
        parser.add_argument("--language", choices=sorted(LANGUAGES), default="zh")
        parser.add_argument(
            "--format", choices=["pdf", "xlsx"], help="otherwise as F ends; pdf when it says nothing"
        )
        parser.add_argument(
            "--out", type=Path, required=True, metavar="F", help="where to write the document"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        form = options["format"] or ("xlsx" if out.suffix.lower() == ".xlsx" else "pdf")
        rubric, answers = read_assessment(options["file"])
        with translation.override(LANGUAGES[options["language"]]):
            write_file(out, _document(rubric, answers, options["target"], form))


def _document(rubric: Rubric, answers: Answers, target: int, form: str) -> bytes:
    standing = file_standing(rubric, answers, score(rubric, answers), target=target)
    try:
        report = gap_report(standing, target)
    except UnknownTarget as error:
        raise BadInput(error.message.in_language(get_language() or "")) from error
    if form == "xlsx":
        return write_gap_workbook(report)
    document = set_gap_report(report)
    finished = io.BytesIO()
    try:
        write_pdf(document.html, finished, css=document.css)
    except PdfUnavailable as missing:
        raise BadInput(
            _(
                "服务器缺少排版所需的Pango组件，未能生成PDF。请安装 libpango-1.0-0、libpangoft2-1.0-0 和 libharfbuzz-subset0。"
            )
        ) from missing
    return finished.getvalue()
