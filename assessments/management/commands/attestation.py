"""attestation new-key | verify FILE --key PUB | show FILE: signed counts, made and checked without a database."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.documents import catalogue, library
from assessments.management.commands.export import write_file
from audit.command_line import AnswerIsNo, BadInput, FileCommand
from engine.evidence.attestation import (
    AttestationRefused,
    Checked,
    check,
    fingerprint,
    new_key,
    read_attestation,
    read_public_key,
)
from engine.evidence.recounting import recounted

LARGEST = 200 * 1024 * 1024


class Command(FileCommand):
    help = "Makes a signing key, checks a zhiping-attestation/1 file, or shows what one says."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="new-key|verify|show")
        new = steps.add_parser("new-key", help="a fresh Ed25519 key pair: private and public file")
        new.add_argument(
            "--out",
            type=Path,
            default=Path("zhiping.key.pem"),
            metavar="KEY",
            help="the private key (zhiping.key.pem)",
        )
        new.add_argument("--json", action="store_true")
        verify = steps.add_parser("verify", help="valid | altered | unknown key | arithmetic differs")
        verify.add_argument("file", type=Path, metavar="FILE")
        verify.add_argument(
            "--key",
            type=Path,
            required=True,
            action="append",
            metavar="PUB",
            help="public key; may be repeated",
        )
        verify.add_argument("--json", action="store_true")
        show = steps.add_parser("show", help="what an attestation says, without checking the signature")
        show.add_argument("file", type=Path, metavar="FILE")
        show.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['step'].replace('-', '_')}")(options)
        except AttestationRefused as refused:
            raise BadInput(refused.sentence.in_language(get_language() or "")) from refused

    def do_new_key(self, options: dict[str, Any]) -> None:
        """The private key is readable by its owner only; an existing file is never overwritten."""
        private: Path = options["out"]
        public = private.with_name(private.name.removesuffix(".pem").removesuffix(".key") + ".pub.pem")
        for file in (private, public):
            if file.exists():
                raise BadInput(_("%(file)s 已经存在，不会覆盖。") % {"file": file})
        secret, shown = new_key()
        try:
            handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as target:
                target.write(secret)
        except OSError as error:
            raise BadInput(
                _("%(file)s 无法写入：%(reason)s。") % {"file": private, "reason": error.strerror}
            ) from error
        write_file(public, shown)
        name = fingerprint(read_public_key(shown))
        if options["json"]:
            self.stdout.write(
                json.dumps({"private": str(private), "public": str(public), "fingerprint": name})
            )
            return
        self.stdout.write(
            _("私钥：%(private)s（不能离开医院）\n公钥：%(public)s（交卫健委登记）\n指纹：%(name)s")
            % {"private": private, "public": public, "name": name}
        )

    def do_verify(self, options: dict[str, Any]) -> None:
        document = read_attestation(_content(options["file"]))
        keys = {}
        for file in options["key"]:
            key = read_public_key(_content(file))
            keys[fingerprint(key)] = key
        checked = check(document, keys)
        if checked.outcome == "valid":
            checked = _recounted(document) or checked
        if options["json"]:
            sentence = {"zh": checked.sentence.zh, "en": checked.sentence.en}
            self.stdout.write(
                json.dumps(
                    {"outcome": checked.outcome, "sentence": sentence, "places": list(checked.places)},
                    ensure_ascii=False,
                )
            )
        elif checked.outcome == "valid":
            self.stdout.write(f"valid: {_sentence(checked)}")
        if checked.outcome != "valid":
            raise AnswerIsNo(f"{checked.outcome.replace('_', ' ')}: {_sentence(checked)}")

    def do_show(self, options: dict[str, Any]) -> None:
        document = read_attestation(_content(options["file"]))
        body = document["body"]
        if options["json"]:
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))
            return
        findings = body.get("findings")
        entries = findings.get("findings", ()) if isinstance(findings, dict) else ()
        words = [entry.get("status") for entry in entries if isinstance(entry, dict)]
        rows = body.get("rows")
        lines = [
            (_("医院"), _named(body.get("hospital"))),
            (_("标准"), body.get("rubric")),
            (_("数据质量评分表"), body.get("data_quality_table_year")),
            (_("统计时段"), _span(body.get("window"))),
            (_("生成时间"), body.get("made_at")),
            (_("规则集"), str(body.get("catalogue_hash", ""))[:16]),
            (_("核验引擎"), body.get("engine_version")),
            (_("映射"), str(body.get("mapping_hash", ""))[:16] or _("未用")),
            (
                _("行数"),
                sum(n for n in rows.values() if isinstance(n, int)) if isinstance(rows, dict) else "",
            ),
            (_("核验相符"), words.count("supported")),
            (_("核验不符"), words.count("refuted")),
            (_("无法核验"), words.count("could_not_check")),
            (_("真实性提示"), len(body.get("authenticity_warnings") or ())),
            (_("签名密钥"), document["signature"]["key"][:16]),
        ]
        self.stdout.write("\n".join(f"{name}: {value}" for name, value in lines))


def _recounted(document: dict[str, Any]) -> Checked | None:
    body = document["body"]
    rubric = library().get(str(body.get("rubric")))
    if rubric is None:
        raise BadInput(
            _("标准库中没有“%(rubric)s”，签名有效，但无法核对计算。")
            % {"rubric": str(body.get("rubric"))[:40]}
        )
    return recounted(body, rubric, catalogue())


def _sentence(checked: Checked) -> str:
    return checked.sentence.in_language(get_language() or "")


def _named(hospital: object) -> str:
    if not isinstance(hospital, dict):
        return ""
    return " ".join(str(hospital[key]) for key in ("name", "code") if hospital.get(key))


def _span(window: object) -> str:
    return f"{window.get('from')} – {window.get('to')}" if isinstance(window, dict) else _("未限定")


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise BadInput(
                _("%(file)s 超过%(size)s MB，不是可用的文件。") % {"file": file, "size": LARGEST // 1024**2}
            )
        return file.read_bytes()
    except OSError as error:
        raise BadInput(
            _("%(file)s 无法读取：%(reason)s。") % {"file": file, "reason": error.strerror}
        ) from error
