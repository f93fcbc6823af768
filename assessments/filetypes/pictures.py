"""Pictures: decoded once with limits, so that what is stored is a picture and nothing besides."""

from __future__ import annotations

import struct
import warnings
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, UnidentifiedImageError

from hospitals.refusals import Refusal

MOST_PIXELS = 50_000_000  # 200 MB when decoded; a 4K screen has 8 million
_EXTENSIONS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp"}
_SCRIPT = (b"<script", b"<html", b"<!doctype html", b"<?php", b"<svg", b"javascript:")
_EDGE = 8192


def format_of(head: bytes) -> str | None:
    """The picture format that the first bytes promise."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00":
        return "BMP"
    return None


def check(file: BinaryIO, kind: str) -> str:
    """The extension of a sound picture; raises Refusal when it is broken, huge or also something else."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the PDF library switches it on for the whole process
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            file.seek(0)
            with Image.open(file, formats=[kind]) as picture:
                width, height = picture.size
                if width * height > MOST_PIXELS:
                    raise Refusal(
                        _("图片有%(width)s×%(height)s像素，过大，没有保存。请缩小到%(most)s万像素以内。")
                        % {"width": width, "height": height, "most": MOST_PIXELS // 10_000}
                    )
                if kind == "JPEG":
                    picture.draft("RGB", (1024, 1024))  # decodes every block, at an eighth of the memory
                picture.load()
    except Image.DecompressionBombError as bomb:
        raise Refusal(_("图片的像素过多，没有保存。请缩小后再上传。")) from bomb
    except (
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
        UnidentifiedImageError,
        EOFError,
        IndexError,
    ) as broken:
        raise Refusal(_("图片已损坏或不完整，没有保存。请重新截图或导出后再上传。")) from broken
    _refuse_second_nature(file)
    return _EXTENSIONS[kind]


def _refuse_second_nature(file: BinaryIO) -> None:
    """A picture that is an archive or a page at the same time was made to deceive."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise Refusal(_("图片里藏有压缩包，没有保存。请重新截图或导出后再上传。"))
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    edges = file.read(_EDGE)
    file.seek(max(0, size - _EDGE))
    edges += file.read(_EDGE)
    if any(word in edges.lower() for word in _SCRIPT):
        raise Refusal(_("图片里藏有网页脚本，没有保存。请重新截图或导出后再上传。"))
