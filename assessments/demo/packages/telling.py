"""Which rows of a made-up hospital its interface messages can tell, and what each message holds.

The tables that read messages (hl7.yaml, fhir.yaml) are read the other way round: every canonical
field names the places of a message it comes from, so a message of a case is what its rows put there.
Two rows that put different things into one place (a fault in only one of them, or simply two things
that this kind of message cannot keep apart) cannot come from one message and stay in tables. So the
rows of both together are, record type by record type, those of the same hospital handing in tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assessments.demo.packages.cases import Cases
from assessments.demo.packages.rows import CHUNK, Made, Part, rows_of

SETTINGS = ("inpatient", "outpatient", "emergency")  # by their number in a world


@dataclass(frozen=True)
class Kind:
    """One kind of message. ``yields``: the record types that a message makes a row of, sender's first.

    ``settings``: only cases of these, and the message says which; empty: it says none. ``constants``:
    what every message holds at a place.
    """

    name: str
    yields: tuple[str, ...]
    settings: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constant:
    """What a reader takes for granted instead of reading it."""

    value: str


#: Places a field is read from, in order.
Sources = Mapping[str, Sequence[str | Constant]]


@dataclass(frozen=True)
class Told:
    """Messages of one kind, one a case: what stands at each place."""

    cases: Cases
    settings: pa.Array
    places: Mapping[str, pa.Array]
    sent: pa.Array  # when


class Dialect(Protocol):
    """A way to write messages."""

    suffix: str
    is_the_log: bool  # whether reading the messages fills the interface log
    kinds: Sequence[Kind]

    def sources(self, kind: Kind, record: str) -> Sources:
        """Where a message of this kind holds the fields of a record."""

    def required(self, kind: Kind, record: str) -> Sequence[str]:
        """Fields without which reading makes no row."""

    def refused(self, kind: Kind, record: str) -> Mapping[str, frozenset[str]]:
        """What a place must not hold, or reading makes no row."""

    def append(self, path: Path, kind: Kind, told: Told, sender: str) -> None:
        """Write messages to the end of a file."""


@dataclass
class Telling:
    """What the messages of a package told: those cases' ordinary rows are in no table."""

    cases: dict[str, list[Cases]] = field(default_factory=dict)
    fields: dict[str, dict[str, None]] = field(default_factory=dict)

    def rest(self, record: str, parts: Iterator[Part]) -> Iterator[Part]:
        """The rows of a record type that no message told, with the columns that messages have."""
        if record not in self.cases:
            yield from parts
            return
        told = np.concatenate(self.cases[record])
        for part in parts:
            table = part.table.select(list(self.fields[record]))
            left = ~np.isin(part.cases, told) if part.ordinary else np.ones(len(part.cases), bool)
            if left.any():
                yield Part(table.filter(pa.array(left)), part.cases[left], part.ordinary)


def tell(made: Made, dialect: Dialect, folder: Path, senders: Mapping[str, str]) -> Telling:
    """Write what messages can tell into ``folder``/messages."""
    telling = Telling()
    target = folder / "messages"
    target.mkdir(exist_ok=True)
    for start in range(0, made.world.size, CHUNK):
        free: dict[str, Part] = {}
        for kind in dialect.kinds:
            if not set(kind.yields) <= _handed_in(made):
                continue
            for record in kind.yields:
                if record not in free:
                    cases = made.world.cases_of(record)
                    free[record] = rows_of(made, record, cases[(cases >= start) & (cases < start + CHUNK)])
            told = _told(made, dialect, kind, [free[record] for record in kind.yields])
            if not len(told.cases):
                continue
            sender = senders[kind.yields[0]]
            dialect.append(target / f"{kind.name}@{sender}.{dialect.suffix}", kind, told, sender)
            for record in kind.yields:
                part = free[record]
                left = ~np.isin(part.cases, told.cases)
                free[record] = Part(part.table.filter(pa.array(left)), part.cases[left], part.ordinary)
                telling.cases.setdefault(record, []).append(told.cases)
                telling.fields.setdefault(record, {}).update(dict.fromkeys(dialect.sources(kind, record)))
    return telling


