"""Screening without a table: headers, samples of unknown columns, file and sheet names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assessments.probes.screening.columns import hint_of, names_a_person
from assessments.probes.screening.detectors import (
    looks_like_latin_name,
    looks_like_name,
    shapes_in,
    words_of_name,
)
from assessments.probes.screening.hits import Hit
from assessments.probes.screening.judging import Column, name_hit


def screen_values(column: str, values: Iterable[str | None], *, first_row: int = 1) -> tuple[Hit, ...]:
    """Hits in a sample of a column that is not kept. ``first_row``: the row number of the first value."""
    hint = hint_of(column)
    found = Column(column, hint)
    filled, like, latin, first, first_latin = 0, 0, 0, None, None
    for row, value in enumerate(values, first_row):
        if value is None or not value.strip():
            continue
        filled += 1
        found.look(value, 1, row)
        if looks_like_name(value):
            like += 1
            first = first or row
        elif hint.person and looks_like_latin_name(value):
            latin += 1
            first_latin = first_latin or row
    names = name_hit(column, hint, filled, like, first) or name_hit(column, hint, filled, latin, first_latin)
    return (*found.hits(filled), *((names,) if names is not None else ()))


def screen_header(names: Sequence[str], *, known: Iterable[str] = ()) -> tuple[Hit, ...]:
    """Headers: names of unknown columns that say they identify a person, and values where a header should be.

    ``known``: headers that map to canonical fields; what they hold is judged by content alone,
    because a column ``patient_name`` of tokens is as it should be. Row 0.
    """
    expected = frozenset(known)
    hits = []
    for name in names:
        kinds = [kind for kind, holds in shapes_in(name, hint_of("")) if holds]
        hits += [Hit(kind, _position(names, name), 0, 1.0, kind == "resident_id_15") for kind in kinds]  # type: ignore[arg-type]
        if not kinds and name not in expected and names_a_person(name):
            hits.append(Hit("header", name, 0, 1.0))
    return tuple(hits)


def screen_file_name(name: str) -> tuple[Hit, ...]:
    """A file or sheet name that itself identifies somebody (a name, a number)."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", name)  # lab_report@LIS.csv is no e-mail address
    kinds = {kind for kind, holds in shapes_in(re.sub("[_@]", " ", stem), hint_of("")) if holds}
    if any(2 <= len(word) <= 4 and looks_like_name(word) for word in words_of_name(name)):
        kinds.add("name")
    return tuple(Hit(kind, "", None, 1.0, kind == "resident_id_15") for kind in sorted(kinds))  # type: ignore[arg-type]


def _position(names: Sequence[str], name: str) -> str:
    """A header that is itself a value is named by its place, never by what it says."""
    return f"#{list(names).index(name) + 1}"
