"""import FILE.xlsx --out F: the workbook as a zhiping-assessment/1 file, without a database.
import FILE.xlsx|FILE.json --into ID --by USERNAME: what it would change in an assessment; --apply writes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments.actions.importing import apply_workbook
from assessments.documents import read_assessment
from assessments.management.commands.export import find_assessment, write_file
from assessments.models import Assessment
from assessments.permissions import check_can_import
from assessments.queries.answers import bases_of
from assessments.workbook.content import FORMAT, Passport, values_of_answers, without_basis
from assessments.workbook.differences import Difference
from assessments.workbook.examining import Examination, OtherAssessment, examine, rubric_for
from assessments.workbook.files import answers_in, read_file
from assessments.workbook.opening import WorkbookRefused
from assessments.workbook.preview import field_label, shown
from assessments.workbook.reading import Filled, Refused, read_workbook
from audit.command_line import AnswerIsNo, BadInput, FileCommand
from engine.scoring.formats import answers_to_json
from hospitals.refusals import Refusal


class Command(FileCommand):
    help = (
        "Reads a filled workbook: into a zhiping-assessment/1 file (--out), or into an assessment (--into --by), "
        "where it prints the differences and writes them with --apply. Status 1: something was not taken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE", help="a workbook (.xlsx), or with --into a .json file"
        )
        parser.add_argument("--out", type=Path, metavar="F", help="write a zhiping-assessment/1 file")
        parser.add_argument(
            "--into", type=UUID, metavar="ID", help="public id of an assessment of the database"
        )
        parser.add_argument("--by", metavar="USERNAME", help="who imports; the same rights as on the screen")
        parser.add_argument(
            "--apply", action="store_true", help="write; without it only the differences are printed"
        )
        parser.add_argument(
            "--conflicts", choices=["mine", "theirs"], default="theirs",
            help="where both changed: take the file's value or keep the assessment's (theirs)",
        )  # fmt: skip
        parser.add_argument(
            "--other", action="store_true", help="take a workbook of another assessment, or of none"
        )
        parser.add_argument("--json", action="store_true", help="the differences as one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["into"] is None) == (options["out"] is None):
            raise BadInput(_("请给出 --out 文件，或 --into 自评编号和 --by 登录名，二者选一。"))
        if options["out"] is not None:
            self._to_file(options["file"], options["out"])
        else:
            self._into(options)

    def _to_file(self, file: Path, out: Path) -> None:
        try:
            rubric, filled = read_file(file)
        except OSError as error:
            raise BadInput(_unreadable(file, error)) from error
        except WorkbookRefused as refused:
            raise BadInput(f"{file}: {refused}") from refused
        answers, refused_cells, lost = answers_in(rubric, filled)
        if refused_cells:
            self._say_refused(refused_cells)
            raise BadInput(
                ngettext(
                    "%(file)s 有%(n)s处不能采用，没有写入。",
                    "%(file)s 有%(n)s处不能采用，没有写入。",
                    len(refused_cells),
                )
                % {"file": file, "n": len(refused_cells)}
            )
        text = json.dumps(answers_to_json(rubric, answers), ensure_ascii=False, indent=1)
        write_file(out, f"{text}\n".encode())
        if lost:
            self.stderr.write(
                ngettext(
                    "%(n)s处备注或统计来源没有写入：zhiping-assessment/1 不含这些内容。",
                    "%(n)s处备注或统计来源没有写入：zhiping-assessment/1 不含这些内容。",
                    lost,
                )
                % {"n": lost}
            )

    def _into(self, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        if not options["by"]:
            raise BadInput(_("请用 --by 给出导入人的登录名。"))
        user = User.objects.filter(username=options["by"], is_active=True).first()
        if user is None:
            raise BadInput(_("没有登录名为“%(name)s”的人员。") % {"name": options["by"]})
        assessment = Assessment.objects.visible_to(user).filter(public_id=options["into"]).first()
        if assessment is None:
            raise BadInput(_("没有编号为%(id)s的自评。") % {"id": options["into"]})
        assessment = find_assessment(assessment.public_id)
        try:
            check_can_import(user, assessment)
            content = file.read_bytes()
            filled, other = self._filled(file, assessment, options["other"])
            self._examine_and_write(user, assessment, filled, content, other, options)
        except Refusal as refusal:
            raise BadInput(str(refusal)) from refusal
        except OSError as error:
            raise BadInput(_unreadable(file, error)) from error
        except OtherAssessment as elsewhere:
            raise BadInput(f"{file}: {elsewhere} {_('确要采用其内容的，请加 --other。')}") from elsewhere
        except WorkbookRefused as refused:
            raise BadInput(f"{file}: {refused}") from refused

    def _filled(self, file: Path, assessment: Assessment, other: bool) -> tuple[Filled, bool]:
        if file.suffix.lower() != ".json":
            with file.open("rb") as opened:
                return read_workbook(opened, rubric_for(assessment))[1], other
        rubric, answers = read_assessment(file)
        passport = Passport(rubric.id, rubric.content_hash, "", "")
        rubric_for(assessment)(passport)
        values = without_basis(rubric, values_of_answers(rubric, answers), bases_of(assessment))
        return Filled(passport, {}, values, {}), True

    def _examine_and_write(
        self,
        user: User,
        assessment: Assessment,
        filled: Filled,
        content: bytes,
        other: bool,
        options: dict[str, Any],
    ) -> None:
        examination = examine(assessment, user, filled, other=other, otherwise=options["conflicts"])
        self._print(examination, options["json"])
        left = self._not_taken(examination)
        if options["apply"]:
            apply_workbook(
                by=user,
                assessment=assessment,
                filled=filled,
                seen=examination.digest,
                file=options["file"].name,
                sha256=hashlib.sha256(content).hexdigest(),
                other=other,
                otherwise=options["conflicts"],
            )
        if left:
            raise AnswerIsNo(ngettext("%(n)s处没有采用。", "%(n)s处没有采用。", left) % {"n": left})

    def _not_taken(self, examination: Examination) -> int:
        taken = {one.field for one in examination.taken}
        refused = {one.field for one in examination.refused}
        kept = [
            c for c in examination.comparison.conflicts if c.field not in taken and c.field not in refused
        ]
        return len(kept) + len(examination.refused) + sum(examination.comparison.withheld.values())

    def _print(self, examination: Examination, as_json: bool) -> None:
        rubric, comparison = examination.stored.rubric, examination.comparison
        taken = {one.field for one in examination.taken}
        if as_json:
            said = {
                "format": f"{FORMAT.partition('/')[0]}-differences/1",
                "taken": [_as_json(one) for one in examination.taken],
                "conflicts": [_as_json(one) | {"by": one.by} for one in comparison.conflicts],
                "refused": [
                    {"cell": one.address, "field": one.field, "reason": one.sentence}
                    for one in examination.refused
                ],
                "withheld": comparison.withheld,
                "unchanged": comparison.unchanged,
            }
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        for one in examination.taken:
            self.stdout.write(
                f"+ {field_label(rubric, one.field)}: {_said(one, one.theirs)} -> {_said(one, one.mine)}"
            )
        for one in comparison.conflicts:
            if one.field not in taken:
                self.stdout.write(
                    f"= {field_label(rubric, one.field)}: {_said(one, one.theirs)} ({one.by}) | {_said(one, one.mine)}"
                )
        self._say_refused(examination.refused)
        for place, count in sorted(comparison.withheld.items()):
            self.stdout.write(f"- {place}: {count}")

    def _say_refused(self, refused: Iterable[Refused]) -> None:
        for one in refused:
            self.stdout.write(f"! {one.address or one.field}: {one.sentence}")


def _as_json(one: Difference) -> dict[str, Any]:
    return {"field": one.field, "cell": one.address, "from": one.theirs, "to": one.mine, "exported": one.base}


def _said(one: Difference, value: Any) -> str:
    return shown(one.field, value, 60).replace("\n", " ")


def _unreadable(file: Path, error: OSError) -> str:
    return _("%(file)s 无法读取：%(reason)s。") % {"file": file, "reason": error.strerror}
