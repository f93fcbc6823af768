"""submission export ID | sign FILE --key KEY | verify FILE --key PUB: packages that carry a submission to another network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.management.commands.export import find_assessment, write_file
from assessments.offline.package import submission_body
from audit.command_line import AnswerIsNo, BadInput, FileCommand
from engine.evidence.attestation import (
    SUBMISSION_FORMAT,
    AttestationRefused,
    check,
    fingerprint,
    read_attestation,
    read_private_key,
    read_public_key,
    sign,
)

LARGEST = 60 * 2**20


class Command(FileCommand):
    help = "Writes, signs or checks a submission package (zhiping-submission/1)."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="export|sign|verify")
        export = steps.add_parser("export", help="the newest submission of an assessment of the database")
        export.add_argument("assessment", metavar="ID", type=UUID, help="public id of the assessment")
        seal = steps.add_parser("sign", help="seals an unsigned package where the private key is kept")
        seal.add_argument("file", type=Path, metavar="FILE")
        for step in (export, seal):
            step.add_argument(
                "--key", type=Path, required=step is seal, metavar="KEY", help="private key (PEM)"
            )
            step.add_argument("--out", type=Path, required=True, metavar="F")
        verify = steps.add_parser("verify", help="valid | altered | unknown key")
        verify.add_argument("file", type=Path, metavar="FILE")
        verify.add_argument("--key", type=Path, required=True, metavar="PUB", help="public key (PEM)")
        verify.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"do_{options['step']}")(options)
        except AttestationRefused as refused:
            raise BadInput(refused.sentence.in_language(get_language() or "")) from refused

    def do_export(self, options: dict[str, Any]) -> None:
        assessment = find_assessment(options["assessment"])
        snapshot = assessment.snapshots.select_related("assessment__hospital", "run", "confirmation").first()
        if snapshot is None:
            raise BadInput(_("这份自评还没有提交过。提交之后才能导出上报包。"))
        self._write(submission_body(snapshot), options)

    def do_sign(self, options: dict[str, Any]) -> None:
        try:
            body = json.loads(_content(options["file"]))
        except ValueError as error:
            raise BadInput(_("%(file)s 不是JSON文件。") % {"file": options["file"]}) from error
        if not isinstance(body, dict) or "card" not in body or "signature" in body:
            raise BadInput(_("%(file)s 不是未签名的上报包。") % {"file": options["file"]})
        self._write(body, options)

    def _write(self, body: dict[str, Any], options: dict[str, Any]) -> None:
        document = body
        if options["key"] is not None:
            private = read_private_key(_content(options["key"]))
            document = sign(body, private, document_format=SUBMISSION_FORMAT)
        write_file(options["out"], json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
        self.stderr.write(f"{options['out']}")

    def do_verify(self, options: dict[str, Any]) -> None:
        document = read_attestation(_content(options["file"]), document_format=SUBMISSION_FORMAT)
        key = read_public_key(_content(options["key"]))
        checked = check(document, {fingerprint(key): key})
        sentence = checked.sentence.in_language(get_language() or "")
        if options["json"]:
            self.stdout.write(
                json.dumps({"outcome": checked.outcome, "sentence": sentence}, ensure_ascii=False)
            )
        if checked.outcome != "valid":
            raise AnswerIsNo(sentence)
        if not options["json"]:
            self.stdout.write(sentence)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST:
            raise BadInput(_("%(file)s 超过%(most)s MB。") % {"file": file, "most": LARGEST // 2**20})
        return file.read_bytes()
    except OSError as error:
        raise BadInput(
            _("%(file)s 无法读取：%(reason)s。") % {"file": file, "reason": error.strerror}
        ) from error
