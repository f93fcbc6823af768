"""verify DIR --rubric R: runs the checks where the data are and writes zhiping-findings/1; with a key also a
signed attestation. Needs no database of the application; no row leaves the machine."""

from __future__ import annotations

import json
import time
from argparse import ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.documents import catalogue, library
from assessments.management.commands.export import write_file
from assessments.probes import PackageRefused
from audit.command_line import BadInput, FileCommand
from engine.evidence.attestation import AttestationRefused, fingerprint, read_private_key, sign
from engine.evidence.attesting import attestation_body
from engine.evidence.counts import RunCounts
from engine.evidence.findings_json import findings_to_json
from engine.evidence.mapping import MappingDocument, MappingRefused, read_mapping
from engine.rubric.values import Rubric

SAY_EVERY = 1.0  # seconds between two lines of progress
BACKENDS = ("duckdb", "postgres", "spark")


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date like 2026-07-01") from error


class Command(FileCommand):
    help = (
        "Checks a hospital's data on its own machine and prints zhiping-findings/1. With --attest also writes a "
        "signed attestation: counts and digests, never a row."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "package",
            type=Path,
            metavar="DIR",
            nargs="?",
            help="folder or zip of data files, dictionaries and messages; not with --source",
        )
        parser.add_argument("--rubric", required=True, metavar="R", help="emr-2018 or smart-service-2019")
        parser.add_argument("--mapping", type=Path, metavar="M", help="zhiping-mapping/1 (YAML)")
        parser.add_argument("--backend", choices=BACKENDS, default="duckdb", help="where rows are counted")
        parser.add_argument(
            "--source", metavar="URL", help="database or folder to read in place (postgres, spark)"
        )
        parser.add_argument(
            "--window", nargs=2, type=day, metavar=("FROM", "TO"), help="first and last day, both inside"
        )
        parser.add_argument(
            "--out", type=Path, metavar="F", help="write the findings here, not to the screen"
        )
        parser.add_argument("--attest", type=Path, metavar="KEY", help="the hospital's private key (PEM)")
        parser.add_argument(
            "--attestation", type=Path, metavar="F", help="where to write it (attestation.json beside --out)"
        )
        parser.add_argument(
            "--hospital", metavar="NAME", help="name in the attestation (else package.yaml's)"
        )
        parser.add_argument("--hospital-code", metavar="CODE", default="", help="registration code, if any")
        parser.add_argument("--work", type=Path, metavar="DIR", help="folder for temporary files")
        parser.add_argument(
            "--json", action="store_true", help="the result as one line; without it, indented"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rubric = _rubric(options["rubric"])
        window = _window(options["window"])
        key = None if options["attest"] is None else _key(options["attest"])
        mapping = None if options["mapping"] is None else _mapping(options["mapping"])
        counts, stated = self._counted(options, rubric, mapping, window)
        hospital = options["hospital"] or stated or (mapping.hospital if mapping else "")
        if key is not None and not hospital:
            raise BadInput(_("核验证明要写医院名称：请加 --hospital，或写在package.yaml里。"))
        findings = findings_to_json(rubric, catalogue(), counts)
        indent = None if options["json"] else 1
        text = json.dumps(findings, ensure_ascii=False, indent=indent)
        if options["out"] is None:
            self.stdout.write(text)
        else:
            write_file(options["out"], f"{text}\n".encode())
        if key is not None:
            named = {
                "name": hospital,
                **({"code": options["hospital_code"]} if options["hospital_code"] else {}),
            }
            made_at = datetime.now().astimezone().isoformat(timespec="seconds")
            body = attestation_body(rubric, catalogue(), counts, hospital=named, made_at=made_at)
            target = options["attestation"] or (options["out"] or Path("x")).with_name("attestation.json")
            write_file(target, f"{json.dumps(sign(body, key), ensure_ascii=False, indent=1)}\n".encode())
            self._say(
                _("核验证明：%(file)s（密钥%(key)s）")
                % {"file": target, "key": fingerprint(key.public_key())[:16]}
            )
        self._summary(findings, counts, options["out"])

    def _counted(
        self,
        options: dict[str, Any],
        rubric: Rubric,
        mapping: MappingDocument | None,
        window: tuple[date, date] | None,
    ) -> tuple[RunCounts, str]:
        language = get_language() or ""
        reading, counting = self._progress(_("读取")), self._progress(_("核验"))
        if options["backend"] == "duckdb" and options["source"] is None:
            if options["package"] is None:
                raise BadInput(_("请给出数据文件夹，或用 --backend postgres --source URL 直接读数据库。"))
            from assessments.verification.on_site import count_package

            try:
                return count_package(
                    options["package"],
                    rubric=rubric.id,
                    catalogue=catalogue(),
                    mapping=mapping,
                    window=window,
                    reading=reading,
                    counting=counting,
                    work=options["work"],
                )
            except PackageRefused as refused:
                raise BadInput(refused.refusal.sentence.in_language(language)) from refused
        if options["source"] is None or options["backend"] == "duckdb":
            raise BadInput(_("--source 要与 --backend postgres 或 spark 一起给出。"))
        if mapping is None:
            raise BadInput(_("直接读数据库要有映射：请加 --mapping。"))
        if options["package"] is not None:
            raise BadInput(_("数据文件夹和 --source 只能给一个。"))
        from assessments.probes.reaching import SourceRefused, count_in_place

        try:
            counts = count_in_place(
                options["backend"],
                options["source"],
                rubric=rubric.id,
                catalogue=catalogue(),
                mapping=mapping,
                window=window,
                reading=reading,
                counting=counting,
            )
        except SourceRefused as refused:
            raise BadInput(refused.sentence.in_language(language)) from refused
        return counts, ""

    def _progress(self, what: str) -> Any:
        said = [0.0]

        def say(name: str, done: int, total: int) -> None:
            moment = time.monotonic()
            if done != total and moment - said[0] < SAY_EVERY:
                return
            said[0] = moment
            self._say(f"{what} {done}/{total} {name}".rstrip())

        return say

    def _say(self, line: str) -> None:
        self.stderr.write(line)

    def _summary(self, findings: dict[str, Any], counts: RunCounts, out: Path | None) -> None:
        language = get_language() or ""
        for refused in counts.refused:
            self._say(refused.sentence.in_language(language))
        words = [entry.get("status") for entry in findings["findings"]]
        self._say(
            _(
                "%(rows)s行，%(rules)s条规则：核验相符%(good)s，核验不符%(bad)s，无法核验%(open)s，不适用%(none)s"
            )
            % {
                "rows": sum(file.rows for file in counts.files),
                "rules": len(words),
                "good": words.count("supported"),
                "bad": words.count("refuted"),
                "open": words.count("could_not_check"),
                "none": words.count("not_applicable"),
            }
        )
        if out is not None:
            self._say(_("核验结果：%(file)s") % {"file": out})


def _rubric(name: str) -> Rubric:
    checkable = sorted({rule.rubric for rule in catalogue().rules.values()})
    if name not in checkable:
        raise BadInput(
            _("标准“%(rubric)s”没有核验规则。可用：%(known)s。")
            % {"rubric": name, "known": "、".join(checkable)}
        )
    return library()[name]


def _window(given: list[date] | None) -> tuple[date, date] | None:
    if given is None:
        return None
    if given[0] > given[1]:
        raise BadInput(_("统计时段的起始日晚于截止日。"))
    return given[0], given[1]


def _key(file: Path) -> Any:
    try:
        return read_private_key(_bytes(file))
    except AttestationRefused as refused:
        raise BadInput(f"{file}: {refused.sentence.in_language(get_language() or '')}") from refused


def _mapping(file: Path) -> MappingDocument:
    try:
        return read_mapping(_bytes(file).decode("utf-8-sig"), catalogue())
    except UnicodeDecodeError as error:
        raise BadInput(_("%(file)s 不是UTF-8文本。请另存为UTF-8后再试。") % {"file": file}) from error
    except MappingRefused as refused:
        raise BadInput(f"{file}: {refused.sentence.in_language(get_language() or '')}") from refused


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(
            _("%(file)s 无法读取：%(reason)s。") % {"file": file, "reason": error.strerror}
        ) from error
