"""pseudonymise IN OUT --secret-file F: tokens for identifiers and names, before data leaves the hospital."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.probes.pseudonymising import LONGEST_FIELD, Rewriting, Written
from assessments.probes.pseudonyms import SHORTEST_SECRET, Pseudonyms, SecretRefused, usable_secret
from audit.command_line import BadInput, FileCommand
from engine.evidence.mapping.document import MappingDocument, MappingRefused, read_mapping
from rubrics.queries import get_catalogue


class Command(FileCommand):
    help = (
        "Rewrites a data package (a folder or one file) without anybody in it: identifiers and names become "
        "HMAC-SHA-256 tokens, texts their length, times move by whole weeks, unknown columns are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source", type=Path, metavar="IN", help="folder of CSV and message files, or one file"
        )
        parser.add_argument("target", type=Path, metavar="OUT", help="a new or empty folder")
        parser.add_argument(
            "--secret-file",
            type=Path,
            required=True,
            help=f"file with a secret of at least {SHORTEST_SECRET} characters",
        )
        parser.add_argument(
            "--mapping", type=Path, help="zhiping-mapping/1 YAML; without it headers are canonical fields"
        )
        parser.add_argument(
            "--shift-weeks", type=int, default=0, help="move all times by this many weeks (7 days each)"
        )
        parser.add_argument(
            "--keep-text", action="append", default=[], metavar="FIELD", help="keep this text as it is"
        )
        parser.add_argument("--json", action="store_true", help="the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = options["source"], options["target"]
        if not source.exists():
            raise BadInput(_("找不到%(path)s。") % {"path": source})
        pseudonyms = Pseudonyms(_secret(options["secret_file"], source, target), options["shift_weeks"])
        if abs(pseudonyms.weeks) > 520:
            raise BadInput(_("--shift-weeks不能超过520周。"))
        inside = target.resolve().is_relative_to(source.resolve()) if source.is_dir() else False
        if inside or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
            raise BadInput(_("%(path)s须是新的或空的文件夹，且不在输入文件夹内。") % {"path": target})
        csv.field_size_limit(LONGEST_FIELD)
        rewriting = Rewriting(
            get_catalogue(), pseudonyms, _mapping(options["mapping"]), frozenset(options["keep_text"])
        )
        existed = target.exists()
        target.mkdir(parents=True, exist_ok=True)
        try:
            files = list(rewriting.run(source, target))
        except (OSError, csv.Error, UnicodeDecodeError, ValueError) as error:
            # Half a package is worse than none. Only the kind of failure is said: its words may quote a value.
            for made in target.iterdir():
                shutil.rmtree(made) if made.is_dir() else made.unlink()
            if not existed:
                target.rmdir()
            raise BadInput(
                _("未能完成（%(kind)s），没有留下任何输出文件。") % {"kind": type(error).__name__}
            ) from None
        self._say(files, pseudonyms, as_json=options["json"])

    def _say(self, files: list[Written], pseudonyms: Pseudonyms, *, as_json: bool) -> None:
        if as_json:
            summary = {
                "files": [
                    {
                        "name": f.name,
                        "rows": f.rows,
                        "left_out": list(f.dropped),
                        "malformed": f.malformed,
                        "skipped": f.skipped,
                    }
                    for f in files
                ],
                "times_emptied": pseudonyms.unshifted,
            }
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        for one in files:
            if one.skipped:
                self.stdout.write(
                    _("%(name)s：认不出是哪种记录或不支持的文件类型，没有写出。") % {"name": one.name}
                )
                continue
            said = _("%(name)s：%(rows)s行") % {"name": one.name, "rows": one.rows}
            if one.malformed:
                said += _("；%(n)s条消息无法解析") % {"n": one.malformed}
            if one.dropped:
                said += _("；未写出的列：%(columns)s") % {"columns": "、".join(one.dropped)}
            self.stdout.write(said)
        if pseudonyms.unshifted:
            self.stdout.write(_("%(n)s个时间认不出日期，已留空。") % {"n": pseudonyms.unshifted})


def _secret(path: Path, source: Path, target: Path) -> bytes:
    for folder in (source, target):
        if path.resolve().is_relative_to(folder.resolve()):
            raise BadInput(_("密钥文件不能放在输入或输出文件夹里，否则会随数据一起交出去。"))
    try:
        return usable_secret(path.read_bytes())
    except OSError:
        raise BadInput(_("读不了密钥文件%(path)s。") % {"path": path}) from None
    except SecretRefused:
        raise BadInput(
            _("密钥太短或太简单：至少%(n)s个字符，且不少于10种不同字符。可用 openssl rand -hex 32 生成。")
            % {"n": SHORTEST_SECRET}
        ) from None


def _mapping(path: Path | None) -> MappingDocument | None:
    if path is None:
        return None
    try:
        return read_mapping(path.read_text(encoding="utf-8-sig"), get_catalogue())
    except (OSError, UnicodeDecodeError):
        raise BadInput(_("读不了映射文件%(path)s。") % {"path": path}) from None
    except MappingRefused as refused:
        language = "en" if (get_language() or "").startswith("en") else "zh"
        raise BadInput(f"{path}: {refused.sentence.in_language(language)}") from None
