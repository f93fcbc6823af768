"""Cuts a file of HL7 v2 messages into messages: single, batch (FHS/BHS), MLLP, or a log of all of these.

A message begins at an MSH header wherever it stands (logs write a time stamp before it) and ends
before the line of the next one. Only one message and one block are in memory.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from assessments.probes.messages.values import Malformed, malformed

BLOCK = 1 << 20
LONGEST = 64 << 20  # a message with an embedded document is some megabytes

# MSH, the separator, one to five encoding characters, the separator: a header wherever it stands. MSH alone
# counts only at the start of a line: a header too damaged to read, reported as such.
START = re.compile(rb"MSH[^A-Za-z0-9]")
HEADER = re.compile(rb"MSH([^\w\s])[^\w\s]{1,5}\1")
TRAILER = re.compile(rb"[\r\n\x0b](?:BTS|FTS)[^\w\s](\d*)[^\r\n]*")
ENVELOPE = re.compile(rb"^[\s\x0b\x1c]*(?:(?:FHS|BHS|BTS|FTS)[^\r\n]*[\s\x0b\x1c]*)*$")
ENVELOPE_LINES = re.compile(rb"(?:(?<=[\r\n\x0b])|\A)(?:FHS|BHS|BTS|FTS)[^\w\s][^\r\n]*")
LOOKBACK = 16  # the longest header start that a block border could cut


class _AsUtf8:
    """A UTF-16 file read as UTF-8 bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._reader = codecs.getreader("utf-16")(stream, "replace")

    def read(self, size: int) -> bytes:
        return self._reader.read(size).encode("utf-8", "replace")


def messages(
    path: Path, *, on_malformed: Callable[[Malformed], None], longest: int = LONGEST, block: int = BLOCK
) -> Iterator[tuple[int, bytes]]:
    """Place (from 1) and bytes of every message. Damaged headers and overlong messages are reported."""
    with path.open("rb") as opened:
        start = opened.read(3)
        opened.seek(3 if start == codecs.BOM_UTF8 else 0)
        utf16 = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        yield from _cut(_AsUtf8(opened) if utf16 else opened, on_malformed, longest, block)


def _cut(
    stream: BinaryIO | _AsUtf8, on_malformed: Callable[[Malformed], None], longest: int, block: int
) -> Iterator[tuple[int, bytes]]:
    place, held, begun, counted = 0, b"", False, 0
    skipping = False
    while True:
        read = stream.read(block)
        searched_from = max(0, len(held) - LOOKBACK) if begun else 0
        held += read
        borders = [at for at in _headers(held, searched_from) if not begun or at > 0]
        at = 0
        for border in borders:
            end = _end_before(held, at, border) if begun else border
            piece = held[at:end]
            if begun:
                if skipping:
                    skipping = False
                else:
                    yield place, piece
                counted = _check_trailers(piece, place, counted, on_malformed)
            elif not ENVELOPE.match(_first_lines(piece)):
                on_malformed(malformed(1, "stray_text"))
            begun, at = True, border
            place += 1
            counted += 1
        held = held[at:]
        if not read:
            break
        if len(held) > longest:
            if begun and not skipping:
                on_malformed(malformed(place, "too_long"))
                skipping = True
            held = held[-LOOKBACK:] if not begun else b"MSH" + held[-LOOKBACK:]
    if begun:
        if not skipping:
            yield place, held
        _check_trailers(held, place, counted, on_malformed)
    elif held.strip(b"\x00\x0b\x1c\r\n\t ") and not ENVELOPE.match(held):
        on_malformed(malformed(1, "no_header"))


def _headers(held: bytes, searched_from: int) -> Iterator[int]:
    for found in START.finditer(held, searched_from):
        at = found.start()
        before = held[max(0, at - LOOKBACK) : at].rstrip(b" \t")
        if not before or before[-1] in b"\r\n\x0b\x1c" or HEADER.match(held, at):
            yield at


def _end_before(held: bytes, at: int, border: int) -> int:
    """The end of the message that begins at ``at``: what stands before the next header on its line is log text."""
    end = max(held.rfind(mark, at, border) for mark in (b"\r", b"\n", b"\x1c", b"\x0b"))
    return end if end > at else border


def _first_lines(piece: bytes) -> bytes:
    """Without the text that stands on the line of the first header (a log's time stamp)."""
    end = max(piece.rfind(mark) for mark in (b"\r", b"\n", b"\x0b"))
    return piece[: end + 1]


def _check_trailers(piece: bytes, place: int, counted: int, on_malformed: Callable[[Malformed], None]) -> int:
    """Compare BTS-1 with the messages since the last trailer; the count begins anew after one."""
    if b"BTS" not in piece:
        return counted
    for found in TRAILER.finditer(piece):
        if found.group(0).lstrip(b"\r\n\x0b").startswith(b"BTS"):
            if found.group(1) and int(found.group(1)[:12]) != counted:
                on_malformed(malformed(place, "wrong_count"))
            return 0
    return counted
