"""Reading the grammar of checks: filters, fields, keys and the four kinds of check."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal, cast

from engine.evidence.catalogue.checks import (
    Check,
    CompletenessCheck,
    Condition,
    DefinitionCheck,
    DictionaryCheck,
    DictionaryFrom,
    FieldChoice,
    IntegrationCheck,
    Key,
    Length,
    Moment,
    Pair,
    Sign,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.references import Known, refuse_at
from engine.evidence.catalogue.values import RecordType
from engine.rubric.marked import MarkedList, MarkedMap
from engine.rubric.section import Section

DICTIONARY = "dictionary"  # the record type that holds the entries of every dictionary


def read_check(part: Section, dimension: str, known: Known) -> Check:
    """The check of a rule of ``dimension``."""
    read = {
        "consistency": _read_consistency,
        "completeness": _read_completeness,
        "integration": _read_integration,
        "timeliness": _read_timeliness,
    }[dimension]
    check = read(part, known)
    part.finish()
    return check


def read_where(part: Section, key: str, record: RecordType, known: Known) -> Where:
    """The filter under ``key``; ``()`` when there is none."""
    section = part.section_or_none(key)
    if section is None:
        return ()
    if "any_of" not in section:
        return (_conditions(section, record, known),)
    groups = tuple(_conditions(alternative, record, known) for alternative in section.sections("any_of"))
    section.finish()
    if not groups:
        section.refuse("“any_of” is empty", "any_of")
    return groups


def _conditions(section: Section, record: RecordType, known: Known) -> tuple[Condition, ...]:
    if not section.map:
        section.refuse("a filter without a condition selects nothing in particular")
    conditions = []
    for name, value in section.map.items():
        line = section.line_of(name)
        field = known.field(section, line, record, name)
        if field.type == "bool":
            if not isinstance(value, bool):
                section.refuse(f"{name} is compared with {value!r}; it is true or false", name)
        elif field.type in ("datetime", "date", "number"):
            section.refuse(f"{name} is of type {field.type} and cannot be filtered by a value", name)
        elif not isinstance(value, str):
            section.refuse(f"{name} is compared with {value!r}; a text is expected", name)
        elif field.values and value not in field.values:
            section.refuse(f"{value} is not among the values of {name}: {', '.join(field.values)}", name)
        conditions.append(Condition(name, value))
    section.passed_over(*section.map)
    return tuple(conditions)


def _wheres(part: Section, key: str, record: RecordType, known: Known, allowed: set[str]) -> dict[str, Where]:
    """``fields_when`` and ``keys_when``: a filter for each of some names."""
    section = part.section_or_none(key)
    if section is None:
        return {}
    found: dict[str, Where] = {}
    for name in section.map:
        if name not in allowed:
            section.refuse(f"{name} is not checked here, so no condition can be set for it", name)
        found[name] = read_where(section, name, record, known)
    return found


def _alternatives(part: Section, value: Any, line: int) -> tuple[Any, ...]:
    """The entries of ``{any_of: […]}``, or the value itself as the only one."""
    if isinstance(value, MarkedMap) and "any_of" in value:
        entries = value["any_of"]
        if len(value) != 1 or not isinstance(entries, MarkedList) or len(entries) < 2:
            refuse_at(part, line, "“any_of” must stand alone and list at least two alternatives")
        return tuple(entries)
    return (value,)


def _choices(part: Section, record: RecordType, known: Known, key: str = "fields") -> tuple[FieldChoice, ...]:
    choices = tuple(
        tuple(known.field(part, line, record, name).key for name in _alternatives(part, value, line))
        for value, line in part.entries(key)
    )
    if not choices:
        part.refuse(f"“{key}” is empty", key)
    return choices


def _pair(part: Section, line: int, value: Any, left: RecordType, right: RecordType, known: Known) -> Pair:
    if isinstance(value, MarkedMap):
        if set(value) != {"left", "right"}:
            refuse_at(part, line, "a pair of fields has exactly “left” and “right”")
        names = (value["left"], value["right"])
    else:
        names = (value, value)
        if right.key == DICTIONARY and isinstance(value, str) and value not in right.fields:
            field = known.field(part, line, left, value)
            if field.dictionary is None:
                refuse_at(part, line, f"no dictionary is attached to {left.key}.{value}")
            return Pair(value, value)
    one, other = known.field(part, line, left, names[0]), known.field(part, line, right, names[1])
    known.comparable(part, line, one, other)
    return Pair(one.key, other.key)


def _keys(part: Section, key: str, left: RecordType, right: RecordType, known: Known) -> tuple[Key, ...]:
    return tuple(
        tuple(_pair(part, line, entry, left, right, known) for entry in _alternatives(part, value, line))
        for value, line in part.entries(key, required=False)
    )


def _match_on(part: Section, left: RecordType, right: RecordType, known: Known) -> tuple[Pair, ...]:
    pairs = tuple(_pair(part, line, value, left, right, known) for value, line in part.entries("match_on"))
    if not pairs:
        part.refuse("“match_on” is empty", "match_on")
    return pairs


def _read_consistency(part: Section, known: Known) -> Check:
    record = known.record(part)
    fields = _choices(part, record, known)
    where = read_where(part, "where", record, known)
    if part.one_of("against", ("dictionary", "definition")) == "definition":
        inner = part.section("definition")
        defining = known.record(inner)
        check = DefinitionCheck(
            record=record.key,
            fields=fields,
            definition=defining.key,
            match_on=_match_on(inner, record, defining, known),
            defined=known.own_fields(inner, "fields", defining),
            where=where,
        )
        inner.finish()
        return check
    source = _read_dictionary_from(part, record, known)
    names = {name for choice in fields for name in choice}
    for name in sorted(names):
        if source is None and record.fields[name].dictionary is None:
            part.refuse(f"no dictionary is attached to {record.key}.{name}", "fields")
    pairs = []
    for value, line in part.entries("pairs", required=False):
        if not isinstance(value, MarkedList) or len(value) != 2 or not set(value) <= names:
            refuse_at(part, line, "a pair must list the code and the name, both among “fields”")
        code, name = value
        if record.fields[code].dictionary != record.fields[name].dictionary:
            refuse_at(part, line, f"{code} and {name} belong to different dictionaries")
        pairs.append((code, name))
    return DictionaryCheck(
        record=record.key,
        fields=fields,
        where=where,
        pairs=tuple(pairs),
        fields_when=_wheres(part, "fields_when", record, known, names),
        dictionary_from=source,
    )


def _read_dictionary_from(part: Section, record: RecordType, known: Known) -> DictionaryFrom | None:
    inner = part.section_or_none("dictionary_from")
    if inner is None:
        return None
    defining = known.record(inner)
    source = DictionaryFrom(
        record=defining.key,
        match_on=known.shared_fields(inner, "match_on", record, defining),
        field=known.own_field(inner, "field", defining),
    )
    inner.finish()
    return source


def _read_completeness(part: Section, known: Known) -> Check:
    record = known.record(part)
    other = known.record(part, "exists_in") if "exists_in" in part else None
    if other is None and "match_on" in part:
        part.refuse("“match_on” needs “exists_in”", "match_on")
    fields = _choices(part, record, known)
    return CompletenessCheck(
        record=record.key,
        fields=fields,
        where=read_where(part, "where", record, known),
        length=_read_length(part, record, fields),
        unique=part.boolean("unique", default=False),
        exists_in=other.key if other else None,
        match_on=_match_on(part, record, other, known) if other else (),
    )


def _read_length(part: Section, record: RecordType, fields: tuple[FieldChoice, ...]) -> Length | None:
    inner = part.section_or_none("length")
    if inner is None:
        return None
    for choice in fields:
        for name in choice:
            if record.fields[name].type != "string":
                inner.refuse(f"{name} is of type {record.fields[name].type}; only texts have a length")
    length = Length(
        of=cast(Literal["each", "combined"], inner.one_of("of", ("each", "combined"))),
        op=cast(Any, inner.one_of("op", ("<", "<=", ">", ">="))),
        chars=inner.integer("chars", least=1),
    )
    inner.finish()
    return length


def _read_integration(part: Section, known: Known) -> Check:
    left, right = known.record(part, "left"), known.record(part, "right")
    keys = _keys(part, "keys", left, right, known)
    if not keys:
        part.refuse("“keys” is empty", "keys")
    link_on = _keys(part, "link_on", left, right, known)
    if not link_on and right.key != DICTIONARY:
        part.refuse("“link_on” is needed where the right side is not the dictionary")
    return IntegrationCheck(
        left=left.key,
        right=right.key,
        keys=keys,
        link_on=link_on,
        left_where=read_where(part, "left_where", left, known),
        right_where=read_where(part, "right_where", right, known),
        keys_when=_wheres(part, "keys_when", left, known, {pair.left for key in keys for pair in key}),
        link_inferred=part.boolean("link_inferred", default=False),
        sides_swapped=part.boolean("sides_swapped", default=False),
    )


def _read_timeliness(part: Section, known: Known) -> Check:
    moments: list[Moment] = []
    signs: list[Sign] = []
    steps = list(part.sections("sequence"))
    if len(steps) < 3 or len(steps) % 2 == 0:
        part.refuse("“sequence” must alternate time, operator, time", "sequence")
    for number, step in enumerate(steps):
        if number % 2 == 0:
            record = known.record(step)
            moments.append(
                Moment(
                    record.key,
                    known.own_field(step, "field", record, "datetime"),
                    read_where(step, "where", record, known),
                )
            )
        else:
            op = step.one_of("op", ("<", "<=", "gap<"))
            if (op == "gap<") != ("minutes" in step):
                step.refuse("“minutes” belongs to the operator gap<, and only to it", "minutes")
            minutes = step.integer("minutes", least=1) if op == "gap<" else 0
            signs.append(Sign(cast(Literal["<", "<=", "gap<"], op), minutes))
        step.finish()
    records = {moment.record: known.records[moment.record] for moment in moments}
    join_on = tuple(_join(part, value, line, records, known) for value, line in part.entries("join_on"))
    for before, after in pairwise(moments):
        if before.record != after.record and not any(
            before.record in entry and after.record in entry for entry in join_on
        ):
            part.refuse(f"“join_on” names nothing that joins {before.record} and {after.record}", "join_on")
    return TimelinessCheck(tuple(moments), tuple(signs), join_on)


def _join(
    part: Section, value: Any, line: int, records: dict[str, RecordType], known: Known
) -> dict[str, str]:
    """One entry of ``join_on`` as the field of each record type that has it."""
    if isinstance(value, MarkedMap):
        for name in value:
            if name not in records:
                refuse_at(part, line, f"{name} is no record type of this sequence")
        entry = {name: known.field(part, line, records[name], field).key for name, field in value.items()}
    else:
        entry = {name: value for name, record in records.items() if value in record.fields}
    if not entry or (len(records) > 1 and len(entry) < 2):
        refuse_at(part, line, f"{value} is not a field of two record types of this sequence")
    fields = [records[name].fields[field] for name, field in entry.items()]
    for other in fields[1:]:
        known.comparable(part, line, fields[0], other)
    return entry
