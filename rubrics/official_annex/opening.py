"""Opening a document a person uploaded: what it is by its content, and not more than it may be.

A .docx is a zip of XML files. It is looked at as a zip first, so that neither a small file that
unpacks to gigabytes nor another kind of file reaches the Word reader.
"""

from __future__ import annotations

import io
import zipfile

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as DocumentType

MEGABYTE = 1024 * 1024
UNPACKED_AT_MOST = 80 * MEGABYTE
PARTS_AT_MOST = 2000
#: a part above this size may not be packed tighter than RATIO: real text packs about 20 to 1
SMALL_PART = 5 * MEGABYTE
RATIO = 150

OLE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: what python-docx and lxml raise on a file that is not whole; lxml's own errors are SyntaxErrors
BROKEN = (KeyError, ValueError, SyntaxError, zipfile.BadZipFile, OSError, AttributeError, IndexError)
MAIN_PART = b"wordprocessingml.document.main+xml"


class DocumentRefused(ValueError):
    """The file is not a document that can be read: one sentence for the person who chose it."""


def open_document(content: bytes, *, at_most: int) -> DocumentType:
    """The Word document in ``content``. ``at_most``: bytes of the file itself. Raises DocumentRefused."""
    if len(content) > at_most:
        raise DocumentRefused(_("文件超过%(n)sMB的上限。") % {"n": at_most // MEGABYTE})
    if content.startswith(OLE_HEADER):
        if ENCRYPTED in content:
            raise DocumentRefused(_("文档设有打开密码，无法读取。请在Word中取消密码后另存再导入。"))
        raise DocumentRefused(_("这是旧版Word文档（.doc）。请用Word或WPS另存为.docx后再导入。"))
    _check_zip(content)
    try:
        return Document(io.BytesIO(content))
    except BROKEN as error:
        raise DocumentRefused(_("文件已损坏，无法按Word文档（.docx）读取。")) from error


def _check_zip(content: bytes) -> None:
    not_word = DocumentRefused(_("文件不是Word文档（.docx）。"))
    if not content.startswith(b"PK\x03\x04"):
        raise not_word
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise DocumentRefused(_("文档设有打开密码，无法读取。请在Word中取消密码后另存再导入。"))
            oversized = any(
                part.file_size > SMALL_PART and part.file_size > RATIO * max(part.compress_size, 1)
                for part in parts
            )
            if len(parts) > PARTS_AT_MOST or oversized or sum(p.file_size for p in parts) > UNPACKED_AT_MOST:
                raise DocumentRefused(_("文档解压后过大，不像一份标准文本，未予读取。"))
            if "[Content_Types].xml" not in archive.namelist():
                raise not_word
            if MAIN_PART not in archive.read("[Content_Types].xml"):
                raise not_word
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError) as error:
        raise DocumentRefused(_("文件已损坏，无法按Word文档（.docx）读取。")) from error
