"""What a check may name: record types, their fields, dictionaries and the clauses of the rubrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

from engine.evidence.catalogue.values import Field, RecordType
from engine.rubric.errors import RubricError
from engine.rubric.section import Section
from engine.rubric.values import Rubric, Text

#: Types whose values can be equal; every other type only equals itself.
_TEXTUAL = frozenset({"string", "code"})


def refuse_at(part: Section, line: int, sentence: str) -> NoReturn:
    """Refuse an entry of a list of ``part`` where it stands."""
    raise RubricError(part.file, line, f"{part.name}: {sentence}")


@dataclass(frozen=True)
class Known:
    """Everything defined so far; each method refuses, with the line, what does not exist."""

    records: Mapping[str, RecordType]
    dictionaries: Mapping[str, Text]
    rubrics: Mapping[str, Rubric]

    @cached_property
    def clauses(self) -> Mapping[str, frozenset[str]]:
        """Codes ``item.level.n`` by rubric."""
        return {
            rubric.id: frozenset(
                f"{item.code}.{level.level}.{clause.n}"
                for item in rubric.items
                for level in item.levels
                for clause in level.clauses
            )
            for rubric in self.rubrics.values()
        }

    def record(self, part: Section, key: str = "record") -> RecordType:
        name = part.string(key)
        if name not in self.records:
            part.refuse(f"the record type {name} does not exist", key)
        return self.records[name]

    def field(self, part: Section, line: int, record: RecordType, name: object) -> Field:
        if not isinstance(name, str):
            refuse_at(part, line, f"a field name is expected, not {name!r}")
        if name not in record.fields:
            refuse_at(part, line, f"the record type {record.key} has no field {name}")
        return record.fields[name]

    def own_field(self, part: Section, key: str, record: RecordType, *types: str) -> str:
        """The field of ``record`` named by ``key``; of one of ``types`` where any are given."""
        name = part.string(key)
        field = self.field(part, part.line_of(key), record, name)
        if types and field.type not in types:
            part.refuse(f"{record.key}.{name} is of type {field.type}, not {' or '.join(types)}", key)
        return name

    def own_fields(self, part: Section, key: str, record: RecordType) -> tuple[str, ...]:
        names = part.entries(key)
        if not names:
            part.refuse(f"“{key}” is empty", key)
        return tuple(self.field(part, line, record, name).key for name, line in names)

    def shared_fields(self, part: Section, key: str, *records: RecordType) -> tuple[str, ...]:
        """Fields that every one of ``records`` has."""
        for record in records:
            names = self.own_fields(part, key, record)
        return names

    def comparable(self, part: Section, line: int, one: Field, other: Field) -> None:
        if one.type != other.type and not {one.type, other.type} <= _TEXTUAL:
            refuse_at(
                part,
                line,
                f"{one.key} is of type {one.type} and {other.key} of type {other.type}: they never are equal",
            )

    def rubric(self, part: Section, key: str = "rubric") -> Rubric:
        name = part.string(key)
        if name not in self.rubrics:
            part.refuse(f"the rubric {name} is not one of {', '.join(self.rubrics)}", key)
        return self.rubrics[name]

    def clause(self, part: Section, line: int, rubric: str, code: object) -> str:
        if not isinstance(code, str) or code not in self.clauses[rubric]:
            refuse_at(part, line, f"{rubric} has no clause {code}")
        return code

    def own_clauses(self, part: Section, key: str, rubric: str, *, required: bool = True) -> tuple[str, ...]:
        """Clause codes listed under ``key``, none twice."""
        found: list[str] = []
        for code, line in part.entries(key, required=required):
            if code in found:
                refuse_at(part, line, f"the clause {code} stands twice in “{key}”")
            found.append(self.clause(part, line, rubric, code))
        return tuple(found)
