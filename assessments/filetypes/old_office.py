"""doc, xls and ppt: compound files. What they are is told by their streams, not by their name."""

from __future__ import annotations

import struct
from typing import BinaryIO

import olefile  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from hospitals.refusals import Refusal

_BIFF_FILEPASS = 0x002F
_PPT_ENCRYPTED = 0xF3D1C4DF


def check(file: BinaryIO) -> str:
    """The extension of a sound document; raises Refusal otherwise."""
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as compound:
            return _extension(compound)
    except Refusal:
        raise
    except (
        Exception
    ) as broken:  # the parser meets hostile bytes: whatever it stumbles over, the file is broken
        raise Refusal(_("文件已损坏或不完整，没有保存。请用Office或WPS打开后另存一份再上传。")) from broken


def _extension(compound: olefile.OleFileIO) -> str:
    entries = ["/".join(entry) for entry in compound.listdir(streams=True, storages=True)]
    lower = [entry.lower() for entry in entries]
    if "encryptedpackage" in lower or "encryptioninfo" in lower:
        raise _password()
    if any(
        part in {"macros", "_vba_project_cur", "_vba_project", "vba"}
        for entry in lower
        for part in entry.split("/")
    ):
        raise Refusal(_("文件带有宏，没有保存。请另存为不含宏的docx、xlsx或pptx后再上传。"))
    if any(entry.endswith("\x01ole10native") for entry in lower):
        raise Refusal(_("文件里夹带了其他程序或文件，没有保存。请删去后另存，再上传。"))
    if compound.exists("WordDocument"):
        flags = struct.unpack_from("<H", _start(compound, "WordDocument", 12), 10)[0]
        if flags & 0x0100:
            raise _password()
        return ".doc"
    for stream in ("Workbook", "Book"):
        if compound.exists(stream):
            _refuse_locked_workbook(_start(compound, stream, 4096))
            return ".xls"
    if compound.exists("PowerPoint Document"):
        if compound.exists("Current User"):
            start = _start(compound, "Current User", 16)
            if len(start) == 16 and struct.unpack_from("<I", start, 12)[0] == _PPT_ENCRYPTED:
                raise _password()
        return ".ppt"
    raise Refusal(_("这不是Word、Excel或PowerPoint文档，没有保存。请另存为docx、xlsx或pptx后再上传。"))


def _start(compound: olefile.OleFileIO, stream: str, length: int) -> bytes:
    with compound.openstream(stream) as opened:
        return bytes(opened.read(length))


def _refuse_locked_workbook(start: bytes) -> None:
    """A FILEPASS record among the first records says that the rest is encrypted."""
    offset = 0
    while offset + 4 <= len(start):
        kind, length = struct.unpack_from("<HH", start, offset)
        if offset == 0 and kind & 0xFF != 0x09:
            raise ValueError("a workbook starts with BOF")
        if kind == _BIFF_FILEPASS:
            raise _password()
        offset += 4 + length


def _password() -> Refusal:
    return Refusal(_("文件设有密码，审阅人打不开，没有保存。请取消密码后再上传。"))
