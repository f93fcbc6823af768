"""report_check FILE: whether the figures of a PDF report are those its own attachments give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.documents import library
from audit.command_line import AnswerIsNo, BadInput, FileCommand
from hospitals.refusals import Refusal
from reports.checking.comparing import Checked, check_report
from reports.checking.reading import LARGEST, read_report
from reports.management.commands.report import LANGUAGES


class Command(FileCommand):
    help = (
        "Computes the figures of a report again from the answers inside it and says whether they match. Needs no "
        "database. Status 0: everything matches; 1: something differs; 2: it cannot be checked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a PDF report")
        parser.add_argument("--language", choices=sorted(LANGUAGES), default="zh")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        with translation.override(LANGUAGES[options["language"]]):
            try:
                if file.stat().st_size > LARGEST:
                    raise BadInput(_("%(file)s 过大，不是本系统生成的报告。") % {"file": file})
                checked = check_report(read_report(file.read_bytes()), library())
            except OSError as error:
                raise BadInput(
                    _("%(file)s 读不出来：%(why)s。") % {"file": file, "why": error.strerror}
                ) from error
            except Refusal as refusal:
                raise BadInput(f"{file}: {refusal}") from refusal
            self.stdout.write(f"SHA-256 {checked.sha256}")
            for line in checked.lines:
                sign = {True: "=", False: "!", None: "?"}[line.matches]
                note = f"  ({line.note})" if line.note else ""
                self.stdout.write(f"{sign} {line.what}: {line.given} | {line.found}{note}")
            self._end_with(checked)

    def _end_with(self, checked: Checked) -> None:
        if checked.verdict == "differs":
            raise AnswerIsNo(
                ngettext(
                    "有%(n)s处不一致：这份报告的数字不是由所附答案得出的，或者附件被改动过。",
                    "有%(n)s处不一致：这份报告的数字不是由所附答案得出的，或者附件被改动过。",
                    len(checked.differing),
                )
                % {"n": len(checked.differing)}
            )
        if checked.verdict == "unknown":
            raise BadInput(_("附件完好，但数字不能在这里重新计算，原因见上。"))
        self.stdout.write(_("全部一致：%(n)s个数字由所附答案重新计算得出。") % {"n": checked.figures})