def _handed_in(made: Made) -> set[str]:
    records = made.records or frozenset(made.world.plan.catalogue.records)
    return set(records) - made.absent


def _told(made: Made, dialect: Dialect, kind: Kind, parts: Sequence[Part]) -> Told:
    """The cases whose rows fit into one message each."""
    cases = parts[0].cases
    for part in parts[1:]:
        cases = np.intersect1d(cases, part.cases)
    settings = np.asarray(SETTINGS)[made.world.setting(cases)]
    if kind.settings:
        fitting = np.isin(settings, kind.settings)
        cases, settings = cases[fitting], settings[fitting]
    rows = [_of_cases(part, cases) for part in parts]
    sources = [dialect.sources(kind, record) for record in kind.yields]
    said = pa.array(settings if kind.settings else [None] * len(cases), pa.string())
    places = {"$setting": said} | {
        place: pa.array([value] * len(cases), pa.string()) for place, value in kind.constants.items()
    }
    for columns, of in zip(rows, sources, strict=True):
        for key, alternatives in of.items():
            first = next((one for one in alternatives if isinstance(one, str)), None)
            if first is not None and first not in kind.constants and first != "$setting":
                places[first] = pc.coalesce(places[first], columns[key]) if first in places else columns[key]
    fits = np.ones(len(cases), bool)
    for record, columns, of in zip(kind.yields, rows, sources, strict=True):
        for key, alternatives in of.items():
            read = _read(alternatives, places, len(cases))
            same = pc.fill_null(pc.equal(read, columns[key]), False)
            neither = pc.and_(read.is_null(), columns[key].is_null())
            fits &= pc.or_(same, neither).to_numpy(zero_copy_only=False)
        for key in dialect.required(kind, record):
            fits &= columns[key].is_valid().to_numpy(zero_copy_only=False)
        for place, words in dialect.refused(kind, record).items():
            if place in places:
                held = pc.is_in(places[place], value_set=pa.array(sorted(words)))
                fits &= ~held.to_numpy(zero_copy_only=False)
    kept = pa.array(fits)
    return Told(
        cases[fits],
        pa.array(settings).filter(kept),
        {place: column.filter(kept) for place, column in places.items()},
        _sent(made, kind, rows).filter(kept),
    )


def _read(alternatives: Sequence[str | Constant], places: Mapping[str, pa.Array], rows: int) -> pa.Array:
    """What reading finds: the first place that holds something."""
    found = pa.nulls(rows, pa.string())
    for one in alternatives:
        if isinstance(one, Constant):
            found = pc.fill_null(found, one.value)
        elif one in places:
            found = pc.coalesce(found, places[one])
    return found


def _of_cases(part: Part, cases: Cases) -> dict[str, pa.Array]:
    """Columns as text for these cases, each of which has one row."""
    order = np.argsort(part.cases, kind="stable")
    rows = pa.array(order[np.searchsorted(part.cases, cases, sorter=order)])
    return {name: _as_text(part.table[name].combine_chunks().take(rows)) for name in part.table.column_names}


def _as_text(column: pa.Array) -> pa.Array:
    return pc.strftime(column, "%Y-%m-%d %H:%M:%S") if pa.types.is_timestamp(column.type) else column


def _sent(made: Made, kind: Kind, rows: Sequence[Mapping[str, pa.Array]]) -> pa.Array:
    """When a message is sent: the last moment it tells."""
    described = made.world.plan.catalogue.records
    moments = [
        columns[key]
        for record, columns in zip(kind.yields, rows, strict=True)
        for key, one in described[record].fields.items()
        if one.type == "datetime" and key in columns
    ]
    start = pa.array([f"{made.world.window[0].isoformat()} 00:00:00"] * len(rows[0]["campus"]))
    return pc.max_element_wise(start, *moments)
