"""Uploaded workbooks between preview and confirmation: random names outside the web root, gone after two hours."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from assessments.workbook.opening import LARGEST, WorkbookRefused

KEPT_FOR = 2 * 60 * 60  # seconds
MOST_OF_ONE = 5  # previews that one person has open at a time
_NAME = re.compile(r"\d{1,19}-[0-9a-f]{32}\.xlsx", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    name: str
    sha256: str


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "workbooks"


def keep(file: IO[bytes], person: int, *, most: int = MOST_OF_ONE) -> Kept:
    """Store an upload under a random name; older ones of the same person beyond ``most`` and old ones of anybody go."""
    _sweep(person, most)
    name = f"{person}-{uuid.uuid4().hex}.xlsx"
    target = folder() / name
    digest = hashlib.sha256()
    written = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            file.seek(0)
            while piece := file.read(64 * 1024):
                written += len(piece)
                if written > LARGEST:
                    raise WorkbookRefused(
                        _("文件超过%(n)sMB，不是从本系统导出的工作簿。请删去插入的图片后再试。")
                        % {"n": LARGEST // 1024 // 1024}
                    )
                digest.update(piece)
                out.write(piece)
    except OSError as full:
        target.unlink(missing_ok=True)
        raise WorkbookRefused(
            _("服务器存储空间不足，没有保存文件。已填写的内容都在；请联系系统管理员后重试。")
        ) from full
    except WorkbookRefused:
        target.unlink(missing_ok=True)
        raise
    return Kept(name, digest.hexdigest())


def open_kept(name: str) -> IO[bytes]:
    """The stored upload. Raises WorkbookRefused when it is gone."""
    if not _NAME.fullmatch(name):
        raise WorkbookRefused(expired())
    try:
        return (folder() / name).open("rb")
    except OSError as gone:
        raise WorkbookRefused(expired()) from gone


def forget(name: str) -> None:
    if _NAME.fullmatch(name):
        (folder() / name).unlink(missing_ok=True)


def expired() -> str:
    return _("这次预览已过期，没有写入任何内容。请重新选择工作簿。")


def _sweep(person: int, most: int) -> None:
    if not folder().is_dir():
        return
    before = time.time() - KEPT_FOR
    own: list[tuple[float, Path]] = []
    for file in folder().glob("*.xlsx"):
        try:
            moment = file.stat().st_mtime
        except OSError:
            continue  # another process swept it
        if moment < before:
            file.unlink(missing_ok=True)
        elif file.name.startswith(f"{person}-"):
            own.append((moment, file))
    for _moment, file in sorted(own)[: max(0, len(own) - most + 1)]:
        file.unlink(missing_ok=True)
