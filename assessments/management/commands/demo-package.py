"""demo-package OUT: a made-up hospital as a data package, to try the checks without anybody's data."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any, get_args

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from assessments.demo.packages.rows import Format
from assessments.demo.packages.scenarios import CASES, Name, made
from assessments.demo.packages.write import write_package
from audit.command_line import BadInput, FileCommand
from rubrics.queries import get_catalogue

SHORTEST_WINDOW = 30  # days; the made-up weeks need some


class Command(FileCommand):
    help = (
        "Writes the data package of a made-up hospital into a new or empty folder: tables, interface messages, "
        "dictionaries and package.yaml. Nobody in it exists. The same seed gives the same package."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, metavar="OUT", help="a new or empty folder")
        parser.add_argument(
            "--scenario",
            choices=get_args(Name),
            default="honest",
            help="what the hospital is like: honest (systems really agree), facade (screens without back ends), "
            "or one thing that is wrong",
        )
        parser.add_argument(
            "--form",
            choices=get_args(Format),
            default="csv",
            help="hl7, fhir: what interface messages can tell as messages, the rest as CSV",
        )
        parser.add_argument(
            "--size",
            choices=tuple(CASES),
            default="small",
            help=", ".join(f"{size}: {cases} cases" for size, cases in CASES.items())
            + " (20 million rows in about thirty tables)",
        )
        parser.add_argument("--seed", type=int, default=1, help="another seed, another hospital")
        parser.add_argument("--hospital", default="示例市人民医院", help="the name package.yaml states")
        parser.add_argument(
            "--from", dest="first", type=_day, default=date(2026, 7, 1), help="first day, YYYY-MM-DD"
        )
        parser.add_argument(
            "--to", dest="last", type=_day, default=date(2026, 9, 30), help="last day, YYYY-MM-DD"
        )
        parser.add_argument("--json", action="store_true", help="what was written as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"]
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BadInput(_("%(path)s须是新的或空的文件夹。") % {"path": target})
        window = (options["first"], options["last"])
        if (window[1] - window[0]).days < SHORTEST_WINDOW:
            raise BadInput(_("数据窗口至少要有%(days)s天。") % {"days": SHORTEST_WINDOW})
        if options["size"] == "large" and options["form"] == "xlsx":
            raise BadInput(_("一张工作表放不下large的行数，请选用csv或parquet。"))
        package = made(
            get_catalogue(),
            options["scenario"],
            hospital=options["hospital"],
            window=window,
            size=options["size"],
            seed=options["seed"],
            format=options["form"],
        )
        try:
            folder = write_package(package, target)
        except OSError as error:
            raise BadInput(
                _("写不进%(path)s：%(reason)s。") % {"path": target, "reason": error.strerror}
            ) from None
        written = sorted(path for path in folder.rglob("*") if path.is_file())
        told = {
            "folder": str(folder),
            "scenario": options["scenario"],
            "form": options["form"],
            "seed": options["seed"],
            "window": {"from": window[0].isoformat(), "to": window[1].isoformat()},
            "files": len(written),
            "bytes": sum(path.stat().st_size for path in written),
        }
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(
                _("已写出%(files)s个文件（%(megabytes)s MB）：%(folder)s")
                % {
                    "files": told["files"],
                    "megabytes": f"{told['bytes'] / 1e6:.1f}",
                    "folder": folder,
                }
            )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day; write YYYY-MM-DD") from None
