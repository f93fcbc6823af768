"""rubric list | show R [ITEM] | check FILE | load | import-official DOCX: the library from the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.command_line import AnswerIsNo, BadInput, FileCommand
from engine.evidence.catalogue.load import CHECKS_FILE, load_catalogue
from engine.evidence.catalogue.values import Catalogue
from engine.rubric.canonical import rubric_to_dict
from engine.rubric.errors import RubricError
from engine.rubric.load import BASES_FILE, DOUBTS_SUFFIX, TABLE_SUFFIX, load_library, load_rubric
from engine.rubric.values import Rubric
from rubrics import printed, yearly
from rubrics.actions import LIBRARY, confirm_flags, publish_library
from rubrics.flags import changed_cells, flags_of
from rubrics.models import Confirmation
from rubrics.official_annex import Annex, AnnexRefused, DocumentRefused, read_annex
from rubrics.queries import find_edition, get_rubric


class Command(FileCommand):
    help = _("标准库：列出、查看、检查文件、载入数据库、导入官方附件3。")

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(
            dest="step", required=True, metavar="list|show|check|load|import-official|import-dq|export-dq"
        )
        listing = steps.add_parser("list", help=_("列出标准库（不需要数据库）"))
        listing.add_argument("--json", action="store_true")
        show = steps.add_parser("show", help=_("查看一个标准或其中一个项目（不需要数据库）"))
        show.add_argument("rubric", metavar="R", help=_("标准编号，如emr-2018"))
        show.add_argument("item", metavar="ITEM", nargs="?", help=_("项目代码，如01.01"))
        show.add_argument("--language", choices=["zh", "en"], default="zh")
        show.add_argument("--json", action="store_true")
        check = steps.add_parser("check", help=_("检查一个标准文件（不需要数据库）"))
        check.add_argument("file", metavar="FILE", type=Path)
        check.add_argument("--json", action="store_true")
        load = steps.add_parser("load", help=_("把标准库中的新内容发布到数据库；可重复运行"))
        load.add_argument("--json", action="store_true")
        official = steps.add_parser("import-official", help=_("从官方附件3（.docx）确认基本项与选择项"))
        official.add_argument("document", metavar="DOCX", type=Path)
        official.add_argument("--rubric", default="emr-2018")
        official.add_argument("--yes", action="store_true", help=_("写入；不加此项只显示将要发生的变化"))
        official.add_argument("--by", metavar="USERNAME", help=_("确认人的登录名，记入操作记录"))
        official.add_argument("--json", action="store_true")
        yearly.add_arguments(steps)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['step'].replace('-', '_')}")(options)
        except DatabaseError as error:
            reason = str(error).strip().split("\n")[0]
            raise BadInput(
                _("数据库不能使用（%(reason)s）。请先运行 migrate。") % {"reason": reason}
            ) from error

    def do_list(self, options: dict[str, Any]) -> None:
        rows = [printed.summary(rubric) for rubric in library().values()]
        self._print(options, rows, [printed.summary_line(row) for row in rows])

    def do_show(self, options: dict[str, Any]) -> None:
        known = library()
        rubric = known.get(options["rubric"])
        if rubric is None:
            raise BadInput(
                _("没有标准“%(id)s”；可用：%(known)s。")
                % {"id": options["rubric"], "known": "、".join(known)}
            )
        if not options["item"]:
            self._print(options, rubric_to_dict(rubric), printed.rubric_lines(rubric, options["language"]))
            return
        item = rubric.by_code.get(options["item"])
        if item is None:
            raise BadInput(_("%(id)s中没有项目%(items)s。") % {"id": rubric.id, "items": options["item"]})
        content = next(i for i in rubric_to_dict(rubric)["items"] if i["code"] == item.code)
        self._print(options, content, printed.item_lines(rubric, item, options["language"]))

    def do_check(self, options: dict[str, Any]) -> None:
        if options["file"].name == CHECKS_FILE:
            row = printed.catalogue_summary(checked_catalogue(options["file"]))
            self._print(options, row, [printed.catalogue_line(row)])
            return
        rubric = checked(options["file"])
        self._print(options, printed.summary(rubric), [printed.summary_line(printed.summary(rubric))])

    def do_load(self, options: dict[str, Any]) -> None:
        try:
            published = publish_library()
        except RubricError as error:
            raise BadInput(str(error)) from error
        words = {
            "published": _("已发布"),
            "unchanged": _("没有变化"),
            "older": _("数据库中已有更新的修订，保留不动"),
        }
        rows = [
            {"rubric": p.edition.key, "revision": p.edition.revision, "outcome": p.outcome} for p in published
        ]
        lines = [f"{row['rubric']} r{row['revision']}  {words[str(row['outcome'])]}" for row in rows]
        self._print(options, rows, lines)

    def do_import_official(self, options: dict[str, Any]) -> None:
        path: Path = options["document"]
        content = read_bytes(path)
        edition = find_edition(options["rubric"])
        if edition is None:
            raise BadInput(_("数据库中没有标准“%(id)s”，请先运行 rubric load。") % {"id": options["rubric"]})
        by = person(options["by"])
        rubric = get_rubric(edition)
        try:
            annex = read_annex(content, rubric, at_most=settings.UPLOAD_MAX_BYTES)
        except DocumentRefused as refused:
            raise BadInput(f"{path}: {refused}") from refused
        except AnnexRefused as refused:
            if options["json"]:
                self.stdout.write(
                    as_json([{"place": p.place, "sentence": p.sentence} for p in refused.problems])
                )
            else:
                self.stdout.write("\n".join(str(problem) for problem in refused.problems))
            count = len(refused.problems)
            sentence = ngettext(
                "%(path)s：有%(n)s处问题，未作任何改动。", "%(path)s：有%(n)s处问题，未作任何改动。", count
            )
            raise BadInput(sentence % {"path": path, "n": count}) from refused
        if options["yes"]:
            confirm_flags(
                edition=edition,
                flags=annex.flags,
                by=by,
                source=Confirmation.Source.ANNEX,
                document_name=path.name,
                document_sha256=annex.sha256,
                wordings=annex.wordings,
            )
        self._print(options, changes(rubric, annex, options["yes"]), printed.annex_lines(rubric, annex))
        if not options["yes"]:
            raise AnswerIsNo(_("以上尚未写入。核对无误后，加 --yes 再运行一次。"))

    def do_import_dq(self, options: dict[str, Any]) -> None:
        data, lines, approved = yearly.compare_file(
            options, read_bytes(options["file"]), person(options["by"])
        )
        self._print(options, data, lines)
        if not approved:
            raise AnswerIsNo(_("以上尚未写入。核对无误后，加 --approve 再运行一次。"))

    def do_export_dq(self, options: dict[str, Any]) -> None:
        self.stderr.write(yearly.export_file(options))

    def _print(self, options: dict[str, Any], data: object, lines: list[str]) -> None:
        self.stdout.write(as_json(data) if options["json"] else "\n".join(lines))


def library() -> dict[str, Rubric]:
    try:
        return load_library(LIBRARY)
    except RubricError as error:
        raise BadInput(str(error)) from error


def checked(path: Path) -> Rubric:
    """A rubric file with the files beside it that belong to it, as the library reads it."""
    if path.is_dir() or not path.exists():
        raise BadInput(_("%(path)s不是文件。") % {"path": path})
    table = path.with_name(f"{path.stem}{TABLE_SUFFIX}.yaml")
    doubts = path.with_name(f"{path.stem}{DOUBTS_SUFFIX}.yaml")
    bases = path.with_name(BASES_FILE)
    try:
        return load_rubric(
            path,
            data_quality=table if table.exists() else None,
            doubts=doubts if doubts.exists() else None,
            bases=bases if bases.exists() else None,
        )
    except RubricError as error:
        raise BadInput(str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(_("%(path)s读不出来：%(reason)s。") % {"path": path, "reason": error}) from error


def checked_catalogue(path: Path) -> Catalogue:
    """The checks in a file, with the data-quality table and the rubrics beside it."""
    if not path.is_file():
        raise BadInput(_("%(path)s不是文件。") % {"path": path})
    try:
        return load_catalogue(path.parent)
    except RubricError as error:
        raise BadInput(str(error)) from error


def read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > settings.UPLOAD_MAX_BYTES:
            raise BadInput(_("文件超过%(n)sMB的上限。") % {"n": settings.UPLOAD_MAX_BYTES // 1024 // 1024})
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput(_("%(path)s读不出来：%(reason)s。") % {"path": path, "reason": reason}) from error


def person(username: str | None) -> User | None:
    if not username:
        return None
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise BadInput(_("没有登录名为“%(name)s”的用户。") % {"name": username})
    return found


def changes(rubric: Rubric, annex: Annex, written: bool) -> dict[str, object]:
    return {
        "written": written,
        "changed": [f"{item}.{level}" for item, level in changed_cells(flags_of(rubric), annex.flags)],
        "wordings": len(annex.wordings),
        "unmatched": [{"code": u.code, "expected": u.expected, "found": u.found} for u in annex.unmatched],
        "notes": [str(note) for note in annex.notes],
        "document_sha256": annex.sha256,
    }


def as_json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)
