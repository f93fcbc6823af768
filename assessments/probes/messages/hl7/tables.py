"""The mapping table hl7.yaml, checked and compiled once: which rows a message makes and from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from assessments.probes.messages.hl7.fields import Getter, getter

TABLE = Path(__file__).resolve().parent.parent / "hl7.yaml"


@dataclass(frozen=True, slots=True, eq=False)
class FieldPath:
    """One path of the table; the same object wherever the table writes it, so that a value is read once."""

    segment: str
    at: int
    getter: Getter
    of_item: bool  # reads the segment that makes the row, so it differs from row to row


@dataclass(frozen=True, slots=True)
class Column:
    """A canonical field: its alternatives in order, each a getter, or the name of a fact, or a constant."""

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
class Plan:
    """What is left of a row table for messages with certain segments: only what these can fill."""

    template: Mapping[str, str]  # every key; constants filled
    facts: tuple[tuple[str, str], ...]
    base: tuple[tuple[str, tuple[FieldPath, ...]], ...]
    changing: tuple[tuple[str, tuple[FieldPath, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: the table is loaded once
class RowTable:
    """How one kind of message makes rows of one record type."""

    record: str
    of: frozenset[str]
    each: str
    classes: frozenset[str] | None
    settings: frozenset[str] | None
    conditions: tuple[Condition, ...]
    of_item: tuple[Condition, ...]  # conditions that read the segment that makes the row
    require: tuple[str, ...]
    columns: tuple[Column, ...]
    reads_texts: bool

    def plan(self, segments: frozenset[str]) -> Plan:
        """What a message with these segments can fill (a message's segments are few of all there are)."""
        return _plan(self, segments)


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


@lru_cache(maxsize=4096)
def _plan(table: RowTable, segments: frozenset[str]) -> Plan:
    base: list[tuple[str, tuple[FieldPath, ...]]] = []
    changing: list[tuple[str, tuple[FieldPath, ...]]] = []
    for column in table.columns:
        paths = tuple(path for path in column.paths if path.segment in segments)
        if paths:
            (changing if any(path.of_item for path in paths) else base).append((column.key, paths))
    return Plan(
        {column.key: column.constant for column in table.columns},
        tuple((column.key, column.fact) for column in table.columns if column.fact),
        tuple(base),
        tuple(changing),
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
    return RowTable(
        record=entry["record"],
        of=frozenset(entry["of"]),
        each=each,
        classes=frozenset(entry["class"]) if "class" in entry else None,
        settings=frozenset(entry["setting"]) if "setting" in entry else None,
        conditions=tuple(condition for condition in conditions if not condition.path.of_item),
        of_item=tuple(condition for condition in conditions if condition.path.of_item),
        require=tuple(entry.get("require", ())),
        columns=columns,
        reads_texts=any(column.fact in ("findings", "conclusion", "note") for column in columns),
    )


def _condition(path: str, values: list[Any], wanted: bool, each: str) -> Condition:
    return Condition(_path(path, each), frozenset(str(value) for value in values), wanted)


def _column(key: str, source: str, each: str) -> Column:
    source = source.strip()
    if source.startswith("$"):
        return Column(key, (), fact=source[1:])
    if source.startswith("'"):
        return Column(key, (), constant=source.strip("'"))
    return Column(key, tuple(_path(path.strip(), each) for path in source.split("|")))


def _path(path: str, each: str) -> FieldPath:
    return _shared(path, getter(path)[0] == each)


@cache
def _shared(path: str, of_item: bool) -> FieldPath:
    return FieldPath(*getter(path), of_item)
