"""export ID|FILE --format xlsx|json: an assessment of the database, or a zhiping-assessment/1 file, as a
workbook to fill in Excel or as a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.documents import read_assessment
from assessments.models import Assessment
from assessments.queries.answers import answers_of
from assessments.workbook.files import content_of_file
from assessments.workbook.naming import file_name
from assessments.workbook.stored import content_for_anybody
from assessments.workbook.writing import write_workbook
from audit.command_line import BadInput, FileCommand
from engine.scoring.formats import answers_to_json
from rubrics.queries import get_rubric

LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Command(FileCommand):
    help = "Writes an assessment as an Excel workbook or a zhiping-assessment/1 file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source", metavar="ID|FILE", help="public id of an assessment, or a zhiping-assessment/1 file"
        )
        parser.add_argument("--format", choices=["xlsx", "json"], required=True)
        parser.add_argument(
            "--language", choices=sorted(LANGUAGES), default="zh", help="of the workbook (zh)"
        )
        parser.add_argument(
            "--out",
            type=Path,
            metavar="F",
            help="where to write; json goes to the screen without it, xlsx beside you",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(LANGUAGES[options["language"]]):
            name, data = self._made(options["source"], options["format"], options["language"])
        out: Path | None = options["out"] or (Path(name) if options["format"] == "xlsx" else None)
        if out is None:
            self.stdout.write(data.decode(), ending="")
            return
        write_file(out, data)
        self.stderr.write(f"{out}")

    def _made(self, source: str, form: str, language: str) -> tuple[str, bytes]:
        try:
            public_id = UUID(source)
        except ValueError:
            rubric, answers = read_assessment(Path(source))
            if form == "json":
                return "", _text(answers_to_json(rubric, answers))
            content = content_of_file(rubric, answers, LANGUAGES[language])
            return file_name(content, "xlsx"), write_workbook(content)
        assessment = find_assessment(public_id)
        if form == "json":
            rubric = get_rubric(assessment.edition)
            return "", _text(answers_to_json(rubric, answers_of(assessment, rubric=rubric)))
        content = content_for_anybody(assessment, LANGUAGES[language])
        return file_name(content, "xlsx"), write_workbook(content)


def find_assessment(public_id: UUID) -> Assessment:
    """The assessment of the database. Raises BadInput."""
    found = Assessment.objects.select_related("hospital", "edition").filter(public_id=public_id).first()
    if found is None:
        raise BadInput(_("没有编号为%(id)s的自评。") % {"id": public_id})
    return found


def write_file(out: Path, data: bytes) -> None:
    """Whole or not at all. Raises BadInput."""
    part = out.with_name(f"{out.name}.part")
    try:
        part.write_bytes(data)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(
            _("%(file)s 无法写入：%(reason)s。") % {"file": out, "reason": error.strerror}
        ) from error


def _text(document: dict[str, object]) -> bytes:
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode()
