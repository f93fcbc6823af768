"""Which kind of messages a file holds, by what is in it, and their rows."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from assessments.probes.messages.fhir.index import ReferenceIndex
from assessments.probes.messages.fhir.reading import index_resources, read_fhir
from assessments.probes.messages.hl7.reading import read_hl7
from assessments.probes.messages.values import Batch, Malformed

__all__ = ["index_resources", "kind_of", "read_messages"]


def kind_of(path: Path) -> Literal["hl7", "fhir"]:
    """JSON begins with a brace or bracket; anything else is read as HL7 v2, which finds or misses its headers."""
    with path.open("rb") as opened:
        start = opened.read(4096)
    if start.startswith(codecs.BOM_UTF8):
        start = start[3:]
    if start.lstrip()[:1] in (b"{", b"["):
        return "fhir"
    return "fhir" if path.suffix.lower() in (".json", ".ndjson", ".jsonl") else "hl7"


def read_messages(
    path: Path, *, on_malformed: Callable[[Malformed], None], index: ReferenceIndex | None = None
) -> Iterator[Batch]:
    """Rows of canonical records from a file of messages, streaming, in bounded memory.

    A malformed message, line or entry is handed to ``on_malformed`` and the rest is read. ``index``
    (of :func:`index_resources` over all FHIR files of a package) resolves references between files;
    without it only those within the file are. Raises OSError when the file cannot be read.
    """
    if kind_of(path) == "hl7":
        yield from read_hl7(path, on_malformed=on_malformed)
    else:
        yield from read_fhir(path, on_malformed=on_malformed, index=index)
