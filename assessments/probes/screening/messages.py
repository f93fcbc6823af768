"""Screening of message files as they are: they carry fields that no canonical record has (PID-13, telecom).

Every field of every message is looked at by a regular expression over the whole text first (many
messages in one call, by an engine that reads each character once); only messages it picks are taken
apart field by field. Fields that hold names by the standard are tallied for real names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pyarrow.compute as pc

from assessments.probes.messages.batching import texts
from assessments.probes.messages.fhir.paths import name as name_of
from assessments.probes.messages.fhir.paths import within
from assessments.probes.messages.fhir.resources import resources
from assessments.probes.messages.hl7.charsets import decode
from assessments.probes.messages.hl7.fields import person_name, separators_of
from assessments.probes.messages.hl7.framing import messages
from assessments.probes.messages.reading import kind_of
from assessments.probes.screening.columns import Hint
from assessments.probes.screening.detectors import (
    CARD,
    LANDLINE,
    MOBILE,
    PLATE,
    RESIDENT,
    RESIDENT_15,
    is_token,
    looks_like_latin_name,
    looks_like_name,
)
from assessments.probes.screening.hits import Hit
from assessments.probes.screening.judging import Column, name_hit

# Fields that hold a person's name, and those that hold contacts or documents, by the HL7 v2 standard.
NAMES = {"PID": (5, 6, 9), "NK1": (2, 30), "GT1": (3, 4), "IN1": (16,), "PV1": (7, 8, 9, 17), "ORC": (10, 11, 12),
         "OBR": (16,), "RXA": (10,), "TXA": (5, 9, 11)}  # fmt: skip
CODED_FIRST = frozenset(("PV1", "ORC", "OBR", "RXA", "TXA"))  # XCN: a code stands before the name
NUMBERS = {"OBX": (3, 4, 18), "MSH": tuple(range(1, 30)), "ORC": (2, 3, 4), "OBR": (2, 3), "SPM": (2,), "PV1": (19, 50),
           "TXA": (12, 13), "SCH": (1, 2, 26), "RXD": (7,), "RXE": (15,), "SAC": (3,), "MSA": (2,)}  # fmt: skip
# In the syntax of RE2, which has no looking around: what may stand beside a number is part of the match.
PREFILTER = (
    r"(?:^|[^0-9A-Za-z.])(?:"
    + "|".join((RESIDENT, RESIDENT_15, MOBILE, LANDLINE, CARD))
    + r")(?:$|[^0-9A-Za-z])"
    + f"|@|[０-９\u200b-\u200f\u2060\ufeff]|{PLATE}|[0-9一二三四五六七八九十百](?:号|室|栋|幢|组|单元|户)"
)
TOGETHER, LONGEST = 500, 4_000_000  # messages and characters that go through the expression in one call
PLAIN, NUMBER = Hint(False, True, False, False, False, False), Hint(False, True, True, False, False, False)
PERSON = Hint(True, False, False, False, False, False)
PERSON_ID = Hint(False, True, False, True, False, False)
T = TypeVar("T")
FHIR_NAMED = ("Patient", "RelatedPerson", "Practitioner", "Person")


class _Names:
    """Names of one place in the messages, tallied."""

    def __init__(self) -> None:
        self.filled, self.like = 0, 0
        self.first: int | None = None

    def look(self, value: str, place: int) -> None:
        if value:
            self.filled += 1
            if looks_like_name(value) or looks_like_latin_name(value):
                self.like += 1
                self.first = self.first or place


class _Found:
    def __init__(self) -> None:
        self.columns: dict[str, Column] = {}
        self.filled: dict[str, int] = {}
        self.names: dict[str, _Names] = {}

    def look(self, column: str, hint: Hint, value: str, place: int) -> None:
        held = self.columns.get(column)
        if held is None:
            held = self.columns[column] = Column(column, hint)
        self.filled[column] = self.filled.get(column, 0) + 1
        held.look(value, 1, place)

    def name(self, column: str, value: str, place: int) -> None:
        self.names.setdefault(column, _Names()).look(value, place)

    def hits(self) -> tuple[Hit, ...]:
        found = [hit for column, held in self.columns.items() for hit in held.hits(self.filled[column])]
        for column, names in self.names.items():
            hit = name_hit(column, PERSON, names.filled, names.like, names.first)
            if hit is not None:
                found.append(hit)
        return tuple(sorted(found, key=lambda hit: (hit.column, hit.kind)))


def screen_messages(path: Path) -> tuple[Hit, ...]:
    """Hits in a file of messages, by field (``PID-13``, ``Patient.telecom``) and the message's place. Streams.

    ``share`` is of the values of that field in the messages that were looked at closely.
    """
    found = _Found()
    if kind_of(path) == "hl7":
        for place, text, closely in _picked(_of_hl7(path)):
            _look_at_hl7(text, place, found, closely=closely)
    else:
        for (place, resource), _, closely in _picked(_of_fhir(path)):
            _look_at_fhir(resource, place, found, closely=closely)
    return found.hits()


def _of_hl7(path: Path) -> Iterator[tuple[int, str]]:
    for place, raw in messages(path, on_malformed=lambda _: None):
        decoded = decode(raw)
        if decoded is not None:
            yield place, decoded[0].lstrip("\x0b\x1c \t\r\n\ufeff")


def _of_fhir(path: Path) -> Iterator[tuple[tuple[int, dict[str, Any]], str]]:
    for one in resources(path, on_malformed=lambda _: None):
        try:
            text = orjson.dumps(one.resource).decode()
        except (orjson.JSONEncodeError, RecursionError):
            text = "@"  # what cannot be written as text is looked at closely
        yield (one.place, one.resource), text


def _picked(found: Iterator[tuple[T, str]]) -> Iterator[tuple[T, str, bool]]:
    """What was found, and whether its text has to be looked at closely."""
    held: list[tuple[T, str]] = []
    size = 0
    for one in found:
        held.append(one)
        size += len(one[1])
        if len(held) >= TOGETHER or size > LONGEST:
            yield from _judged(held)
            held, size = [], 0
    yield from _judged(held)


def _judged(held: list[tuple[T, str]]) -> Iterator[tuple[T, str, bool]]:
    picked = pc.match_substring_regex(texts(text for _, text in held), PREFILTER).to_pylist()
    for (one, text), closely in zip(held, picked, strict=True):
        yield one, text, bool(closely)


def _look_at_hl7(text: str, place: int, found: _Found, *, closely: bool) -> None:
    separators = separators_of(text[:16])
    if separators is None:
        return
    for line in text.replace("\n", "\r").split("\r"):
        segment = line[:3]
        named = NAMES.get(segment, ())
        if not named and not closely:
            continue
        fields = line.split(separators.field)
        for at in named:
            if at < len(fields) and fields[at]:
                said = person_name(fields[at], separators, None, "" if segment in CODED_FIRST else "PID")
                found.name(f"{segment}-{at}", said, place)
        if closely:
            numbers = NUMBERS.get(segment, ())
            for at, value in enumerate(fields[1:], 1):
                if len(value) >= 6 and not is_token(value):
                    hint = (
                        PERSON_ID
                        if segment == "PID" and at in (2, 3, 4, 18)
                        else NUMBER
                        if at in numbers
                        else PLAIN
                    )
                    for piece in _pieces(value, separators.component, separators.repeat, separators.sub):
                        found.look(f"{segment}-{at}", hint, piece, place)


def _pieces(value: str, *separators: str) -> list[str]:
    pieces = [value]
    for separator in separators:
        if separator in value:
            pieces = [part for piece in pieces for part in piece.split(separator)]
    return [piece for piece in pieces if len(piece) >= 6]


def _look_at_fhir(resource: dict[str, Any], place: int, found: _Found, *, closely: bool) -> None:
    kind = str(resource.get("resourceType"))
    for named in _named(resource):
        for one in within(named.get("name"), ()):
            found.name(f"{named.get('resourceType')}.name", name_of(one), place)
    if closely:
        for path, value in _texts(resource, kind):
            if len(value) >= 6:
                found.look(
                    path, NUMBER if path.endswith((".id", ".identifier.value")) else PLAIN, value, place
                )


def _named(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in (resource, *within(resource.get("contained"), ())):
        if isinstance(one, dict) and one.get("resourceType") in FHIR_NAMED:
            yield one


def _texts(found: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Path and text of every string, but references and addresses on the network, which name machines."""
    if isinstance(found, str):
        yield path, found
    elif isinstance(found, dict) and depth < 40:
        for key, inner in found.items():
            if key not in ("reference", "system", "url", "fullUrl", "profile", "versionId", "data"):
                yield from _texts(inner, f"{path}.{key}", depth + 1)
    elif isinstance(found, list):
        for inner in found:
            yield from _texts(inner, path, depth)
