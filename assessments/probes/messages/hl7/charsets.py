"""Bytes of a message into text: MSH-18, with what Chinese systems really send as the fallback."""

from __future__ import annotations

CODECS: dict[str, str] = {
    "": "",
    "ASCII": "ascii",
    "8859/1": "latin-1",
    "8859/2": "iso8859-2",
    "8859/5": "iso8859-5",
    "8859/15": "iso8859-15",
    "ISO IR6": "ascii",
    "ISO IR14": "shift_jis",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp",
    "GB 18030-2000": "gb18030",
    "GB18030-2000": "gb18030",
    "GB 18030": "gb18030",
    "GB18030": "gb18030",
    "GB2312": "gb18030",
    "GBK": "gb18030",
    "BIG-5": "big5hkscs",
    "BIG5": "big5hkscs",
    "CNS 11643-1992": "big5hkscs",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "UNICODE UTF-16": "utf-16",
    "UNICODE UTF-32": "utf-32",
}


def codec_of(header: bytes) -> str:
    """The Python codec that MSH-18 of a header line names; empty where it names none that is known."""
    separator = header[3:4]
    fields = header.split(separator, 18)
    if len(fields) < 18:
        return ""
    declared = fields[17]
    repeat = header[5:6]
    if repeat and repeat in declared:
        declared = declared.split(repeat)[0]
    return CODECS.get(declared.strip().decode("latin-1").upper(), "")


def decode(message: bytes) -> tuple[str, str] | None:
    """The text and the codec that worked; None when none does.

    What is valid UTF-8 with a character beyond ASCII is UTF-8 whatever the header says: systems
    declare GB18030 and send UTF-8, and GB18030 text is almost never valid UTF-8 by accident.
    """
    if message.isascii():
        return message.decode("ascii"), "ascii"
    for codec in ("utf-8", "", "gb18030"):
        if not codec:
            header = message[:2000].split(b"\r", 1)[0].split(b"\n", 1)[0]
            codec = codec_of(header)
            if codec in ("", "utf-8", "gb18030"):
                continue
        try:
            return message.decode(codec), codec
        except (UnicodeDecodeError, LookupError):
            continue
    return None
