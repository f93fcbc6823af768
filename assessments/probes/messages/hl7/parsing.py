"""A message as segments: what belongs to the message, and its orders with their results and specimens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from assessments.probes.messages.hl7.charsets import decode
from assessments.probes.messages.hl7.fields import Separators, part, separators_of

Fields = list[str]

OPENS_ORDER = frozenset(("OBR", "RXO", "RXE", "RXD", "RXA", "RXG"))
OF_ORDER = OPENS_ORDER | frozenset(
    ("ORC", "TQ1", "TQ2", "RXR", "RXC", "OBX", "SPM", "SAC", "NTE", "IPC", "ZDS", "CTI", "FT1", "BPO", "PRT")
)
_BREAKS = re.compile(r"[\r\n]+")
_WRITTEN_BREAKS = re.compile(
    r"\\r\\n|\\r(?=[A-Z][A-Z0-9]{2}[|^])|\\n(?=[A-Z][A-Z0-9]{2}[|^])|<CR>|<cr>|<0x0D>"
)


@dataclass(slots=True)
class Order:
    """An order (ORC and what follows): the first segment of every name, and all that can repeat."""

    first: dict[str, Fields] = field(default_factory=dict)
    repeated: dict[str, list[Fields]] = field(default_factory=dict)

    def add(self, fields: Fields) -> None:
        name = fields[0]
        if name in self.first:
            self.repeated[name].append(fields)
        else:
            self.first[name] = fields
            self.repeated[name] = [fields]


@dataclass(slots=True)
class Patient:
    """Segments of the message that hold for all its orders, for one patient, and those orders."""

    first: dict[str, Fields]
    repeated: dict[str, list[Fields]] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    separators: Separators
    header: Fields
    kind: str
    event: str
    patients: list[Patient]
    names: frozenset[str]


def parse(raw: bytes) -> Message | str:
    """The message, or the code of what makes it malformed. Never raises for what a message holds."""
    decoded = decode(raw)
    if decoded is None:
        return "undecodable"
    text, codec = decoded
    text = text.lstrip("\x0b\x1c \t\r\n\ufeff")
    end = text.find("\x1c")
    if end >= 0:
        text = text[:end]
    if "\r" not in text and "\n" not in text.rstrip("\n"):
        text = _WRITTEN_BREAKS.sub("\r", text)  # a log that writes a message on one line
    separators = separators_of(text[:12], "utf-8" if codec == "ascii" else codec)
    if separators is None:
        return "no_header"
    segments = list(_segments(text, separators.field))
    header = segments[0]
    header.insert(1, separators.field)
    kind, event = _type(header, separators)
    if not kind:
        return "no_type"
    return Message(
        separators, header, kind, event, _patients(segments), frozenset(fields[0] for fields in segments)
    )


def _segments(text: str, separator: str) -> Iterator[Fields]:
    """Split fields of every segment; a line that begins none continues the text of the one before."""
    usual = _usual(separator)
    held = ""
    for line in text.split("\r") if "\n" not in text else _BREAKS.split(text):
        if not line:
            continue
        if held and line[:4] in usual:
            yield held.split(separator)
            held = line
            continue
        if held and not _begins(line, separator):
            line = line.lstrip(" \t\x0b\x00")
            if not _begins(line, separator):
                if line:
                    held = f"{held}\n{line}"
                continue
        if held:
            yield held.split(separator)
        held = line
    if held:
        yield held.split(separator)


@lru_cache(maxsize=64)
def _usual(separator: str) -> frozenset[str]:
    """How nearly every line begins, so that these need no closer look."""
    names = OF_ORDER | frozenset(
        ("PID", "PV1", "EVN", "DG1", "AL1", "SCH", "AIS", "TXA", "MSA", "PD1", "NK1", "PV2")
    )
    return frozenset(name + separator for name in names)


def _begins(line: str, separator: str) -> bool:
    """Whether a line begins a segment: three capitals or digits and the separator, or nothing else."""
    name = line[:3]
    return (
        (line[3:4] == separator or len(line) == 3)
        and name.isalnum()
        and name.isascii()
        and name.isupper()
        and name[0].isalpha()
    )


def _type(header: Fields, separators: Separators) -> tuple[str, str]:
    raw = header[9] if len(header) > 9 else ""
    kind = part(raw, separators, 1, 1).upper()
    event = part(raw, separators, 2, 1).upper()
    if not event and "_" in kind:
        kind, event = kind.split("_", 1)
    return kind, event


def _patients(segments: list[Fields]) -> list[Patient]:
    header = segments[0]
    current = Patient({"MSH": header})
    patients = [current]
    order: Order | None = None
    for fields in segments[1:]:
        name = fields[0]
        if name == "PID" and "PID" in current.first:
            current, order = Patient({"MSH": header}), None
            patients.append(current)
        if name in OF_ORDER and (name == "ORC" or name in OPENS_ORDER or order is not None):
            if order is None or _begins_another(name, order):
                order = Order()
                current.orders.append(order)
            order.add(fields)
        else:
            if name == "PID":
                order = None
            current.first.setdefault(name, fields)
            current.repeated.setdefault(name, []).append(fields)
    return patients


def _begins_another(name: str, order: Order) -> bool:
    if name == "ORC":
        return True
    if name in ("OBR", "RXO"):
        return name in order.first or "OBR" in order.first
    if name == "RXE":
        return "RXE" in order.first
    return False
