"""The resources of a file one by one: NDJSON, a Bundle of any type, an array, or a single resource.

NDJSON is read line by line; one big JSON document entry by entry (ijson) above a size, so that
memory stays bounded by the biggest resource.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ijson
import orjson

from assessments.probes.messages.fhir.paths import Resource, text
from assessments.probes.messages.values import Malformed, malformed

WHOLE = 24 << 20  # a document up to this size is parsed at once
LONGEST_LINE = 64 << 20
BOMS = (b"\xef\xbb\xbf",)


@dataclass(frozen=True, slots=True)
class Found:
    """A resource with its place in the file and what its Bundle says about it."""

    place: int
    resource: Resource
    full_url: str = ""
    bundle_id: str = ""
    timestamp: str = ""
    sender: str = ""


def resources(path: Path, *, on_malformed: Callable[[Malformed], None]) -> Iterator[Found]:
    with path.open("rb") as opened:
        if _is_lines(opened):
            yield from _of_lines(opened, on_malformed)
        elif path.stat().st_size <= WHOLE:
            yield from _of_whole(opened, on_malformed)
        else:
            yield from _streamed(opened, on_malformed)


def _is_lines(opened: IO[bytes]) -> bool:
    """Whether the first line is JSON by itself and something follows it."""
    opened.seek(0)
    _skip_bom(opened)
    line = b""
    while not line.strip():
        line = opened.readline(LONGEST_LINE)
        if not line:
            break
    follows = opened.readline(64)
    while follows and not follows.strip():
        follows = opened.readline(64)
    opened.seek(0)
    _skip_bom(opened)
    if not follows:
        return False
    begins = line.lstrip()[:1]
    if begins not in (b"{", b"["):
        return follows.lstrip()[:1] == b"{" and begins != b"["
    if _loaded(line) is not None:
        return True
    # A damaged first line of NDJSON: the lines that follow each begin an object; pretty printing indents.
    return begins == b"{" and follows[:1] == b"{"


def _skip_bom(opened: IO[bytes]) -> None:
    if opened.read(3) not in BOMS:
        opened.seek(0)


def _loaded(raw: bytes) -> Any:
    """The JSON value, None when it is none. Text in GB18030 is accepted too."""
    for codec in (None, "gb18030"):
        try:
            return orjson.loads(raw if codec is None else raw.decode(codec))
        except (orjson.JSONDecodeError, UnicodeDecodeError, RecursionError):
            continue
    return None


def _of_lines(opened: IO[bytes], on_malformed: Callable[[Malformed], None]) -> Iterator[Found]:
    place = 0
    while line := opened.readline(LONGEST_LINE):
        place += 1
        if not line.endswith(b"\n") and len(line) >= LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = opened.readline(LONGEST_LINE)
            on_malformed(malformed(place, "too_long"))
            continue
        if not line.strip():
            continue
        loaded = _loaded(line)
        if loaded is None:
            on_malformed(malformed(place, "not_json"))
            continue
        yield from _opened(loaded, place, on_malformed)


def _of_whole(opened: IO[bytes], on_malformed: Callable[[Malformed], None]) -> Iterator[Found]:
    loaded = _loaded(opened.read())
    if loaded is None:
        on_malformed(malformed(1, "not_json"))
        return
    if isinstance(loaded, list):
        for place, one in enumerate(loaded, 1):
            yield from _opened(one, place, on_malformed)
    else:
        yield from _opened(loaded, 0, on_malformed)


def _opened(
    loaded: Any, place: int, on_malformed: Callable[[Malformed], None], depth: int = 0
) -> Iterator[Found]:
    """The resource, or those of a Bundle; ``place`` 0 means that the Bundle's entries count."""
    if not isinstance(loaded, dict) or not isinstance(loaded.get("resourceType"), str):
        on_malformed(malformed(max(place, 1), "not_fhir"))
        return
    if loaded["resourceType"] != "Bundle":
        yield Found(max(place, 1), loaded)
        return
    if depth > 8:
        on_malformed(malformed(max(place, 1), "too_deep"))
        return
    about = _about(loaded)
    entries = loaded.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else (), 1):
        yield from _of_entry(entry, place or number, about, on_malformed, depth)


def _of_entry(
    entry: Any,
    place: int,
    about: tuple[str, str, str],
    on_malformed: Callable[[Malformed], None],
    depth: int,
) -> Iterator[Found]:
    if not isinstance(entry, dict):
        on_malformed(malformed(place, "not_fhir"))
        return
    resource = entry.get("resource")
    if resource is None:
        return  # a request without a body: DELETE, GET, or the outcome of a batch
    if isinstance(resource, dict) and resource.get("resourceType") == "Bundle":
        yield from _opened(resource, place, on_malformed, depth + 1)
        return
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        on_malformed(malformed(place, "not_fhir"))
        return
    yield Found(place, resource, text(entry.get("fullUrl")), *about)


def _about(bundle: Resource) -> tuple[str, str, str]:
    identifier = bundle.get("identifier")
    number = text(identifier.get("value")) if isinstance(identifier, dict) else ""
    sender = ""
    if bundle.get("type") == "message" and isinstance(bundle.get("entry"), list):
        for entry in bundle["entry"][:1]:
            sender = sender_of(entry.get("resource")) if isinstance(entry, dict) else ""
    return number or text(bundle.get("id")), text(bundle.get("timestamp")), sender


def sender_of(header: Any) -> str:
    """The sending system a MessageHeader names."""
    if not isinstance(header, dict) or header.get("resourceType") != "MessageHeader":
        return ""
    source = header.get("source")
    return (text(source.get("name")) or text(source.get("endpoint"))) if isinstance(source, dict) else ""


def _streamed(opened: IO[bytes], on_malformed: Callable[[Malformed], None]) -> Iterator[Found]:
    """Entries of one big document. In a message Bundle the header is its first entry, so it comes first."""
    first = opened.read(4096).lstrip()[:1]
    opened.seek(0)
    _skip_bom(opened)
    prefix = "item" if first == b"[" else "entry.item"
    place, about = 0, ("", "", "")
    try:
        for entry in ijson.items(opened, prefix, use_float=True):
            place += 1
            if prefix == "item":
                yield from _opened(entry, place, on_malformed)
                continue
            if place == 1 and isinstance(entry, dict):
                about = ("", "", sender_of(entry.get("resource")))
            yield from _of_entry(entry, place, about, on_malformed, 0)
    except (ijson.JSONError, UnicodeDecodeError):
        on_malformed(malformed(place + 1, "not_json"))
        return
    if place == 0:
        on_malformed(malformed(1, "not_fhir"))
