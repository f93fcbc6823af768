"""Replacing what identifies a person before data leaves the hospital's own machine.

Identifiers and names become HMAC-SHA-256 tokens under one secret of the hospital, so that the same
value has the same token in every file and joins still hold; times move by one number of whole
weeks, so that weekdays, order and gaps stay; texts become their length. What no canonical field
needs is left out.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Literal

from engine.evidence.catalogue.values import Catalogue, Field

TOKEN_LENGTH = 32  # hexadecimal digits kept of the 64: 128 bits
SHORTEST_SECRET = 32  # characters
LENGTH = "__length"

# Free text, which always holds more than anybody expects. Rules ask these fields only for being filled or long enough.
TEXTS = frozenset(
    (
        "note_content", "chief_complaint", "present_illness", "physical_exam", "medical_history", "auxiliary_exam",
        "findings", "conclusion", "nursing_narrative", "nursing_entry", "assessment_entry", "revised_content",
        "surgery_description", "handling_note", "variance_record", "variance_reason", "qc_problem", "exam_purpose",
        "special_condition", "condition_summary", "followup_content", "override_reason", "critical_report_content",
        "anesthesia_event", "intraop_medication", "instrument_requirement", "item_description",
    )
)  # fmt: skip

Treatment = Literal["token", "length", "time", "keep", "drop"]


class SecretRefused(ValueError):
    """The secret is too short or too simple to keep anybody from trying all identity numbers."""


def usable_secret(raw: bytes) -> bytes:
    """The secret without surrounding white space. Raises SecretRefused."""
    secret = raw.strip()
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 10:
        raise SecretRefused
    return secret


def treatment_of(given: Field | None, key: str, *, keep: frozenset[str] = frozenset()) -> Treatment:
    """What becomes of a canonical field; fields that are not in the catalogue (campus, department) stay."""
    if key in keep or key.endswith(LENGTH):
        return "keep"
    if given is None:
        return "keep" if key in ("campus", "department") else "drop"
    if given.phi or (given.role == "person" and given.type == "string"):
        return "token"
    if key in TEXTS:
        return "length"
    return "time" if given.type in ("datetime", "date") else "keep"


_DAY = re.compile(r"(?<!\d)(\d{4})([-/.年]?)(\d{1,2})(\2|月)(\d{1,2})(日?)(?!\d{9})")
_EPOCH = re.compile(r"\d{10}|\d{13}")


@dataclass
class Pseudonyms:
    """One hospital's way of replacing: its secret and its shift in weeks."""

    secret: bytes = field(repr=False)
    weeks: int = 0
    unshifted: int = 0  # filled times in which no date was recognised: they are emptied when times shift

    def __post_init__(self) -> None:
        self.token: Callable[[str], str] = lru_cache(maxsize=500_000)(self._token)
        self._shift = lru_cache(maxsize=100_000)(self._shifted)

    def _token(self, value: str) -> str:
        """The token of a value, outer white space left out; empty stays empty.

        One secret for every column on purpose: rules compare fields of different names (who collected
        and who executed), and those must stay equal.
        """
        value = value.strip()
        return hmac.new(self.secret, value.encode(), sha256).hexdigest()[:TOKEN_LENGTH] if value else ""

    def time(self, value: str) -> str:
        if not self.weeks or not value.strip():
            return value
        shifted = self._shift(value.strip())
        if shifted is None:
            self.unshifted += 1
            return ""
        return shifted

    def _shifted(self, value: str) -> str | None:
        if _EPOCH.fullmatch(value):
            return str(int(value) + self.weeks * 7 * 86_400 * (1000 if len(value) == 13 else 1))
        found = _DAY.match(value)
        if found is None or (not found.group(2) and len(found.group(3) + found.group(5)) != 4):
            return None
        year, separator, month, between, day, end = found.groups()
        try:
            moved = date(int(year), int(month), int(day)) + timedelta(weeks=self.weeks)
        except (ValueError, OverflowError):
            return None
        wide = len(month) == 2 or not separator
        written = f"{moved.year:04d}{separator}{moved.month:0{2 if wide else 1}d}{between}{moved.day:0{2 if len(day) == 2 else 1}d}{end}"
        return written + value[found.end() :]

    def apply(self, treatment: Treatment, value: str) -> str:
        if treatment == "token":
            return self.token(value)
        if treatment == "length":
            return str(len(value.strip())) if value.strip() else ""
        return self.time(value) if treatment == "time" else value


@dataclass(frozen=True, slots=True)
class Columns:
    """What becomes of the columns of one file: positions kept, their treatment, their new headers."""

    positions: tuple[int, ...]
    treatments: tuple[Treatment, ...]
    header: tuple[str, ...]
    dropped: tuple[str, ...]

    def row(self, row: list[str], pseudonyms: Pseudonyms) -> list[str]:
        width = len(row)
        return [
            pseudonyms.apply(treatment, row[at]) if at < width else ""
            for at, treatment in zip(self.positions, self.treatments, strict=True)
        ]


_STRONGEST: tuple[Treatment, ...] = ("token", "length", "time", "keep", "drop")


def columns_of(
    header: Iterable[str],
    sources: Iterable[tuple[str, Mapping[str, str] | None]],
    catalogue: Catalogue,
    *,
    keep: frozenset[str] = frozenset(),
) -> Columns:
    """The treatment of a file's columns for the record types it is read as.

    ``sources``: record type with theirs -> canonical, or None where headers are canonical keys. A
    column read as several fields gets the strictest treatment; one read as none is left out.
    """
    readings = list(sources)
    positions: list[int] = []
    treatments: list[Treatment] = []
    written: list[str] = []
    dropped: list[str] = []
    for at, raw in enumerate(header):
        name = raw.strip().removeprefix("\ufeff")
        found: list[Treatment] = []
        for record, columns in readings:
            known = catalogue.records[record].fields
            key = name if columns is None else columns.get(name, "")
            if key and (key in known or key in ("campus", "department") or key.endswith(LENGTH)):
                found.append(treatment_of(known.get(key), key, keep=keep))
        strictest: Treatment = min(found, key=_STRONGEST.index) if found else "drop"
        if strictest == "drop":
            dropped.append(name)
            continue
        positions.append(at)
        treatments.append(strictest)
        written.append(name + LENGTH if strictest == "length" else name)
    return Columns(tuple(positions), tuple(treatments), tuple(written), tuple(dropped))
