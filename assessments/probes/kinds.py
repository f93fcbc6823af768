"""What a file's first bytes say it is, against what its name says."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

import olefile  # type: ignore[import-untyped]

from assessments.probes.refusals import FileProblem

Kind = Literal["text", "parquet", "workbook", "messages"]
_BY_SUFFIX: dict[str, Kind] = {
    ".csv": "text",
    ".txt": "text",
    ".tsv": "text",
    ".parquet": "parquet",
    ".xlsx": "workbook",
    ".xls": "workbook",
    ".hl7": "messages",
    ".json": "messages",
    ".ndjson": "messages",
}
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REAL = {
    "workbook": ("Excel工作簿", "an Excel workbook"),
    "parquet": ("Parquet文件", "a Parquet file"),
    "archive": ("压缩包", "an archive"),
    "page": ("网页（HTML）", "a web page (HTML)"),
    "pdf": ("PDF文件", "a PDF document"),
    "program": ("可执行程序", "a program"),
    "picture": ("图片", "a picture"),
    "text": ("文本", "text"),
    "office": ("Office文档", "an Office document"),
}


def kind_of(path: Path, suffix: str) -> Kind:
    """How to read a file. Raises FileProblem: unknown, empty, or not what its name says."""
    said = _BY_SUFFIX.get(suffix.lower())
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError:
        raise FileProblem("unreadable") from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0") and (said is not None or not head):
        raise FileProblem("empty_file")
    real = _real(path, head)
    if real == "archive":
        if said == "workbook" and head.startswith(b"PK"):
            raise FileProblem("damaged_file")
        raise FileProblem("archive_in_archive")
    if said is None:
        raise FileProblem("unknown_format")
    if real != said and not (real == "text" and said == "messages"):
        zh, en = _REAL[real]
        raise FileProblem("not_what_it_says", real_zh=zh, real_en=en)
    return said


def _real(path: Path, head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _of_zip(path)
    if head.startswith(_ARCHIVES):
        return "archive"
    if head.startswith(OLE):
        return _of_ole(path)
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith((b"MZ", b"\x7fELF")):
        return "program"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return "picture"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<head", b"<meta")):
        return "page"
    return "text"


def _of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return "archive"
    if any(name.startswith("xl/") for name in names):
        return "workbook"
    return "office" if "[Content_Types].xml" in names else "archive"


def _of_ole(path: Path) -> str:
    """Old workbooks and password-protected new ones have the same container."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            names = ("Workbook", "Book", "EncryptedPackage")
            return "workbook" if any(ole.exists(name) for name in names) else "office"
    except OSError:
        return "office"
