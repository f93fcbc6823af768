"""The mapping table hl7.yaml, checked and compiled once: which rows a message makes and from what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml

from assessments.probes.messages.hl7.fields import Getter, getter

TABLE = Path(__file__).resolve().parent.parent / "hl7.yaml"


Fields = list[str]
VALUE_TYPE = 2  # OBX-2 says what OBX-5 is
_EMPTY = [[""] * many for many in range(100)]  # no segment of the standard has as many fields


@dataclass(frozen=True, slots=True)
class FieldPath:
    """One path of the table; ``getter`` is None where OBX-5 is read by its type, OBX-2."""

    segment: str
    at: int
    getter: Getter | None
    of_item: bool  # reads the segment that makes the row, so it differs from row to row


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical field: its alternatives in order, each a path, or the name of a fact, or a constant."""

    key: str
    paths: tuple[FieldPath, ...]
    fact: str = ""
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    path: FieldPath
    values: frozenset[str]
    wanted: bool


@dataclass(frozen=True, slots=True)
class Taking:
    """The fields of one segment a row table reads, taken out of a split segment in one call.

    The name of the segment comes first, so what is taken is a tuple even of a single field.
    """

    segment: str
    fields: tuple[int, ...]
    take: Callable[[Fields], tuple[str, ...]]
    wide: int  # so many fields a segment must have for all to be there
    absent: tuple[str, ...]

    def of(self, segment: Fields) -> tuple[str, ...]:
        """Texts of the fields; empty for what stands beyond the segment's end."""
        missing = self.wide - len(segment)
        return self.take(segment) if missing <= 0 else self.take(segment + _EMPTY[missing])

    def of_each(self, segments: list[Fields]) -> list[tuple[str, ...]]:
        take, wide = self.take, self.wide
        return [take(one) if len(one) >= wide else take(one + _EMPTY[wide - len(one)]) for one in segments]


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: the table is loaded once
class RowTable:
    """How one kind of message makes rows of one record type.

    ``facts``, then what ``base`` takes, is what all rows of one order share; ``item`` takes what
    differs from row to row. :meth:`place` says where among these a path finds its text.
    """

    record: str
    of: frozenset[str]
    each: str
    classes: frozenset[str] | None
    settings: frozenset[str] | None
    conditions: tuple[Condition, ...]
    require: tuple[str, ...]
    columns: tuple[Column, ...]
    facts: tuple[str, ...]
    base: tuple[Taking, ...]
    item: Taking | None
    reads_texts: bool
    places: Mapping[tuple[bool, str, int], int]

    def place(self, path: FieldPath, at: int) -> int:
        return self.places[path.of_item, path.segment, at]


@dataclass(frozen=True, slots=True)
class Hl7Table:
    settings: Mapping[str, str]
    segment_class: Mapping[str, str]
    type_class: Mapping[str, str]
    section_class: Mapping[str, str]
    application_class: tuple[tuple[str, str], ...]  # (word in capitals, class)
    scheduled_class: tuple[tuple[str, str], ...]
    conclusions: tuple[str, ...]
    must_have: Mapping[str, tuple[str, ...]]
    log: RowTable  # every message has a row of it
    rows: tuple[RowTable, ...]

    def of(self, kind: str, event: str) -> tuple[RowTable, ...]:
        """The row tables of a message type."""
        return tuple(table for table in self.rows if kind in table.of or f"{kind}^{event}" in table.of)


def raw_table() -> dict[str, Any]:
    """The table as written, for the documentation and its test."""
    loaded: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return loaded


@cache
def hl7_table() -> Hl7Table:
    raw = raw_table()
    classes = raw["classes"]
    tables = [_row_table(entry) for entry in raw["rows"]]
    return Hl7Table(
        settings={str(code).upper(): setting for code, setting in raw["settings"].items()},
        segment_class=classes["segments"],
        type_class=classes["types"],
        section_class=_inverted(classes["sections"]),
        application_class=_words(classes["applications"]),
        scheduled_class=_words(classes["scheduled"]),
        conclusions=tuple(str(word).upper() for word in raw["conclusions"]),
        must_have={kind: tuple(segments) for kind, segments in raw["must_have"].items()},
        log=next(table for table in tables if table.record == "interface_log"),
        rows=tuple(table for table in tables if table.record != "interface_log"),
    )


def _inverted(groups: Mapping[str, list[Any]]) -> dict[str, str]:
    return {str(word).upper(): name for name, words in groups.items() for word in words}


def _words(groups: Mapping[str, list[Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(word).upper(), name) for name, words in groups.items() for word in words)


def _row_table(entry: Mapping[str, Any]) -> RowTable:
    each = entry["each"]
    conditions = [
        _condition(path, values, wanted, each)
        for wanted, name in ((True, "only"), (False, "unless"))
        for path, values in (entry.get(name) or {}).items()
    ]
    columns = tuple(_column(key, source, each) for key, source in entry["fields"].items())
    facts = tuple(dict.fromkeys(column.fact for column in columns if column.fact))
    paths = [path for column in columns for path in column.paths] + [one.path for one in conditions]
    base = _takings([path for path in paths if not path.of_item])
    items = _takings([path for path in paths if path.of_item])
    return RowTable(
        record=entry["record"],
        of=frozenset(entry["of"]),
        each=each,
        classes=frozenset(entry["class"]) if "class" in entry else None,
        settings=frozenset(entry["setting"]) if "setting" in entry else None,
        conditions=tuple(conditions),
        require=tuple(entry.get("require", ())),
        columns=columns,
        facts=facts,
        base=base,
        item=items[0] if items else None,
        reads_texts=bool({"findings", "conclusion", "note"} & set(facts)),
        places={**_places(base, len(facts), False), **_places(items, 0, True)},
    )


def _takings(paths: list[FieldPath]) -> tuple[Taking, ...]:
    wanted: dict[str, set[int]] = {}
    for path in paths:
        wanted.setdefault(path.segment, set()).add(path.at)
        if path.getter is None:
            wanted[path.segment].add(VALUE_TYPE)
    return tuple(
        Taking(segment, tuple(fields), itemgetter(0, *fields), fields[-1] + 1, ("",) * (len(fields) + 1))
        for segment, fields in ((segment, sorted(numbers)) for segment, numbers in wanted.items())
    )


def _places(takings: tuple[Taking, ...], start: int, of_item: bool) -> dict[tuple[bool, str, int], int]:
    found = {}
    for taking in takings:
        for number, field in enumerate(taking.fields, start + 1):
            found[of_item, taking.segment, field] = number
        start += len(taking.absent)
    return found


def _condition(path: str, values: list[Any], wanted: bool, each: str) -> Condition:
    return Condition(_path(path, each), frozenset(str(value) for value in values), wanted)


def _column(key: str, source: str, each: str) -> Column:
    source = source.strip()
    if source.startswith("$"):
        return Column(key, (), fact=source[1:])
    if source.startswith("'"):
        return Column(key, (), constant=source.strip("'"))
    return Column(key, tuple(_path(path.strip(), each) for path in source.split("|")))


@cache  # the same object wherever the table writes it, so that a value is read once
def _path(path: str, each: str) -> FieldPath:
    segment, at, reading = getter(path)
    return FieldPath(segment, at, reading, segment == each)
