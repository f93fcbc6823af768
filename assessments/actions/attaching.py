"""Files that a person looks at: kept outside the web root under random names, marked when removed."""

from __future__ import annotations

import errno
import hashlib
import logging
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import User
from assessments.filetypes import clean_name, judge
from assessments.models import Assessment, Attachment, BaseFigure
from assessments.models.talk import stored_name
from assessments.permissions import check_can_attach, check_can_remove
from assessments.pictures.looks import UNREADABLE, look_of
from assessments.places import refuse_unknown_place
from assessments.trail import record_work
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

LONGEST_CAPTION = 200
MOST_FILES = 100  # kept on one item: more is a folder, not evidence somebody looks at

logger = logging.getLogger(__name__)


def add_attachment(
    *,
    by: User,
    assessment: Assessment,
    file: File[bytes],
    name: str,
    item: str = "",
    clause: str = "",
    base: str = "",
    caption: str = "",
) -> Attachment:
    """Keep a file for an item, one of its clauses, or (``base``) a figure of the statistical basis.

    The content decides what it is; ``name`` is only shown. A new proof of a base figure takes the
    place of the one before, which is marked removed. Raises Refusal with one sentence; then no row
    and no file is left behind.
    """
    check_can_attach(by, assessment, "" if base else item)
    if not item and not base:
        raise Refusal(_("请说明附件属于哪个项目或哪个统计口径。"))
    refuse_unknown_place(assessment, item, clause)
    if base and base not in {one.key for one in get_rubric(assessment.edition).statistical_bases}:
        raise Refusal(_("没有这个统计口径。页面可能已过期，请刷新后再试。"))
    refuse_too_large(file.size)
    looked_at = judge(cast("BinaryIO", file), name)
    attachment = Attachment(
        assessment=assessment,
        item_code="" if base else item,
        clause_code="" if base else clause,
        original_name=clean_name(name, looked_at.extension),
        content_type=looked_at.content_type,
        size=file.size,
        sha256=_fingerprint(file),
        caption=caption.replace("\x00", "").strip()[:LONGEST_CAPTION],
        uploaded_by=by,
    )
    refuse_repetition(attachment, base)
    if looked_at.is_picture:
        attachment.look = _look(cast("BinaryIO", file))
    write_file(attachment, file)
    try:
        _keep(attachment, by, base)
    except BaseException:  # whatever stops the row, the file goes with it
        drop_file(attachment)
        raise
    return attachment


def write_file(attachment: Attachment, file: File[bytes]) -> None:
    """The bytes under a random name, the row not saved yet. Raises Refusal where the disk is full."""
    place = stored_name(attachment)
    attachment.file.name = place
    try:
        attachment.file.storage.save(place, file)
    except OSError as failure:
        drop_file(attachment)
        if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refusal(
                _("服务器存储空间不足，文件没有保存；其他内容不受影响。请联系系统管理员。")
            ) from failure
        raise


def last_position(assessment: Assessment, item: str, clause: str) -> int:
    """The position of the last file at a place; a new one comes after it."""
    here = Attachment.objects.filter(assessment=assessment, item_code=item, clause_code=clause)
    last: int | None = here.aggregate(last=Max("position"))["last"]
    return last or 0


@transaction.atomic
def _keep(attachment: Attachment, by: User, base: str) -> None:
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=attachment.assessment.pk or 0)
    )
    check_can_attach(by, locked, attachment.item_code)  # somebody may have submitted during the upload
    attachment.position = last_position(locked, attachment.item_code, attachment.clause_code) + 1
    attachment.save()
    replaced = ""
    if base:
        figure, _new = BaseFigure.objects.get_or_create(assessment=locked, key=base)
        if figure.proof is not None and figure.proof.removed_at is None:
            replaced = str(figure.proof.public_id)
            Attachment.objects.filter(pk=figure.proof.pk).update(removed_at=timezone.now())
        figure.proof = attachment
        figure.save(update_fields=["proof"])
    record_work(
        verb="attachment.added",
        by=by,
        assessment=locked,
        item=attachment.item_code,
        facts={
            "attachment": str(attachment.public_id),
            "name": attachment.original_name,
            "sha256": attachment.sha256,
            "size": attachment.size,
            **({"clause": attachment.clause_code} if attachment.clause_code else {}),
            **({"base": base} if base else {}),
            **({"replaced": replaced} if replaced else {}),
        },
    )


@transaction.atomic
def remove_attachment(*, by: User, attachment: Attachment) -> None:
    """Mark a file as removed: no longer listed or served.

    The file itself stays on disk for as long as the assessment exists, so that the fingerprint in
    the trail can be checked against it. Raises Refusal with one sentence.
    """
    locked = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital", "assessment__edition")
        .get(pk=attachment.pk)
    )
    check_can_remove(by, locked)
    if locked.decisions.filter(withdrawn_at__isnull=True).exists():
        raise Refusal(_("这份材料已有评审结论，不能移除。请先撤回结论。"))
    locked.removed_at = timezone.now()
    locked.save(update_fields=["removed_at"])
    BaseFigure.objects.filter(proof=locked).update(proof=None)
    record_work(
        verb="attachment.removed",
        by=by,
        assessment=locked.assessment,
        item=locked.item_code,
        facts={"attachment": str(locked.public_id), "name": locked.original_name, "sha256": locked.sha256},
    )


def refuse_too_large(size: int) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        raise Refusal(
            _("文件超过%(most)s MB，没有保存。请压缩图片或拆分后再上传。")
            % {"most": settings.UPLOAD_MAX_BYTES // (1024 * 1024)}
        )


def refuse_repetition(attachment: Attachment, base: str) -> None:
    """The same bytes at the same place twice is a slip; a full item is told before the file is stored."""
    kept = Attachment.objects.kept().filter(assessment=attachment.assessment)
    if base:
        if kept.filter(sha256=attachment.sha256, pk__in=_proofs_of(attachment.assessment, base)).exists():
            raise Refusal(_("这个文件已经是该统计口径的证明材料，没有重复保存。"))
        return
    here = kept.filter(item_code=attachment.item_code)
    if here.filter(clause_code=attachment.clause_code, sha256=attachment.sha256).exists():
        raise Refusal(_("同样的文件已在这里，没有重复保存。"))
    if here.count() >= MOST_FILES:
        raise Refusal(_("每个项目最多%(n)s个附件。请先移除不需要的附件。") % {"n": MOST_FILES})


def _proofs_of(assessment: Assessment, base: str) -> list[int]:
    return list(
        BaseFigure.objects.filter(assessment=assessment, key=base, proof__isnull=False).values_list(
            "proof_id", flat=True
        )
    )


def _fingerprint(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _look(file: BinaryIO) -> str:
    """How a picture looks, for finding near-duplicates; one that ``judge`` took can be decoded."""
    try:
        file.seek(0)
        with Image.open(file) as opened:
            opened.draft("L", (256, 256))
            return look_of(opened)
    except (OSError, ValueError, Image.DecompressionBombError):
        return UNREADABLE
    finally:
        file.seek(0)


def drop_file(attachment: Attachment) -> None:
    """Best effort after a failure: half a file must not stay."""
    try:
        attachment.file.storage.delete(attachment.file.name or "")
    except OSError:
        logger.warning("could not delete the half-written file %s", attachment.file.name)
