"""The mapping table fhir.yaml, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assessments.probes.messages.fhir.paths import Reader, reader

TABLE = Path(__file__).resolve().parent.parent / "fhir.yaml"


@dataclass(frozen=True, slots=True)
class RowTable:
    record: str
    of: str
    classes: frozenset[str] | None
    settings: frozenset[str] | None
    conditions: tuple[tuple[Reader, frozenset[str], bool], ...]  # (reader, values, wanted)
    require: tuple[str, ...]
    each_component: bool
    columns: tuple[tuple[str, Reader], ...]


@dataclass(frozen=True, slots=True)
class FhirTable:
    settings: Mapping[str, str]
    classes: Mapping[str, str]  # category code in capitals -> class
    documents: frozenset[str]
    facts: Mapping[str, tuple[tuple[str, Reader], ...]]
    rows: Mapping[str, tuple[RowTable, ...]]  # by resource type


def raw_table() -> dict[str, Any]:
    """The table as written, for the documentation and its test."""
    loaded: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return loaded


@cache
def fhir_table() -> FhirTable:
    raw = raw_table()
    rows: dict[str, list[RowTable]] = {}
    keys: dict[str, dict[str, str]] = {}
    for entry in raw["rows"]:  # two resource types may fill one record: its rows have the keys of both
        keys.setdefault(entry["record"], {}).update(dict.fromkeys(entry["fields"], ""))
    for entry in raw["rows"]:
        entry = {**entry, "fields": {**keys[entry["record"]], **entry["fields"]}}
        rows.setdefault(entry["of"], []).append(_row_table(entry))
    return FhirTable(
        settings={str(code).upper(): setting for code, setting in raw["settings"].items()},
        classes={str(code).upper(): name for name, codes in raw["classes"].items() for code in codes},
        documents=frozenset(raw["documents"]),
        facts={kind: _columns(facts) for kind, facts in raw["facts"].items()},
        rows={kind: tuple(tables) for kind, tables in rows.items()},
    )


def _columns(fields: Mapping[str, str]) -> tuple[tuple[str, Reader], ...]:
    return tuple((key, reader(source)) for key, source in fields.items())


def _row_table(entry: Mapping[str, Any]) -> RowTable:
    return RowTable(
        record=entry["record"],
        of=entry["of"],
        classes=frozenset(entry["class"]) if "class" in entry else None,
        settings=frozenset(entry["setting"]) if "setting" in entry else None,
        conditions=tuple(
            (reader(path), frozenset(str(value) for value in values), wanted)
            for wanted, name in ((True, "only"), (False, "unless"))
            for path, values in (entry.get(name) or {}).items()
        ),
        require=tuple(entry.get("require", ())),
        each_component=entry.get("each") == "component",
        columns=_columns(entry["fields"]),
    )
