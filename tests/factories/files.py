"""Files as people upload them, and files as somebody who means harm makes them; all generated here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (0, 102, 124)).save(out, kind)
    return out.getvalue()


def pdf(extra: bytes = b"", *, trailer: bytes = b"", end: bytes = b"%%EOF\n") -> bytes:
    body = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + extra + b">>\nendobj\n"
    body += b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    body += b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>\nendobj\n"
    return body + b"trailer\n<< /Root 1 0 R " + trailer + b">>\nstartxref\n0\n" + end


def pdf_with_object_stream(inside: bytes, filler: int = 0) -> bytes:
    packed = zlib.compress(inside + b" " * filler, 9)
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    body = b"%PDF-1.7\n5 0 obj\n" + stream + packed + b"\nendstream\nendobj\n"
    return body + b"trailer\n<< /Root 5 0 R >>\nstartxref\n0\n%%EOF\n"


def office(
    main: str = WORD,
    parts: dict[str, bytes | str] | None = None,
    *,
    types: str = "",
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    content_types = types or (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        package.writestr("[Content_Types].xml", content_types)
        package.writestr("_rels/.rels", relations())
        package.writestr("word/document.xml", "<w:document/>")
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return out.getvalue()


def relations(kind: str = "officeDocument", target: str = "word/document.xml", mode: str = "Internal") -> str:
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def compound(streams: dict[str, bytes]) -> bytes:
    """A small compound file (the container of doc, xls, ppt); a stream is padded to 4096 bytes."""
    sector, free, end, fat_mark = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    contents = [(name, content.ljust(4096, b"\0")) for name, content in streams.items()]
    fat: list[int] = [fat_mark, end]  # sector 0: the table itself, sector 1: the directory
    directory_sectors = (len(contents) + 1 + 3) // 4
    fat = [fat_mark] + [i + 2 for i in range(directory_sectors - 1)] + [end]
    starts, data = [], b""
    for _name, content in contents:
        count = -(-len(content) // sector)
        starts.append(len(fat))
        fat += [len(fat) + i + 1 for i in range(count - 1)] + [end]
        data += content.ljust(count * sector, b"\0")

    def entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le")
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
            + struct.pack("<III", free, right, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
        )  # fmt: skip

    directory = entry("Root Entry", 5, 1 if contents else free, free, end, 0)
    for place, (name, content) in enumerate(contents):
        right = place + 2 if place + 1 < len(contents) else free
        directory += entry(name, 2, free, right, starts[place], len(content))
    directory = directory.ljust(directory_sectors * sector, b"\0")
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + b"\0" * 16
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + b"\0" * 6
    )
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    table = b"".join(struct.pack("<I", value) for value in fat).ljust(sector, b"\xff")
    return header + table + directory + data


def old_word(encrypted: bool = False) -> bytes:
    return compound(
        {"WordDocument": struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100 if encrypted else 0)}
    )


def old_workbook(encrypted: bool = False, **more: bytes) -> bytes:
    start = struct.pack("<HH", 0x0809, 16) + b"\0" * 16
    if encrypted:
        start += struct.pack("<HH", 0x002F, 4) + b"\0" * 4
    return compound({"Workbook": start, **more})


def huge_png() -> bytes:
    """A few hundred bytes that promise 900 million pixels."""
    header = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def encrypted_zip_flag(content: bytes) -> bytes:
    """The same package with every entry marked as encrypted."""
    raw = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(signature, at + 4)
    return bytes(raw)


GOOD: dict[str, tuple[str, bytes, str]] = {
    "a screenshot": ("医嘱界面.png", picture("PNG"), "image/png"),
    "a photo": ("现场.JPG", picture("JPEG"), "image/jpeg"),
    "a photo called jpeg": ("现场.jpeg", picture("JPEG"), "image/jpeg"),
    "a webp picture": ("图.webp", picture("WEBP"), "image/webp"),
    "a gif": ("图.gif", picture("GIF"), "image/gif"),
    "a bitmap": ("图.bmp", picture("BMP"), "image/bmp"),
    "a png that a chat program called jpg": ("微信图片.jpg", picture("PNG"), "image/png"),
    "a pdf": ("制度.pdf", pdf(), "application/pdf"),
    "a pdf whose compressed bytes spell a name": (
        "扫描.pdf", pdf().replace(b"trailer", b"4 0 obj\n<< >>\nstream\n\x01/JS \x02\nendstream\nendobj\ntrailer", 1),
        "application/pdf",
    ),
    "a word document": ("说明.docx", office(WORD), WORD.removesuffix(".main+xml")),
    "a sheet": ("统计.xlsx", office(SHEET), SHEET.removesuffix(".main+xml")),
    "slides": ("汇报.pptx", office(SLIDES), SLIDES.removesuffix(".main+xml")),
    "an old word document": ("旧.doc", old_word(), "application/msword"),
    "an old sheet": ("旧.xls", old_workbook(), "application/vnd.ms-excel"),
    "old slides": ("旧.ppt", compound({"PowerPoint Document": b"x"}), "application/vnd.ms-powerpoint"),
    "a wps text": ("旧.wps", old_word(), "application/msword"),
    "a name without ending": ("截图", picture("PNG"), "image/png"),
}  # fmt: skip

HOSTILE: dict[str, tuple[str, bytes]] = {
    "nothing": ("空.png", b""),
    "one byte": ("一.pdf", b"%"),
    "text called png": ("a.png", b"just text"),
    "html called png": ("a.png", b"<!doctype html><script>alert(1)</script>"),
    "an svg with a script": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "an svg called png": ("a.png", b'<?xml version="1.0"?><svg onload="alert(1)"/>'),
    "a program called pdf": ("report.pdf", b"MZ\x90\x00" + b"\0" * 200),
    "a linux program called jpg": ("photo.jpg", b"\x7fELF" + b"\0" * 200),
    "a shell script called docx": ("a.docx", b"#!/bin/sh\necho hello\n"),
    "a picture cut in half": ("a.png", picture("PNG", (400, 400))[:200]),
    "a photo cut in half": ("a.jpg", picture("JPEG", (400, 400))[:300]),
    "a png header and noise": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
    "a picture of 900 million pixels": ("a.png", huge_png()),
    "a png that is an archive too": ("a.png", picture("PNG") + archive({"run.exe": b"MZ"})),
    "a gif that is a page too": ("a.gif", picture("GIF") + b"<html><script>alert(1)</script></html>"),
    "a picture with php at its end": ("a.jpg", picture("JPEG") + b"<?php system($_GET[0]); ?>"),
    "a picture called pdf": ("a.pdf", picture("PNG")),
    "a pdf called docx": ("a.docx", pdf()),
    "a pdf called exe": ("a.exe", pdf()),
    "a pdf cut in half": ("a.pdf", pdf(end=b"")),
    "a pdf after a page": ("a.pdf", b"<script>alert(1)</script>\n" + pdf()),
    "a pdf that is an archive too": ("a.pdf", pdf() + archive({"x": b"x"}) + b"%%EOF"),
    "a pdf with javascript": ("a.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> ")),
    "a pdf with javascript in disguise": ("a.pdf", pdf(b"/OpenAction << /S /J#61vaScript /J#53 (x) >> ")),
    "a pdf that starts a program": ("a.pdf", pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >> ")),
    "a pdf with javascript in a packed object": (
        "a.pdf", pdf_with_object_stream(b"1 0 << /S /JavaScript /JS (app.alert(1)) >>")),
    "a pdf that unpacks without end": ("a.pdf", pdf_with_object_stream(b"1 0 <<>>", 40 * 1024 * 1024)),
    "a pdf with a file inside": ("a.pdf", pdf(b"/Names << /EmbeddedFiles 9 0 R >> ")),
    "a pdf with a password": ("a.pdf", pdf(trailer=b"/Encrypt 9 0 R ")),
    "a plain archive": ("a.zip", archive({"a.txt": b"x"})),
    "an archive called docx": ("a.docx", archive({"a.txt": b"x"})),
    "a rar archive": ("a.rar", b"Rar!\x1a\x07\x00" + b"\0" * 50),
    "a document cut in half": ("a.docx", office(parts={"word/big.xml": b"x" * 9000})[:-60]),
    "a document with a macro": ("a.docx", office(parts={"word/vbaProject.bin": b"x"})),
    "a macro document called docx": ("a.docx", office(MACRO_WORD)),
    "a document with a packaged program": (
        "a.docx", office(parts={"word/embeddings/oleObject1.bin": b"\xd0\xcf" + "Ole10Native".encode("utf-16-le")})),
    "a document with a sheet full of macros": (
        "a.docx", office(parts={"word/embeddings/sheet.xlsm": archive({"xl/vbaProject.bin": b"x"})})),
    "a document with a control": ("a.docx", office(parts={"word/activeX/activeX1.xml": b"<x/>"})),
    "a document with a remote template": (
        "a.docx",
        office(parts={"word/_rels/settings.xml.rels": relations("attachedTemplate", "http://example.invalid/t.dotm", "External")}),
    ),
    "a document that climbs folders": ("a.docx", office(parts={"../../etc/passwd": b"x"})),
    "a document that names a drive": ("a.docx", office(parts={"C:/windows/x": b"x"})),
    "a document with an entity bomb": (
        "a.docx",
        office(types='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Types>&b;</Types>'),
    ),
    "a document with broken types": ("a.docx", office(types="<Types")),
    "a document of two kinds": (
        "a.docx",
        office(types=f'<Types><Override ContentType="{WORD}"/><Override ContentType="{SHEET}"/></Types>'),
    ),
    "a document that unpacks without end": ("a.xlsx", office(SHEET, {"xl/a.xml": b"0" * 60_000_000})),
    "a document of six thousand parts": ("a.docx", office(parts={f"word/{n}.xml": b"" for n in range(6000)})),
    "a document with a password": ("a.docx", compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"})),
    "a zip marked as encrypted": ("a.docx", encrypted_zip_flag(office())),
    "an old document with a password": ("a.doc", old_word(encrypted=True)),
    "an old sheet with a password": ("a.xls", old_workbook(encrypted=True)),
    "an old sheet with a macro": ("a.xls", old_workbook(_VBA_PROJECT_CUR=b"x")),
    "a compound file of another kind": ("a.doc", compound({"__properties_version1.0": b"x"})),
    "a compound header and noise": ("a.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\xff" * 600),
    "an old sheet called docx": ("a.docx", old_workbook()),
    "an iphone photo": ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100),
    "a tiff scan": ("a.tif", b"II*\x00\x08\x00\x00\x00" + b"\0" * 100),
}  # fmt: skip
