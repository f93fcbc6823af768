"""docx, xlsx and pptx: a zip whose parts are counted, measured and read before it is believed."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from hospitals.refusals import Refusal

MOST_PARTS = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200  # of one large part; ordinary sheets stay below 40
LARGE = 4 * 1024 * 1024
_XML_LIMIT = 4 * 1024 * 1024
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": ".pptx",
}
_PACKAGED_PROGRAM = "Ole10Native".encode("utf-16-le")
_REMOTE = ("attachedTemplate", "oleObject", "frame")
_CHUNK = 64 * 1024


def check(file: BinaryIO) -> str:
    """The extension of a sound document; raises Refusal otherwise."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            _refuse_monsters(package)
            extension = _extension(package)
            _refuse_programs(package)
            _refuse_remote_parts(package)
            _read_everything(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as broken:
        raise Refusal(_("文件已损坏或不完整，没有保存。请用Office或WPS打开后另存一份再上传。")) from broken
    return extension


def _refuse_monsters(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise Refusal(_("文件里的部件过多（%(n)s个），没有保存。请拆分后再上传。") % {"n": len(parts)})
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        part.file_size > LARGE and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    ):
        raise _too_large_inside()
    names = [part.filename for part in parts]
    if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name for name in names):
        raise Refusal(_("文件里有指向外部路径的部件，没有保存。请用Office或WPS另存一份再上传。"))
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal(_("文件设有密码，审阅人打不开，没有保存。请取消密码后再上传。"))


def _extension(package: zipfile.ZipFile) -> str:
    names = {part.filename.lower() for part in package.infolist()}
    if "[content_types].xml" not in names:
        if any(name.endswith((".exe", ".js", ".bat", ".class")) for name in names) or "word/" not in "".join(
            names
        ):
            raise Refusal(_("压缩包没有保存。请解压后，把其中的图片、PDF或Office文档逐个上传。"))
        raise zipfile.BadZipFile("no content types")
    types = [entry.get("ContentType", "") for entry in _xml(package, "[Content_Types].xml")]
    if any("macroenabled" in kind.lower() for kind in types):
        raise _macros()
    found = [_MAIN[kind] for kind in types if kind in _MAIN]
    if len(found) != 1:
        raise Refusal(_("这不是Word、Excel或PowerPoint文档，没有保存。请另存为docx、xlsx或pptx后再上传。"))
    return found[0]


def _xml(package: zipfile.ZipFile, name: str) -> Element:
    wanted = next(part for part in package.infolist() if part.filename.lower() == name.lower())
    if wanted.file_size > _XML_LIMIT:
        raise _too_large_inside()
    try:
        root: Element = fromstring(package.read(wanted))
        return root
    except DefusedXmlException as bomb:
        raise Refusal(_("文件里有被禁止的XML声明，没有保存。请用Office或WPS另存一份再上传。")) from bomb
    except ParseError as broken:
        raise zipfile.BadZipFile(str(broken)) from broken


def _refuse_programs(package: zipfile.ZipFile) -> None:
    for part in package.infolist():
        name = part.filename.lower()
        if "vbaproject" in name or "vbadata" in name or "/macrosheets/" in name or "/activex/" in name:
            raise _macros()
        if "/embeddings/" in name:
            inside = _bounded(package, part)
            if _PACKAGED_PROGRAM in inside or inside.startswith(b"MZ"):
                raise Refusal(_("文件里夹带了其他程序或文件，没有保存。请删去后另存，再上传。"))
            if b"vbaProject" in inside or "_VBA_PROJECT".encode("utf-16-le") in inside:
                raise _macros()


def _refuse_remote_parts(package: zipfile.ZipFile) -> None:
    for part in package.infolist():
        if not part.filename.lower().endswith(".rels"):
            continue
        for relation in _xml(package, part.filename):
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            if relation.get("TargetMode") == "External" and kind in _REMOTE:
                raise Refusal(
                    _("文件打开时会从外部地址读取内容，没有保存。请断开外部模板或链接后另存，再上传。")
                )


def _read_everything(package: zipfile.ZipFile) -> None:
    """Every part once, in pieces: proves the checksums, and that no size was a lie."""
    left = MOST_UNPACKED
    for part in package.infolist():
        with package.open(part) as stream:
            while piece := stream.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    raise _too_large_inside()


def _bounded(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with package.open(part) as stream:
        return stream.read(LARGE * 8)


def _macros() -> Refusal:
    return Refusal(_("文件带有宏或控件，没有保存。请另存为不含宏的docx、xlsx或pptx后再上传。"))


def _too_large_inside() -> Refusal:
    return Refusal(_("文件解压后过大，没有保存。请拆分或压缩其中的图片后再上传。"))
