"""Taking in a zip of screenshots, or a folder that the browser packed into one."""

from __future__ import annotations

import errno
import hashlib

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.folder_permissions import check_can_bring_folder
from assessments.folders.reading import MOST_BYTES
from assessments.models import Assessment, FolderImport
from assessments.trail import record_work
from hospitals.refusals import Refusal

MOST_OPEN = 3  # imports of one assessment that wait for somebody's yes


def receive_folder(*, by: User, assessment: Assessment, file: File[bytes] | None, name: str) -> FolderImport:
    """Keep the zip and have it read. Nothing of it becomes an attachment before somebody confirms.

    Raises Refusal with one sentence; then neither row nor file stays behind.
    """
    check_can_bring_folder(by, assessment)
    if file is None:
        raise Refusal(_("没有选择文件。请选择一个文件夹，或把文件夹打成zip再选择。"))
    most = min(settings.EXTRACT_MAX_BYTES, MOST_BYTES)
    if file.size > most:
        raise Refusal(_("文件超过%(most)sMB，没有保存。请按角色或项目分成几批。") % {"most": most // 2**20})
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head[:2] != b"PK":
        raise Refusal(
            _("这不是zip文件，没有保存。RAR、7z请先解压，再选择解压后的文件夹；单个文件请在项目页面上传。")
        )
    waiting = assessment.folder_imports.filter(
        state__in=[FolderImport.State.READING, FolderImport.State.OPEN, FolderImport.State.STORING]
    ).count()
    if waiting >= MOST_OPEN:
        raise Refusal(_("已有%(n)s批文件等待确认。请先确认或放弃其中一批。") % {"n": waiting})
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    batch = FolderImport(
        assessment=assessment,
        name=name.replace("\x00", "").strip()[:200] or "zip",
        size=file.size,
        sha256=digest.hexdigest(),
        made_by=by,
    )
    try:
        batch.file.save(batch.name, file, save=False)
    except OSError as failure:
        if failure.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refusal(
                _("服务器存储空间不足，文件没有保存；其他内容不受影响。请联系系统管理员。")
            ) from failure
        raise
    try:
        _keep(batch, by)
    except BaseException:
        batch.file.storage.delete(batch.file.name or "")
        raise
    return batch


@transaction.atomic
def _keep(batch: FolderImport, by: User) -> None:
    batch.save()
    record_work(
        verb="folder.received",
        by=by,
        assessment=batch.assessment,
        facts={"file": batch.name, "sha256": batch.sha256, "size": batch.size},
    )
    jobs.enqueue(jobs.READ_FOLDER, batch.pk)
