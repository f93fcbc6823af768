"""The signed and sealed statement, scanned: it completes a round."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, cast

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.attaching import refuse_too_large
from assessments.actions.signing.reopening import held
from assessments.filetypes import clean_name, judge
from assessments.models import Assessment, SealedScan
from assessments.models.signing import scan_name
from assessments.queries.signing.rounds import Paper, find_paper
from assessments.signing_permissions import check_can_seal
from assessments.trail import record_work
from hospitals.refusals import Refusal


def add_scan(*, by: User, assessment: Assessment, file: File[bytes], name: str) -> SealedScan:
    """Keep the scan with the round that was approved; a later one goes before an earlier, which stays.

    PDF or picture, told by its content. Raises Refusal with one sentence; then no row and no file is left behind.
    """
    check_can_seal(by, assessment)
    paper = _paper(assessment)
    refuse_too_large(file.size)
    looked_at = judge(cast("BinaryIO", file), name)
    if looked_at.content_type != "application/pdf" and not looked_at.content_type.startswith("image/"):
        raise Refusal(_("盖章扫描件请用PDF或图片。"))
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    scan = SealedScan(
        round=paper.round,
        digest=paper.digest,
        original_name=clean_name(name, looked_at.extension),
        content_type=looked_at.content_type,
        size=file.size,
        sha256=digest.hexdigest(),
        uploaded_by=by,
    )
    scan.file.name = scan.file.storage.save(scan_name(scan), file)
    try:
        _keep(by, assessment, scan)
    except BaseException:  # whatever stops the row, the file goes with it
        scan.file.storage.delete(scan.file.name)
        raise
    return scan


@transaction.atomic
def _keep(by: User, assessment: Assessment, scan: SealedScan) -> None:
    locked = held(assessment)
    check_can_seal(by, locked)
    now = _paper(locked)  # an answer may have changed during the upload
    if (now.round.pk, now.digest) != (scan.round_id, scan.digest):
        raise Refusal(_("上传期间签署有变动，扫描件没有保存。请核对最新内容。"))
    if scan.round.scans.filter(sha256=scan.sha256, digest=scan.digest).exists():
        raise Refusal(_("同样的扫描件已在这里，没有重复保存。"))
    scan.save()
    record_work(
        verb="signing.sealed",
        by=by,
        assessment=locked,
        facts={
            "name": scan.original_name,
            "sha256": scan.sha256,
            "size": scan.size,
            "digest": scan.digest,
        },
    )


def _paper(assessment: Assessment) -> Paper:
    paper = find_paper(assessment)
    if paper is None:
        raise Refusal(_("分管院领导批准之后才能上传盖章扫描件。"))
    return paper
