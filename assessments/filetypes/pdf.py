"""PDF: header at the very start, trailer at the end, no password, no script, no file inside.

Programs hide in names such as /JavaScript, also written with #-escapes or inside compressed object
streams; so the names are looked for in the raw bytes and in what the object streams hold.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from hospitals.refusals import Refusal

MOST_UNPACKED = 32 * 1024 * 1024
_STREAM = re.compile(rb"/ObjStm\b[^>]{0,400}>>[\s]{0,4}stream\r?\n", re.DOTALL)
_STREAM_BODY = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME = re.compile(rb"/[A-Za-z0-9#]{2,40}")
_PROGRAMS = {b"/JavaScript", b"/JS", b"/Launch", b"/RichMedia", b"/XFA"}
_FILES = {b"/EmbeddedFile", b"/EmbeddedFiles"}


def check(file: BinaryIO, head: bytes) -> str:
    """``.pdf`` for a sound document; raises Refusal otherwise."""
    if not head.startswith(b"%PDF-"):
        raise Refusal(_("PDF文件开头混有其他内容，没有保存。请重新导出PDF后再上传。"))
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise Refusal(_("PDF里藏有压缩包，没有保存。请重新导出PDF后再上传。"))
    file.seek(0)
    content = file.read()  # the size limit was checked before
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content:
        raise Refusal(_("PDF不完整，没有保存。可能是下载或导出中断；请重新导出后再上传。"))
    names = _names(_STREAM_BODY.sub(b" ", content))  # compressed bytes spell every short name by chance
    if b"/Encrypt" in names:
        raise Refusal(_("PDF设有密码或权限保护，审阅人打不开，没有保存。请导出没有保护的PDF后再上传。"))
    for stream in _object_streams(content):
        names |= _names(stream)
    if names & _PROGRAMS:
        raise Refusal(_("PDF里带有脚本或会自动运行的内容，没有保存。请用“打印为PDF”重新导出后再上传。"))
    if names & _FILES:
        raise Refusal(_("PDF里夹带了其他文件，没有保存。请把其中的文件单独上传。"))
    return ".pdf"


def _names(content: bytes) -> set[bytes]:
    def plain(name: bytes) -> bytes:
        return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), name) if b"#" in name else name

    return {plain(name) for name in set(_NAME.findall(content))}


def _object_streams(content: bytes) -> Iterator[bytes]:
    left = MOST_UNPACKED
    for match in _STREAM.finditer(content):
        unpack = zlib.decompressobj()
        try:
            end = content.find(b"endstream", match.end())
            part = unpack.decompress(content[match.end() : end if end >= 0 else None], left)
        except zlib.error:
            continue  # another filter, or damage: readers show what they can
        left -= len(part)
        yield part
        if left <= 0:
            raise Refusal(_("PDF解压后过大，没有保存。请减少页数或重新导出后再上传。"))
