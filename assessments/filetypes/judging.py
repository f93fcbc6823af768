"""The one decision: what an uploaded file is, or in one sentence why it is not taken.

Families: pictures (PNG, JPEG, WebP, GIF, BMP), PDF, Office documents new (docx, xlsx, pptx) and old
(doc, xls, ppt, also as WPS writes them). The first bytes choose the family, then the family's own
check reads the structure. Nothing is executed, unpacked to disk or fetched.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext as _

from assessments.filetypes import office, old_office, pdf, pictures
from assessments.filetypes.names import extension_of, same_kind
from hospitals.refusals import Refusal

#: For the file chooser of the browser; the server never trusts it.
ACCEPT = ".png,.jpg,.jpeg,.webp,.gif,.bmp,.pdf,.docx,.xlsx,.pptx,.doc,.xls,.ppt"

HEAD = 4096
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (".png", ".jpg", ".webp", ".gif", ".bmp")

TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
#: Other names for the same content, as WPS Office writes them.
_ALSO = {".wps": ".doc", ".et": ".xls", ".dps": ".ppt"}


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What a file is: media type to serve it with, and the extension its name should end in."""

    content_type: str
    extension: str

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


def judge(file: BinaryIO, name: str) -> LookedAt:
    """The type of ``file`` by its content; leaves the file at its beginning.

    Raises Refusal with one sentence: unknown or unwanted type, damaged, encrypted, carrying
    programs, larger inside than outside, or called something else than it is.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Refusal(_("文件是空的（0字节），没有保存。请检查后重新选择。"))
    try:
        extension = _extension(file, head)
    finally:
        file.seek(0)
    if extension is None:
        raise Refusal(_not_wanted(head, name))
    _refuse_false_name(name, extension)
    return LookedAt(TYPES[extension], extension)


def _extension(file: BinaryIO, head: bytes) -> str | None:
    if (picture := pictures.format_of(head)) is not None:
        return pictures.check(file, picture)
    if b"%PDF-" in head[:1024]:
        return pdf.check(file, head)
    if head.startswith(b"PK\x03\x04"):
        return office.check(file)
    if head.startswith(_OLD_OFFICE):
        return old_office.check(file)
    return None


def _refuse_false_name(name: str, extension: str) -> None:
    """A picture under another picture's name is harmless (chat programs do it); the rest is refused."""
    given = extension_of(name)
    given = _ALSO.get(given, given)
    known = set(TYPES) | {".jpeg"}
    if given in same_kind(extension) or (given in {*_PICTURES, ".jpeg"} and extension in _PICTURES):
        return
    if given and given in known:
        raise Refusal(
            _("文件名以%(given)s结尾，内容却是%(real)s文件，没有保存。请改成正确的文件名，或重新导出。")
            % {"given": given, "real": extension}
        )
    if given:
        raise Refusal(
            _("文件名以%(given)s结尾，不是可以上传的类型，没有保存。请改成%(real)s后再上传。")
            % {"given": given, "real": extension}
        )


_HINTS = {
    "heic": "HEIC",
    "heif": "HEIF",
    "avif": "AVIF",
    "tif": "TIFF",
    "tiff": "TIFF",
    "psd": "PSD",
}


def _not_wanted(head: bytes, name: str) -> str:
    """Why nothing of the family was recognised, naming what the file seems to be where that helps."""
    seems = ""
    with suppress(puremagic.PureError, ValueError):
        seems = puremagic.from_string(head, filename=None).lstrip(".").lower()
    if head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1"}:
        seems = "heic"
    if seems in _HINTS:
        return _("%(kind)s图片暂不能预览，没有保存。请另存为JPEG或PNG后再上传。") % {"kind": _HINTS[seems]}
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:400].lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html", b"<script")) or b"<svg" in start:
        return _("网页和SVG文件可能带有脚本，没有保存。请截图，或另存为PNG、PDF后再上传。")
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        return _("这是可以运行的程序，没有保存。附件只收图片、PDF和Office文档。")
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        return _("压缩包没有保存。请解压后，把其中的图片、PDF或Office文档逐个上传。")
    return _("没有识别出图片、PDF或Office文档，没有保存。文件可能已损坏；请用原软件重新导出后再上传。")
