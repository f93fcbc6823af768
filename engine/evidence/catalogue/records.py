"""Reading record types and dictionaries, the nouns every check speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast, get_args

from engine.evidence.catalogue.values import Field, FieldType, RecordType
from engine.rubric.section import Section
from engine.rubric.values import Text

TYPES: tuple[str, ...] = get_args(FieldType)
ROLES = ("identifier", "filter", "person", "status")
SETTINGS = ("inpatient", "outpatient", "any")


def read_dictionaries(part: Section) -> dict[str, Text]:
    """Dictionary name -> what it is."""
    found: dict[str, Text] = {}
    for name in part.map:
        found[name] = part.text(name)
    return found


def read_records(
    part: Section, dictionaries: Mapping[str, Text], earlier: Mapping[str, RecordType], source: str
) -> dict[str, RecordType]:
    """The record types of one file; a field name has one meaning in all files, ``earlier`` ones too."""
    meanings = {
        key: replace(field, added=False)
        for record in earlier.values()
        for key, field in record.fields.items()
    }
    found: dict[str, RecordType] = {}
    for key in part.map:
        if key in earlier:
            part.refuse(f"the record type {key} is already defined in {earlier[key].source}", key)
        found[key] = _read_record(part.section(key), key, dictionaries, meanings, source)
    return found


def _read_record(
    part: Section, key: str, dictionaries: Mapping[str, Text], meanings: dict[str, Field], source: str
) -> RecordType:
    part.name = f"record type {key}"
    label = part.own_text()
    fields: dict[str, Field] = {}
    for section in part.sections("fields"):
        field = _read_field(section, dictionaries)
        if field.key in fields:
            section.refuse(f"the field {field.key} stands twice", "key")
        meaning = replace(field, added=False)
        if meanings.setdefault(field.key, meaning) != meaning:
            section.refuse(f"the field {field.key} has another meaning in another record type", "key")
        fields[field.key] = field
    window_on = part.string_or_none("window_on")
    if window_on is not None and (window_on not in fields or fields[window_on].type != "datetime"):
        part.refuse(f"“window_on” names {window_on}, which is not a time field here", "window_on")
    natural_key = part.strings("natural_key")
    for name in natural_key:
        if name not in fields:
            part.refuse(f"“natural_key” names {name}, which is no field here", "natural_key")
    record = RecordType(
        key=key,
        label=label,
        fields=fields,
        window_on=window_on,
        systems=part.strings("systems"),
        setting=part.one_of("setting", SETTINGS),
        grain=part.text("grain"),
        natural_key=natural_key,
        aliases=part.strings("aliases_zh", required=False),
        note=part.text_or_none("note"),
        source=source,
    )
    part.finish()
    return record


def _read_field(part: Section, dictionaries: Mapping[str, Text]) -> Field:
    key = part.string("key")
    part.name = f"field {key}"
    kind = part.one_of("type", TYPES)
    dictionary = part.string_or_none("dictionary")
    if dictionary is not None and dictionary not in dictionaries:
        part.refuse(f"the dictionary {dictionary} does not exist", "dictionary")
    values = part.strings("values", required=False)
    if values and kind != "code":
        part.refuse("only a field of type code has “values”", "values")
    if len(set(values)) != len(values):
        part.refuse("a value stands twice", "values")
    field = Field(
        key=key,
        label=part.own_text(),
        type=cast(FieldType, kind),
        role=part.one_of("role", ROLES) if "role" in part else None,
        dictionary=dictionary,
        values=values,
        phi=part.boolean("phi", default=False),
        added=part.boolean("added", default=False),
    )
    part.finish()
    return field
