"""What a workbook holds, apart from how it is drawn: whose it is, and a flat map of fields.

A field is named by where it belongs and its path in the autosave protocol: ``01.01/clauses.3.2``,
``01.01/data_quality.3``, ``bases/discharges.value``, ``overall/3.1``. Values are plain JSON in the normal
form of answer_fields; a field that holds nothing is not in the map.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from assessments.answer_fields import find_place, values_of, write
from assessments.models import ItemAnswer
from assessments.queries.answers import denominators_from, item_answers
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers
from engine.scoring.formats import ASSESSMENT_FORMAT, answers_from_json, answers_to_json

FORMAT = "zhiping-workbook/1"
BASES = "bases"
OVERALL = "overall"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
EMPTY = (None, "", "not_answered")

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Passport:
    """Where a workbook comes from. ``assessment`` is empty for one that was made from a file."""

    edition: str
    content_hash: str
    language: str
    exported_at: str  # ISO, with zone
    assessment: str = ""
    title: str = ""
    hospital: Mapping[str, object] = field(default_factory=dict)
    window: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """``writable``: whether an input of an item (or of bases, overall) is open to the one who exports."""

    passport: Passport
    rubric: Rubric
    values: Values
    target: int | None = None
    by: str = ""
    hospital: str = ""  # its name in the reader's language
    notes: bool = True
    writable: Callable[[str], bool] = lambda place: True


def split(name: str) -> tuple[str, str]:
    """01.01/clauses.3.2 -> ("01.01", "clauses.3.2")."""
    place, _slash, path = name.partition("/")
    return place, path


def values_of_item(item: Item, row: ItemAnswer) -> dict[str, Any]:
    """An index of no dimension and no rule says what an empty one says."""
    held = values_of(item, row).items()
    return {f"{item.code}/{path}": value for path, value in held if value not in ({}, {"rules": {}})}


def values_of_answers(rubric: Rubric, answers: Answers) -> dict[str, Any]:
    """The fields of a zhiping-assessment/1 document."""
    found: dict[str, Any] = {}
    document: Any = answers_to_json(rubric, answers)
    for code, entry in document["items"].items():
        item = rubric.by_code[code]
        found.update(values_of_item(item, ItemAnswer(item_code=code, **entry)))
    for level, states in answers.overall.items():
        for n, state in enumerate(states, start=1):
            if state != "not_answered":
                found[f"{OVERALL}/{level}.{n}"] = state
    return found


def without_basis(rubric: Rubric, values: Values, bases: Mapping[str, int]) -> dict[str, Any]:
    """The fields less the denominators that the statistical basis supplies anyway.

    A document has both in one place; written into an assessment they would become figures of the
    item's own and stop following the basis.
    """
    kept = dict(values)
    for item in rubric.items:
        common, per_level = denominators_from(rubric, item.code, bases)
        if common is not None and kept.get(f"{item.code}/denominator") == common:
            del kept[f"{item.code}/denominator"]
        for level, figure in per_level.items():
            if kept.get(f"{item.code}/denominators.{level}") == figure:
                del kept[f"{item.code}/denominators.{level}"]
    return kept


def answers_from(rubric: Rubric, passport: Passport, values: Values) -> Answers:
    """The answers that the fields say, figures of the basis as denominators. Unknown fields count nothing."""
    rows = {item.code: ItemAnswer(item_code=item.code) for item in rubric.items}
    bases: dict[str, int] = {}
    overall: dict[int, list[Any]] = {}
    for name, value in values.items():
        place, path = split(name)
        if place == BASES:
            key, _dot, part = path.rpartition(".")
            if part == "value" and value is not None:
                bases[key] = value
        elif place == OVERALL:
            level, n = (int(part) for part in path.split("."))
            states = overall.setdefault(level, ["not_answered"] * len(_overall(rubric, level)))
            states[n - 1] = value
        elif (found := find_place(rubric.by_code[place], path)) is not None:
            write(rows[place], rubric.by_code[place], found, value)
    head: dict[str, Any] = {
        "format": ASSESSMENT_FORMAT,
        "rubric": rubric.id,
        "hospital": dict(passport.hospital),
    }
    shell = answers_from_json(rubric, head)
    items = {}
    for code, row in rows.items():
        given = item_answers(rubric, row, code, bases)
        if given != item_answers(rubric, ItemAnswer(item_code=code), code, {}):
            items[code] = given
    return Answers(
        rubric=rubric.id,
        items=items,
        overall={level: tuple(states) for level, states in overall.items()},
        hospital=shell.hospital,
        window=passport.window,
    )


def _overall(rubric: Rubric, level: int) -> tuple[object, ...]:
    return next((entry.overall for entry in rubric.levels if entry.level == level), ())


def clean(text: str) -> str:
    """A text as a spreadsheet can hold it: characters that XML has no place for become a visible mark."""
    return _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def same(name: str, one: object, other: object) -> bool:
    """Whether two values of a field say the same: indices 0.50 and 0.5 do, and a text after its journey."""
    if one in EMPTY and other in EMPTY:
        return True
    if "/data_quality." in name:
        return _same_index(one, other)
    if isinstance(one, str) and isinstance(other, str):
        return one == other or clean(one).strip() == clean(other).strip()
    return type(one) is type(other) and one == other


def _same_index(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(_same_index(one[key], other[key]) for key in one)
    if isinstance(one, str) and isinstance(other, str):
        try:
            return Decimal(one) == Decimal(other)
        except InvalidOperation:
            return one == other
    return one == other
