"""One pass over a file's bytes: digest, and what decides how its text must be read."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from assessments.probes.refusals import FileProblem

CHUNK = 1 << 20
HEAD = 1 << 18
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """``nul_line``: line of the first NUL byte. ``tidy``: values cannot begin or end with other
    blanks than spaces (no ideographic or no-break spaces, no line end before a quote); ``tabs``:
    there are tabs, which are blanks unless they are the delimiter."""

    sha256: str
    size: int
    nul_line: int | None = None
    tidy: bool = False
    tabs: bool = False


def digest_of(path: Path) -> Content:
    """Digest and size alone, of what is no text."""
    with path.open("rb") as file:
        return Content(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def look_through(path: Path) -> Content:
    """Read the whole file once."""
    digest = hashlib.sha256()
    size, nul, tidy, tabs, last = 0, False, True, False, b""
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            nul = nul or b"\0" in chunk
            tabs = tabs or b"\t" in chunk
            if tidy:
                body = chunk[3:] if not size and chunk.startswith(codecs.BOM_UTF8) else chunk
                tidy = not _has_odd_blanks(last + body if last else body)
            last = chunk[-2:]
            size += len(chunk)
    return Content(digest.hexdigest(), size, _nul_line(path) if nul else None, tidy, tabs)


def _nul_line(path: Path) -> int:
    line = 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            at = chunk.find(b"\0")
            if at >= 0:
                return line + chunk.count(b"\n", 0, at)
            line += chunk.count(b"\n")
    return line


_ODD_TEXT = "\t\v\f\u00a0\u3000\ufeff\u200b"
_ODD = (b"\xe3\x80\x80", b"\xc2\xa0", b"\xef\xbb\xbf", b"\xe2\x80\x8b")


def _has_odd_blanks(chunk: bytes) -> bool:
    if b"\v" in chunk or b"\f" in chunk:
        return True
    if any(blank[:1] in chunk and blank in chunk for blank in _ODD):  # one byte is found much faster
        return True
    return b'"' in chunk and b'\n"' in chunk and _blank_before_quote(chunk)


def _blank_before_quote(chunk: bytes) -> bool:
    """A line end right before a quote is usual where a row begins with a quoted value; only where a
    quote then closes (a delimiter or line end follows) may a value end with a line end."""
    start = chunk.find(b'\n"')
    while start >= 0:
        if chunk[start + 2 : start + 3] in (b",", b";", b"\t", b"|", b"^", b"\r", b"\n", b""):
            return True
        start = chunk.find(b'\n"', start + 1)
    return False


def encoding_of(head: bytes, *, whole: bool) -> str:
    """utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be or gb18030, by the first bytes of a file."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if b"\0" in head:
        return _utf16_without_bom(head)
    for name in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(name)().decode(head, final=whole)
        except UnicodeDecodeError:
            continue
        return name
    raise FileProblem("wrong_encoding", line=_line_of_bad_byte(head))


def _utf16_without_bom(head: bytes) -> str:
    """ASCII text in UTF-16 has a NUL in every second byte, other text in none."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > half * 0.3 and not even:
        return "utf-16-le"
    if even > half * 0.3 and not odd:
        return "utf-16-be"
    raise FileProblem("nul_bytes")


def _line_of_bad_byte(head: bytes) -> int:
    try:
        codecs.getincrementaldecoder("gb18030")().decode(head, final=False)
    except UnicodeDecodeError as error:
        return head[: error.start].count(b"\n") + 1
    return 1


def transcode(path: Path, encoding: str, target: Path) -> bool:
    """Write the text to ``target`` as UTF-8 without BOM, in bounded memory; whether it is tidy (no
    tabs either). Raises FileProblem with the line."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, tidy, last = 1, True, ""
    with path.open("rb") as source, target.open("wb") as out:
        while True:
            chunk = source.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise FileProblem("wrong_encoding", line=lines + _newlines(error)) from None
            if "\0" in text:
                raise FileProblem("nul_bytes")
            lines += text.count("\n")
            if tidy:
                joined = last + text
                tidy = not any(blank in text for blank in _ODD_TEXT) and not (
                    '\n"' in joined and _blank_before_quote(joined.encode("utf-8", "surrogatepass"))
                )
                last = text[-2:]
            out.write(text.encode("utf-8", "surrogatepass"))
            if not chunk:
                return tidy


def only_ascii_before_damage(path: Path) -> bool:
    """Whether nothing but ASCII stands before the first byte that is not UTF-8: then the text may
    be in another encoding; otherwise it is UTF-8 with damaged bytes."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                if not decoder.decode(chunk).isascii():
                    return False
            except UnicodeDecodeError as error:
                return bytes(error.object[: error.start]).removeprefix(codecs.BOM_UTF8).isascii()
    return True


def _newlines(error: UnicodeDecodeError) -> int:
    return bytes(error.object[: error.start]).count(b"\n")
